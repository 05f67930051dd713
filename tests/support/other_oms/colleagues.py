"""Other people's orders, which move with each reading of a list."""

from __future__ import annotations

from collections import deque

from tests.support.other_oms.orders import Ledger, RefusalError, Shipment

PRODUCT = "MUG-WHT"
ARRIVALS = 3
"""Orders that other people place with each reading."""
AT_WORK_MAX = 24
"""Orders that go on at a time; finished ones go to the archive."""
STRANGERS_MAX = 60
"""Orders of strangers that are there at a time; older ones go to the archive."""


class Colleagues:
    """People at work in the first store of an account."""

    def __init__(self, ledger: Ledger) -> None:
        self.ledger = ledger
        self._at_work: list[Shipment] = []
        self._strangers: deque[Shipment] = deque()
        self._turns = 0

    def come_and_go(self) -> None:
        """Place some orders; half of them go at once, the others later."""
        for _ in range(ARRIVALS):
            stranger = self._place()
            if len(self.ledger.shipments) % 2:
                self._archive(stranger)
            else:
                self._strangers.append(stranger)
        while len(self._strangers) > STRANGERS_MAX:
            self._archive(self._strangers.popleft())

    def work(self) -> None:
        """Take each order a step on, and place one."""
        self._turns += 1
        for one in list(self._at_work):
            self._at_work.remove(one)
            following = self._next(one)
            if following is not None:
                self._at_work.append(following)
            else:
                self._archive(one)
        if len(self._at_work) < AT_WORK_MAX:
            self._at_work.append(self._place())

    def _archive(self, one: Shipment) -> None:
        for order_id in {one.id, one.forward_id}:
            self.ledger.shipments.pop(order_id, None)

    def _place(self) -> Shipment:
        return self.ledger.place(self.ledger.account.locations[0], [(PRODUCT, 1)], "FYND-STORE")

    def _next(self, one: Shipment) -> Shipment | None:
        """Do the next thing with an order; return what goes on."""
        ledger = self.ledger
        number = f"COLLEAGUE-{one.id[-12:]}"
        try:
            match one.state:
                case "placed":
                    ledger.confirm(one, [])
                case "bag_confirmed" if self._turns % 4 == 0:
                    ledger.cancel(one, [])
                case "bag_confirmed" | "return_accepted" if one.due is None:
                    ledger.push_number(one, number, "return" if one.is_return else "sale", [])
                case "bag_invoiced":
                    ledger.hand_over(one)
                case "handed_over_to_customer":
                    return ledger.start_return(one, [(item.id, item.left) for item in one.items])
                case "return_initiated" | "return_bag_delivered":
                    ledger.accept(one, [])
                case "bag_confirmed" | "return_accepted":
                    return one
                case _:
                    return None
        except RefusalError:
            return None
        return one
