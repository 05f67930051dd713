"""Writes down what happens in one step: the records, already with the flow's and the step's name."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from scenarios.records import Exchange, Note, OrderKnown, Record, Sending

Emit = Callable[[Record], object]
"""Takes a record; returns when it is on disk."""


@dataclass(frozen=True, slots=True)
class StepRecorder:
    """The pen of one step of one flow. `hide` makes a value secret from now on."""

    emit: Emit
    flow: str
    step: int
    hide: Callable[[str], None] = lambda _secret: None

    def sending(self, method: str, path: str, order_ids: tuple[str, ...] = ()) -> str:
        """Record that a write is about to be made; returns the key that its exchange must carry."""
        key = uuid.uuid4().hex
        self.emit(
            Sending(flow=self.flow, step=self.step, key=key, method=method, path=path, order_ids=order_ids)
        )
        return key

    def exchange(self, exchange: Exchange) -> None:
        """Record a call."""
        self.emit(exchange)

    def note(self, about: str, text: str) -> None:
        """Record something worth knowing."""
        self.emit(Note(text=text, about=about, flow=self.flow, step=self.step))

    def order(self, name: str, order_id: str) -> None:
        """Record which id a name of the flow stands for."""
        self.emit(OrderKnown(flow=self.flow, name=name, order_id=order_id, step=self.step))
