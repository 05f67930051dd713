"""Counts per touchpoint how far generated calls reach."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts import problems
from contracts.evidence import Evidence
from contracts.konnect.operations import OPERATIONS, Operation, touchpoints
from contracts.profile import Profile
from scenarios.contract.outlet import Sent

_ROWS = {(row.method, row.path): row for row in OPERATIONS}
CREDIT_NOTE = "return"


@dataclass(slots=True)
class Count:
    """Counts of one touchpoint.

    `reached` are calls that a handler saw. For a read, `orders` are the shipments shown and `taken` the
    calls answered with 200.
    """

    calls: int = 0
    reached: int = 0
    orders: int = 0
    taken: int = 0
    codes: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class ReachCounter:
    """Counts the calls of an outlet by touchpoint.

    Calls with another method are not counted.
    """

    profile: Profile
    counts: dict[str, Count] = field(
        default_factory=lambda: {point.name: Count() for _, point in touchpoints()}
    )

    def __call__(self, sent: Sent) -> None:
        """Count one call."""
        row = _ROWS.get((sent.method, sent.path))
        if row is None:
            return
        if row.item is None:
            self._read(row, sent)
        else:
            self._bulk(row, sent)

    def _read(self, row: Operation, sent: Sent) -> None:
        count = self.counts[_reading(row, sent.query)]
        count.calls += 1
        if sent.reply.status in (200, 404):
            count.reached += 1
            count.taken += sent.reply.status == 200

    def _bulk(self, row: Operation, sent: Sent) -> None:
        orders = _orders(sent.body)
        names = [_touchpoint(row, order) for order in orders] or [row.touchpoints[0].name]
        for name in set(names):
            self.counts[name].calls += 1
            self.counts[name].reached += _was_reached(sent)
        if not _was_reached(sent):
            return
        for name in names if orders else ():
            self.counts[name].orders += 1
        refused = Counter(self._refusals(row, orders, sent.reply.body))
        for (name, code), times in refused.items():
            self.counts[name].codes[code] += times
        for name, total in Counter(names).items():
            lost = sum(times for (other, _), times in refused.items() if other == name)
            pdf = sent.reply.is_pdf
            self.counts[name].taken += 0 if pdf or not orders else max(0, total - lost)
            self.counts[name].taken += total if pdf else 0

    def _refusals(self, row: Operation, orders: list[dict[str, Any]], body: Any) -> Iterator[tuple[str, str]]:
        kinds = {order["orderId"]: _touchpoint(row, order) for order in orders}
        errors = body.get("errors") if isinstance(body, Mapping) else None
        for error in errors if isinstance(errors, list) else ():
            if isinstance(error, Mapping):
                name = kinds.get(str(error.get(self.profile.error_order_key)), row.touchpoints[0].name)
                yield name, str(error.get(self.profile.error_code_key))

    def unreached(self, *, documented_only: bool = False) -> list[str]:
        """List the codes without a refusal, such as `confirm O422`."""
        found = []
        for row in problems.ROWS:
            code = problems.code(row.touchpoint, row.problem, self.profile.codes)
            sure = row.origin.evidence is Evidence.DOCUMENTED
            if not self.counts[row.touchpoint].codes[code] and (sure or not documented_only):
                found.append(f"{row.touchpoint} {code}")
        return list(dict.fromkeys(found))


def _reading(row: Operation, query: str) -> str:
    if row.name != "get_shipments":
        return row.touchpoints[0].name
    if "orderId=" in query:
        return "get_order_by_id"
    return "get_returns" if "orderStatus=RETURN" in query or "orderStatus=CREDIT" in query else "get_orders"


def _orders(body: bytes) -> list[dict[str, Any]]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return []
    rows = value if isinstance(value, list) else []
    return [order for order in rows if isinstance(order, dict) and isinstance(order.get("orderId"), str)]


def _touchpoint(row: Operation, order: Mapping[str, Any]) -> str:
    credit_note = row.name == "invoice_update" and order.get("invoiceType") == CREDIT_NOTE
    return row.touchpoints[1 if credit_note else 0].name


def _was_reached(sent: Sent) -> bool:
    body = sent.reply.body
    return sent.reply.is_pdf or (isinstance(body, Mapping) and "payloadCount" in body)
