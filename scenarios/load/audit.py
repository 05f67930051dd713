"""Closing the books of a day: is every order where it should be, and does the stock add up?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from contracts.control.calls import PAGE_LIMIT
from contracts.lifecycle.table import State
from scenarios.targets.control import Control

Goods = Counter[tuple[str, str]]
"""Pieces by location and SKU."""


def stock(control: Control) -> tuple[Goods, int]:
    """What the stores have on hand, and how many pieces are reserved."""
    on_hand: Goods = Counter()
    reserved = 0
    for level in control.call("stock")["stock"]:
        on_hand[level["location"], level["sku"]] = int(level["on_hand"])
        reserved += int(level["reserved"])
    return on_hand, reserved


def audit(control: Control, before: Goods, *, orders: int, returns: int) -> list[str]:
    """What does not add up at the end of a day, one sentence each."""
    sold, sales = _moved(control, State.HANDED_OVER)
    back, returned = _moved(control, State.RETURN_COMPLETED)
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


def _moved(control: Control, state: State) -> tuple[Goods, int]:
    """Pieces in the shipments of a state, and how many shipments there are."""
    pieces: Goods = Counter()
    seen: set[str] = set()
    for shipment in _listed(control, state):
        seen.add(str(shipment["id"]))
        for item in shipment["orderItems"]:
            pieces[shipment["location"], item["sku"]] += int(item["quantity"])
    return pieces, len(seen)


def _listed(control: Control, state: State) -> Iterator[dict[str, Any]]:
    """Every shipment in a state; pages end when the control plane gives no further cursor."""
    query: dict[str, Any] = {"state": state}
    while True:
        page = control.call("shipments", query=query)
        yield from page["shipments"]
        cursor = page.get("next_cursor")
        if not cursor or len(page["shipments"]) < PAGE_LIMIT:
            return
        query["cursor"] = cursor
