"""Input and output of checks: the observed call, the terms, the violations."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.evidence import Evidence, Source
from contracts.konnect.operations import OPERATIONS, Operation
from contracts.profile import DEFAULT, Profile

JSON = "application/json"
PDF = "application/pdf"
_ROWS = {row.name: row for row in OPERATIONS}


@dataclass(frozen=True)
class ObservedCall:
    """A call and its answer.

    `operation` is the operationId; `query` has the parameters in the order sent; `sent` and `answer` are the
    JSON of the bodies, or None.
    """

    operation: str
    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    sent: Any
    status: int
    media: str
    content: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
    token: str = ""

    @property
    def row(self) -> Operation | None:
        """The row of the touchpoint; None for a control call."""
        return _ROWS.get(self.operation)

    @property
    def answer(self) -> Any:
        """The answer as JSON."""
        return parsed(self.content) if self.media == JSON else None

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The orders of a bulk call that have an id."""
        named = self.sent if isinstance(self.sent, list) else []
        return [order for order in named if isinstance(order, dict) and isinstance(order.get("orderId"), str)]

    @property
    def processed(self) -> bool:
        """Whether the answer belongs to a processed bulk call."""
        return isinstance(self.answer, dict) and "payloadCount" in self.answer


def parsed(content: bytes) -> Any:
    """Parses JSON; returns None for anything else."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


@dataclass(frozen=True, slots=True)
class Violation:
    """A finding of a check, with the grade of the statement."""

    says: str
    expected: str
    seen: str
    evidence: Evidence
    source: str = ""


def violation(says: str, expected: object, seen: object, origin: Source) -> Violation:
    """Returns a violation of a statement from `origin`."""
    return Violation(says, str(expected)[:_SHOWN], str(seen)[:_SHOWN], origin.evidence, origin.url)


_SHOWN = 400
"""Characters of an expected or seen value that a violation shows."""


@dataclass(frozen=True)
class Orders:
    """The orders of a call in the control plane, before and after.

    Unknown ids map to None; without a control plane both are empty.
    """

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckTerms:
    """The terms of a check besides the call.

    `secrets` are values that no answer may show, `made_up` recognises unknown ids.
    """

    profile: Profile = DEFAULT
    secrets: frozenset[str] = frozenset()
    made_up: Callable[[str], bool] = lambda _order_id: False
    orders: Orders = field(default_factory=Orders)

    def is_unknown(self, order_id: str) -> bool:
        """Whether the order certainly does not exist for the caller."""
        if order_id in self.orders.before:
            return self.orders.before[order_id] is None
        return self.made_up(order_id)


Check = Callable[[ObservedCall, CheckTerms], Iterator[Violation]]
