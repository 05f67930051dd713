"""Records the events of one step."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from scenarios.choices import Player
from scenarios.records import Exchange, Note, OrderKnown, Record, Sending, StepChanged, StepStatus

Emit = Callable[[Record], object]
"""Writes a record to disk."""


@dataclass(frozen=True, slots=True)
class StepRecorder:
    """The recorder of one step. `hide` masks a value from now on."""

    emit: Emit
    flow: str
    step: int
    hide: Callable[[str], None] = lambda _secret: None

    def sending(self, method: str, path: str, order_ids: tuple[str, ...] = ()) -> str:
        """Record a write before it is sent; return its key.

        The exchange must carry the key.
        """
        key = uuid.uuid4().hex
        self.emit(
            Sending(flow=self.flow, step=self.step, key=key, method=method, path=path, order_ids=order_ids)
        )
        return key

    def waiting(self, player: Player, instruction: str, watched_for: str, seconds: float) -> None:
        """Record that another player must act, and until when."""
        self.emit(
            StepChanged(
                flow=self.flow,
                step=self.step,
                status=StepStatus.WAITING,
                player=player,
                instruction=instruction,
                watched_for=watched_for,
                deadline=datetime.now(UTC) + timedelta(seconds=seconds),
            )
        )

    def exchange(self, exchange: Exchange) -> None:
        """Record a call."""
        self.emit(exchange)

    def note(self, about: str, text: str) -> None:
        """Record a fact."""
        self.emit(Note(text=text, about=about, flow=self.flow, step=self.step))

    def order(self, name: str, order_id: str) -> None:
        """Record the id of a shipment's name."""
        self.emit(OrderKnown(flow=self.flow, name=name, order_id=order_id, step=self.step))
