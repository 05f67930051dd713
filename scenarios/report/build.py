"""Builds a `Report` from the view of a run."""

from __future__ import annotations

from collections import Counter

from contracts.evidence import Evidence
from contracts.konnect.operations import touchpoints
from scenarios.interruption import INTERRUPTED_EXIT_STATUS
from scenarios.records import (
    Cause,
    Check,
    FlowView,
    Met,
    Note,
    Place,
    Reach,
    RunView,
    StepView,
    TargetSeen,
    Verdict,
)
from scenarios.report.requirements import coverage, proven
from scenarios.report.summary import (
    CallSummary,
    CauseSummary,
    CheckSummary,
    FlowSummary,
    PlaceSummary,
    PointSummary,
    ReachSummary,
    Report,
    StepSummary,
)
from scenarios.report.wording import span

UNKNOWN = "unknown"
"""Replaces values of a missing first line."""


def build_report(view: RunView) -> Report:
    """Build the report of a run, also of an interrupted one."""
    run, end, cut = view.run, view.finished, view.interrupted
    flows = tuple(view.flows.values())
    requirements = proven(flows)
    return Report(
        run=run.run if run else UNKNOWN,
        started_at=run.started_at if run else None,
        finished_at=end.at if end else None,
        duration_s=span(run.started_at if run else None, view.last_at),
        complete=end is not None,
        resumed=len(view.resumed),
        version=view.resumed[-1].version if view.resumed else run.version if run else UNKNOWN,
        versions=run.versions if run else {},
        target=run.target if run else TargetSeen(name=UNKNOWN),
        profile_digest=run.profile_digest if run else None,
        modes=run.modes if run else {},
        cast=run.cast if run else {},
        grade=run.grade if run else None,
        seed=run.seed if run else None,
        verdict=end.verdict if end else None,
        exit_status=end.exit_status if end else INTERRUPTED_EXIT_STATUS if cut else None,
        message=end.message if end else cut.reason if cut else "",
        totals=view.totals,
        unfinished=len(view.unfinished),
        leaned_on=_leaned_on(view.checks),
        causes=tuple(map(_cause, view.causes)),
        requirements=requirements,
        coverage=coverage(requirements),
        reach=tuple(map(_reach, view.reach)),
        notes=tuple(note.text for note in view.notes),
        points=tuple(_point(note, note.met) for note in view.met if note.met),
        price=run.price if run else None,
        flows=tuple(map(_flow, flows)),
    )


def _point(note: Note, met: Met) -> PointSummary:
    return PointSummary(
        point=note.about,
        says=note.text,
        value=met.value,
        field=met.field,
        expected=met.expected,
        differs=met.differs,
        flow=note.flow,
        step=note.step,
    )


def _reach(record: Reach) -> ReachSummary:
    return ReachSummary(**{name: getattr(record, name) for name in ReachSummary.model_fields})


def _leaned_on(checks: tuple[Check, ...]) -> dict[Evidence, int]:
    counted = Counter(check.evidence for check in checks if check.verdict is Verdict.PASS)
    return {grade: counted[grade] for grade in Evidence}


def _cause(cause: Cause) -> CauseSummary:
    checks = [place.check for place in cause.own if place.check]
    sources = {check.source for check in checks}
    return CauseSummary(
        key=cause.key,
        verdict=cause.verdict,
        sentence=cause.sentence,
        calls=tuple(map(_call, cause.calls)),
        flows=cause.flows,
        places=tuple(map(_place, cause.places)),
        expected=checks[0].expected if checks else None,
        seen=checks[0].seen if checks else None,
        source=sources.pop() if len(sources) == 1 else "",
        evidence=next(iter(cause.grades)) if len(cause.grades) == 1 else None,
        grades=cause.grades,
    )


def _call(touchpoint: str) -> CallSummary:
    row = next((row for row, use in touchpoints() if use.name == touchpoint), None)
    return CallSummary(touchpoint=touchpoint, method=row.method if row else "", path=row.path if row else "")


def _place(place: Place) -> PlaceSummary:
    evidence = place.check.evidence if place.check else None
    return PlaceSummary(
        flow=place.flow, step=place.step, sentence=place.sentence, evidence=evidence, follows=place.follows
    )


def _flow(flow: FlowView) -> FlowSummary:
    planned = flow.planned
    return FlowSummary(
        id=planned.id,
        title=planned.title,
        journey=planned.journey,
        modes=planned.modes,
        requirements=planned.requirements,
        verdict=flow.verdict,
        message=flow.message,
        started_at=flow.started_at,
        duration_s=flow.seconds,
        orders=flow.orders,
        steps=tuple(map(_step, flow.steps.values())),
    )


def _step(step: StepView) -> StepSummary:
    planned, end = step.planned, step.finished
    return StepSummary(
        number=planned.number,
        actor=planned.actor,
        player=step.changed.player if step.changed else None,
        says=planned.says,
        requirements=planned.requirements,
        verdict=step.verdict,
        message=end.message if end else "",
        blocked_by=end.blocked_by if end else None,
        duration_s=span(step.started_at, end.at if end else None),
        exchanges=len(step.exchanges),
        checks=tuple(map(_check, step.checks)),
    )


def _check(check: Check) -> CheckSummary:
    return CheckSummary(**{name: getattr(check, name) for name in CheckSummary.model_fields})
