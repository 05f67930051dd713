"""Wording of all reports: verdicts, durations, and foreign text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from contracts.evidence import Evidence
from scenarios.records import Price, Verdict
from scenarios.report.summary import CallSummary

WORDS = {
    Verdict.PASS: "passed",
    Verdict.SKIP: "skipped",
    Verdict.WARN: "warning",
    Verdict.BLOCKED: "blocked",
    Verdict.FAIL: "failed",
    Verdict.ERROR: "error",
}
"""The reader's word for each verdict."""
UNFINISHED = "unfinished"
"""The word for a flow or step without a verdict."""


def word(verdict: Verdict | None) -> str:
    """Return the word for a verdict; None is unfinished."""
    return WORDS[verdict] if verdict else UNFINISHED


def plural(number: int, noun: str) -> str:
    """Format a count: `1 flow`, `2 flows`, `1,200 flows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def graded(grades: Mapping[Evidence, int]) -> str:
    """Format counts by evidence: `43 places: 23 documented, 20 assumed`."""
    total = plural(sum(grades.values()), "place")
    if len(grades) == 1:
        return f"{total}: {next(iter(grades))}"
    return f"{total}: {', '.join(f'{number:,} {grade}' for grade, number in grades.items())}"


def at_calls(calls: Iterable[CallSummary]) -> str:
    """Format the calls of a cause: `at confirm (POST /oms/v3/shipment/confirm), store: hand_over`."""
    named = [f"{c.touchpoint} ({c.method} {c.path})" if c.path else c.touchpoint for c in calls]
    return f"at {', '.join(named)}" if named else ""


def share(part: int, whole: int) -> str:
    """Format a share: `87%`; a dash if the whole is 0."""
    return f"{100 * part / whole:.0f}%" if whole else "-"


def duration(seconds: float) -> str:
    """Format a duration: `0.4 ms`, `3.4 s`, `2 min 5 s`."""
    if seconds < 0.00995:
        return f"{seconds * 1000:.1f} ms"
    if seconds < 0.9995:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = timedelta(seconds=round(seconds))
    minutes, rest = divmod(int(whole.total_seconds()), 60)
    return f"{minutes} min {rest} s" if minutes < 60 else f"{minutes // 60} h {minutes % 60} min"


def span(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds between two times; None if one is unknown."""
    return max((end - start).total_seconds(), 0.0) if start and end else None


def price(planned: Price) -> str:
    """Format a price: `12 flows, 30 writes, 9 tasks for people`."""
    parts = [plural(planned.flows, "flow"), plural(planned.writes, "write")]
    if planned.tasks:
        by_hand = planned.people_minutes
        how = f"about {duration(by_hand * 60)}" if by_hand else "done by the command"
        parts.append(f"{plural(planned.tasks, 'task')} for people ({how})")
    if planned.waiting_minutes:
        parts.append(f"about {duration(planned.waiting_minutes * 60)} of waiting")
    return ", ".join(parts)


def moment(when: datetime) -> str:
    """Format a date and time, with its zone."""
    return f"{when:%Y-%m-%d %H:%M:%S} {when.tzname() or 'UTC'}"
