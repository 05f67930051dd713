"""Runs the contract against a target: plans, explores, records, reports."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, TextIO

from contracts.checks.exploration import Options, Trouble
from contracts.konnect.operations import OPERATIONS
from contracts.lifecycle.table import Actor
from contracts.openapi import control as control_document
from contracts.openapi import konnect
from contracts.openapi.adapted import adapted, part_of
from contracts.profile import DEFAULT, Profile
from scenarios import records as r
from scenarios.choices import MOCK_WORD, Format, Grade
from scenarios.contract.listed_orders import ListedOrders
from scenarios.contract.options import WRITES_DESCRIBED, ContractOptions
from scenarios.contract.outlet import Limits, Losses, Outlet
from scenarios.contract.reach import ReachCounter
from scenarios.contract.recording import ExplorationRecorder, Stopwatch
from scenarios.contract.seeded_orders import Tenants
from scenarios.contract.shop import Companies
from scenarios.contract.tokens import CredentialsRefusedError, Tokens
from scenarios.interruption import (
    INTERRUPTED_EXIT_STATUS,
    Interruption,
    StoppedError,
    internal_error,
    interruptible,
)
from scenarios.language.flow import TENANTS
from scenarios.records import RunLog, Verdict, exit_status, worst
from scenarios.records.recorder import StepRecorder
from scenarios.records.version import version
from scenarios.report.console import listener
from scenarios.report.files import ReportPaths, write_all
from scenarios.runner.run_folder import refuse_used
from scenarios.session.context import read_profile
from scenarios.targets.answers import Reading, UnreadableError
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.http import TargetLostError
from scenarios.targets.opening import Target, open_target
from scenarios.targets.presence import require_answer, unusable, with_hint

REACH_FILE = "reach.json"
"""Counts per touchpoint, in the folder of the reports."""
Emit = Callable[[r.Record], object]
_LENIENT = "negative_data_rejection"


@dataclass(frozen=True, slots=True)
class ContractResult:
    """Result of a contract run."""

    exit_status: int
    reports: ReportPaths
    reach: ReachCounter
    calls: int
    interrupted: str = ""
    """Why the run is unfinished."""


@dataclass(frozen=True, slots=True)
class _Setup:
    """Values that all parts of a run share."""

    options: ContractOptions
    target: Target
    grade: Grade
    profile: Profile | None
    recorder: StepRecorder
    losses: Losses

    @property
    def stop(self) -> Interruption:
        """Why the run stops."""
        return self.losses.stop

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
    refuse_used(options.folder)
    target = open_target(options.target, allow_production=options.allow_production)
    if target.described and target.wire.pacer.writes_max is None:
        target.wire.pacer.writes_max = WRITES_DESCRIBED
    return target


def run(options: ContractOptions, target: Target, stream: TextIO, form: Format) -> ContractResult:
    """Run all parts and write the reports.

    Ctrl-C, SIGTERM, a lost target, or one that refuses the run's own calls end the run; it is recorded as
    unfinished then. Raises `UsageError` for a wrong target.
    """
    masking = r.Masking(target.secrets())
    with interruptible() as stop:
        losses = Losses(target, stop)
        recorder = StepRecorder(losses.seen, "CONTRACT", 1, masking.hide)
        setup, reach, parts = _opened(options, target, recorder, losses)
        path = options.folder / r.FILE_NAME
        with RunLog(path, masking) as log, closing(listener(form, stream)) as show:
            status = _recorded(setup, parts, reach, lambda record: show(log.write(record)))
        (options.folder / REACH_FILE).write_text(_reach(options, reach), encoding="utf-8")
        calls = sum(part.outlet.calls for part in parts)
        reports = write_all(path, options.folder)
        return ContractResult(status, reports, reach, calls, with_hint(stop.reason, target))


def _opened(
    options: ContractOptions, target: Target, recorder: StepRecorder, losses: Losses
) -> tuple[_Setup, ReachCounter, list[_Part]]:
    """Read the profile and prepare the parts; none after an interruption."""
    stop = losses.stop
    setup = _Setup(options, target, options.grade or target.grade, None, recorder, losses)
    reach, parts = ReachCounter(DEFAULT), list[_Part]()
    try:
        require_answer(target)
        setup = replace(setup, profile=read_profile(target, recorder))
        reach = ReachCounter(setup.read_as)
        parts.extend(_parts(setup, reach))
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - each has a report
        stop.stop(_why(error))
    return setup, reach, parts


def _why(error: BaseException) -> str:
    """Return why a run stops, with the side at fault."""
    match error:
        case CredentialsRefusedError():
            return f"Wrong configuration, no fault of the target: {error}"
        case TargetLostError() | ControlRefusedError() | UnreadableError():
            return str(unusable(error))
        case Exception():
            return f"Internal error: {internal_error(error)}"
    return str(error) or "Interrupted"


def _recorded(setup: _Setup, parts: list[_Part], reach: ReachCounter, emit: Emit) -> int:
    """Explore and record; return the exit status."""
    explorations = [_exploration_recorder(setup, part, emit) for part in parts]
    emit(_first_line(setup, _planned(setup, parts, explorations)))
    try:
        _explore(setup, parts, explorations, emit)
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - each has a report
        setup.stop.stop(_why(error))
    finally:
        for part in parts:
            with suppress(TargetLostError, ControlRefusedError, StoppedError):
                part.close()
    verdicts: dict[str, Verdict] = {}
    for exploration, part in zip(explorations, parts, strict=True):
        verdicts |= exploration.finish(_inputs(part.document))
    _record_reach(reach, parts, emit)
    if setup.stop.reason:
        emit(r.Interrupted(reason=setup.stop.reason))
        return INTERRUPTED_EXIT_STATUS
    status = exit_status(verdicts.values(), asserted=any(part.outlet.calls for part in parts))
    _finish(verdicts, status, emit)
    return status


def _planned(
    setup: _Setup, parts: list[_Part], explorations: list[ExplorationRecorder]
) -> list[r.PlannedFlow]:
    """Plan a flow per operation.

    Without parts they are those of the document that no profile adapted.
    """
    found = zip(explorations, ((part.document, part.actor) for part in parts), strict=True)
    if not parts:
        document = part_of(konnect.document(), setup.options.only)
        outlet = Outlet(setup.target, Limits(writes=False, documented_only=True))
        unused = _Part(document, Actor.AGGREGATOR, outlet, id, lambda: None)
        found = zip([_exploration_recorder(setup, unused, id)], [(document, unused.actor)], strict=True)
    return [flow for one, (document, actor) in found for flow in one.planned(_titles(document), actor)]


def _explore(setup: _Setup, parts: list[_Part], explorations: list[ExplorationRecorder], emit: Emit) -> None:
    from contracts.exploration.explore import explore

    setup.stop.check()
    phases = Stopwatch()
    for exploration, part in zip(explorations, parts, strict=True):
        part.outlet.listeners.append(exploration.sent)
        for event in explore(part.explored(exploration)):
            if isinstance(event, Trouble):
                require_answer(setup.target)
            exploration.heard(event)
            phases.lap(event)
    emit(r.Note(about="phases", text=phases.says()))


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
        examples=setup.options.examples_for(setup.target),
    )


def _titles(document: dict[str, Any]) -> dict[str, str]:
    return {one["operationId"]: one["summary"] for _, one in _operations(document)}


def _inputs(document: dict[str, Any]) -> dict[str, bool]:
    """Map each operation to whether its calls have anything to generate."""
    parts = ("parameters", "requestBody")
    return {
        one["operationId"]: any(part.get(name) for part in (item, one) for name in parts)
        for item, one in _operations(document)
    }


def _operations(document: dict[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    """Yield each operation, with its path before it."""
    for item in document["paths"].values():
        yield from ((item, one) for one in item.values() if isinstance(one, dict))


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
    outlet = Outlet(target, limits, [reach], setup.stop, tokens, losses=setup.losses)

    def explored(exploration: ExplorationRecorder) -> Any:
        options = _options(setup)
        place, check_stop = exploration.place, setup.stop.check
        return touchpoints(
            document, outlet, supply, setup.read_as, options, place=place, check_stop=check_stop
        )

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
    lenient = (profile.unknown_fields, profile.strings_for_numbers, profile.null_fields)
    offsets = profile.date_offsets != "reject"
    if "accept" in lenient or profile.empty_parameters == "ignore" or offsets:
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
        accepted=profile.refusing_statuses,
    )


def _control_plane(setup: _Setup) -> _Part:
    """Explore the control plane of a second mock.

    The tenants of the first one stay untouched.
    """
    from contracts.exploration.control import control_plane

    target = open_target(MOCK_WORD)
    document = control_document.document()
    losses = Losses(target, setup.stop)
    outlet = Outlet(target, Limits(writes=True, documented_only=False), stop=setup.stop, losses=losses)
    companies = Companies(Control(target.wire, setup.recorder))

    def explored(exploration: ExplorationRecorder) -> Any:
        options = _options(setup)
        place, check_stop = exploration.place, setup.stop.check
        return control_plane(
            document, outlet, companies, companies.secrets, options, place=place, check_stop=check_stop
        )

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
