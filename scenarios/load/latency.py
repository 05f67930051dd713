"""Measures when a system under test confirms, invoices, accepts and credits.

Times are read from the order's trail, so the polling interval does not count.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import monotonic
from typing import Any

from contracts.lifecycle.table import Actor, State
from scenarios.load.shop import Shop
from scenarios.load.tenants import LoadTenant

SALE_STEPS = {
    State.BAG_CONFIRMED: "system: confirms an order",
    State.BAG_INVOICED: "system: invoices an order",
}
RETURN_STEPS = {
    State.RETURN_ACCEPTED: "system: accepts a return",
    State.CREDIT_NOTE_GENERATED: "system: pushes a credit note",
}
"""States that the system must reach, in this order -> name of the measurement."""
LOOK_FIRST_S = 0.1
LOOK_SLOWEST_S = 2.0
"""Longest polling interval; it grows with the wait."""


@dataclass(frozen=True, slots=True)
class Watch:
    """A poller of orders that reports the system's steps.

    `report` takes a name, milliseconds and the failure.
    """

    shop: Shop
    patience_s: float
    report: Callable[[str, float, str | None], None]
    sleep: Callable[[float], None]

    def follow(self, order_id: str, steps: Mapping[State, str]) -> dict[str, Any] | None:
        """Wait for each step in turn and report it.

        Returns the order, or None if the system failed. Raises `WrongError` for a failure of the mock.
        """
        order: dict[str, Any] | None = None
        for state, name in steps.items():
            order = self._wait(order_id, state)
            entry = next((e for e in order["trail"] if e["to"] == state), None)
            if entry is None:
                self.report(name, self.patience_s * 1000, self._silence(order))
                return None
            if entry["actor"] == Actor.AGGREGATOR:
                self.report(name, _since_step_before(order["trail"], state), None)
        return order

    def _wait(self, order_id: str, state: State) -> dict[str, Any]:
        deadline, pause = monotonic() + self.patience_s, LOOK_FIRST_S
        while True:
            order = self.shop.look(order_id)
            if any(entry["to"] == state for entry in order["trail"]) or monotonic() >= deadline:
                return order
            if order["state"].startswith(("cancelled", "return_rejected")):
                return order
            self.sleep(pause)
            pause = min(pause * 1.5, LOOK_SLOWEST_S)

    def _silence(self, order: Mapping[str, Any]) -> str:
        state = str(order["state"])
        if state.startswith(("cancelled", "return_rejected")):
            return f"it became {state} instead"
        return f"not within {self.patience_s:g} s; still {state}"


def _since_step_before(trail: Sequence[Mapping[str, Any]], state: State) -> float:
    """Return the milliseconds between `state` and the step before it."""
    moments = [datetime.fromisoformat(entry["at"]) for entry in trail]
    place = next(place for place, entry in enumerate(trail) if entry["to"] == state)
    return (moments[place] - moments[max(place - 1, 0)]).total_seconds() * 1000


def serve_customer(watch: Watch, tenant: LoadTenant, location: str, *, comes_back: bool) -> None:
    """Play one customer: place an order, hand it over, perhaps return it."""
    (order,) = watch.shop.place(location, 1)
    order_id = str(order["id"])
    sold = watch.follow(order_id, SALE_STEPS)
    if sold is None:
        return
    watch.shop.hand_over(order_id)
    if comes_back:
        back = watch.shop.start_return(order_id, order["orderItems"], tenant.resting(State.RETURN_INITIATED))
        watch.follow(back, RETURN_STEPS)
