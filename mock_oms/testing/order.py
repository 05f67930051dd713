"""An order or a return in a test."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from typing import Any

Call = Callable[..., Any]
POLL_EVERY_S = 0.02


class Order:
    """A shipment; its events are those of the customer and the store.

    `shown` is the shipment as the control plane shows it, as of the last call about it.
    """

    def __init__(self, call: Call, shown: Mapping[str, Any]) -> None:
        self._call = call
        self.shown = shown

    def __repr__(self) -> str:
        return f"<Order {self.id} {self.state}>"

    @property
    def id(self) -> str:
        """The id that Konnect shows: `orderId` in calls."""
        return str(self.shown["id"])

    @property
    def state(self) -> str:
        """The state at the last look, for instance `bag_confirmed`."""
        return str(self.shown["state"])

    @property
    def status(self) -> str:
        """`orderStatus` at the last look, for instance `CONFIRMED`."""
        return str(self.shown["orderStatus"])

    @property
    def items(self) -> list[dict[str, Any]]:
        """The order items as Konnect shows them."""
        return list(self.shown["orderItems"])

    @property
    def trail(self) -> list[dict[str, Any]]:
        """The events so far: event, from, to, actor and time."""
        return list(self.shown["trail"])

    def refresh(self) -> Order:
        """Look again, and return this order."""
        self.shown = self._call("GET", f"/shipments/{self.id}")
        return self

    def fire(self, event: str, **details: Any) -> Order:
        """Fire an event of the customer, the store or the OMS.

        Returns the return that `start_return` opens, else this order. Raises `MockOmsError` if refused.
        """
        answer = self._call("POST", f"/shipments/{self.id}/events/{event}", details)
        if answer["id"] != self.id:
            self.refresh()
            return Order(self._call, answer)
        self.shown = answer
        return self

    def hand_over(self) -> Order:
        """Hand the goods over to the customer, as the store."""
        return self.fire("hand_over")

    def cancel(self, pieces: Mapping[str, int] | None = None) -> Order:
        """Cancel everything, or pieces by SKU, as the customer."""
        return self.fire("cancel_by_customer", **self._picked(pieces))

    def start_return(self, pieces: Mapping[str, int] | None = None, **details: Any) -> Order:
        """Bring back everything, or pieces by SKU; returns the return."""
        return self.fire("start_return", **self._picked(pieces), **details)

    def _picked(self, pieces: Mapping[str, int] | None) -> dict[str, Any]:
        if pieces is None:
            return {}
        ids = {item["sku"]: item["orderItemId"] for item in self.items}
        unknown = sorted(set(pieces) - set(ids))
        if unknown:
            raise ValueError(f"order {self.id} has no {', '.join(unknown)}; it has {', '.join(ids)}")
        return {"items": [{"orderItemId": ids[sku], "quantity": count} for sku, count in pieces.items()]}

    def explain(self) -> dict[str, Any]:
        """Return what may happen next, what not, and why."""
        return dict(self._call("GET", f"/shipments/{self.id}/explain"))

    def wait_for(self, state: str, timeout: float = 5.0) -> Order:
        """Wait until the order has reached a state; for programs that poll.

        `timeout` is in seconds. Raises AssertionError with the trail and the last refusal.
        """
        until = time.monotonic() + timeout
        while True:
            self.refresh()
            if state in (step["to"] for step in self.trail):
                return self
            if time.monotonic() > until:
                raise AssertionError(self._late(state, timeout))
            time.sleep(POLL_EVERY_S)

    def _late(self, state: str, timeout: float) -> str:
        steps = ", ".join(step["to"] for step in self.trail)
        refused = self.explain()["last_refusal"]
        why = f"; last refusal: {refused['path']} {refused['code']}, {refused['message']}" if refused else ""
        return f"order {self.id} did not reach {state} within {timeout:g} s; it went: {steps}{why}"
