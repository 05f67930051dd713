"""Requests and answers of the control plane, with their limits."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
)

from contracts.konnect.numbers import whole
from contracts.lifecycle.table import TABLE, Actor, DocumentMode, Initiator, State

COUNT_LIMIT = 1000
"""Maximum of orders that one call places."""
ADVANCE_LIMIT_S = 366 * 24 * 3600
"""Maximum by which one call advances a clock."""
LOCATIONS_LIMIT = 500
PAGE_LIMIT = 200
"""Maximum of shipments or journal entries in one answer."""
STOCK_LIMIT = 10_000
"""Maximum of stock levels that one call sets."""
ON_HAND_LIMIT = 10_000_000
CATALOGUE_LIMIT = 50_000
"""Maximum of products of one tenant."""

ANY_EVENT = "*"
AUTOMATIC_EVENTS = tuple(dict.fromkeys(str(row.event) for row in TABLE if row.automatic))
"""Events that the OMS fires automatically; a pace may delay them."""


class ControlRequest(BaseModel):
    """Base of requests to the control plane; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ControlAnswer(BaseModel):
    """Base of answers of the control plane."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class Delay(ControlRequest):
    """An automatic step that comes `after_s` seconds of the tenant's clock."""

    after_s: Annotated[float, Field(ge=0, le=ADVANCE_LIMIT_S, allow_inf_nan=False)]


def _known_events(pace: dict[str, Any]) -> dict[str, Any]:
    for name in pace:
        if name != ANY_EVENT and name not in AUTOMATIC_EVENTS:
            known = ", ".join((ANY_EVENT, *AUTOMATIC_EVENTS))
            raise ValueError(f"{name!r} is not an automatic event; one of: {known}")
    return pace


def _word_or_delay(value: object) -> str:
    return "union:delay" if isinstance(value, dict | Delay) else "union:word"


Pace = Annotated[
    dict[
        str,
        Annotated[
            Annotated[Literal["immediate", "held"], Tag("union:word")] | Annotated[Delay, Tag("union:delay")],
            Discriminator(_word_or_delay),
        ],
    ],
    Field(
        description="When automatic steps happen, by event or `*` for all of them.",
        examples=[{"issue_invoice": {"after_s": 30}, "complete_return": "held"}],
        max_length=50,
        json_schema_extra={"propertyNames": {"enum": [ANY_EVENT, *AUTOMATIC_EVENTS]}},
    ),
    AfterValidator(_known_events),
]
ProfileChoices = Annotated[
    dict[str, JsonValue],
    Field(
        description="Choices of the behaviour profile that differ from the server's.",
        examples=[{"token_ttl_s": 60}],
    ),
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$", examples=["my-test"])]
LocationCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$", examples=["STORE-1"])]
_INNER = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]"
_OUTER = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
SKU_PATTERN = f"^{_OUTER}({_INNER}*{_OUTER})?$"
r"""Excludes control characters, and blanks at the ends. Uses code points: regex dialects differ in `\S`."""
Sku = Annotated[str, Field(min_length=1, max_length=100, pattern=SKU_PATTERN, examples=["SHIRT-BLU-M"])]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1), BeforeValidator(whole)]
Reason = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=200)]


EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Between these two lies every tenant's time, with room for delays and deadlines."""


def _within_time(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"expected a time from {EARLIEST:%Y} to {LATEST:%Y}")
    return moment


Moment = Annotated[
    AwareDatetime,
    AfterValidator(_within_time),
    Field(description="A time with its zone, 1970 to 2199.", examples=["2026-01-05T10:00:00+05:30"]),
]


class ClockStart(ControlRequest):
    """A tenant whose time stands still from its beginning."""

    freeze_at: Moment


class NewTenant(ControlRequest):
    """A new tenant; every field has a default."""

    name: Name | None = None
    invoice_mode: DocumentMode | None = None
    credit_note_mode: DocumentMode | None = None
    locations: Annotated[list[LocationCode], Field(min_length=1, max_length=LOCATIONS_LIMIT)] | None = None
    seed: Seed | None = None
    clock: ClockStart | None = None
    pace: Pace | None = None
    profile: ProfileChoices | None = None


class TenantChange(ControlRequest):
    """Settings to change; modes affect later orders and returns only."""

    invoice_mode: DocumentMode | None = None
    credit_note_mode: DocumentMode | None = None
    pace: Pace | None = None
    profile: ProfileChoices | None = None


class Credentials(ControlAnswer):
    """Credentials for `GET /aggregator/v1/token`."""

    username: str
    password: str


class LocationCredentials(Credentials):
    """Credentials of one location."""

    code: str


class ClockAnswer(ControlAnswer):
    """The tenant's time, and whether it stands still."""

    now: datetime
    frozen: bool


class TenantAnswer(ControlAnswer):
    """A tenant's settings."""

    tenant: str
    invoice_mode: DocumentMode
    credit_note_mode: DocumentMode
    locations: list[Any]
    seed: int
    clock: ClockAnswer
    pace: dict[str, Any]
    profile: dict[str, Any]
    shipments: int


class NewTenantAnswer(TenantAnswer):
    """A new tenant with its credentials, which are shown only now."""

    company: Credentials
    locations: list[LocationCredentials]


class TenantsAnswer(ControlAnswer):
    """All tenants."""

    tenants: list[TenantAnswer]


Rupees = Annotated[
    float,
    Field(ge=0, le=10_000_000, allow_inf_nan=False, description="Rupees, GST included; rounded to paise."),
]


class NewItem(ControlRequest):
    """Pieces of one product at the till.

    `discount` is for each piece, in place of the catalogue's. A free item is a gift: it costs nothing.
    """

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(whole)] = 1
    discount: Rupees | None = None
    free: bool = False


class Customer(ControlRequest):
    """The customer; without one, the mock invents a person."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    phone: Words | None = None
    email: Words | None = None
    gstin: Annotated[str, Field(max_length=15)] | None = None
    address: Words | None = None
    city: Words | None = None
    state: Words | None = None
    pincode: Annotated[str, Field(max_length=10)] | None = None


class NewOrder(ControlRequest):
    """The customer buys at the till; an empty body is enough."""

    location: LocationCode | None = None
    order_type: Literal["PickAtStore"] = "PickAtStore"
    ordering_channel: Annotated[str, Field(min_length=1, max_length=60)] = "FYND-STORE"
    items: Annotated[list[NewItem], Field(min_length=1, max_length=200)] | None = None
    discount: Annotated[
        Rupees | None,
        Field(description="Rupees off the whole order, with `items` only; spread over its pieces."),
    ] = None
    customer: Customer | None = None
    count: Annotated[int, Field(ge=1, le=COUNT_LIMIT), BeforeValidator(whole)] = 1
    state: Annotated[State, Field(description="Drive the orders to this state.")] | None = None


class TrailEntry(ControlAnswer):
    """One step of a shipment's history."""

    event: str
    from_: Annotated[str | None, Field(alias="from")]
    to: str
    actor: Actor
    at: datetime


class Modes(ControlAnswer):
    """The modes stamped on a shipment."""

    invoice: DocumentMode
    credit_note: DocumentMode


class ControlShipment(ControlAnswer):
    """A shipment of Konnect with fields of the mock."""

    id: str
    state: State
    modes: Modes
    initiator: Initiator | None
    location: str
    next: list[str]
    trail: list[TrailEntry]


class Advice(ControlAnswer):
    """What a side may do with a shipment, or why not.

    `does` is a touchpoint or an event. `call` would be accepted now; `because` says why it would not, for a
    touchpoint with the `code` of the refusal. An event with `after_s` happens automatically
    after so many seconds, or never if it is `held`.
    """

    who: Actor
    does: str
    call: dict[str, Any] | None = None
    after_s: float | str | None = None
    code: str | None = None
    because: str | None = None


class ExplainAnswer(ControlAnswer):
    """What may happen to a shipment next, what not, and why."""

    shipment: str
    state: State
    orderStatus: str
    modes: Modes
    next: list[Advice]
    impossible: list[Advice]
    last_refusal: dict[str, Any] | None


class ShipmentsAnswer(ControlAnswer):
    """Shipments, and where the next page begins."""

    shipments: list[ControlShipment]
    next_cursor: str | None = None


class EventItem(ControlRequest):
    """Pieces of an order item for an event."""

    orderItemId: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(whole)]


class EventRequest(ControlRequest):
    """Details of an event; all optional."""

    items: Annotated[list[EventItem], Field(min_length=1, max_length=200)] | None = None
    reason: Reason | None = None
    initiator: Initiator | None = None


def _given(name: str) -> dict[str, JsonValue]:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


class ClockRequest(ControlRequest):
    """Moves the tenant's time; exactly one of the three fields."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [_given("advance_s"), _given("freeze_at"), _given("resume")]}
    )

    advance_s: Annotated[float, Field(gt=0, le=ADVANCE_LIMIT_S, allow_inf_nan=False)] | None = None
    freeze_at: Moment | None = None
    resume: Literal[True] | None = None


class StockLevel(ControlAnswer):
    """Stock of one product at one location."""

    location: str
    sku: str
    on_hand: int
    reserved: int


class StockAnswer(ControlAnswer):
    """Stock of a tenant."""

    stock: list[StockLevel]


class StockEntry(ControlRequest):
    """Sets the stock of a product at a location.

    A new SKU joins the tenant's catalogue; title, price (rupees, tax included), HSN and GST rate may
    then be given.
    """

    location: LocationCode
    sku: Sku
    on_hand: Annotated[int, Field(ge=0, le=ON_HAND_LIMIT), BeforeValidator(whole)]
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    price: Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)] | None = None
    hsn: Annotated[str, Field(pattern=r"^\d{4,8}$")] | None = None
    gst_percent: Annotated[float, Field(ge=0, le=40, allow_inf_nan=False)] | None = None


class StockRequest(ControlRequest):
    """Stock levels to set; others stay."""

    stock: Annotated[list[StockEntry], Field(min_length=1, max_length=STOCK_LIMIT)]


class JournalAnswer(ControlAnswer):
    """Calls, newest last, and how many older ones were dropped.

    Reads and writes are dropped separately: polling drops no write.
    """

    entries: list[dict[str, Any]]
    dropped: int
    dropped_writes: int


class Verified(ControlAnswer):
    """As many calls as expected; `dropped` ones are not counted."""

    ok: bool
    count: int
    dropped: int
    dropped_writes: int


class Health(ControlAnswer):
    """The server is up."""

    status: str
    version: str


class ProfileAnswer(ControlAnswer):
    """The server's profile: hash, values, and every field described."""

    digest: str
    values: dict[str, Any]
    fields: list[dict[str, Any]]


class ControlError(ControlAnswer):
    """A refusal.

    `error` is a stable word, `message` a sentence, `field` the invalid field.
    """

    error: str
    message: str
    field: str | None = None
    allowed: list[str] | None = None


class Nothing(ControlAnswer):
    """Done."""
