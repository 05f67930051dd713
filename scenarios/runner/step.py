"""Runs one step: its action, then the judging of its expectations."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from scenarios.checks import CheckContext, CheckResult
from scenarios.checks.base import cause_key
from scenarios.choices import Player
from scenarios.language import expectations as e
from scenarios.language.flow import Step
from scenarios.players.person import PersonAbsentError, ask_person
from scenarios.players.suite import Outcome, perform
from scenarios.players.system import SystemSilentError, player_of, watch_system
from scenarios.records import StepFinished, StepView, Verdict
from scenarios.runner.judging import Ending, Rules, check_expectations
from scenarios.runner.resume import LostWriteError, resume_step
from scenarios.session.context import FlowContext
from scenarios.session.memory import NameUnboundError, fingerprint
from scenarios.targets.answers import UnreadableError
from scenarios.targets.control import ControlRefusedError
from scenarios.targets.http import TargetLostError, WritesSpentError
from scenarios.targets.konnect import NoCredentialsError
from scenarios.targets.presence import require_answer

BROKEN = (TargetLostError, NoCredentialsError)
"""Internal errors and a lost target: no statement about the system under test."""
MEANINGLESS = (PersonAbsentError, WritesSpentError, NameUnboundError, LostWriteError)
"""The step could not be done, without a fault of the system under test."""
WRONG = (ControlRefusedError, UnreadableError, SystemSilentError)
"""The system under test refused or missed the step."""


def play_action(context: FlowContext, step: Step, rules: Rules, recorded: StepView | None = None) -> Outcome:
    """Do the step's action, or restore its recorded outcome."""
    if not step.action.writes:
        return _play_action(context, step, rules, recorded)
    try:
        with context.quiet.changing():
            return _play_action(context, step, rules, recorded)
    finally:
        context.memory.changed_at = time.monotonic()


def _play_action(context: FlowContext, step: Step, rules: Rules, recorded: StepView | None) -> Outcome:
    player = player_of(context, step)
    if player is Player.PERSON:
        return ask_person(context, step, rules.desk, recorded)
    if player is Player.SYSTEM:
        return watch_system(context, step)
    if recorded is not None and recorded.sendings:
        return resume_step(context, step, recorded)
    return perform(step.action, context)


def fingerprints(context: FlowContext, step: Step) -> dict[str, tuple[Any, ...]]:
    """Return fingerprints of the shipments if a check needs them."""
    asks = (e.Refused, e.Unchanged, e.CallRefused, e.NothingTaken, e.Impossible)
    wanted = [e.bare(x) for x in step.expects]
    if not any(isinstance(expectation, asks) for expectation in wanted):
        return {}
    names = [*step.action.names, *(name for x in wanted for name in x.names)]
    known = [name for name in dict.fromkeys(names) if name in context.memory.ids]
    return {order_id: fingerprint(context.look(order_id)) for order_id in context.memory.of(tuple(known))}


def play_step(context: FlowContext, step: Step, rules: Rules, recorded: StepView | None = None) -> Ending:
    """Run a single step."""
    return ending_of(context, step, lambda: _play_step(context, step, rules, recorded))


def _play_step(context: FlowContext, step: Step, rules: Rules, recorded: StepView | None) -> Ending:
    before = fingerprints(context, step)
    outcome = play_action(context, step, rules, recorded)
    return check_expectations(CheckContext(context, step, outcome, before, (outcome,)), step.expects, rules)


def ending_of(context: FlowContext, step: Step, work: Callable[[], Ending]) -> Ending:
    """Run `work`; convert its errors to an ending.

    Raises `TargetGoneError` if nothing answers any more.
    """
    try:
        return work()
    except BROKEN as error:
        require_answer(context.target)
        return Ending(Verdict.ERROR, str(error), f"error | {type(error).__name__} | {error}", halts=True)
    except MEANINGLESS as error:
        again = isinstance(error, PersonAbsentError | WritesSpentError)
        cause = f"blocked | {type(error).__name__}"
        return Ending(Verdict.BLOCKED, str(error), cause, halts=True, again=again)
    except WRONG as error:
        verdict = Verdict.FAIL
        if isinstance(error, SystemSilentError) and not step.action.writes:
            verdict = Verdict.WARN
        group = error.group if isinstance(error, SystemSilentError) else ""
        result = CheckResult(False, "the step can be done", str(error), group_key=group)
        touchpoint = CheckContext(context, step, Outcome()).touchpoint
        cause = cause_key(touchpoint, "can be done", result)
        return Ending(verdict, f"cannot be done: {error}", cause, halts=verdict is Verdict.FAIL)


def finished(context: FlowContext, ending: Ending, blocked_by: int | None = None) -> StepFinished:
    """Build the record of a step's end."""
    return StepFinished(
        flow=context.recorder.flow,
        step=context.recorder.step,
        verdict=ending.verdict,
        message=ending.message,
        blocked_by=blocked_by,
        cause=ending.cause,
        again=ending.again,
    )


def at_step(context: FlowContext, number: int) -> FlowContext:
    """Return the context of another step."""
    return context.at(replace(context.recorder, step=number))
