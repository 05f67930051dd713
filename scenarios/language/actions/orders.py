"""Actions of group orders: confirm, cancel, read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.lifecycle.table import Event
from scenarios.language.actions.base import ALL, Caller, KonnectAction, Names, Pieces
from scenarios.language.actions.shop import PlaceOrder


@dataclass(frozen=True, slots=True)
class Confirm(KonnectAction):
    """POST confirm for all remaining pieces, or for `pieces`."""

    pieces: Pieces | None = field(default=ALL, kw_only=True)

    touchpoint = "confirm"
    event = Event.CONFIRM
    writes = True


@dataclass(frozen=True, slots=True)
class Cancel(KonnectAction):
    """POST cancel with a reason code for each item.

    Without `pieces`, every item is cancelled. `named_items` False leaves `orderItems` out of the call. Where
    the profile says that a cancelled order goes to another store, `everywhere` cancels it there too.
    """

    pieces: Pieces | None = field(default=ALL, kw_only=True)
    reason: str | int = field(default="6", kw_only=True)
    named_items: bool = field(default=True, kw_only=True)
    everywhere: bool = field(default=True, kw_only=True)

    touchpoint = "cancel"
    event = Event.CANCEL
    writes = True


@dataclass(frozen=True, slots=True)
class ReadOrder(KonnectAction):
    """GET shipment by id, for each shipment."""

    touchpoint = "get_order_by_id"


@dataclass(frozen=True, slots=True)
class ReadInfo(KonnectAction):
    """GET shipment info by the ids of `on`, or by `status`.

    `bare` sends neither.
    """

    status: str = field(default="", kw_only=True)
    bare: bool = field(default=False, kw_only=True)

    touchpoint = "get_shipment_info"


@dataclass(frozen=True, slots=True)
class ListOrders(KonnectAction):
    """GET shipment by `status`: one page.

    `query` holds further parameters in Konnect's spelling. The store's `locationCode` is added unless
    `with_location` is False. In `query`, `{today}`, `{yesterday}` and `{tomorrow}` become dates, and so
    do the `orderDate` of a shipment as it is written (`{order}`, `{order+1d}`, `{order-2s}`) and the
    present time in two zones (`{india}`, `{utc-7200s}`); all are spelled as `dates_as` (strftime).
    `{second_location}` becomes the code of the second store, `{channel}` the target's ordering channel.
    """

    on: str | Names = ()
    status: str = field(default="", kw_only=True)
    query: Mapping[str, str | int] = field(default_factory=dict, kw_only=True)
    with_location: bool = field(default=True, kw_only=True)
    dates_as: str = field(default="%d-%m-%Y", kw_only=True)

    touchpoint = "get_orders"
    also = ("get_returns",)


@dataclass(frozen=True, slots=True)
class ReadAllPages(KonnectAction):
    """GET shipment by `status`, page by page until none brings anything new.

    `meanwhile` happens after the first page. The other fields are those of `ListOrders`.
    """

    on: str | Names = ()
    status: str = field(default="", kw_only=True)
    page_size: int = field(default=5, kw_only=True)
    query: Mapping[str, str | int] = field(default_factory=dict, kw_only=True)
    with_location: bool = field(default=True, kw_only=True)
    meanwhile: PlaceOrder | None = field(default=None, kw_only=True)
    dates_as: str = field(default="%d-%m-%Y", kw_only=True)

    touchpoint = "get_orders"
    also = ("get_returns",)

    @property
    def births(self) -> str:
        """Name of the orders placed meanwhile."""
        return self.meanwhile.births if self.meanwhile else ""


confirm = Confirm
cancel = Cancel
read_order = ReadOrder
read_info = ReadInfo


def list_orders(
    status: str,
    *,
    with_location: bool = True,
    dates_as: str = "%d-%m-%Y",
    by: Caller = Caller.COMPANY,
    **query: str | int,
) -> ListOrders:
    """List one page of a status.

    `query` is in Konnect's spelling: `orderingChannel="FYND-STORE"`.
    """
    return ListOrders(status=status, query=query, with_location=with_location, dates_as=dates_as, by=by)


def read_all_pages(
    status: str,
    *,
    page_size: int = 5,
    with_location: bool = True,
    meanwhile: PlaceOrder | None = None,
    dates_as: str = "%d-%m-%Y",
    by: Caller = Caller.COMPANY,
    **query: str | int,
) -> ReadAllPages:
    """Read all pages of a status; `meanwhile` happens after the first page."""
    return ReadAllPages(
        status=status,
        page_size=page_size,
        with_location=with_location,
        meanwhile=meanwhile,
        query=query,
        dates_as=dates_as,
        by=by,
    )
