"""Writes a contract run as records: operations as flows, phases as steps."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.checks.exploration import NUMBER_HEADER, Ended, Event, Miss, Trouble
from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from scenarios import records as r
from scenarios.choices import Grade
from scenarios.contract.outlet import Sent
from scenarios.records import Verdict, worst
from scenarios.report.wording import duration
from scenarios.targets.http import answered

STEPS = {
    "examples": "sends the examples of the document",
    "coverage": "sends every boundary of every field, and just beyond",
    "fuzzing": "sends generated calls, right and wrong ones",
    "stateful": "follows the links from answer to call",
}
EXCHANGES_MAX = 20
"""Recorded calls per step in which a check failed."""
SHALLOW = "schemathesis warns that calls stay shallow"
EXPLAINED = "no order may be changed here, so every one is refused"
BODY_SHOWN = 20_000
SUITE_CHECKS = "every check of schemathesis is met"


@dataclass
class _Step:
    calls: int = 0
    passed: Counter[str] = field(default_factory=Counter)
    misses: list[Miss] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    shown: int = 0


@dataclass
class Stopwatch:
    """Time of each phase, from the ends of its parts."""

    clock: Callable[[], float] = time.monotonic
    seconds: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._last = self.clock()

    def lap(self, event: Event) -> None:
        """Add the time since the last event to the phase of this one."""
        now = self.clock()
        if isinstance(event, Ended):
            self.seconds[event.phase] = self.seconds.get(event.phase, 0.0) + now - self._last
            self._last = now

    def says(self) -> str:
        """Return the times of the phases as a sentence."""
        parts = (f"{name} {duration(took)}" for name, took in self.seconds.items())
        return f"Time of the phases: {', '.join(parts)}."


@dataclass
class ExplorationRecorder:
    """A converter of exploration events to records.

    `own` maps our checks to sentences, `labels` names operations. With `deep` all calls are tried, so
    shallow calls are a failure of this tool.
    """

    emit: Callable[[r.Record], object]
    grade: Grade
    own: Mapping[str, str]
    labels: Mapping[str, str]
    keep_all: bool
    deep: bool
    phases: tuple[str, ...]
    flow: str = ""
    step: int = 1
    _steps: dict[tuple[str, str], _Step] = field(default_factory=lambda: defaultdict(_Step))
    _begun: set[str] = field(default_factory=set)
    _recent: dict[str, Sent] = field(default_factory=dict)

    def planned(self, titles: Mapping[str, str], actor: Actor) -> list[r.PlannedFlow]:
        """Plan one flow per operation."""
        steps = tuple(
            r.PlannedStep(number=number, actor=actor, says=STEPS[phase])
            for number, phase in enumerate(self.phases, 1)
        )
        return [
            r.PlannedFlow(id=flow_id(name), title=title, journey=r.GENERATED, steps=steps)
            for name, title in titles.items()
        ]

    def place(self, operation: str, phase: str) -> None:
        """Set operation and phase of the next calls."""
        self.flow, self.step = flow_id(operation), self.number(phase)
        self._begin(self.flow)

    def _begin(self, flow: str) -> None:
        if flow not in self._begun:
            self._begun.add(flow)
            self.emit(r.FlowStarted(flow=flow))

    def number(self, phase: str) -> int:
        """Return the step of a phase."""
        return self.phases.index(phase) + 1 if phase in self.phases else 1

    def sent(self, sent: Sent) -> None:
        """Record a sent call."""
        if self.keep_all and self.flow:
            self.emit(exchange(sent, self.flow, self.step))
        else:
            self._recent[sent.number] = sent

    def heard(self, event: Event) -> None:
        """Take one event of an exploration."""
        if isinstance(event, Trouble):
            operation = self.labels.get(event.about, "")
            self._steps[operation, self.phases[0]].troubles.append(event)
            return
        for operation, calls in event.calls.items():
            self._steps[operation, event.phase].calls += calls
        for (operation, check), times in event.passed.items():
            self._steps[operation, event.phase].passed[check] += times
        for miss in event.misses:
            self._steps[miss.seen.operation, event.phase].misses.append(miss)
            self._show(miss, event)
        for number in event.numbers:
            self._recent.pop(number, None)

    def _show(self, miss: Miss, event: Ended) -> None:
        """Record the call of a miss, where not every call is recorded."""
        step = self._steps[miss.seen.operation, event.phase]
        call = self._recent.pop(miss.seen.headers.get(NUMBER_HEADER, ""), None)
        if call is not None and step.shown < EXCHANGES_MAX:
            step.shown += 1
            self.emit(exchange(call, flow_id(miss.seen.operation), self.number(event.phase)))

    def finish(self, operations: Iterable[str]) -> dict[str, Verdict]:
        """Record all checks and ends of flows; return the verdicts by flow."""
        found = {}
        for operation in operations:
            flow = flow_id(operation)
            self._begin(flow)
            verdicts = [self._finish_step(operation, phase) for phase in self.phases]
            found[flow] = worst(verdicts)
            calls = sum(self._steps[operation, phase].calls for phase in self.phases)
            self.emit(r.FlowFinished(flow=flow, verdict=found[flow], message=f"{calls} calls"))
        return found

    def _finish_step(self, operation: str, phase: str) -> Verdict:
        step, flow, number = self._steps[operation, phase], flow_id(operation), self.number(phase)
        self.emit(r.StepChanged(flow=flow, step=number, status=r.StepStatus.RUNNING))
        verdicts = [self._check(flow, number, *group) for group in _grouped(step.misses)]
        verdicts += [self._trouble(flow, number, trouble) for trouble in step.troubles]
        self._passes(flow, number, step)
        verdict = worst(verdicts)
        self.emit(r.StepFinished(flow=flow, step=number, verdict=verdict, message=f"{step.calls} calls"))
        return verdict

    def _check(self, flow: str, number: int, first: Miss, times: int) -> Verdict:
        sure = first.fault.evidence is Evidence.DOCUMENTED or self.grade is Grade.STRICT
        verdict = Verdict.FAIL if sure else Verdict.WARN
        self.emit(
            r.Check(
                flow=flow,
                step=number,
                sentence=f"{first.fault.says} ({self._name(first.check)})",
                verdict=verdict,
                evidence=first.fault.evidence,
                source=first.fault.source,
                expected=first.fault.expected,
                seen=f"{first.fault.seen}; {times} times" if times > 1 else first.fault.seen,
                cause=f"contract/{first.check}/{_digest(first.fault.says)}",
                notes=(f"{first.seen.method} {first.seen.path} was answered {first.seen.status}",),
            )
        )
        return verdict

    def _name(self, check: str) -> str:
        return check.replace("_", " ")

    def _trouble(self, flow: str, number: int, trouble: Trouble) -> Verdict:
        if trouble.kind == "error":
            self.emit(r.Note(flow=flow, step=number, about="error", text=trouble.says))
            return Verdict.ERROR
        if not self.deep:
            self.emit(r.Note(flow=flow, step=number, about="reach", text=f"{trouble.says}: {EXPLAINED}"))
            return Verdict.PASS
        self.emit(
            r.Check(
                flow=flow,
                step=number,
                sentence=SHALLOW,
                verdict=Verdict.FAIL,
                evidence=Evidence.ASSUMED,
                expected="no warning",
                seen=trouble.says,
                cause=f"contract/{trouble.kind}",
            )
        )
        return Verdict.FAIL

    def _passes(self, flow: str, number: int, step: _Step) -> None:
        missed = {miss.check for miss in step.misses}
        stock = sorted(name for name in step.passed if name not in self.own and name not in missed)
        for name, sentence in self.own.items():
            if step.passed[name] and name not in missed:
                self.emit(_pass(flow, number, sentence, f"{step.passed[name]} answers"))
        if stock:
            self.emit(_pass(flow, number, SUITE_CHECKS, ", ".join(stock).replace("_", " ")))


def _pass(flow: str, number: int, sentence: str, seen: str) -> r.Check:
    return r.Check(flow=flow, step=number, sentence=sentence, verdict=Verdict.PASS, seen=seen)


def _grouped(misses: Iterable[Miss]) -> list[tuple[Miss, int]]:
    """Group equal misses; return the first of each group and their number.

    Documented misses form groups of their own.
    """
    found: dict[tuple[str, str, Evidence], list[Miss]] = defaultdict(list)
    for miss in misses:
        found[miss.check, miss.fault.says, miss.fault.evidence].append(miss)
    return [(group[0], len(group)) for group in found.values()]


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:8]


def flow_id(operation: str) -> str:
    """Return the flow of an operation; calls without one share a flow."""
    return f"CONTRACT {operation}" if operation else "CONTRACT"


def exchange(sent: Sent, flow: str, step: int) -> r.Exchange:
    """Convert a call to its record."""
    return r.Exchange(
        flow=flow,
        step=step,
        method=sent.method,
        url=sent.url,
        request=r.Asked(headers=dict(sent.headers), body=_body(sent.body)),
        answer=answered(sent.reply),
        started_at=sent.started_at,
        elapsed_ms=sent.elapsed_ms,
    )


def _body(content: bytes) -> Any:
    if not content:
        return None
    try:
        return json.loads(content)
    except ValueError:
        return content.decode("utf-8", "replace")[:BODY_SHOWN]
