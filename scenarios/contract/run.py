"""Runs the contract against a target: plans, explores, records, reports."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TextIO

from contracts.checks.exploration import Options
from contracts.konnect.operations import OPERATIONS
from contracts.lifecycle.table import Actor
from contracts.openapi import control as control_document
from contracts.openapi import konnect
from contracts.openapi.adapted import adapted, part_of
from contracts.profile import DEFAULT, Profile
from scenarios import records as r
from scenarios.choices import MOCK_WORD, Format, Grade
from scenarios.contract.listed_orders import ListedOrders
from scenarios.contract.options import ContractOptions
from scenarios.contract.outlet import Limits, Outlet
from scenarios.contract.reach import ReachCounter
from scenarios.contract.recording import ExplorationRecorder, Stopwatch
from scenarios.contract.seeded_orders import Tenants
from scenarios.contract.shop import Companies
from scenarios.contract.tokens import Tokens
from scenarios.errors import UsageError
from scenarios.language.flow import TENANTS
from scenarios.records import RunLog, Verdict, exit_status, worst
from scenarios.records.recorder import StepRecorder
from scenarios.report.console import listener
from scenarios.report.files import ReportPaths, write_all
from scenarios.runner.run import version
from scenarios.runner.run_folder import is_unfinished
from scenarios.session.context import read_profile
from scenarios.targets.answers import Reading, UnreadableError
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.http import TargetLostError
from scenarios.targets.opening import Target, open_target

REACH_FILE = "reach.json"
"""Counts per touchpoint, in the folder of the reports."""
Emit = Callable[[r.Record], object]
_LENIENT = "negative_data_rejection"


class TargetGoneError(Exception):
    """A target that does not answer, or refuses the first calls."""


@dataclass(frozen=True, slots=True)
class ContractResult:
    """Result of a contract run."""

    exit_status: int
    reports: ReportPaths
    reach: ReachCounter
    calls: int


@dataclass(frozen=True, slots=True)
class _Setup:
    """Values that all parts of a run share."""

    options: ContractOptions
    target: Target
    grade: Grade
    profile: Profile | None
    recorder: StepRecorder

    @property
    def read_as(self) -> Profile:
        """The profile for checking answers; the default if unknown."""
        return self.profile or DEFAULT


@dataclass(frozen=True, slots=True)
class _Part:
    """One document to explore, with its operations."""

    document: dict[str, Any]
    actor: Actor
    outlet: Outlet
    explored: Callable[[ExplorationRecorder], Any]
    close: Callable[[], None]


def open_for(options: ContractOptions) -> Target:
    """Open the target of a run; raises `UsageError`."""
    if is_unfinished(options.folder):
        raise UsageError(f"{options.folder} holds an interrupted run; choose another --out")
    return open_target(options.target, allow_production=options.allow_production)


def run(options: ContractOptions, target: Target, stream: TextIO, form: Format) -> ContractResult:
    """Run all parts and write the reports.

    Raises `UsageError` for a wrong target and `TargetGoneError` for one that does not answer.
    """
    masking = r.Masking(target.secrets())
    recorder = StepRecorder(lambda _record: None, "CONTRACT", 1, masking.hide)
    try:
        profile = read_profile(target, recorder)
        reach = ReachCounter(profile or DEFAULT)
        setup = _Setup(options, target, options.grade or target.grade, profile, recorder)
        parts = list(_parts(setup, reach))
    except (TargetLostError, ControlRefusedError, UnreadableError) as error:
        raise TargetGoneError(f"{target.label}: {error}") from None
    path = options.folder / r.FILE_NAME
    path.unlink(missing_ok=True)
    with RunLog(path, masking) as log, closing(listener(form, stream)) as show:
        status = _recorded(setup, parts, reach, lambda record: show(log.write(record)))
    (options.folder / REACH_FILE).write_text(_reach(options, reach), encoding="utf-8")
    return ContractResult(
        status, write_all(path, options.folder), reach, sum(part.outlet.calls for part in parts)
    )


def _recorded(setup: _Setup, parts: list[_Part], reach: ReachCounter, emit: Emit) -> int:
    """Explore and record; return the exit status."""
    try:
        verdicts = _explore(setup, parts, emit)
    finally:
        for part in parts:
            part.close()
    status = exit_status(verdicts.values(), asserted=True)
    _record_reach(reach, parts, emit)
    _finish(verdicts, status, emit)
    return status


def _explore(setup: _Setup, parts: list[_Part], emit: Emit) -> dict[str, Verdict]:
    from contracts.exploration.explore import explore

    explorations = [_exploration_recorder(setup, part, emit) for part in parts]
    flows = [
        flow
        for exploration, part in zip(explorations, parts, strict=True)
        for flow in exploration.planned(_titles(part.document), part.actor)
    ]
    emit(_first_line(setup, flows))
    verdicts: dict[str, Verdict] = {}
    phases = Stopwatch()
    for exploration, part in zip(explorations, parts, strict=True):
        part.outlet.listeners.append(exploration.sent)
        for event in explore(part.explored(exploration)):
            exploration.heard(event)
            phases.lap(event)
        verdicts |= exploration.finish(_titles(part.document))
    emit(r.Note(about="phases", text=phases.says()))
    return verdicts


def _exploration_recorder(setup: _Setup, part: _Part, emit: Emit) -> ExplorationRecorder:
    from contracts.exploration.explore import OWN
    from contracts.exploration.reach import operation_names

    names = operation_names(part.document)
    return ExplorationRecorder(
        emit,
        setup.grade,
        OWN,
        names,
        keep_all=setup.target.described,
        deep=setup.target.ours and not setup.options.only,
        phases=setup.options.phases,
    )


def _titles(document: dict[str, Any]) -> dict[str, str]:
    return {
        operation["operationId"]: operation["summary"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }


def _parts(setup: _Setup, reach: ReachCounter) -> Iterator[_Part]:
    """Yield the parts: touchpoints, and the mock's own control plane."""
    yield _touchpoints(setup, reach)
    if setup.target.ours and not setup.options.only:
        yield _control_plane(setup)


def _touchpoints(setup: _Setup, reach: ReachCounter) -> _Part:
    from contracts.exploration.konnect import touchpoints

    target, options = setup.target, setup.options
    document = part_of(adapted(konnect.document(), setup.read_as), options.only)
    tokens = Tokens(target.wire, Reading(setup.profile), setup.recorder)
    supply = _supply(setup, tokens)
    users = {user.username: user.password for user in target.credentials.values()}
    limits = Limits(options.writes_to(target), not target.controlled, supply.is_made_up, users)
    outlet = Outlet(target, limits, [reach])

    def explored(exploration: ExplorationRecorder) -> Any:
        options = _options(setup)
        return touchpoints(document, outlet, supply, setup.read_as, options, place=exploration.place)

    return _Part(document, Actor.AGGREGATOR, outlet, explored, supply.close)


def _supply(setup: _Setup, tokens: Tokens) -> Tenants | ListedOrders:
    target, options = setup.target, setup.options
    writes = options.writes_to(target)
    if target.controlled and TENANTS in target.abilities:
        control = Control(target.wire, setup.recorder, api_key=target.control_key)
        return Tenants(control, tokens, options.seed, may_write=writes)
    return ListedOrders(target, tokens, allow_writes=writes)


def _options(setup: _Setup) -> Options:
    from contracts.exploration.konnect import STOCK_SHAPE

    target, options, profile = setup.target, setup.options, setup.read_as
    off = {STOCK_SHAPE} if target.described else set()
    if "accept" in (profile.unknown_fields, profile.strings_for_numbers):
        off.add(_LENIENT)
    examples = options.examples_for(target)
    free = target.controlled
    return Options(
        options.seed,
        examples,
        options.phases,
        methods=free,
        learn=free,
        off=frozenset(off),
        accepted=frozenset({profile.refused_status, profile.partly_refused_status}),
    )


def _control_plane(setup: _Setup) -> _Part:
    """Explore the control plane of a second mock.

    The tenants of the first one stay untouched.
    """
    from contracts.exploration.control import control_plane

    target = open_target(MOCK_WORD)
    document = control_document.document()
    outlet = Outlet(target, Limits(writes=True, documented_only=False))
    companies = Companies(Control(target.wire, setup.recorder))

    def explored(exploration: ExplorationRecorder) -> Any:
        options = _options(setup)
        return control_plane(document, outlet, companies, companies.secrets, options, place=exploration.place)

    return _Part(document, Actor.STORE, outlet, explored, lambda: None)


def _first_line(setup: _Setup, flows: list[r.PlannedFlow]) -> r.Run:
    from importlib import metadata

    versions = {name: metadata.version(name) for name in ("schemathesis", "hypothesis")}
    return r.Run(
        run=setup.options.run,
        started_at=datetime.now(UTC),
        version=version(),
        versions={"python": platform.python_version(), **versions},
        target=r.TargetSeen(name=setup.target.name, url=setup.target.url),
        profile_digest=setup.profile.digest if setup.profile else None,
        grade=setup.grade,
        seed=setup.options.seed,
        flows=tuple(flows),
    )


def _record_reach(reach: ReachCounter, parts: list[_Part], emit: Emit) -> None:
    calls = sum(part.outlet.calls for part in parts)
    missing = reach.unreached(documented_only=True)
    text = f"{calls} calls; documented codes that none was refused with: {', '.join(missing) or 'none'}"
    emit(r.Note(about="reach", text=text))
    for name, row in _rows(reach).items():
        emit(r.Reach(touchpoint=name, **row))


def _finish(verdicts: dict[str, Verdict], status: int, emit: Emit) -> None:
    found = list(verdicts.values())
    totals = {verdict: found.count(verdict) for verdict in Verdict if verdict in found}
    emit(r.RunFinished(verdict=worst(found), exit_status=status, totals=totals))


def _reach(options: ContractOptions, reach: ReachCounter) -> str:
    rows = _rows(reach)
    report = {"schema": 1, "seed": options.seed, "touchpoints": rows, "operations": len(OPERATIONS)}
    return json.dumps(report, indent=2) + "\n"


def _rows(reach: ReachCounter) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "calls": count.calls,
            "reached": count.reached,
            "orders": count.orders,
            "taken": count.taken,
            "codes": dict(sorted(count.codes.items())),
        }
        for name, count in reach.counts.items()
    }
