"""One call as the checks see it, what they know besides, and what they find."""

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
    """A call and its answer. `sent` and `told` are the JSON of the bodies, None when they are none.

    `operation` is the operationId; `query` holds the parameters as they were sent, in order.
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
        """The touchpoints' row; None for a call of the control plane."""
        return _ROWS.get(self.operation)

    @property
    def told(self) -> Any:
        """The answer as JSON."""
        return parsed(self.content) if self.media == JSON else None

    @property
    def orders(self) -> list[dict[str, Any]]:
        """The orders of a bulk call whose body has the right form."""
        named = self.sent if isinstance(self.sent, list) else []
        return [order for order in named if isinstance(order, dict) and isinstance(order.get("orderId"), str)]

    @property
    def processed(self) -> bool:
        """Whether the answer is that of a bulk call which was worked through."""
        return isinstance(self.told, dict) and "payloadCount" in self.told


def parsed(content: bytes) -> Any:
    """JSON, or None when it is none."""
    try:
        return json.loads(content)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Violation:
    """What a check found: what was expected and what came, and how sure the statement is."""

    says: str
    expected: str
    seen: str
    evidence: Evidence
    source: str = ""


def violation(says: str, expected: object, seen: object, origin: Source) -> Violation:
    """A fault against a statement from `origin`."""
    return Violation(says, str(expected)[:_SHOWN], str(seen)[:_SHOWN], origin.evidence, origin.url)


_SHOWN = 400
"""Characters of an expected or seen value that are told."""


@dataclass(frozen=True)
class Orders:
    """What the control plane showed of the orders that a call names, before and after it.

    An id that leads to nothing for the caller has the value None; without a control plane both are empty.
    """

    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class CheckTerms:
    """What checks know besides the call.

    The profile that is expected, values that no answer may tell, which ids lead to nothing, the orders named.
    """

    profile: Profile = DEFAULT
    secrets: frozenset[str] = frozenset()
    made_up: Callable[[str], bool] = lambda _order_id: False
    orders: Orders = field(default_factory=Orders)

    def is_unknown(self, order_id: str) -> bool:
        """Whether the order is certainly not there for the caller."""
        if order_id in self.orders.before:
            return self.orders.before[order_id] is None
        return self.made_up(order_id)


Check = Callable[[ObservedCall, CheckTerms], Iterator[Violation]]
