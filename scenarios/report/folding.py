"""Folds repeated calls of a step, as polling makes them."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from scenarios.records import Exchange
from scenarios.report.wording import duration

PERIOD_LIMIT = 4
"""Longest sequence of calls whose repetition is shown once, as polling makes them."""
CLOCK_PATH = "/clock"
"""Each answer of the clock differs from the one before."""
_STATE = "orderStatus"


def folded(exchanges: list[Exchange]) -> Iterator[list[Exchange]]:
    """Group repeated sequences of calls: a group per call of the sequence."""
    first = 0
    while first < len(exchanges):
        repeats = {size: _times(exchanges, first, size) for size in range(1, PERIOD_LIMIT + 1)}
        period = max(repeats, key=lambda size: size * repeats[size] if repeats[size] > 1 else size == 1)
        end = first + period * repeats[period]
        yield from (exchanges[first + place : end : period] for place in range(period))
        first = end


def _times(exchanges: list[Exchange], first: int, period: int) -> int:
    """Count how often a sequence of calls follows itself."""
    end = first + period
    while end < len(exchanges) and _alike(exchanges[end - period], exchanges[end]):
        end += 1
    return (end - first) // period


def repeated(equal: list[Exchange]) -> str:
    """Describe repeated calls: `polled 7 times in 42 ms, always PROCESSING`."""
    last = equal[-1]
    took = (last.started_at - equal[0].started_at).total_seconds() + last.elapsed_ms / 1000
    state = _state(last)
    verb = "polled" if last.method == "GET" else "repeated"
    return f"{verb} {len(equal)} times in {duration(took)}" + (f", always {state}" if state else "")


def _state(exchange: Exchange) -> str | None:
    """Return the order state if the answer has only one."""
    body = exchange.answer.body if exchange.answer else None
    found = list(dict.fromkeys(re.findall(rf'"{_STATE}": "(\w+)"', json.dumps(body))))
    return found[0] if len(found) == 1 else None


def _alike(one: Exchange, other: Exchange) -> bool:
    if one.key or other.key or (one.method, one.url, one.trouble) != (other.method, other.url, other.trouble):
        return False
    if one.answer is None or other.answer is None:
        return one.answer is other.answer
    if one.url.endswith(CLOCK_PATH):
        return one.answer.status == other.answer.status
    return (one.answer.status, one.answer.body, one.answer.pdf) == (
        other.answer.status,
        other.answer.body,
        other.answer.pdf,
    )
