"""Plans a run: flows in their modes, and reasons for skipped ones."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from contracts.lifecycle.table import Actor, DocumentMode
from scenarios.choices import Player
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.language.flow import TENANTS, Case, Flow, Modes, Step, Together, cases
from scenarios.records import PlannedFlow, PlannedStep
from scenarios.targets.opening import Target

OWN_TOKENS = (a.Caller.COMPANY, a.Caller.LOCATION)
OF_THE_COMPANY = (a.Caller.COMPANY, a.Caller.AGED, a.Caller.EXPIRED, a.Caller.KEPT)
"""Callers with the company's credentials, or the first store's if only those are known."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One case; without a `skip` reason it runs."""

    case: Case
    skip: str = ""


def make_plans(
    flows: Iterable[Flow], target: Target, pinned: Mapping[str, DocumentMode], patterns: Iterable[str] = ()
) -> list[Plan]:
    """Plan the cases of the flows; `pinned` modes select variants.

    A pattern with modes (`PAS-S-01[invoice=fynd]`) selects that case of its flow.
    """
    exact = {pattern for pattern in patterns if "[" in pattern}
    plans = [_plan(case, target, pinned) for flow in flows for case in cases(flow)]
    asked = [plan for plan in plans if not _turned_off(plan.case, pinned)]
    narrowed = {pattern.partition("[")[0] for pattern in exact}
    return [plan for plan in asked if plan.case.flow.id not in narrowed or plan.case.id in exact]


def _turned_off(case: Case, pinned: Mapping[str, DocumentMode]) -> bool:
    """Return whether the command line selects another variant of the flow."""
    return any(name in case.flow.varies_by and case.modes[name] != mode for name, mode in pinned.items())


def _plan(case: Case, target: Target, pinned: Mapping[str, DocumentMode]) -> Plan:
    chosen = {**target.modes, **pinned}
    settled = set(case.flow.varies_by) | {name for name, _ in case.flow.needs}
    free: Modes = {name: mode for name, mode in chosen.items() if name not in settled}
    whole = replace(case, modes={**case.modes, **free})
    reasons = (
        _mode_reason(whole, chosen),
        _ability_reason(whole, target),
        _credentials_reason(whole, target),
        _cast_reason(whole, target),
    )
    return Plan(whole, next(filter(None, reasons), ""))


def _mode_reason(case: Case, chosen: Mapping[str, DocumentMode]) -> str:
    wrong = [f"{n}={case.modes[n]}" for n, mode in chosen.items() if case.modes[n] != mode]
    here = ", ".join(f"{name}={mode}" for name, mode in chosen.items())
    return f"needs {' and '.join(wrong)}; here it is {here}" if wrong else ""


def _ability_reason(case: Case, target: Target) -> str:
    missing = sorted(case.flow.abilities - target.abilities)
    return f"the target lacks: {', '.join(missing)}" if missing else ""


def _credentials_reason(case: Case, target: Target) -> str:
    """Name the caller whose credentials the target file lacks.

    With a tenant per flow all credentials exist.
    """
    if not target.described or TENANTS in target.abilities:
        return ""
    known = set(target.credentials) | {a.Caller.NOBODY, a.Caller.MADE_UP, *OF_THE_COMPANY}
    for step in _single(case):
        by = getattr(step.action, "by", a.Caller.COMPANY)
        if by not in known:
            return f"the target file has no credentials for {by} ({step.says})"
    return ""


def _cast_reason(case: Case, target: Target) -> str:
    for step in _single(case):
        player = target.cast.get(step.actor, Player.SUITE)
        if player is Player.SYSTEM and _is_mistake(step):
            return (
                f"needs a deliberate mistake, which a system under test cannot make on request ({step.says})"
            )
        if player is Player.PERSON and any(isinstance(x, e.Impossible) for x in step.expects):
            return f"needs an impossible action, which a person cannot try ({step.says})"
    together = any(isinstance(step, Together) for step in case.steps)
    if together and target.cast.get(Actor.AGGREGATOR) is Player.SYSTEM:
        return "needs concurrent calls, which a system under test cannot make on request"
    return ""


def _is_mistake(step: Step) -> bool:
    """Return whether a system cannot be expected to do a step.

    The step is refused on purpose, or needs means that only the suite has.
    """
    action = step.action
    if not isinstance(action, a.KonnectAction):
        return False
    expects = [e.bare(x) for x in step.expects]
    mistakes = e.Refused | e.CallRefused | e.NothingTaken | e.NotServed | e.Unauthorized | e.Counts
    refused = any(isinstance(x, mistakes) for x in expects)
    return refused or isinstance(action, a.SendBody | a.GetToken) or action.by not in OWN_TOKENS


def _single(case: Case) -> list[Step]:
    return [one for step in case.steps for one in (step.steps if isinstance(step, Together) else (step,))]


def skip_in_short(reason: str) -> str:
    """Return the reason of a skip without step and account."""
    return reason.partition("; here it is ")[0].partition(" (")[0]


def planned_flow(plan: Plan) -> PlannedFlow:
    """Convert a plan to its part of the first record."""
    case = plan.case
    steps = tuple(_planned_steps(case))
    requirements = tuple(dict.fromkeys(name for step in steps for name in step.requirements))
    return PlannedFlow(
        id=case.id,
        title=case.flow.title,
        journey=case.flow.journey,
        requirements=requirements,
        modes={f"{name}_mode": str(mode) for name, mode in case.modes.items()},
        steps=steps,
        skip=plan.skip or None,
    )


def _planned_steps(case: Case) -> list[PlannedStep]:
    planned: list[PlannedStep] = []
    for step in case.steps:
        group = step.steps if isinstance(step, Together) else (step,)
        shared = step.proves if isinstance(step, Together) else ()
        for place, one in enumerate(group):
            planned.append(
                PlannedStep(
                    number=len(planned) + 1,
                    actor=one.actor,
                    says=one.says,
                    requirements=(*one.proves, *shared),
                    together=place > 0,
                )
            )
    return planned
