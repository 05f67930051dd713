"""The behaviour profile: one field per choice that the documentation leaves open.

A profile comes from TOML (`--profile FILE`) or a mapping and names only the fields that differ from the
defaults. Both sides use it: the mock behaves accordingly, and the scenario runner interprets a target's
answers with it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    JsonValue,
    ValidationError,
    field_validator,
    model_validator,
)

from contracts.evidence import Evidence, Source, assumed, documented, legacy, platform
from contracts.konnect import dates
from contracts.konnect.base import REFUSED_HEADER
from contracts.konnect.numbers import whole
from contracts.suggest import suggest_or_list

_UNSAID = assumed("nothing is published about it")
_STATUS_UNSAID = assumed("the HTTP status of refusals is never stated")


def _choice(default: Any, description: str, origin: Source) -> Any:
    extra: dict[str, JsonValue] = {
        "x-evidence": origin.evidence.value,
        "x-source": origin.url,
        "x-note": origin.note,
    }
    return Field(default=default, description=description, json_schema_extra=extra)


HttpStatus = Annotated[int, Field(ge=200, le=599), BeforeValidator(whole)]
RefusalStatus = Annotated[int, Field(ge=400, le=499), BeforeValidator(whole)]
Key = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Za-z_][A-Za-z0-9_\-]*$")]
WordText = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^[A-Z][A-Z0-9_]*$")]
Code = Annotated[str, Field(min_length=1, max_length=20)]


class Profile(BaseModel):
    """Choices for all uncertain behaviour of Konnect; immutable and hashable."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    # Authorization
    token_field: Key = _choice(
        "accessToken",
        "Field of the token answer that holds the token.",
        legacy("integrations", "v1; a summary of v3 writes access_token"),
    )
    token_ttl_s: Annotated[int, Field(ge=1, le=31_536_000), BeforeValidator(whole)] = _choice(
        3600,
        "Seconds that a token lives, on the tenant's clock.",
        legacy("integrations", "1 hour in the previous generation"),
    )
    unauthorized_status: RefusalStatus = _choice(
        401, "HTTP status for a missing, unknown or expired token.", _STATUS_UNSAID
    )
    bad_credentials_status: RefusalStatus = _choice(
        401, "HTTP status of the token call for wrong credentials.", _STATUS_UNSAID
    )

    # Refusals of a whole call
    shape_status: RefusalStatus = _choice(
        400, "HTTP status when a body or query has the wrong shape.", _STATUS_UNSAID
    )
    unknown_fields: Literal["reject", "accept"] = _choice(
        "reject", "What happens to request fields and query parameters that no page names.", _UNSAID
    )
    strings_for_numbers: Literal["reject", "accept"] = _choice(
        "reject", 'Whether "2" may stand for 2.', _UNSAID
    )
    null_fields: Literal["reject", "accept"] = _choice(
        "reject", "What null in an optional request field gets; accepted, it means no field.", _UNSAID
    )
    empty_parameters: Literal["reject", "ignore"] = _choice(
        "reject", "What a query parameter without a value gets, such as `orderDateFrom=`.", _UNSAID
    )
    byte_order_mark: Literal["accept", "reject"] = _choice(
        "accept", "What a UTF-8 byte order mark before a JSON body gets.", _UNSAID
    )
    compressed_bodies: Literal["accept", "reject"] = _choice(
        "accept", "What a body with `Content-Encoding` gzip or deflate gets.", _UNSAID
    )

    # Answers of bulk calls
    refused_status: HttpStatus = _choice(
        200, "HTTP status of a bulk call in which every order was refused.", _STATUS_UNSAID
    )
    partly_refused_status: HttpStatus = _choice(
        200, "HTTP status of a bulk call in which some orders were refused.", _STATUS_UNSAID
    )
    nothing_printed_status: HttpStatus = _choice(
        200, "HTTP status of a document call in which no order can be printed.", _STATUS_UNSAID
    )
    partly_printed: Literal["pdf", "counts"] = _choice(
        "pdf",
        "Answer to a document call in which some orders cannot be printed: the PDF of the others, with the"
        f" header `{REFUSED_HEADER}`, or only the counts as JSON with `partly_refused_status`.",
        assumed("the page lists a PDF and the counts as success", "customer-invoice"),
    )
    status_success: str = _choice("SUCCESS", "`status` when no order was refused.", documented("confirm"))
    status_partial: str = _choice("PARTIAL_SUCCESS", "`status` when some orders were refused.", _UNSAID)
    status_failed: str = _choice("FAILED", "`status` when all orders were refused.", _UNSAID)
    error_order_key: Key = _choice("orderId", "Key of an `errors[]` item that names the order.", _UNSAID)
    error_item_key: Key = _choice(
        "orderItemId", "Key of an `errors[]` item that names the order item, or null.", _UNSAID
    )
    error_code_key: Key = _choice("errorCode", "Key of an `errors[]` item that holds the code.", _UNSAID)
    error_message_key: Key = _choice(
        "errorMessage", "Key of an `errors[]` item that says what was wrong.", _UNSAID
    )
    error_reason_key: Annotated[str, Field(max_length=60, pattern=r"^([A-Za-z_][A-Za-z0-9_\-]*)?$")] = (
        _choice(
            "",
            "Key of an `errors[]` item that holds the short reason of the code, as in the pages' tables;"
            " empty: no such key.",
            _UNSAID,
        )
    )
    codes: dict[str, Code] = _choice(
        {},
        'Codes for refusals without a documented code, by "touchpoint.problem", e.g. "confirm.already".',
        _UNSAID,
    )

    # Reading
    page_size_default: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = _choice(
        100, "Shipments per page when `pageSize` is not given.", legacy("integrations", "callers send 100")
    )
    page_size_max: Annotated[int, Field(ge=1, le=1000), BeforeValidator(whole)] = _choice(
        100, "Largest page.", legacy("integrations")
    )
    page_size_over_max: Literal["cap", "reject"] = _choice("cap", "What a larger `pageSize` gets.", _UNSAID)
    page_zero: Literal["first", "reject"] = _choice(
        "first", "What `pageNumber=0` means.", assumed("a curl sample sends 0")
    )
    page_after_end: Literal["empty", "reject"] = _choice(
        "empty", "What a `pageNumber` above 1 gets when the list has no such page.", _UNSAID
    )
    unknown_order: Literal["empty", "not_found"] = _choice(
        "empty", "Answer to GET Order by ID for an unknown id: an empty list, or 404.", _UNSAID
    )
    list_envelope: Literal["bare", "orders"] = _choice(
        "bare",
        "Whether lists of shipments are bare arrays or wrapped in `orders`.",
        documented("get-orders", "v2 wrapped"),
    )
    info_envelope: Literal["orders", "bare"] = _choice(
        "orders", "The same for GET Shipment Info.", documented("shipment-info")
    )
    info_limit: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(whole)] = _choice(
        1000, "Most shipments that one GET Shipment Info by status lists (it has no paging).", _UNSAID
    )
    date_zone: Annotated[str, Field(pattern=r"^(UTC|[+-](0[0-9]|1[0-4]):[0-5][0-9])$")] = _choice(
        dates.INDIA,
        'Zone of the times in queries and in answers: an offset such as "+05:30" (Indian time), or UTC.',
        documented(
            "cron-timings",
            "Indian time in all filters; orderDate follows from the ids of the documented example, and a"
            " captured answer agrees",
        ),
    )
    date_offset: dates.Offset = _choice(
        "+00:00",
        "Offset that is written after a time in answers: always `+00:00`, as in Fynd's example, or the true"
        ' one of `date_zone` ("zone").',
        documented("get-orders", "the example shows 12:19:38+00:00 for 06:49:38 UTC"),
    )
    date_offsets: Literal["reject", "ignore", "apply"] = _choice(
        "reject",
        "What an offset after a time in a query gets, as in `2025-01-25T12:19:38+05:30`: it is refused, it is"
        " ignored, or the time is taken in that zone.",
        assumed("the documented times have none"),
    )
    return_order_date: Literal["return", "sale"] = _choice(
        "return",
        "Whether a return's `orderDate` is when it was started or when the sale was placed.",
        _UNSAID,
    )
    handed_over_word: WordText = _choice(
        "DELIVERED",
        "`orderStatus` in the payload of a handed-over order.",
        assumed("the filter is documented, the word is not"),
    )
    rejected_return_word: WordText = _choice(
        "RETURN_REJECTED",
        "`orderStatus` of a return that the store rejected, and the filter that lists it.",
        _UNSAID,
    )
    cancelled_after_invoice_in_returns: bool = _choice(
        True,
        "List shipments cancelled after invoicing under RETURN_DELIVERED too.",
        documented("get-returns"),
    )
    order_type_key: Literal["order_type", "orderType", "both"] = _choice(
        "order_type",
        "Spelling of the order type in shipments.",
        documented("pick-at-store", "prose, not an example"),
    )
    item_price_names: Literal["konnect", "lineage"] = _choice(
        "konnect",
        "Names in `orderItemPrice`: `totalMarkedPrice`, `totalItemPrice` and `transferPrice`, or those of the"
        " API that this one descends from: `sellingPrice`, `totalPrice` and `cashOnDeliveryCharges`. That one"
        " has no `orderTotalAmount`, `modifiedDate`, `paymentType`, `productIdentifiers` and `packetNumber`.",
        legacy("summaries", "a parser of returns names those of the first kind as Konnect's"),
    )
    credit_note_number_key: Key = _choice(
        "marketplaceInvoiceNumber", "Field of a return that shows its credit-note number.", _UNSAID
    )
    unlocked_word: str | bool = _choice(
        "",
        "`lockStatus` of a shipment that nobody has locked: a word, or false.",
        platform("fdk-order", "an empty word in webhooks, false in order payloads"),
    )
    sla_s: Annotated[int, Field(ge=60, le=31_536_000), BeforeValidator(whole)] = _choice(
        3600, "Seconds from `orderDate` to the deadline in `sla`.", _UNSAID
    )
    extra_fields: dict[str, JsonValue] = _choice(
        {}, "Fields that every shipment carries besides the known ones.", _UNSAID
    )

    # Behaviour
    confirm_again: Literal["refuse", "accept"] = _choice(
        "refuse", "What confirming a confirmed order gets; nothing changes either way.", _UNSAID
    )
    return_passes_bag_delivered: bool = _choice(
        False,
        "A return passes `return_bag_delivered` before quality control.",
        platform("fdk-order", "the FDK map goes straight on"),
    )
    return_completes: bool = _choice(
        True,
        "A return with its credit note becomes `return_completed`, or stays `credit_note_generated`."
        " Both are listed under RETURN_COMPLETED and CREDIT_NOTE_GENERATED.",
        documented("pick-at-store", "a captured trace stops at credit_note_generated"),
    )
    cancel_after_invoice: bool = _choice(
        True,
        "The aggregator may cancel a whole order until hand-over, not only until its invoice.",
        documented("cancel", "until packed or picked; the API reference says: only in a pre-invoiced state"),
    )
    reassign_on_seller_cancel: bool = _choice(
        False,
        "A whole order that the aggregator cancels before its invoice becomes `store_reassigned` at another"
        " store of the company that has its goods free and has not cancelled it before. Without one it is"
        " cancelled.",
        documented("cancel", "an order is cancelled; pages about the same OMS reassign it first"),
    )
    customer_cancels_after_confirm: bool = _choice(
        False,
        "The customer may cancel until hand-over, not only until confirmation.",
        documented("order-events"),
    )
    hand_over_before_invoice: bool = _choice(
        False, "The store may hand over a confirmed order that has no invoice.", platform("fdk-order")
    )
    automatic_after_s: Annotated[int, Field(ge=0, le=31_536_000), BeforeValidator(whole)] = _choice(
        0, "Seconds before the OMS takes an automatic step, unless the tenant's pace says otherwise.", _UNSAID
    )
    stock_guard: bool = _choice(False, "Refuse to confirm more than the location has.", _UNSAID)
    invoice_numbers: Literal["any", "gst"] = _choice(
        "any",
        "Which numbers of pushed invoices and credit notes are accepted: any of up to 64 printable"
        " characters, or those of the GST rules: up to 16 letters, digits, `-` and `/`, where capitals and"
        " small letters are the same.",
        assumed(
            "the page refuses numbers that break the invoicing rules and does not give them", "update-invoice"
        ),
    )
    unknown_reason_codes: Literal["refuse", "accept"] = _choice(
        "refuse",
        "What happens to reason codes that no page lists.",
        assumed("the published lists are not complete"),
    )
    extra_cancel_reasons: tuple[str, ...] = _choice((), "Further reason codes for cancelling.", _UNSAID)
    extra_return_reasons: tuple[str, ...] = _choice((), "Further reason codes for quality control.", _UNSAID)
    paper_size: Literal["A4", "A6"] = _choice(
        "A4", "Paper of invoices, credit notes and labels.", assumed("both sizes exist, no parameter chooses")
    )

    @field_validator("extra_cancel_reasons", "extra_return_reasons", mode="before")
    @classmethod
    def _list_is_fine(cls, value: object) -> object:
        return tuple(value) if isinstance(value, list) else value

    @field_validator("extra_fields")
    @classmethod
    def _is_json(cls, value: dict[str, JsonValue]) -> dict[str, JsonValue]:
        json.dumps(value, allow_nan=False)
        return value

    @field_validator("codes")
    @classmethod
    def _only_unpublished(cls, value: dict[str, str]) -> dict[str, str]:
        from contracts.problems import replaceable

        for key in value:
            if key not in replaceable():
                raise ValueError(
                    f"{key!r} is not a refusal whose code is open{suggest_or_list(key, replaceable())}"
                )
        return value

    @model_validator(mode="after")
    def _page_fits(self) -> Self:
        if self.page_size_default > self.page_size_max:
            raise ValueError("page_size_default must not be above page_size_max")
        return self

    def status_of_none(self, prints: bool) -> int:
        """Return the HTTP status of a call that refused every order."""
        return self.nothing_printed_status if prints else self.refused_status

    @property
    def refusing_statuses(self) -> frozenset[int]:
        """HTTP statuses of answers that list refused orders."""
        return frozenset({self.refused_status, self.partly_refused_status, self.nothing_printed_status})

    @cached_property
    def digest(self) -> str:
        """Hash of all choices, for reports: 16 hex digits."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:16]

    def __hash__(self) -> int:
        return hash(self.digest)


DEFAULT = Profile()


class ProfileError(ValueError):
    """An invalid profile; the message names the field and the expected value."""


def parse(data: Mapping[str, object], base: Profile = DEFAULT) -> Profile:
    """Return `base` with the choices in `data`; raise `ProfileError`."""
    unknown = [name for name in data if name not in Profile.model_fields]
    if unknown:
        hint = suggest_or_list(unknown[0], Profile.model_fields)
        raise ProfileError(f"profile field {unknown[0]!r} does not exist{hint}")
    try:
        return Profile.model_validate(base.model_dump() | dict(data))
    except ValidationError as error:
        raise ProfileError("; ".join(_finding(item) for item in error.errors(include_url=False))) from None


def _finding(item: Any) -> str:
    where = ".".join(str(part) for part in item["loc"]) or "profile"
    return f"profile field {where!r}: {item['msg']}, not {str(item['input'])[:80]!r}"


def load(path: str | Path) -> Profile:
    """Read a profile from a TOML file.

    Raises `ProfileError`, which names the file and the field.
    """
    import tomllib

    try:
        data = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise ProfileError(f"profile {path} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ProfileError(f"profile {path} is not TOML: {error}") from None
    try:
        return parse(data)
    except ProfileError as error:
        raise ProfileError(f"{path}: {error}") from None


def evidence_of(name: str) -> Evidence:
    """Return the grade of a field's default."""
    extra = Profile.model_fields[name].json_schema_extra
    return Evidence(str(extra["x-evidence"])) if isinstance(extra, dict) else Evidence.ASSUMED


def described() -> list[dict[str, object]]:
    """List every field, for `GET /_control/profile` and the guides."""
    schema = Profile.model_json_schema()["properties"]
    return [_row(name, schema[name]) for name in Profile.model_fields]


def _row(name: str, schema: Mapping[str, Any]) -> dict[str, object]:
    default = DEFAULT.model_dump(mode="json")[name]
    return {
        "field": name,
        "default": default,
        "description": schema["description"],
        "evidence": schema["x-evidence"],
        "source": schema["x-source"] or None,
        "note": schema["x-note"] or None,
    }
