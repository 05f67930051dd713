"""The observed state after a step, and the expected state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.machine.driver import BulkReply, Order, Shown
from contracts.machine.model import Model

Stock = Mapping[tuple[str, str], tuple[int, int]]


@dataclass(frozen=True, slots=True)
class CallGroup:
    """A call with the expected verdict on each order, and the reply.

    `touchpoints` has one entry per order. A call of the control plane has none, one verdict, and a reply of
    True (accepted) or False.
    """

    says: str
    verdicts: tuple[bool, ...]
    reply: BulkReply | bool
    orders: Sequence[Order] = ()
    touchpoints: Sequence[str] = ()


@dataclass(slots=True)
class Observation:
    """A tenant's state after a step, and the step's calls.

    `before` and `stock_before` are the state of the last observation. `touched` are the ids of shipments that
    the step should have changed or created, `restocked` says whether it added stock. `lists` are by filter
    and location, `info_lists` by filter. `leaks` has a sentence for each wrong visibility, `bystander` the
    other tenant's state at its creation and now.
    """

    model: Model
    shown: dict[str, Shown]
    before: dict[str, Shown]
    stock: Stock
    stock_before: Stock
    calls: Sequence[CallGroup] = ()
    touched: frozenset[str] = frozenset()
    restocked: bool = False
    lists: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    info_lists: dict[str, list[str]] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)
    bystander: tuple[Any, Any] | None = None
