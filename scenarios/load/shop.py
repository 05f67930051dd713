"""Customer and store under load, through the control plane."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from contracts.control.calls import CALLS, KEY_HEADER
from contracts.lifecycle.table import Event, Initiator, State
from scenarios.load.call import JSON_HEADERS, Answer, LoadRequest, Sender, WrongError, json_body

T = TypeVar("T")

_CALLS = {call.name: call for call in CALLS}
PLACE = "shop: place orders"
LOOK = "shop: look at an order"


@dataclass(frozen=True, slots=True)
class Shop:
    """The stores and customers of one tenant.

    `key` is the key of the control plane.
    """

    sender: Sender
    tenant: str
    key: str = field(default="", repr=False)

    def place(self, location: str, count: int) -> list[dict[str, Any]]:
        """Place orders; raises `WrongError`."""

        def judge(answer: Answer) -> list[dict[str, Any]]:
            made = _shown(answer, 201).get("shipments")
            if not isinstance(made, list) or len(made) != count:
                raise WrongError(f"placing {count} orders returned another number")
            _at(made, State.PLACED)
            return made

        return self._call(PLACE, "place_orders", {"location": location, "count": count}, judge)

    def hand_over(self, order_id: str) -> None:
        """Hand an order over to the customer; raises `WrongError`."""
        self._fire(order_id, Event.HAND_OVER, {}, State.HANDED_OVER)

    def start_return(self, order_id: str, items: Sequence[Mapping[str, Any]], state: State) -> str:
        """Return a complete order; return the id of the return.

        The return must then be in `state`.
        """
        back = [{"orderItemId": str(i["orderItemId"]), "quantity": i["quantity"]} for i in items]
        body = {"items": back, "initiator": Initiator.STORE_OS}
        return str(self._fire(order_id, Event.START_RETURN, body, state)["id"])

    def look(self, order_id: str) -> dict[str, Any]:
        """Read an order with its state and trail; raises `WrongError`."""
        return self._call(LOOK, "shipment", None, lambda answer: _shown(answer, 200), shipment=order_id)

    def _fire(self, order_id: str, event: Event, body: Any, state: State) -> dict[str, Any]:
        def judge(answer: Answer) -> dict[str, Any]:
            shown = _shown(answer, 200)
            _at([shown], state)
            return shown

        name = f"shop: {event.replace('_', ' ')}"
        return self._call(name, "fire_event", body, judge, shipment=order_id, event=event)

    def _call(self, name: str, call: str, body: Any, judge: Callable[[Answer], T], **places: str) -> T:
        row = _CALLS[call]
        headers = {**JSON_HEADERS, **({KEY_HEADER: self.key} if self.key else {})}
        path = row.path.format(tenant=self.tenant, **places)
        sent = None if body is None else json_body(body)
        return self.sender.send(LoadRequest(name, row.method, path, headers, sent), judge)


def _shown(answer: Answer, status: int) -> dict[str, Any]:
    body = answer.json(status)
    if not isinstance(body, dict):
        raise WrongError("the control plane answered no object")
    return body


def _at(orders: Sequence[Mapping[str, Any]], state: State) -> None:
    seen = {str(order.get("state")) for order in orders}
    if seen - {state}:
        raise WrongError(f"an order is in state {', '.join(sorted(seen - {state}))}, not {state}")
