"""Reads lists again that may lag, or move while they are read."""

from __future__ import annotations

import time
from dataclasses import replace

from scenarios.checks import CheckContext, CheckResult, check
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.players.suite import Outcome, perform
from scenarios.targets.answers import UnreadableError

READS_AGAIN = 10
"""Times that a list is read again, at least, before a miss counts."""


def is_list(action: a.Action) -> bool:
    """Return whether an action reads a list, and nothing else happens."""
    return isinstance(action, a.ListOrders | a.ReadInfo) or (
        isinstance(action, a.ReadAllPages) and action.meanwhile is None
    )


def read_again(context: CheckContext, expectation: e.Expectation, result: CheckResult) -> CheckResult:
    """Read the list again until the check passes, up to a limit.

    A list may lag, at most as long as the patience, since the last change by this flow. A miss that movement
    may cause counts only if the list stood still, so that two readings are equal.
    """
    pause = context.flow.pause()
    pause.begin()
    readings, stood_still = [_ids_on_pages(context.outcome)], False
    while len(readings) <= READS_AGAIN or _may_lag(context):
        if not pause.pause(context.flow.patience):
            break
        again = replace(context, outcome=perform(context.step.action, context.flow))
        try:
            result = check(expectation, again)
        except UnreadableError as error:
            result = CheckResult(False, expectation.says(), str(error))
        if result.passed:
            return result
        readings.append(_ids_on_pages(again.outcome))
        stood_still = stood_still or readings[-1] == readings[-2]
    if result.by_movement and len(readings[-1]) > 1 and not stood_still:
        note = f"not judged: other orders came and went in each of {len(readings)} readings of the list"
        return CheckResult(True, result.expected, result.actual, notes=(note,))
    return result


def _ids_on_pages(outcome: Outcome) -> list[list[str]]:
    return [[str(entry.get("id")) for entry in page] for page in outcome.pages]


def _may_lag(context: CheckContext) -> bool:
    """Return whether a list may still lag.

    A miss that only warns is not worth the wait.
    """
    flow = context.flow
    if context.short or flow.moves_clock:
        return False
    return time.monotonic() - flow.memory.changed_at < flow.patience.give_up_after_s
