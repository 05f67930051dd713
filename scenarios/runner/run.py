"""Runs planned cases, one by one or in parallel, and records them."""

from __future__ import annotations

import contextvars
import platform
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

from contracts.lifecycle.table import DocumentMode
from scenarios import records as r
from scenarios.errors import UsageError
from scenarios.interruption import INTERRUPTED_EXIT_STATUS, Interruption, internal_error
from scenarios.language.flow import TENANTS
from scenarios.records import FlowView, RunView, Verdict, exit_status, worst
from scenarios.records.recorder import StepRecorder
from scenarios.records.version import version
from scenarios.runner.judging import Ending, Rules, json_of
from scenarios.runner.plan import Plan, planned_flow
from scenarios.runner.playing import play_steps
from scenarios.runner.resume import restore
from scenarios.runner.setup import require_setup
from scenarios.session.context import (
    open_context,
    read_profile,
    read_settings,
    remove_tenants,
    restore_settings,
)
from scenarios.session.quiet import Quiet
from scenarios.targets.answers import Meeting, Reading, UnreadableError
from scenarios.targets.control import ControlRefusedError
from scenarios.targets.http import TargetLostError
from scenarios.targets.opening import Target
from scenarios.targets.presence import require_answer, unusable

Listener = Callable[[r.Record], None]
GRACE_S = 3.0
"""Time in which parallel flows of an interrupted run may record their running calls."""
LOST_MAX = 3
"""Broken flows in a row without any complete answer after which the target counts as lost."""


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
    price: r.Price | None = None
    listeners: Sequence[Listener] = ()
    stop: Interruption = field(default_factory=Interruption)
    _quiet: Quiet = field(default_factory=Quiet)
    _begun: bool = False
    _reading: Reading = field(default_factory=Reading)
    _asserted: bool = False
    _answered: bool = False
    _problem: str = ""
    _silent: bool = False
    _held: list[r.FlowFinished] = field(default_factory=list)
    """Ends of flows that broke since the last answer; they count once another answer comes."""
    _verdicts: dict[str, Verdict] = field(default_factory=dict)

    def emit(self, record: r.Record) -> None:
        """Write a record; raises `StoppedError` in a run that stops.

        So every thread stops at its next record, before a write and after a call.
        """
        if not isinstance(record, r.Exchange):
            self.stop.check()
        self._write(record)
        self.stop.check()

    def _write(self, record: r.Record) -> None:
        """Write a record and pass it to the listeners."""
        self._asserted = self._asserted or isinstance(record, r.Check)
        if isinstance(record, r.Exchange):
            self._silent = record.answer is None
            self._answered = self._answered or not self._silent
        masked = self.log.write(record)
        for listener in self.listeners:
            listener(masked)
        if isinstance(record, r.Exchange) and not self._silent:
            self._release()

    def _release(self) -> None:
        """Write the ends of flows that were held back."""
        held, self._held = self._held, []
        for record in held:
            self._write(record)

    def run(self) -> int:
        """Run all unfinished plans; return the exit status.

        Ctrl-C, SIGTERM, a target that nothing answers for, or an internal error end the run; it can be
        resumed then.
        """
        self.log.masking.hide(*self.target.secrets())
        try:
            require_answer(self.target)
            self._begin(self._learn_profile())
            if self._problem:
                self._note("profile", f"the target's profile could not be read: {self._problem}")
            self._verdicts = {plan.case.id: Verdict.SKIP for plan in self.plans if plan.skip}
            require_setup(self.target, self._reading)
            due = [plan for plan in self.plans if not plan.skip and not self._was_finished(plan)]
            with self._tenant_restored(due):
                self._run_all(due)
            return self._finish()
        except KeyboardInterrupt as error:
            return self._interrupted(str(error))
        except (UsageError, OSError):
            raise
        except Exception as error:  # noqa: BLE001 - the evidence so far has its reports
            return self._interrupted(f"Internal error: {internal_error(error)}")

    def _begin(self, digest: str | None) -> None:
        self._begun = True
        if self.before is None:
            self._write(self._first_line(digest))
        else:
            self._write(r.Resumed(version=version(), price=self.price))
            self.target.wire.pacer.writes = writes_of(self.before)

    def _interrupted(self, reason: str) -> int:
        """Record why the run stops; what did not run stays unfinished."""
        self.stop.stop(reason or "Interrupted")
        if not self._begun:
            self._begin(None)
        self._write(r.Interrupted(reason=self.stop.reason))
        return INTERRUPTED_EXIT_STATUS

    @contextmanager
    def _tenant_restored(self, due: Sequence[Plan]) -> Iterator[None]:
        """Restore the settings of the system's tenant after the block."""
        if not self.target.tenant or not due:
            yield
            return
        found = self.before.tenant if self.before else None
        if found is None:
            found = r.TenantFound(tenant=self.target.tenant, settings=read_settings(self.target))
            self.emit(found)
        self._note(
            "tenant", f"works in tenant {found.tenant}: sets its modes for each flow and restores them"
        )
        try:
            yield
        finally:
            problem = restore_settings(self.target, found.settings)
            if problem:
                self._write(r.Note(about="tenant", text=problem))

    def _learn_profile(self) -> str | None:
        """Read the target's profile; return its digest.

        Where each flow needs the control plane, one that shows no profile ends the run.
        """
        self._reading = Reading(None, self._meet)
        recorder = StepRecorder(lambda _record: None, "run", 1)
        try:
            profile = read_profile(self.target, recorder)
        except (TargetLostError, ControlRefusedError) as error:
            if not self.target.described:
                raise unusable(error) from None
            self._problem = str(error)
            return None
        self._reading = Reading(profile, self._meet)
        return profile.digest if profile else None

    def _note(self, about: str, text: str) -> None:
        self.emit(r.Note(about=about, text=text))

    def _meet(self, meeting: Meeting) -> None:
        """Record a value at an open point."""
        flow, step = meeting.place
        met = r.Met(
            value=json_of(meeting.value),
            field=meeting.is_field,
            expected=json_of(meeting.expected),
            differs=meeting.differs,
        )
        self.emit(r.Note(about=meeting.point, text=meeting.says(), met=met, flow=flow or None, step=step))

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
            price=self.price,
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
        waiting, broken = deque(due), list[BaseException]()
        threads = [
            threading.Thread(
                target=contextvars.copy_context().run, args=(self._play_all, waiting, broken), daemon=True
            )
            for _ in range(min(self.parallel, len(due)))
        ]
        for thread in threads:
            thread.start()
        try:
            _join(threads)
        except KeyboardInterrupt:
            self.stop.stop("Interrupted")
            _join(threads, GRACE_S)
            raise
        for error in broken:
            raise error

    def _play_all(self, waiting: deque[Plan], broken: list[BaseException]) -> None:
        """Run waiting cases until none is left, or the run stops."""
        try:
            with suppress(IndexError):
                while True:
                    plan = waiting.popleft()
                    self._verdicts[plan.case.id] = self._play(plan)
        except BaseException as error:  # noqa: BLE001 - the thread of the run raises it
            self.stop.stop(str(error) or type(error).__name__)
            broken.append(error)

    def _play(self, plan: Plan) -> Verdict:
        """Run one case; an unexpected error is its verdict.

        Raises `StoppedError` at the last of some flows in a row without an answer, which stay unfinished.
        """
        flow = plan.case.id
        try:
            ending = self._play_case(plan)
        except Exception as error:  # noqa: BLE001 - the last resort: one broken flow must not end the others
            ending = Ending(Verdict.ERROR, internal_error(error))
        record = r.FlowFinished(flow=flow, verdict=ending.verdict, message=ending.message)
        if ending.verdict is not Verdict.ERROR or not self._silent:
            self.emit(record)
            return ending.verdict
        self._held.append(record)
        if len(self._held) == LOST_MAX:
            raise unusable(TargetLostError(ending.message))
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
            context = open_context(
                self.target, plan.case, recorder, self._reading, self.seed, quiet=self._quiet
            )
        except (TargetLostError, ControlRefusedError, UnreadableError) as error:
            require_answer(self.target)
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
        self._release()
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


def _join(threads: Sequence[threading.Thread], limit_s: float | None = None) -> None:
    """Wait for the end of threads, at most for a time."""
    deadline = None if limit_s is None else time.monotonic() + limit_s
    for thread in threads:
        thread.join(None if deadline is None else max(deadline - time.monotonic(), 0))


def writes_of(view: RunView) -> int:
    """Count the Konnect writes that a run has recorded."""
    steps = [step for flow in view.flows.values() for step in flow.steps.values()]
    return sum(sending.path.startswith("/") for step in steps for sending in step.sendings)
