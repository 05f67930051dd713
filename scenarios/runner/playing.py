"""Plays the steps of one case, concurrent ones at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from scenarios import records as r
from scenarios.checks import CheckContext
from scenarios.language.flow import AnyStep, Step, Together
from scenarios.players.suite import Outcome, at_once
from scenarios.records import StepStatus, StepView, Verdict
from scenarios.runner.judging import Ending, Rules, check_expectations
from scenarios.runner.resume import halted_before
from scenarios.runner.step import at_step, ending_of, fingerprints, finished, play_action, play_step
from scenarios.session.context import FlowContext


def numbered(steps: Sequence[AnyStep]) -> list[tuple[int, AnyStep]]:
    """Number the steps; concurrent ones count one by one."""
    found, number = [], 1
    for step in steps:
        found.append((number, step))
        number += len(_singles(step))
    return found


def play_steps(context: FlowContext, rules: Rules, recorded: Mapping[int, StepView]) -> Ending:
    """Run all steps in order; return the worst ending."""
    endings: list[Ending] = []
    halted: int | None = None
    for number, step in numbered(context.case.steps):
        width = len(_singles(step))
        if halted is not None:
            endings += [_block(context, n, halted) for n in range(number, number + width)]
            continue
        known = [recorded.get(n) for n in range(number, number + width)]
        done = [view.finished for view in known if view is not None and view.finished is not None]
        if len(done) == width:
            fresh = [Ending(end.verdict, end.message, end.cause) for end in done]
            if any(halted_before(one, view) for one, view in zip(_singles(step), known, strict=True) if view):
                halted = number
        else:
            fresh = _play_one(context, number, step, rules, known)
        endings += fresh
        halted = number if any(end.halts for end in fresh) else halted
    return max(endings, key=lambda ending: ending.verdict.rank)


def _singles(step: AnyStep) -> tuple[Step, ...]:
    return step.steps if isinstance(step, Together) else (step,)


def _block(context: FlowContext, number: int, by: int) -> Ending:
    ending = Ending(Verdict.BLOCKED, f"blocked by step {by}")
    context.recorder.emit(finished(at_step(context, number), ending, by))
    return ending


def _play_one(
    context: FlowContext, number: int, step: AnyStep, rules: Rules, known: Sequence[StepView | None]
) -> list[Ending]:
    steps = _singles(step)
    contexts = [at_step(context, number + place) for place in range(len(steps))]
    for place, here in enumerate(contexts):
        begun = known[place] is not None and known[place].changed is not None  # type: ignore[union-attr]
        if not begun:
            here.recorder.emit(_running(here, steps[place]))
    if isinstance(step, Together):
        endings = _play_together(contexts, step, rules, known)
    else:
        endings = [play_step(contexts[0], step, rules, known[0])]
    for here, ending in zip(contexts, endings, strict=True):
        here.recorder.emit(finished(here, ending))
    return endings


def _running(context: FlowContext, step: Step) -> r.StepChanged:
    player = context.player(step.actor)
    return r.StepChanged(
        flow=context.recorder.flow, step=context.recorder.step, status=StepStatus.RUNNING, player=player
    )


def _play_together(
    contexts: Sequence[FlowContext], group: Together, rules: Rules, known: Sequence[StepView | None]
) -> list[Ending]:
    """Run concurrent actions, then check each step, then the group."""
    befores = [fingerprints(context, step) for context, step in zip(contexts, group.steps, strict=True)]

    def doing(place: int) -> Callable[[], Outcome]:
        return lambda: play_action(contexts[place], group.steps[place], rules, known[place])

    results = at_once([doing(place) for place in range(len(contexts))])
    outcomes = tuple(result for result in results if isinstance(result, Outcome))

    def concluding(place: int) -> Callable[[], Ending]:
        def work() -> Ending:
            result = results[place]
            if isinstance(result, BaseException):
                raise result
            last = place == len(contexts) - 1
            expects = (*group.steps[place].expects, *(group.expects if last else ()))
            context = CheckContext(contexts[place], group.steps[place], result, befores[place], outcomes)
            return check_expectations(context, expects, rules)

        return work

    return [
        ending_of(contexts[place], group.steps[place], concluding(place)) for place in range(len(contexts))
    ]
