"""Reads lists again that may lag, or move while they are read."""

from __future__ import annotations

import time
from dataclasses import dataclass, field, replace

from scenarios.checks import CheckContext, CheckResult, check
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.players.suite import Outcome, perform
from scenarios.targets.answers import UnreadableError

READS_AGAIN = 10
"""Times that a list is read again, at least, before a miss counts."""
SHARE_OF_OTHERS = 3
"""Divides the patience for a list in which only other people's orders are wrong."""


def is_list(action: a.Action) -> bool:
    """Return whether an action reads a list, and nothing else happens."""
    return isinstance(action, a.ListOrders | a.ReadInfo) or (
        isinstance(action, a.ReadAllPages) and action.meanwhile is None
    )


def read_again(context: CheckContext, expectation: e.Expectation, result: CheckResult) -> CheckResult:
    """Read the list again until the check passes, up to a limit.

    A list may lag, at most as long as the patience, since the last change. A miss that movement may cause
    counts only if the list stood still, so that two readings are equal; an entry that breaks the statement
    alone counts only if it does so in each reading. Other flows of the run make no changes meanwhile.
    """
    readings = _Readings(context, expectation, result)
    pause = context.flow.pause()
    pause.begin()
    with context.flow.quiet.held():
        while readings.goes_on and pause.pause(context.flow.patience):
            readings.add()
    readings.settled = True
    pause.begin()
    with context.flow.quiet.held():
        end = readings.count + READS_AGAIN
        while readings.is_moving and readings.count < end and pause.pause(context.flow.patience):
            readings.add()
    return readings.verdict


@dataclass(slots=True)
class _Readings:
    """All readings of one list, with the results of one check."""

    context: CheckContext
    expectation: e.Expectation
    last: CheckResult
    count: int = 1
    began: float = field(default_factory=time.monotonic)
    settled: bool = False
    """Whether the patience is over, so that the list no longer lags."""
    still: CheckResult | None = None
    """The miss in a list that stood still."""
    lasting: frozenset[str] | None = None
    """Entries that broke the statement in each reading."""
    _ids: list[list[str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lasting = self.last.suspects
        self._ids = _ids_on_pages(self.context.outcome)

    def add(self) -> None:
        """Read the list once more, and check it."""
        lagged = not self.settled and self._may_lag
        again = replace(self.context, outcome=perform(self.context.step.action, self.context.flow))
        try:
            result = check(self.expectation, again)
        except UnreadableError as error:
            result = CheckResult(False, self.expectation.says(), str(error))
        ids = _ids_on_pages(again.outcome)
        if self.last.by_movement and ids == self._ids and not lagged:
            self.still = self.still or self.last
        if result.suspects is not None:
            self.lasting = result.suspects & (result.suspects if self.lasting is None else self.lasting)
        self.last, self._ids = result, ids
        self.count += 1

    @property
    def goes_on(self) -> bool:
        """Whether another reading may bring another verdict."""
        if self.last.passed or self._all_passed_by:
            return False
        return self.count <= READS_AGAIN or self._may_lag

    @property
    def is_moving(self) -> bool:
        """Whether movement in a list of several pages explains the miss."""
        return not self.last.passed and self.last.by_movement and len(self._ids) > 1 and self.still is None

    @property
    def _all_passed_by(self) -> bool:
        """Whether no entry broke the statement in each reading."""
        return self.last.suspects is not None and not self.lasting

    @property
    def _may_lag(self) -> bool:
        """Return whether the list may still lag.

        A miss that only warns is not worth the wait. When other people changed their orders is unknown: they
        have a share of the patience, from the first reading on.
        """
        flow = self.context.flow
        if self.context.short or flow.moves_clock:
            return False
        own = self.lasting is None or not self.lasting.isdisjoint(flow.memory.everything())
        limit_s = flow.patience.give_up_after_s
        if own:
            return time.monotonic() - flow.memory.changed_at < limit_s
        return time.monotonic() - self.began < limit_s / SHARE_OF_OTHERS

    @property
    def verdict(self) -> CheckResult:
        """The result that counts."""
        if self.last.passed:
            return self.last
        if self._all_passed_by or self.is_moving:
            note = f"not judged: other orders came and went in each of {self.count} readings of the list"
            return CheckResult(True, self.last.expected, self.last.actual, notes=(note,))
        return self.still or self.last


def _ids_on_pages(outcome: Outcome) -> list[list[str]]:
    return [[str(entry.get("id")) for entry in page] for page in outcome.pages]
