"""Launches a run: target, plans, records, listener, reports."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from typing import TextIO

from contracts.suggest import suggest
from scenarios.choices import Format
from scenarios.errors import UsageError
from scenarios.flows import FLOWS
from scenarios.flows.selection import choose
from scenarios.interruption import interruptible
from scenarios.players.person import PersonDesk
from scenarios.records import BrokenLogError, Price, RunLog, RunView, fold, read_records
from scenarios.report.console import listener
from scenarios.report.files import ReportPaths, write_all
from scenarios.runner.complete import check_touchpoints
from scenarios.runner.judging import Rules
from scenarios.runner.plan import Plan, make_plans
from scenarios.runner.price import limit_writes, price_of
from scenarios.runner.run import Engine, writes_of
from scenarios.runner.run_folder import ANSWERS_FILE, Settings, read_answer, refuse_used
from scenarios.targets.opening import Target, open_target
from scenarios.targets.presence import with_hint


@dataclass(frozen=True, slots=True)
class RunResult:
    """Exit status and reports of a run."""

    exit_status: int
    reports: ReportPaths
    interrupted: str = ""
    """Why the run is unfinished."""


def prepare(settings: Settings) -> tuple[Target, list[Plan]]:
    """Open the target and plan the flows; raises `UsageError` for wrong use."""
    check_touchpoints(FLOWS)
    flows, idle = choose(FLOWS, settings.patterns)
    if idle:
        ids = [flow.id for flow in FLOWS]
        wrong = "; ".join(f"no flow matches {pattern!r}{suggest(pattern, ids)}" for pattern in idle)
        raise UsageError(f"{wrong}; oms-scenarios list shows all {len(ids)} flows")
    target = open_target(
        settings.target,
        cast=settings.cast,
        tenant=settings.tenant,
        allow_production=settings.allow_production,
    )
    if settings.patience is not None:
        target = replace(target, patience=replace(target.patience, give_up_after_s=settings.patience))
    plans = make_plans(flows, target, settings.modes, settings.patterns)
    if not plans:
        raise UsageError(f"no flow has these modes: {', '.join(settings.patterns)}")
    return target, plans


def launch(settings: Settings, stream: TextIO, form: Format) -> RunResult:
    """Start a new run.

    Raises `UsageError` for wrong use, before anything is written.
    """
    refuse_used(settings.folder)
    target, plans = prepare(settings)
    price = price_of(target, plans)
    limit_writes(target, price, 0)
    try:
        for path in (settings.records, settings.folder / ANSWERS_FILE):
            path.unlink(missing_ok=True)
        settings.save()
    except OSError as error:
        raise UsageError(f"{settings.folder} cannot be written to: {error.strerror}") from None
    return _run(settings, target, plans, stream, form, price=price)


def resume(settings: Settings, stream: TextIO, form: Format) -> RunResult:
    """Continue an interrupted run, or one that lacked writes or people.

    Only report any other finished run again.
    """
    try:
        before = fold(read_records(settings.records))
    except BrokenLogError as error:
        raise UsageError(f"{settings.folder} cannot be continued: {error}") from None
    if before.finished is not None and not before.wanting:
        return RunResult(before.finished.exit_status, write_all(settings.records, settings.folder))
    target, plans = prepare(settings)
    before.reopen()
    price = price_of(target, plans, before.flows)
    limit_writes(target, price, writes_of(before))
    known = before if before.run else None
    return _run(settings, target, plans, stream, form, price=price, before=known)


def _run(
    settings: Settings,
    target: Target,
    plans: list[Plan],
    stream: TextIO,
    form: Format,
    *,
    price: Price,
    before: RunView | None = None,
) -> RunResult:
    desk = PersonDesk(settings.run, lambda flow, step: read_answer(settings.folder, flow, step))
    if before:
        desk.restored = {i: flow.id for flow in before.flows.values() for i in flow.orders.values()}
    rules = Rules(settings.grade or target.grade, desk)
    known = list(read_records(settings.records)) if before else []
    with interruptible() as stop:
        with RunLog(settings.records) as log, closing(listener(form, stream)) as show:
            show.recall(known)
            engine = Engine(
                target,
                plans,
                log,
                rules,
                modes=settings.modes,
                seed=settings.seed,
                parallel=1 if target.tenant else settings.parallel,
                no_skips=settings.no_skips,
                before=before,
                price=price,
                listeners=(show,),
                stop=stop,
            )
            status = engine.run()
        return RunResult(status, write_all(settings.records, settings.folder), with_hint(stop.reason, target))
