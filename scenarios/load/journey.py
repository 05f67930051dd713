"""A complete journey under load: sale to hand-over, and some returns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from contracts.lifecycle.table import DocumentMode, State
from contracts.vocabulary import word
from scenarios.language import statuses
from scenarios.load.aggregator import Aggregator
from scenarios.load.shop import Shop
from scenarios.load.tenants import LoadTenant


@dataclass(slots=True)
class Share:
    """An exact percentage of events, without random choice."""

    percent: float
    _owed: float = 0.0

    def picks(self) -> bool:
        """Return whether the next journey is picked."""
        self._owed += self.percent
        picked = self._owed >= 100
        self._owed -= 100 * picked
        return picked


@dataclass(frozen=True, slots=True)
class Journey:
    """Orders that go the complete way together, `batch` per call."""

    shop: Shop
    aggregator: Aggregator
    tenant: LoadTenant
    location: str
    batch: int = 1
    returns: Share = field(default_factory=lambda: Share(8))
    documents: Share = field(default_factory=lambda: Share(100))

    def play(self) -> int:
        """Play the journey; return the number of returns.

        Raises `WrongError` at the first wrong answer.
        """
        orders = self.shop.place(self.location, self.batch)
        ids = [str(order["id"]) for order in orders]
        self._sell(ids)
        for order_id in ids:
            self.shop.hand_over(order_id)
        back = [order for order in orders if self.returns.picks()]
        if back:
            self._take_back(back)
        return len(back)

    def _sell(self, ids: list[str]) -> None:
        aggregator = self.aggregator
        aggregator.find("get_orders", statuses.CREATED, self.location, ids)
        aggregator.confirm(ids)
        if self.tenant.invoice is DocumentMode.AGGREGATOR:
            aggregator.push(ids, "sale")
        aggregator.find("get_orders", statuses.PROCESSING, self.location, ids)
        if self.documents.picks():
            aggregator.fetch("fetch_invoice", "invoice", ids)
            aggregator.fetch("fetch_labels", "labels", ids)

    def _take_back(self, orders: list[dict[str, Any]]) -> None:
        waiting = self.tenant.resting(State.RETURN_INITIATED)
        ended = self.tenant.resting(State.CREDIT_NOTE_GENERATED)
        returns = [self.shop.start_return(str(one["id"]), one["orderItems"], waiting) for one in orders]
        self.aggregator.find("get_returns", self._word(waiting), self.location, returns)
        self.aggregator.accept(returns)
        if self.tenant.credit_note is DocumentMode.AGGREGATOR:
            self.aggregator.push(returns, "return")
        for one in returns:
            self.aggregator.expect(one, self._word(ended))

    def _word(self, state: State) -> str:
        return word(state, self.tenant.profile)
