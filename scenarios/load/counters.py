"""Counts calls, times and failures, per name and per second.

Times are rounded to three significant digits: a day of calls needs little memory, and counts of several
processes can be added. Percentiles are accurate to about half a percent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

MESSAGES_LIMIT = 200
"""Different failures that are counted separately; further ones are counted together."""
MESSAGE_LENGTH = 300
OTHER_FAILURES = "other failures"
SYSTEM_MARK = "system: "
"""Prefix of names that measure the reaction of a system under test."""


def time_class(elapsed_us: float) -> int:
    """Round microseconds to three significant digits."""
    whole = max(round(elapsed_us), 0)
    surplus = len(str(whole)) - 3
    return round(whole, -surplus) if surplus > 0 else whole


@dataclass(slots=True)
class Track:
    """Counts of one name, or of one second."""

    times_us: Counter[int] = field(default_factory=Counter)
    failures: int = 0
    longest_us: int = 0

    @property
    def calls(self) -> int:
        """Number of calls."""
        return self.times_us.total()

    def note(self, elapsed_us: float, failed: bool) -> None:
        """Count one call."""
        self.times_us[time_class(elapsed_us)] += 1
        self.failures += failed
        self.longest_us = max(self.longest_us, round(elapsed_us))

    def add(self, counts: Mapping[str, Any]) -> None:
        """Add the counts of another process."""
        self.times_us.update({int(time): int(times) for time, times in counts["times"]})
        self.failures += int(counts["failures"])
        self.longest_us = max(self.longest_us, int(counts["longest"]))

    def as_json(self) -> dict[str, Any]:
        """Return the counts for another process."""
        return {
            "times": list(map(list, self.times_us.items())),
            "failures": self.failures,
            "longest": self.longest_us,
        }

    def percentiles_ms(self, *shares: float) -> tuple[float | None, ...]:
        """Return the percentile of each share; None without calls."""
        waiting = sorted(shares, reverse=True)
        found: dict[float, float] = {}
        seen = 0
        for time, times in sorted(self.times_us.items()):
            seen += times
            while waiting and seen >= waiting[-1] * self.calls:
                found[waiting.pop()] = time / 1000
        return tuple(found.get(share) for share in shares)


@dataclass(slots=True)
class Counters:
    """All counts of a process.

    `seconds` has whole seconds since 1970 as keys.
    """

    names: dict[str, Track] = field(default_factory=dict)
    seconds: dict[int, Track] = field(default_factory=dict)
    messages: Counter[tuple[str, str]] = field(default_factory=Counter)

    def note(self, name: str, elapsed_ms: float, trouble: str | None, at: float) -> None:
        """Count a call that ended `at`; `trouble` describes its failure."""
        failed = trouble is not None
        self.names.setdefault(name, Track()).note(elapsed_ms * 1000, failed)
        if not name.startswith(SYSTEM_MARK):
            self.seconds.setdefault(int(at), Track()).note(elapsed_ms * 1000, failed)
        if trouble is not None:
            self._fail(name, trouble[:MESSAGE_LENGTH], 1)

    def _fail(self, name: str, message: str, times: int) -> None:
        known = (name, message) in self.messages or len(self.messages) < MESSAGES_LIMIT
        self.messages[(name, message) if known else (name, OTHER_FAILURES)] += times

    def take(self) -> dict[str, Any]:
        """Return all counts as plain data, and reset them."""
        counts = {
            "names": [[name, track.as_json()] for name, track in self.names.items()],
            "seconds": [[second, track.as_json()] for second, track in self.seconds.items()],
            "messages": [[name, message, times] for (name, message), times in self.messages.items()],
        }
        self.clear()
        return counts

    def add(self, counts: Mapping[str, Any]) -> None:
        """Add the counts that another process took."""
        for name, track in counts["names"]:
            self.names.setdefault(str(name), Track()).add(track)
        for second, track in counts["seconds"]:
            self.seconds.setdefault(int(second), Track()).add(track)
        for name, message, times in counts["messages"]:
            self._fail(str(name), str(message), int(times))

    def clear(self) -> None:
        """Reset all counts."""
        self.names.clear()
        self.seconds.clear()
        self.messages.clear()
