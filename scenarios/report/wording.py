"""How things are written in every report: verdicts, durations, and text that somebody else wrote."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from scenarios.records import Verdict

WORDS = {
    Verdict.PASS: "passed",
    Verdict.SKIP: "skipped",
    Verdict.WARN: "warning",
    Verdict.BLOCKED: "blocked",
    Verdict.FAIL: "failed",
    Verdict.ERROR: "error",
}
"""The word that readers see for a verdict."""
UNFINISHED = "unfinished"
"""The word for what has no verdict because the run was cut off."""

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters that have no look of their own and may change that of others, or command a terminal."""


def visible(text: str) -> str:
    """`text` with unseen characters written out by number: safe in a terminal, in XML and in a page."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text.replace("\r\n", "\n"))


def word(verdict: Verdict | None) -> str:
    """The verdict in a word; None is something unfinished."""
    return WORDS[verdict] if verdict else UNFINISHED


def plural(number: int, noun: str) -> str:
    """`1 flow`, `2 flows`, `1,200 flows`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def duration(seconds: float) -> str:
    """A span in the unit that suits it: `0.4 ms`, `12 ms`, `3.4 s`, `2 min 5 s`, `1 h 3 min`."""
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
    """Seconds between two moments; None when one is not known."""
    return max((end - start).total_seconds(), 0.0) if start and end else None


def moment(when: datetime) -> str:
    """A date and time to read, with its zone."""
    return f"{when:%Y-%m-%d %H:%M:%S} {when.tzname() or 'UTC'}"
