"""Runs planned cases, one by one or in parallel, and records them."""

from __future__ import annotations

import contextvars
import platform
import traceback
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib import metadata

from contracts.konnect.operations import WRITE_PATHS
from contracts.lifecycle.table import DocumentMode
from scenarios import records as r
from scenarios.checks import CheckContext
from scenarios.language.flow import TENANTS, AnyStep, Step, Together
from scenarios.players.suite import Outcome, at_once
from scenarios.records import FlowView, RunView, StepStatus, StepView, Verdict, exit_status, worst
from scenarios.records.recorder import StepRecorder
from scenarios.runner.plan import Plan, planned_flow
from scenarios.runner.resume import halted_before, restore
from scenarios.runner.step import (
    Ending,
    Rules,
    at_step,
    check_expectations,
    ending_of,
    fingerprints,
    finished,
    play_action,
    play_step,
)
from scenarios.session.context import FlowContext, open_context, read_profile, remove_tenants
from scenarios.targets.answers import Reading, UnreadableError
from scenarios.targets.control import ControlRefusedError
from scenarios.targets.http import TargetLostError
from scenarios.targets.opening import Target

DISTRIBUTION = "mock-oms"
Listener = Callable[[r.Record], None]


@dataclass(slots=True)
class Engine:
    """One run.

    `before` holds the records of an interrupted run, `modes` those of the command line; `listeners` receive
    each masked record.
    """

    target: Target
    plans: Sequence[Plan]
    log: r.RunLog
    rules: Rules
    modes: Mapping[str, DocumentMode] = field(default_factory=dict)
    seed: int | None = None
    parallel: int = 1
    no_skips: bool = False
    before: RunView | None = None
    listeners: Sequence[Listener] = ()
    _reading: Reading = field(default_factory=Reading)
    _asserted: bool = False
    _answered: bool = False
    _problem: str = ""
    _verdicts: dict[str, Verdict] = field(default_factory=dict)

    def emit(self, record: r.Record) -> None:
        """Write a record and pass it to the listeners."""
        self._asserted = self._asserted or isinstance(record, r.Check)
        self._answered = self._answered or (isinstance(record, r.Exchange) and record.answer is not None)
        masked = self.log.write(record)
        for listener in self.listeners:
            listener(masked)

    def run(self) -> int:
        """Run all unfinished plans; return the exit status."""
        self.log.masking.hide(*self.target.secrets())
        profile = self._learn_profile()
        if self.before is None:
            self.emit(self._first_line(profile))
        else:
            self.emit(r.Resumed(version=version()))
            self.target.wire.pacer.writes = _writes_of(self.before)
        if self._problem:
            self._note("profile", f"the target's profile could not be read: {self._problem}")
        self._verdicts = {plan.case.id: Verdict.SKIP for plan in self.plans if plan.skip}
        due = [plan for plan in self.plans if not plan.skip and not self._was_finished(plan)]
        self._run_all(due)
        return self._finish()

    def _learn_profile(self) -> str | None:
        """Read the target's profile; return its digest.

        If the target does not answer, its flows fail later.
        """
        self._reading = Reading(None, self._note)
        recorder = StepRecorder(lambda _record: None, "run", 1)
        try:
            profile = read_profile(self.target, recorder)
        except (TargetLostError, ControlRefusedError) as error:
            self._problem = str(error)
            return None
        self._reading = Reading(profile, self._note)
        return profile.digest if profile else None

    def _note(self, about: str, text: str) -> None:
        self.emit(r.Note(about=about, text=text))

    def _first_line(self, digest: str | None) -> r.Run:
        return r.Run(
            run=self.rules.desk.run,
            started_at=datetime.now(UTC),
            version=version(),
            versions={"python": platform.python_version()},
            target=r.TargetSeen(name=self.target.name, url=self.target.url),
            profile_digest=digest,
            modes={f"{name}_mode": str(mode) for name, mode in {**self.target.modes, **self.modes}.items()},
            cast=dict(self.target.cast),
            grade=self.rules.grade,
            seed=self.seed,
            flows=tuple(planned_flow(plan) for plan in self.plans),
        )

    def _was_finished(self, plan: Plan) -> bool:
        flow = self.before.flows.get(plan.case.id) if self.before else None
        if flow is None or flow.finished is None:
            return False
        self._verdicts[plan.case.id] = flow.finished.verdict
        self._asserted = True
        return True

    def _run_all(self, due: Sequence[Plan]) -> None:
        if self.parallel <= 1:
            for plan in due:
                self._verdicts[plan.case.id] = self._play(plan)
            return
        with ThreadPoolExecutor(self.parallel) as pool:
            work = [(plan, pool.submit(contextvars.copy_context().run, self._play, plan)) for plan in due]
            for plan, future in work:
                self._verdicts[plan.case.id] = future.result()

    def _play(self, plan: Plan) -> Verdict:
        """Run one case; an unexpected error is its verdict."""
        flow = plan.case.id
        try:
            ending = self._play_case(plan)
        except Exception as error:  # noqa: BLE001 - the last resort: one broken flow must not end the others
            where = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{type(error).__name__}: {error} ({where.name}, line {where.lineno})"
            ending = Ending(Verdict.ERROR, text)
        self.emit(r.FlowFinished(flow=flow, verdict=ending.verdict, message=ending.message))
        return ending.verdict

    def _play_case(self, plan: Plan) -> Ending:
        self.emit(r.FlowStarted(flow=plan.case.id))
        hidden: list[str] = []

        def hide(secret: str) -> None:
            hidden.append(secret)
            self.log.masking.hide(secret)

        recorder = StepRecorder(self.emit, plan.case.id, 1, hide)
        try:
            return self._play_in_context(plan, recorder)
        finally:
            if self._has_own_tenant():
                self.log.masking.forget(*hidden)

    def _has_own_tenant(self) -> bool:
        """Return whether each flow has its own tenant.

        The secrets of that tenant expire with it.
        """
        return self.target.controlled and not self.target.tenant and TENANTS in self.target.abilities

    def _play_in_context(self, plan: Plan, recorder: StepRecorder) -> Ending:
        recorded = self._recorded(plan)
        try:
            context = open_context(self.target, plan.case, recorder, self._reading, self.seed)
        except (TargetLostError, ControlRefusedError, UnreadableError) as error:
            return Ending(Verdict.ERROR, f"the flow could not be prepared: {error}")
        if recorded:
            restore(context, plan.case, recorded)
        ending = play_steps(context, self.rules, recorded.steps if recorded else {})
        if ending.verdict is Verdict.PASS:  # the tenants of other flows stay for inspection
            remove_tenants(context)
        return ending

    def _recorded(self, plan: Plan) -> FlowView | None:
        """Return the records of an interrupted flow; None if it restarts."""
        if self.before is None or self._has_own_tenant():
            return None
        return self.before.flows.get(plan.case.id)

    def _finish(self) -> int:
        verdicts = list(self._verdicts.values())
        status = exit_status(verdicts, asserted=self._asserted, no_skips=self.no_skips)
        totals = {verdict: verdicts.count(verdict) for verdict in Verdict if verdict in verdicts}
        self.emit(
            r.RunFinished(
                verdict=worst(verdicts),
                exit_status=status,
                totals=totals,
                message="" if self._asserted else _unchecked(self._answered),
            )
        )
        return status


def _unchecked(answered: bool) -> str:
    return "No check ran." if answered else "No check ran: the target never answered."


def _writes_of(view: RunView) -> int:
    """Count the Konnect writes that a run has recorded."""
    steps = [step for flow in view.flows.values() for step in flow.steps.values()]
    return sum(sending.path in WRITE_PATHS for step in steps for sending in step.sendings)


def version() -> str:
    """Return the version of the installed package, or `unknown`."""
    try:
        return metadata.version(DISTRIBUTION)
    except metadata.PackageNotFoundError:
        return "unknown"


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
