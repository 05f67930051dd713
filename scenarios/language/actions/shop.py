"""Actions of customer and store, outside Konnect."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.lifecycle.table import Event, Initiator
from scenarios.language.actions.base import ALL, ORDER, RETURN, Action, Names, Pieces, Place, WaitOnly


@dataclass(frozen=True, slots=True)
class PlaceOrder(Action):
    """The customer places `count` equal orders.

    `basket` holds the number of pieces of each product. `gifts` are positions in it that cost nothing,
    `off` maps the others to rupees off each piece; `discount` is off the whole order.
    """

    basket: tuple[int, ...] = field(default=(1,), kw_only=True)
    gifts: tuple[int, ...] = field(default=(), kw_only=True)
    off: Mapping[int, float] = field(default_factory=dict, kw_only=True)
    discount: float = field(default=0, kw_only=True)
    count: int = field(default=1, kw_only=True)
    at: Place = field(default=Place.FIRST, kw_only=True)
    channel: str = field(default="", kw_only=True)

    event = Event.PLACE
    writes = True

    @property
    def births(self) -> str:
        """Name of the order, or of the batch of orders."""
        return self.names[0]

    def lines(self, skus: Sequence[str | None]) -> list[dict[str, Any]]:
        """Return the items to buy, with gifts and discounts."""
        return [
            {"sku": sku, "quantity": pieces}
            | ({"free": True} if place in self.gifts else {})
            | ({"discount": self.off[place]} if place in self.off else {})
            for place, (sku, pieces) in enumerate(zip(skus, self.basket, strict=True))
        ]


@dataclass(frozen=True, slots=True)
class CancelByCustomer(Action):
    """The customer cancels the order, or some pieces."""

    pieces: Pieces | None = field(default=ALL, kw_only=True)

    event = Event.CANCEL_BY_CUSTOMER
    writes = True


@dataclass(frozen=True, slots=True)
class HandOver(Action):
    """The store gives the goods to the customer."""

    event = Event.HAND_OVER
    writes = True


@dataclass(frozen=True, slots=True)
class StartReturn(Action):
    """The store starts a return of a sale, or of some pieces.

    The flow calls the return `named`.
    """

    pieces: Pieces | None = field(default=ALL, kw_only=True)
    started_in: Initiator = field(default=Initiator.STORE_OS, kw_only=True)
    named: str = field(default=RETURN, kw_only=True)

    event = Event.START_RETURN
    writes = True

    @property
    def births(self) -> str:
        """Name of the return."""
        return self.named


@dataclass(frozen=True, slots=True)
class RejectReturn(Action):
    """The store rejects the return after quality control."""

    on: str | Names = RETURN

    event = Event.REJECT_RETURN
    writes = True


@dataclass(frozen=True, slots=True)
class CountShelf(WaitOnly):
    """Reads the stock of a store; needs the ability `stock`.

    The expectation `shelf` compares with it.
    """

    on: str | Names = ()
    at: Place = field(default=Place.FIRST, kw_only=True)


cancel_by_customer = CancelByCustomer
count_shelf = CountShelf
hand_over = HandOver
start_return = StartReturn
reject_return = RejectReturn


def place_order(
    *,
    quantity: int = 1,
    basket: tuple[int, ...] = (),
    count: int = 1,
    at: Place = Place.FIRST,
    channel: str = "",
    named: str = ORDER,
    gifts: tuple[int, ...] = (),
    off: Mapping[int, float] | None = None,
    discount: float = 0,
) -> PlaceOrder:
    """Place orders for `quantity` pieces of one product, or for a `basket`.

    The basket (2, 1) is two pieces of one product and one of another.
    """
    return PlaceOrder(
        named,
        basket=basket or (quantity,),
        count=count,
        at=at,
        channel=channel,
        gifts=gifts,
        off=off or {},
        discount=discount,
    )
