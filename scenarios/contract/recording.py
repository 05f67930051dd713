"""Writes a contract run as records: operations as flows, phases as steps."""

from __future__ import annotations

import hashlib
import json
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.checks.exploration import NUMBER_HEADER, Ended, Event, Miss, PhaseEnded, Trouble
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
FLOOR_EXAMPLES, FLOOR_SHARE = 25, 5
"""At least a fifth of the generated examples, and of 25 at most, must be sent for a verdict."""
SHALLOW = "schemathesis warns that calls stay shallow"
EXPLAINED = "no order may be changed here, so every one is refused"
BODY_SHOWN = 20_000
FUZZING, COVERAGE = "fuzzing", "coverage"
TOO_FEW = "contract/too few calls"
SUITE_CHECKS = "every check of schemathesis is met"


@dataclass
class _Step:
    calls: int = 0
    sent: int = 0
    ended: bool = False
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
        """Add the time since the last event to this phase."""
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

    `own` maps our checks to sentences, `labels` names operations, `examples` are planned per operation in the
    fuzzing phase. With `deep` all calls are tried, so shallow calls are a failure of this tool.
    """

    emit: Callable[[r.Record], object]
    grade: Grade
    own: Mapping[str, str]
    labels: Mapping[str, str]
    keep_all: bool
    deep: bool
    phases: tuple[str, ...]
    examples: int
    flow: str = ""
    step: int = 1
    _steps: dict[tuple[str, str], _Step] = field(default_factory=lambda: defaultdict(_Step))
    _begun: set[str] = field(default_factory=set)
    _ended: set[str] = field(default_factory=set)
    _place: tuple[str, str] = ("", "")
    _recent: dict[str, Sent] = field(default_factory=dict)

    def planned(self, titles: Mapping[str, str], actor: Actor) -> list[r.PlannedFlow]:
        """Plan one flow per operation."""
        steps = tuple(
            r.PlannedStep(number=number, actor=actor, says=self._says(phase))
            for number, phase in enumerate(self.phases, 1)
        )
        return [
            r.PlannedFlow(id=flow_id(name), title=title, journey=r.GENERATED, steps=steps)
            for name, title in titles.items()
        ]

    def _says(self, phase: str) -> str:
        return STEPS[phase] + (f" ({self.examples} planned)" if phase == FUZZING else "")

    def place(self, operation: str, phase: str) -> None:
        """Set operation and phase of the next calls."""
        self._place = operation, phase
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
        self._steps[self._place].sent += 1
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
        if isinstance(event, PhaseEnded):
            self._ended.add(event.phase)
            return
        if event.operation:
            self._steps[event.operation, event.phase].ended = True
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

    def finish(self, operations: Mapping[str, bool]) -> dict[str, Verdict]:
        """Record all checks and ends of flows; return the verdicts by flow.

        `operations` maps each to whether it has input. In an interrupted run a flow stays unfinished, without
        a verdict, if one of its steps did not get all its calls.
        """
        found = {}
        for operation, has_input in operations.items():
            flow = flow_id(operation)
            self._begin(flow)
            ended = [self._has_ended(operation, phase) for phase in self.phases]
            verdicts = [self._finish_step(operation, phase, has_input) for phase in self.phases]
            calls = sum(self._steps[operation, phase].calls for phase in self.phases)
            if all(ended):
                found[flow] = worst(verdicts if calls else [*verdicts, Verdict.SKIP])
                message = f"{calls} calls" if calls else "no call was planned in these phases"
                self.emit(r.FlowFinished(flow=flow, verdict=found[flow], message=message))
        return found

    def _has_ended(self, operation: str, phase: str) -> bool:
        return phase in self._ended or self._steps[operation, phase].ended

    def _finish_step(self, operation: str, phase: str, has_input: bool) -> Verdict:
        step, flow, number = self._steps[operation, phase], flow_id(operation), self.number(phase)
        self.emit(r.StepChanged(flow=flow, step=number, status=r.StepStatus.RUNNING))
        verdicts = [self._check(flow, number, *group) for group in _grouped(step.misses)]
        verdicts += [self._trouble(flow, number, trouble) for trouble in step.troubles]
        self._passes(flow, number, step)
        if not self._has_ended(operation, phase):
            planned = f" of {self.examples} planned" if phase == FUZZING else ""
            text = f"{step.sent}{planned} calls were sent before the interruption"
            self.emit(r.Note(flow=flow, step=number, about="reach", text=text))
            return Verdict.PASS
        message, cause = f"{step.calls} calls", None
        if step.calls < (floor := self._floor(phase, has_input)):
            message, cause = f"{step.calls} calls, too few for a verdict: at least {floor}", TOO_FEW
            verdicts.append(Verdict.ERROR)
        verdict = worst(verdicts)
        self.emit(r.StepFinished(flow=flow, step=number, verdict=verdict, message=message, cause=cause))
        return verdict

    def _floor(self, phase: str, has_input: bool) -> int:
        """Return the fewest calls of an operation for a verdict."""
        if phase == FUZZING and has_input:
            return max(1, min(self.examples, FLOOR_EXAMPLES) // FLOOR_SHARE)
        return int(phase in (FUZZING, COVERAGE))

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
    except (ValueError, RecursionError):
        return content.decode("utf-8", "replace")[:BODY_SHOWN]
