"""Verdicts of checks, steps, flows and runs, and their exit status."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """A verdict, from best to worst; the worst part decides."""

    PASS = "pass"  # noqa: S105 - a verdict
    SKIP = "skip"
    """Not run here; the reason is given."""
    WARN = "warn"
    """A miss of an uncertain or optional statement."""
    BLOCKED = "blocked"
    """Blocked by an earlier step, or by an absent person."""
    FAIL = "fail"
    """The system under test is wrong or too slow."""
    ERROR = "error"
    """An internal error, or the target was lost."""

    @property
    def rank(self) -> int:
        """0 for the best verdict, 5 for the worst."""
        return _RANKS[self]


_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict], default: Verdict = Verdict.PASS) -> Verdict:
    """Return the worst verdict, or `default` without any."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=default)


USAGE_EXIT_STATUS = 2
"""Exit status of wrong use or configuration, without a run."""


def exit_status(verdicts: Iterable[Verdict], *, asserted: bool, no_skips: bool = False) -> int:
    """Return the exit status of a run.

    3 for an error, else 1 for a failure or without any check (`asserted` is False), else 4 for a blocked
    flow, else 0. With `no_skips` a skipped flow counts as a failure.
    """
    seen = set(verdicts)
    if Verdict.ERROR in seen:
        return 3
    if Verdict.FAIL in seen or not asserted or (no_skips and Verdict.SKIP in seen):
        return 1
    return 4 if Verdict.BLOCKED in seen else 0
