"""The points that the documentation leaves open, as this OMS decides them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Choices:
    """Answers to every open point; defaults are those of the fact sheet."""

    # token
    token_field: str = "accessToken"
    token_nested: bool = False
    token_ttl_s: float = 3600.0
    one_token_per_user: bool = False
    bad_credentials_status: int = 401
    unauthorized_status: int = 401
    # refusals of whole calls
    shape_status: int = 400
    shape_body: str = "object"
    unknown_fields: str = "accept"
    strings_for_numbers: bool = True
    # bulk answers
    refused_status: int = 200
    partly_status: int = 200
    word_partial: str = "PARTIAL_SUCCESS"
    word_failed: str = "FAILED"
    error_order_key: str = "orderId"
    error_item_key: str = "orderItemId"
    error_code_key: str = "code"
    error_reason_key: str = "reason"
    error_nested: bool = False
    item_key_absent: bool = False
    all_or_nothing: bool = False
    own_codes: str = "placeholder"
    confirm_again: str = "refuse"
    # reading
    list_wrapped: str = ""
    info_wrapped: str = "orders"
    page_default: int = 100
    page_max: int = 100
    page_over: str = "cap"
    page_zero: str = "first"
    page_after_end: str = "empty"
    order: str = "ascending"
    list_lag_s: float = 0.0
    unknown_order: str = "empty"
    unknown_location: str = "empty"
    zone: str = "india"
    milliseconds: bool = False
    date_suffix: str = "+00:00"
    end_of_day: bool = True
    handed_over_word: str = "DELIVERED"
    rejected_word: str = "RETURN_REJECTED"
    hand_over_filter: bool = True
    strangers: bool = False
    colleagues: bool = False
    stale_entries: bool = False
    # payload
    order_type_key: str = "order_type"
    credit_note_key: str = "marketplaceInvoiceNumber"
    return_id_kind: str = "text"
    lock: Any = ""
    sla: str = "text"
    sla_key: str = "sla"
    documents: bool = True
    price_names: str = "konnect"
    money: str = "number"
    extra: bool = False
    item_ids: str = "short"
    address: str = "full"
    # lifecycle
    return_passes_delivered: bool = False
    completes: bool = True
    cancel_window: str = "pre_packed"
    cancelled_in_returns: bool = True
    return_order_date: str = "return"
    document_after_s: float = 0.0
    unknown_reasons: str = "refuse"
    na_reason: bool = True
    # papers
    paper_text: str = "full"
    nothing_printed: str = "counts"
    partly_printed: str = "pdf"
    # transport
    gzip: bool = False
    upper_headers: bool = False


ALTERNATIVES: Mapping[str, tuple[Any, ...]] = {
    "token_field": ("access_token", "token", "jwt"),
    "token_nested": (True,),
    "token_ttl_s": (4.0,),
    "one_token_per_user": (True,),
    "bad_credentials_status": (400, 403),
    "unauthorized_status": (403,),
    "shape_status": (422,),
    "shape_body": ("message", "text"),
    "unknown_fields": ("reject",),
    "strings_for_numbers": (False,),
    "refused_status": (400, 422),
    "partly_status": (207,),
    "word_partial": ("PARTIAL", "SUCCESS"),
    "word_failed": ("FAILURE", "ERROR"),
    "error_order_key": ("shipmentId", "order_id"),
    "error_item_key": ("bagId",),
    "error_code_key": ("errorCode", "error_code"),
    "error_reason_key": ("errorMessage",),
    "error_nested": (True,),
    "item_key_absent": (True,),
    "all_or_nothing": (True,),
    "own_codes": ("numbers",),
    "confirm_again": ("accept",),
    "list_wrapped": ("orders", "data"),
    "info_wrapped": ("", "data"),
    "page_default": (10, 25),
    "page_max": (20,),
    "page_over": ("reject",),
    "page_zero": ("reject",),
    "page_after_end": ("404", "422"),
    "order": ("descending", "by_id"),
    "list_lag_s": (0.4, 2.0),
    "unknown_order": ("404", "400"),
    "unknown_location": ("reject",),
    "milliseconds": (True,),
    "date_suffix": ("+05:30", ""),
    "end_of_day": (False,),
    "handed_over_word": ("HANDED_OVER_TO_CUSTOMER",),
    "rejected_word": ("RETURN_NOT_ACCEPTED",),
    "hand_over_filter": (False,),
    "strangers": (True,),
    "order_type_key": ("orderType",),
    "credit_note_key": ("creditNoteNumber",),
    "return_id_kind": ("number",),
    "lock": (None, False, "unlocked"),
    "sla": ("epoch", "absent"),
    "sla_key": ("slaDeadline",),
    "documents": (False,),
    "price_names": ("lineage",),
    "money": ("text",),
    "extra": (True,),
    "item_ids": ("long",),
    "address": ("none",),
    "return_passes_delivered": (True,),
    "completes": (False,),
    "cancel_window": ("pre_invoiced",),
    "cancelled_in_returns": (False,),
    "return_order_date": ("sale",),
    "document_after_s": (0.5,),
    "unknown_reasons": ("accept",),
    "na_reason": (False,),
    "paper_text": ("numbers", "none"),
    "nothing_printed": ("404",),
    "partly_printed": ("counts",),
    "gzip": (True,),
    "upper_headers": (True,),
    "colleagues": (True,),
    "stale_entries": (True,),
}
"""Field -> the other answers that an OMS may give without breaking anything that is documented."""


@dataclass(frozen=True, slots=True)
class Account:
    """Stores, document modes and passwords of the account."""

    locations: tuple[str, ...] = ("BLR-01", "BLR-02")
    invoice: str = "aggregator"
    credit_note: str = "aggregator"
    users: Mapping[str, str] = field(
        default_factory=lambda: {
            "acme": "acme-secret",
            "BLR-01": "first-secret",
            "BLR-02": "second-secret",
            "rival": "rival-secret",
        }
    )
