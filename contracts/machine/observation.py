"""What is seen after a step, beside what should be seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.machine.driver import BulkReply, Order, Shown
from contracts.machine.model import Model

Stock = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class CallGroup:
    """A call, whether each of its orders should be accepted, and the answer.

    `touchpoints` has one entry per order; a call of the control plane has none, `told` True or False for
    accepted or refused, and one verdict.
    """

    says: str
    verdicts: tuple[bool, ...]
    told: BulkReply | bool
    orders: Sequence[Order] = ()
    touchpoints: Sequence[str] = ()


@dataclass(slots=True)
class Observation:
    """One moment of a tenant, and the calls that led to it.

    `before` and `stock_before` are what the last scene showed.
    `touched` are ids of shipments that the step should have changed or made, `restocked` whether it put
    pieces on a shelf. `lists` are those looked at, by filter and location; `lights` by filter. `elsewhere`
    is what others could see: a sentence for each thing seen, then what the bystander's tenant shows beside
    what it showed first.
    """

    model: Model
    shown: dict[str, Shown]
    before: dict[str, Shown]
    stock: Stock
    stock_before: Stock
    asked: Sequence[CallGroup] = ()
    touched: frozenset[str] = frozenset()
    restocked: bool = False
    lists: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    lights: dict[str, list[str]] = field(default_factory=dict)
    seen_elsewhere: list[str] = field(default_factory=list)
    bystander: tuple[Any, Any] | None = None
