"""The results of a run: counts by kind and answer, and failures."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from rich.console import Console
from rich.table import Table

from tests.tools.bad_input.messages import Plan
from tests.tools.bad_input.sending import End, Exchange

SHOWN_BYTES = 600
FAILURES_SHOWN = 20
STATUSES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Failure:
    """A failed request, or a failure of the server (`number` is None)."""

    number: int | None
    kind: str
    says: tuple[str, ...]
    wire: bytes = b""

    def told(self, seed: int) -> str:
        """In lines for people, with the way to see it again."""
        lines = [f"{self.kind}: {says}" for says in self.says]
        if self.number is not None:
            lines += [
                f"  again: python -m tests.tools.bad_input --seed {seed} --only {self.number}",
                f"  sent ({len(self.wire)} bytes): {shortened(self.wire)}",
            ]
        return "\n".join(lines)


def shortened(data: bytes) -> str:
    """Bytes escaped, with their middle left out when there are many."""
    if len(data) <= SHOWN_BYTES:
        return repr(data)
    half = SHOWN_BYTES // 2
    return f"{data[:half]!r} … {len(data) - 2 * half} bytes … {data[-half:]!r}"


@dataclass(slots=True)
class Tally:
    """Counts, filled by several threads; `heard` receives the first failures at once."""

    outcomes: dict[str, Counter[str]] = field(default_factory=dict)
    slowest: dict[str, tuple[float, int]] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    heard: Callable[[Failure], None] = lambda _failure: None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def sent(self) -> int:
        """Return the number of requests so far."""
        return sum(counts.total() for counts in self.outcomes.values())

    def note(self, number: int, plan: Plan, exchange: Exchange, found: list[str]) -> None:
        """Count a request; `found` are its failures."""
        with self._lock:
            self.outcomes.setdefault(plan.kind, Counter())[outcome(exchange)] += 1
            slowest = self.slowest.get(plan.kind, (0.0, number))
            self.slowest[plan.kind] = max(slowest, (exchange.took_s, number))
            if found:
                self._failed(Failure(number, plan.kind, tuple(found), plan.wire))

    def server(self, *says: str) -> None:
        """Record a failure of the server."""
        with self._lock:
            self._failed(Failure(None, "server", says))

    def _failed(self, failure: Failure) -> None:
        self.failures.append(failure)
        if len(self.failures) <= FAILURES_SHOWN:
            self.heard(failure)

    def show(self, console: Console) -> None:
        """Print the table of kinds."""
        table = Table("kind", "sent", "answers", "slowest, ms", "its number")
        for kind, counts in sorted(self.outcomes.items()):
            told = ", ".join(f"{name}: {count}" for name, count in counts.most_common())
            slowest, number = self.slowest[kind]
            table.add_row(kind, f"{counts.total():,}", told, f"{slowest * 1000:.0f}", str(number))
        console.print(table)
        total = sum(self.outcomes.values(), Counter[str]())
        console.print(", ".join(f"{name}: {count:,}" for name, count in total.most_common()))


def outcome(exchange: Exchange) -> str:
    """Return the statuses, or the end of the connection without any."""
    statuses = [str(answer.status) for answer in exchange.answers]
    if not statuses or exchange.end in (End.MALFORMED, End.SILENT):
        return "+".join([*statuses, str(exchange.end)])
    return "+".join(statuses) if len(statuses) <= STATUSES_SHOWN else f"several, last {statuses[-1]}"
