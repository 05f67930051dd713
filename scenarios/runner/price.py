"""The price of a run: writes, tasks for people, waiting."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from scenarios.choices import Player
from scenarios.errors import UsageError
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.language.flow import Case, Step, Together
from scenarios.players.system import is_watched
from scenarios.records import FlowView, Price
from scenarios.runner.plan import Plan
from scenarios.targets.opening import Target

MINUTES_PER_TASK = 2.0
"""Estimate for a task that a person does by hand."""
SECONDS_PER_MINUTE = 60


def price_of(target: Target, plans: Iterable[Plan], recorded: Mapping[str, FlowView] | None = None) -> Price:
    """Return what the flows cost, without finished steps of `recorded`."""
    flows = writes = tasks = calls = waits = 0
    for plan in plans:
        view = (recorded or {}).get(plan.case.id)
        if plan.skip or (view and view.finished):
            continue
        flows += 1
        sizes: dict[str, int] = {}
        for number, step in enumerate(_steps(plan.case), start=1):
            size = _size(step.action, sizes)
            if step.action.births:
                sizes[step.action.births] = size
            if view and number in view.steps and view.steps[number].finished:
                continue
            player = target.cast.get(step.actor, Player.SUITE)
            if isinstance(step.action, a.WaitOnly | a.TimePasses):
                player = Player.SUITE
            if player is Player.SUITE or not (player is Player.PERSON or is_watched(step.action)):
                writes += step.action.konnect and step.action.writes
                calls += step.action.konnect * (1 if step.action.writes else max(size, 1))
            tasks += size if player is Player.PERSON else 0
            looks = [e.bare(x) for x in step.expects]
            calls += sum(not x.about_answer for x in looks) * max(size, 1)
            waits += any(x.waits for x in looks) and isinstance(step.action, a.WaitOnly)
    rate = target.wire.pacer.requests_per_s_max
    real = target.described or bool(target.tenant)
    seconds = (calls / rate if rate else 0) + (waits * target.patience.poll_every_s if real else 0)
    by_hand = tasks if not target.person_command else 0
    return Price(
        flows=flows,
        writes=writes,
        tasks=tasks,
        people_minutes=by_hand * MINUTES_PER_TASK,
        waiting_minutes=round(seconds / SECONDS_PER_MINUTE, 1),
    )


def _steps(case: Case) -> list[Step]:
    return [one for step in case.steps for one in (step.steps if isinstance(step, Together) else (step,))]


def _size(action: a.Action, sizes: Mapping[str, int]) -> int:
    """Return how many shipments an action is about, or creates."""
    if isinstance(action, a.PlaceOrder):
        return action.count
    return sum(sizes.get(name, 1) for name in action.names)


def limit_writes(target: Target, price: Price, sent: int) -> None:
    """Allow the planned writes; raise `UsageError` if `writes_max` allows fewer."""
    pacer, needed = target.wire.pacer, sent + price.writes
    if pacer.writes_max is None:
        pacer.writes_max = needed if target.described else None
    elif pacer.writes_max < needed:
        before = f", after {sent} that were sent" if sent else ""
        raise UsageError(
            f"{target.name}.toml allows {pacer.writes_max} writes ([pace] writes_max), and the {price.flows} "
            f"planned flows need {price.writes}{before}. Set writes_max = {needed} or more, leave it out, or "
            "choose fewer flows"
        )
