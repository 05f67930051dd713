"""The error that refuses an order."""

from __future__ import annotations

from contracts.konnect.base import Problem
from contracts.lifecycle.table import Event
from mock_oms.domain.shipment import Shipment


class OrderRefusedError(Exception):
    """The refusal of one order; nothing has changed.

    The web layer makes the sentence from the row of `problem` or `event`, from `shipment` (None for an
    unknown one) and from `facts`, further parts of the sentence, for instance `item` or `number`.
    """

    def __init__(
        self, problem: Problem, shipment: Shipment | None, event: Event | None = None, /, **facts: object
    ) -> None:
        super().__init__(problem, shipment and shipment.id, event, facts)
        self.problem = problem
        self.shipment = shipment
        self.event = event
        self.facts = facts

    @property
    def item(self) -> str | None:
        """Id of the order item, if the refusal is about one."""
        item = self.facts.get("item")
        return None if item is None else str(item)
