"""Audit of a chain day: states of all orders, and stock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from contracts.control.models import PAGE_LIMIT
from contracts.lifecycle.table import State
from scenarios.targets.control import Control, ControlRefusedError

Goods = Counter[tuple[str, str]]
"""Pieces by location and SKU."""


def stock(control: Control) -> tuple[Goods, int]:
    """Return the pieces on hand, and the number of reserved pieces."""
    on_hand: Goods = Counter()
    reserved = 0
    for level in control.call("stock")["stock"]:
        on_hand[level["location"], level["sku"]] = int(level["on_hand"])
        reserved += int(level["reserved"])
    return on_hand, reserved


def audit(control: Control, before: Goods, *, orders: int, returns: int, ended: State) -> list[str]:
    """List all differences at the end of a day, a sentence each.

    `ended` is the last state of a return.
    """
    sold, sales = _moved(control, State.HANDED_OVER, orders)
    back, returned = _moved(control, ended, returns)
    total = int(control.call("tenant")["shipments"])
    after, reserved = stock(control)
    wanted = Counter(before)
    wanted.subtract(sold)
    wanted.update(back)
    wrong = [place for place in before.keys() | after.keys() if wanted[place] != after[place]]
    findings = (
        (sales != orders, f"{sales} orders are handed over, not {orders}"),
        (returned != returns, f"{returned} returns are completed, not {returns}"),
        (total != orders + returns, f"there are {total} shipments, not {orders + returns}"),
        (bool(wrong), f"the stock of {len(wrong)} products at a store does not add up"),
        (reserved != 0, f"{reserved} pieces are still reserved"),
    )
    return [sentence for found, sentence in findings if found]


def _moved(control: Control, state: State, expected: int) -> tuple[Goods, int]:
    """Count pieces and shipments of a state.

    It stops at the first shipment more than expected.
    """
    pieces: Goods = Counter()
    seen: set[str] = set()
    for shipment in _listed(control, state):
        if len(seen) > expected:
            break
        seen.add(str(shipment["id"]))
        try:
            for item in shipment["orderItems"]:
                pieces[shipment["location"], item["sku"]] += int(item["quantity"])
        except (KeyError, TypeError, ValueError):
            raise ControlRefusedError(200, "", f"{shipment['id']} has no readable orderItems") from None
    return pieces, len(seen)


def _listed(control: Control, state: State) -> Iterator[dict[str, Any]]:
    """Yield all shipments of a state, page by page.

    A cursor that was read already ends the list.
    """
    query: dict[str, Any] = {"state": state}
    read: set[str] = set()
    while True:
        page = control.call("shipments", query=query)
        yield from page["shipments"]
        cursor = page.get("next_cursor")
        if not cursor or cursor in read or len(page["shipments"]) < PAGE_LIMIT:
            return
        read.add(cursor)
        query["cursor"] = cursor
