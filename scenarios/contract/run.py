"""Runs the contract against a target: plans, explores, records, reports."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
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
from scenarios.contract.listed_orders import Lists
from scenarios.contract.options import Wishes
from scenarios.contract.outlet import Gateway, Limits
from scenarios.contract.reach import Tally
from scenarios.contract.recording import Noting
from scenarios.contract.seeded_orders import Tenants
from scenarios.contract.shop import Companies
from scenarios.contract.tokens import Tokens
from scenarios.language.flow import TENANTS
from scenarios.records import Grade, RunLog, Verdict, exit_status, worst
from scenarios.records.recorder import StepRecorder
from scenarios.report.console import Format, listener
from scenarios.report.files import ReportPaths, write_all
from scenarios.runner.run import version
from scenarios.runner.run_folder import is_unfinished
from scenarios.session.context import read_profile
from scenarios.targets.answers import Reading, UnreadableError
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.file import UsageError
from scenarios.targets.http import TargetLostError
from scenarios.targets.opening import MOCK_WORD, Target, open_target

REACH_FILE = "reach.json"
"""How far the calls reached, beside the reports."""
Emit = Callable[[r.Record], object]
_LENIENT = "negative_data_rejection"


class TargetGoneError(Exception):
    """The target did not answer, or refused what a run begins with."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a contract run left."""

    exit_status: int
    reports: ReportPaths
    tally: Tally
    calls: int


@dataclass(frozen=True, slots=True)
class _Stage:
    """What all parts of a run share."""

    wishes: Wishes
    target: Target
    grade: Grade
    profile: Profile | None
    scribe: StepRecorder

    @property
    def read_as(self) -> Profile:
        """The profile that answers are held against: the default one where nobody knows the target's."""
        return self.profile or DEFAULT


@dataclass(frozen=True, slots=True)
class _Part:
    """One document to explore: its operations with titles, and how to explore it."""

    document: dict[str, Any]
    actor: Actor
    gateway: Gateway
    explored: Callable[[Noting], Any]
    close: Callable[[], None]


def open_for(wishes: Wishes) -> Target:
    """The target of a run; raises `UsageError`."""
    if is_unfinished(wishes.folder):
        raise UsageError(f"{wishes.folder} holds a run that was cut off: choose another --out")
    return open_target(wishes.target, allow_production=wishes.allow_production)


def run(wishes: Wishes, target: Target, stream: TextIO, form: Format) -> Outcome:
    """The whole run; raises `UsageError` for a target that cannot be used, or is not there."""
    masking = r.Masking(target.secrets())
    scribe = StepRecorder(lambda _record: None, "CONTRACT", 1, masking.hide)
    try:
        profile = read_profile(target, scribe)
        tally = Tally(profile or DEFAULT)
        stage = _Stage(wishes, target, wishes.grade or target.grade, profile, scribe)
        parts = list(_parts(stage, tally))
    except (TargetLostError, ControlRefusedError, UnreadableError) as error:
        raise TargetGoneError(f"{target.name}: {error}") from None
    path = wishes.folder / r.FILE_NAME
    path.unlink(missing_ok=True)
    with RunLog(path, masking) as log, listener(form, stream) as show:
        status = _recorded(stage, parts, tally, lambda record: show(log.write(record)))
    (wishes.folder / REACH_FILE).write_text(_reach(wishes, tally), encoding="utf-8")
    return Outcome(status, write_all(path, wishes.folder), tally, sum(part.gateway.calls for part in parts))


def _recorded(stage: _Stage, parts: list[_Part], tally: Tally, emit: Emit) -> int:
    """Explore and record; the exit status."""
    try:
        verdicts = _explore(stage, parts, emit)
    finally:
        for part in parts:
            part.close()
    status = exit_status(verdicts.values(), asserted=True)
    _tell_reach(tally, parts, emit)
    _finish(verdicts, status, emit)
    return status


def _explore(stage: _Stage, parts: list[_Part], emit: Emit) -> dict[str, Verdict]:
    from contracts.exploration.explore import explore

    notings = [_noting(stage, part, emit) for part in parts]
    flows = [
        flow
        for noting, part in zip(notings, parts, strict=True)
        for flow in noting.planned(_titles(part.document), part.actor)
    ]
    emit(_first_line(stage, flows))
    verdicts: dict[str, Verdict] = {}
    for noting, part in zip(notings, parts, strict=True):
        part.gateway.listeners.append(noting.sent)
        for event in explore(part.explored(noting)):
            noting.heard(event)
        verdicts |= noting.finish(_titles(part.document))
    return verdicts


def _noting(stage: _Stage, part: _Part, emit: Emit) -> Noting:
    from contracts.exploration.explore import OWN
    from contracts.exploration.reach import operation_names

    names = operation_names(part.document)
    return Noting(
        emit,
        stage.grade,
        OWN,
        names,
        keep_all=stage.target.described,
        deep=stage.target.ours and not stage.wishes.only,
        phases=stage.wishes.phases,
    )


def _titles(document: dict[str, Any]) -> dict[str, str]:
    return {
        operation["operationId"]: operation["summary"]
        for item in document["paths"].values()
        for operation in item.values()
        if isinstance(operation, dict)
    }


def _parts(stage: _Stage, tally: Tally) -> Iterator[_Part]:
    """The touchpoints; and the control plane, where it is that of a mock of our own."""
    yield _touchpoints(stage, tally)
    if stage.target.ours and not stage.wishes.only:
        yield _control_plane(stage)


def _touchpoints(stage: _Stage, tally: Tally) -> _Part:
    from contracts.exploration.konnect import touchpoints

    target, wishes = stage.target, stage.wishes
    document = part_of(adapted(konnect.document(), stage.read_as), wishes.only)
    tokens = Tokens(target.wire, Reading(stage.profile), stage.scribe)
    supply = _supply(stage, tokens)
    users = {user.username: user.password for user in target.credentials.values()}
    limits = Limits(wishes.writes_to(target), not target.controlled, supply.is_made_up, users)
    gateway = Gateway(target, limits, [tally])

    def explored(noting: Noting) -> Any:
        options = _options(stage)
        return touchpoints(document, gateway, supply, stage.read_as, options, place=noting.place)

    return _Part(document, Actor.AGGREGATOR, gateway, explored, supply.close)


def _supply(stage: _Stage, tokens: Tokens) -> Tenants | Lists:
    target, wishes = stage.target, stage.wishes
    writes = wishes.writes_to(target)
    if target.controlled and TENANTS in target.abilities:
        control = Control(target.wire, stage.scribe, api_key=target.control_key)
        return Tenants(control, tokens, wishes.seed, may_write=writes)
    return Lists(target, tokens, allow_writes=writes)


def _options(stage: _Stage) -> Options:
    from contracts.exploration.konnect import STOCK_SHAPE

    target, wishes, profile = stage.target, stage.wishes, stage.read_as
    off = {STOCK_SHAPE} if target.described else set()
    if "accept" in (profile.unknown_fields, profile.strings_for_numbers):
        off.add(_LENIENT)
    examples = wishes.examples_for(target)
    free = target.controlled
    return Options(
        wishes.seed,
        examples,
        wishes.phases,
        methods=free,
        learn=free,
        off=frozenset(off),
        accepted=frozenset({profile.refused_status, profile.partly_refused_status}),
    )


def _control_plane(stage: _Stage) -> _Part:
    """In a second mock, so that the first one's companies come to no harm."""
    from contracts.exploration.control import control_plane

    target = open_target(MOCK_WORD)
    document = control_document.document()
    gateway = Gateway(target, Limits(writes=True, documented_only=False))
    companies = Companies(Control(target.wire, stage.scribe))

    def explored(noting: Noting) -> Any:
        options = _options(stage)
        return control_plane(document, gateway, companies, companies.secrets, options, place=noting.place)

    return _Part(document, Actor.STORE, gateway, explored, lambda: None)


def _first_line(stage: _Stage, flows: list[r.PlannedFlow]) -> r.Run:
    from importlib import metadata

    versions = {name: metadata.version(name) for name in ("schemathesis", "hypothesis")}
    return r.Run(
        run=stage.wishes.run,
        started_at=datetime.now(UTC),
        version=version(),
        versions={"python": platform.python_version(), **versions},
        target=r.TargetSeen(name=stage.target.name, url=stage.target.url),
        profile_digest=stage.profile.digest if stage.profile else None,
        grade=stage.grade,
        seed=stage.wishes.seed,
        flows=tuple(flows),
    )


def _tell_reach(tally: Tally, parts: list[_Part], emit: Emit) -> None:
    calls = sum(part.gateway.calls for part in parts)
    missing = tally.unreached(documented_only=True)
    text = f"{calls} calls; documented codes that none was refused with: {', '.join(missing) or 'none'}"
    emit(r.Note(about="reach", text=text))


def _finish(verdicts: dict[str, Verdict], status: int, emit: Emit) -> None:
    found = list(verdicts.values())
    totals = {verdict: found.count(verdict) for verdict in Verdict if verdict in found}
    emit(r.RunFinished(verdict=worst(found), exit_status=status, totals=totals))


def _reach(wishes: Wishes, tally: Tally) -> str:
    rows = {
        name: {
            "calls": count.calls,
            "reached": count.reached,
            "orders": count.orders,
            "taken": count.taken,
            "codes": dict(sorted(count.codes.items())),
        }
        for name, count in tally.counts.items()
    }
    told = {"schema": 1, "seed": wishes.seed, "touchpoints": rows, "operations": len(OPERATIONS)}
    return json.dumps(told, indent=2) + "\n"
