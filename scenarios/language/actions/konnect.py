"""What the aggregator does, through Konnect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.lifecycle.table import Event
from scenarios.language.actions.base import ALL, RETURN, Caller, KonnectAction, Names, Pieces
from scenarios.language.actions.shop import PlaceOrder


@dataclass(frozen=True, slots=True)
class Confirm(KonnectAction):
    """POST confirm, for everything that is left or for the pieces named."""

    pieces: Pieces | None = field(default=ALL, kw_only=True)

    touchpoint = "confirm"
    event = Event.CONFIRM
    writes = True


@dataclass(frozen=True, slots=True)
class Cancel(KonnectAction):
    """POST cancel with a reason code for each item; without `pieces`, every item.

    `named_items` False leaves `orderItems` out of the call.
    """

    pieces: Pieces | None = field(default=ALL, kw_only=True)
    reason: str | int = field(default="6", kw_only=True)
    named_items: bool = field(default=True, kw_only=True)

    touchpoint = "cancel"
    event = Event.CANCEL
    writes = True


@dataclass(frozen=True, slots=True)
class PushInvoice(KonnectAction):
    """POST invoiceUpdate with `invoiceType` `kind`.

    `number` empty: a fresh one for each order; `same_number_as`: that of the shipment so named. `fields` are
    further fields of the call, `serials` gives each piece an IMEI.
    """

    number: str = field(default="", kw_only=True)
    same_number_as: str = field(default="", kw_only=True)
    kind: str = field(default="sale", kw_only=True)
    fields: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    pieces: Pieces | None = field(default=ALL, kw_only=True)
    serials: bool = field(default=False, kw_only=True)

    touchpoint = "update_invoice"
    event = Event.PUSH_INVOICE
    writes = True


@dataclass(frozen=True, slots=True)
class PushCreditNote(PushInvoice):
    """POST invoiceUpdate with `invoiceType` `return`."""

    on: str | Names = RETURN
    kind: str = field(default="return", kw_only=True)

    touchpoint = "credit_note"
    event = Event.PUSH_CREDIT_NOTE


@dataclass(frozen=True, slots=True)
class AcceptReturn(KonnectAction):
    """POST return. `found` maps an item to the slug of what quality control found; not named = good.

    Items are places in the return, from 0. `named_items` False leaves `orderItems` out of the call.
    """

    on: str | Names = RETURN
    pieces: Pieces | None = field(default=ALL, kw_only=True)
    found: Mapping[int, str] = field(default_factory=dict, kw_only=True)
    named_items: bool = field(default=True, kw_only=True)

    touchpoint = "return"
    event = Event.ACCEPT_RETURN
    writes = True


@dataclass(frozen=True, slots=True)
class FetchInvoice(KonnectAction):
    """POST invoice: the PDF of the invoice, or of a return's credit note."""

    touchpoint = "invoice"


@dataclass(frozen=True, slots=True)
class FetchLabels(KonnectAction):
    """POST labels: the PDF of the label."""

    touchpoint = "labels"


@dataclass(frozen=True, slots=True)
class ReadOrder(KonnectAction):
    """GET shipment by id, for each shipment."""

    touchpoint = "get_order_by_id"


@dataclass(frozen=True, slots=True)
class ReadInfo(KonnectAction):
    """GET shipment info, by the ids of `on`, or by `status` when that is given; `bare` names neither."""

    status: str = field(default="", kw_only=True)
    bare: bool = field(default=False, kw_only=True)

    touchpoint = "get_shipment_info"


@dataclass(frozen=True, slots=True)
class ListOrders(KonnectAction):
    """GET shipment by `status`: one page. `query` holds further parameters in Konnect's spelling.

    The store's `locationCode` is added unless `with_location` is False. In `query`, `{today}`, `{yesterday}`
    and `{tomorrow}` become dates, and so does the `orderDate` of a shipment: `{order}`, `{order+1d}`,
    `{order-2s}`; all are spelled as `dates_as` (strftime). `{second_location}` becomes the code of the second
    store, `{channel}` the target's ordering channel.
    """

    on: str | Names = ()
    status: str = field(default="", kw_only=True)
    query: Mapping[str, str | int] = field(default_factory=dict, kw_only=True)
    with_location: bool = field(default=True, kw_only=True)
    dates_as: str = field(default="%d-%m-%Y", kw_only=True)

    touchpoint = "get_orders"


@dataclass(frozen=True, slots=True)
class ReadAllPages(KonnectAction):
    """GET shipment by `status`, page after page until one is short; `meanwhile` happens after the first.

    `query` and `dates_as` as in `ListOrders`.
    """

    on: str | Names = ()
    status: str = field(default="", kw_only=True)
    page_size: int = field(default=5, kw_only=True)
    query: Mapping[str, str | int] = field(default_factory=dict, kw_only=True)
    meanwhile: PlaceOrder | None = field(default=None, kw_only=True)
    dates_as: str = field(default="%d-%m-%Y", kw_only=True)

    touchpoint = "get_orders"

    @property
    def births(self) -> str:
        """What was bought meanwhile."""
        return self.meanwhile.births if self.meanwhile else ""


@dataclass(frozen=True, slots=True)
class GetToken(KonnectAction):
    """GET token with the credentials of `by`.

    `password` replaces the right one, `without` names a parameter to leave out.
    """

    on: str | Names = ()
    password: str | None = field(default=None, kw_only=True)
    without: str = field(default="", kw_only=True)

    touchpoint = "generate_token"


@dataclass(frozen=True, slots=True)
class SendBody(KonnectAction):
    """POST `operation` (a name of `contracts.konnect.operations.OPERATIONS`) with a body of one's own.

    The text `{id}` in the body becomes the id of the first shipment of `on`, `{item}` that of its first item.
    """

    on: str | Names = ()
    operation: str = field(default="confirm", kw_only=True)
    body: Any = field(default=None, kw_only=True)

    writes = True


confirm = Confirm
cancel = Cancel
push_invoice = PushInvoice
push_credit_note = PushCreditNote
accept_return = AcceptReturn
fetch_invoice = FetchInvoice
fetch_labels = FetchLabels
read_order = ReadOrder
read_info = ReadInfo


def fetch_credit_note(on: str | Names = RETURN, *, by: Caller = Caller.COMPANY) -> FetchInvoice:
    """Fetch the credit note as PDF: the call for invoices, about the return."""
    return FetchInvoice(on, by=by)


def list_orders(
    status: str,
    *,
    with_location: bool = True,
    dates_as: str = "%d-%m-%Y",
    by: Caller = Caller.COMPANY,
    **query: str | int,
) -> ListOrders:
    """List one page of a status; `query` in Konnect's spelling: `orderingChannel="FYND-STORE"`."""
    return ListOrders(status=status, query=query, with_location=with_location, dates_as=dates_as, by=by)


def read_all_pages(
    status: str,
    *,
    page_size: int = 5,
    meanwhile: PlaceOrder | None = None,
    dates_as: str = "%d-%m-%Y",
    by: Caller = Caller.COMPANY,
    **query: str | int,
) -> ReadAllPages:
    """Read a status to its end; `meanwhile` happens after the first page."""
    return ReadAllPages(
        status=status, page_size=page_size, meanwhile=meanwhile, query=query, dates_as=dates_as, by=by
    )


def get_token(by: Caller = Caller.COMPANY, *, password: str | None = None, without: str = "") -> GetToken:
    """Ask for a token: with a wrong password, or without a parameter, when that is meant."""
    return GetToken(by=by, password=password, without=without)


def send_body(operation: str, body: Any, *, on: str | Names = (), by: Caller = Caller.COMPANY) -> SendBody:
    """Send a body of one's own."""
    return SendBody(on, operation=operation, body=body, by=by)
