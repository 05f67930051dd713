"""Verdicts of checks, steps, flows and runs, and the exit status that they add up to."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Verdict(StrEnum):
    """What is concluded; from best to worst, and the worst part decides about the whole."""

    PASS = "pass"  # noqa: S105 - a verdict
    SKIP = "skip"
    """Not meant to run here; the reason is given."""
    WARN = "warn"
    """A statement that is not certain was not met, or a wish was missed."""
    BLOCKED = "blocked"
    """Made meaningless by an earlier step, or a person did not come."""
    FAIL = "fail"
    """The system under test is wrong, or did not act in time."""
    ERROR = "error"
    """We broke, or lost the target."""

    @property
    def rank(self) -> int:
        """0 for the best verdict, 5 for the worst."""
        return _RANKS[self]


_RANKS = {verdict: rank for rank, verdict in enumerate(Verdict)}


def worst(verdicts: Iterable[Verdict], default: Verdict = Verdict.PASS) -> Verdict:
    """The worst of `verdicts`; `default` when there is none."""
    return max(verdicts, key=lambda verdict: verdict.rank, default=default)


USAGE_EXIT_STATUS = 2
"""Exit status for wrong use or configuration: there is no run to give a verdict on."""


def exit_status(verdicts: Iterable[Verdict], *, asserted: bool, no_skips: bool = False) -> int:
    """Exit status of a run from its flows' verdicts; `asserted` tells whether anything was checked at all.

    3 for an error, else 1 for a failure or when nothing was asserted, else 4 for something blocked, else 0.
    With `no_skips` a skipped flow counts as a failure.
    """
    seen = set(verdicts)
    if Verdict.ERROR in seen:
        return 3
    if Verdict.FAIL in seen or not asserted or (no_skips and Verdict.SKIP in seen):
        return 1
    return 4 if Verdict.BLOCKED in seen else 0
