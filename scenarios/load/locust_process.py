"""State of one Locust process: its tenants, counts, start and end.

Imports Locust, which patches its process: only `scenarios.load.locustfile` imports this module.

A master makes no calls. Each process with users creates its own tenants. Before stopping, it drains running
journeys, so every started order is counted.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count, cycle
from pathlib import Path
from typing import Any, TypeVar

import gevent
from locust.contrib.fasthttp import FastHttpSession
from locust.env import Environment
from locust.runners import MasterRunner, WorkerRunner

from scenarios.interruption import INTERRUPTED_EXIT_STATUS
from scenarios.load.bounded import UNPACKED, AnswerRefusedError, bound_answers
from scenarios.load.call import NO_ANSWER_IN_TIME, Answer, LoadRequest, NoAnswerError, WrongError
from scenarios.load.counters import Counters
from scenarios.load.journey import Share
from scenarios.load.latency import RETURN_STEPS, SALE_STEPS
from scenarios.load.options import JOURNEYS, SHOP, WRONG_USE, weights_of
from scenarios.load.results import numbers_of
from scenarios.load.tenants import (
    LoadTenant,
    LoadTenants,
    NoTenantError,
    UnusableTargetError,
    refuse_real,
)

T = TypeVar("T")

DEFAULT_TENANT_OF_SHOP = "default"
CANNOT_BEGIN, DRAIN, DRAINED = "oms_cannot_begin", "oms_wind_down", "oms_wound_down"
"""Messages between master and workers."""
NOT_READY = "The target had no company ready in the time of the run"
"""Why a run ended without a call."""
REPORT_KEY = "oms_counters"
ANSWER_LIMIT_S = 60.0
"""Longest wait for one complete answer; Locust's own limit starts again with each byte."""
JOURNEY_LIMIT_S = 30.0
"""Longest wait for running journeys."""
POLL_EVERY_S = 0.05

log = logging.getLogger("oms.load")


class LocustSender:
    """A sender on a Locust session, which counts wrong answers as failures."""

    def __init__(self, session: FastHttpSession) -> None:
        bound_answers()
        self._session = session

    def send(self, request: LoadRequest, judge: Callable[[Answer], T]) -> T:
        """Send, judge, and let Locust count."""
        with gevent.Timeout(ANSWER_LIMIT_S, TimeoutError) as deadline:
            exchange = self._session.request(
                request.method,
                request.path,
                name=request.name,
                data=request.body,  # type: ignore[arg-type]  # bytes are sent as they are
                headers={**UNPACKED, **request.headers},
                allow_redirects=False,  # another host must not see the token
                catch_response=True,
            )
            in_time = deadline.pending
        with exchange as response:
            try:
                if not in_time:
                    raise NoAnswerError(NO_ANSWER_IN_TIME)
                value = judge(_answer(response))
            except WrongError as wrong:
                response.failure(wrong)
                raise
            response.success()
        return value


def _answer(response: Any) -> Answer:
    """Convert a response.

    Connection errors are rebuilt, because their text may hold the complete address.
    """
    error = getattr(response, "error", None)
    if isinstance(error, AnswerRefusedError):
        raise NoAnswerError(str(error))
    if not response.status_code:
        raise NoAnswerError(f"no answer ({type(error).__name__})")
    try:
        return Answer(int(response.status_code), response.content or b"")
    except AnswerRefusedError as refused:
        raise NoAnswerError(str(refused)) from None


class LoadProcess:
    """The part of a load run in one process."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self.counters = Counters()
        self.tenants: list[LoadTenant] = []
        self.draining = False
        self.began_at = self.ended_at = 0.0
        self.returns = Share(0)
        """Which orders come back: a share of all in this process."""
        self._busy = 0
        self._drained = 0
        self._given_up = False
        self._unusable = ""
        self._places = count()
        self._turns: Iterator[LoadTenant] = iter(())

    # What users ask for

    @property
    def options(self) -> Any:
        """The parsed command line; on a worker, the master's."""
        return self.environment.parsed_options

    @property
    def control(self) -> LoadTenants:
        """The control plane of the target."""
        return LoadTenants((self.environment.host or "").rstrip("/"))

    @property
    def can_begin(self) -> bool:
        """Whether there is a tenant."""
        return bool(self.tenants)

    def next_place(self) -> tuple[LoadTenant, str]:
        """Return tenant and store of the next order.

        Tenants are chosen by weight, stores in turn.
        """
        tenant = next(self._turns)
        return tenant, tenant.locations[next(self._places) % len(tenant.locations)]

    @contextmanager
    def busy(self) -> Iterator[None]:
        """Count a journey as running, so that the end waits for it."""
        self._busy += 1
        try:
            yield
        finally:
            self._busy -= 1

    def report(self, name: str, elapsed_ms: float, trouble: str | None) -> None:
        """Report a reaction time of the system to Locust."""
        self.environment.events.request.fire(
            request_type="SYSTEM",
            name=name,
            response_time=elapsed_ms,
            response_length=0,
            exception=WrongError(trouble) if trouble else None,
            context={},
        )

    # Begin

    def attach(self) -> None:
        """Register the event handlers of this process."""
        events, runner = self.environment.events, self.environment.runner
        events.test_start.add_listener(self.begin)
        events.test_stopping.add_listener(self.stopping)
        events.test_stop.add_listener(self.end)
        events.request.add_listener(self.note)
        events.reset_stats.add_listener(self.counters.clear)
        if isinstance(runner, WorkerRunner):
            events.report_to_master.add_listener(self._add_report)
            runner.register_message(DRAIN, self._drain_for_master, concurrent=True)
        if isinstance(runner, MasterRunner):
            events.worker_report.add_listener(self._take_report)
            runner.register_message(DRAINED, self._count_drained)
            runner.register_message(CANNOT_BEGIN, self._give_up_for_worker)
        if not isinstance(runner, WorkerRunner):
            events.quit.add_listener(self.write_record)

    def begin(self, environment: Environment, **_: Any) -> None:
        """Create the tenants, except in a master."""
        self.counters.clear()
        self.draining, self._drained = False, 0
        self.began_at = time.time()
        self.returns = Share(self.options.returns)
        if isinstance(environment.runner, MasterRunner):
            return
        try:
            self.tenants = self._open_tenants()
        except (NoTenantError, UnusableTargetError) as error:
            self.tenants = []
            self._cannot_begin(str(error), wrong_use=isinstance(error, NoTenantError))
        self._turns = cycle(_spread(self.tenants))

    def _open_tenants(self) -> list[LoadTenant]:
        if not self.environment.host:
            raise NoTenantError("--host is missing: the address of the mock")
        refuse_real(self.environment.host)
        chosen, mix = self.options.tenant, self.options.mix
        if mix == JOURNEYS and not chosen:
            return self.control.make(weights_of(self.options.mode_weights), self.options.shops)
        tenant = self.control.open(chosen or DEFAULT_TENANT_OF_SHOP)
        if mix == JOURNEYS and tenant.credentials is None:
            raise NoTenantError(
                f"journeys in tenant {tenant.name!r} need its credentials: set OMS_COMPANY_USER and "
                "OMS_COMPANY_PASSWORD"
            )
        if mix == SHOP and tenant.frozen:
            raise NoTenantError(
                f"the clock of tenant {tenant.name!r} is frozen, so no time can be measured: resume it first"
            )
        return [tenant]

    def _cannot_begin(self, reason: str, *, wrong_use: bool) -> None:
        runner = self.environment.runner
        if isinstance(runner, WorkerRunner):
            runner.send_message(CANNOT_BEGIN, {"reason": reason, "wrong_use": wrong_use})
        else:
            self._give_up(reason, wrong_use=wrong_use)

    def _give_up_for_worker(self, msg: Any, **_: Any) -> None:
        self._give_up(str(msg.data["reason"]), wrong_use=bool(msg.data["wrong_use"]))

    def _give_up(self, reason: str, *, wrong_use: bool) -> None:
        """End the run; with an unusable target it is unfinished."""
        if not self._given_up:  # one worker speaks for all
            self._given_up = True
            log.error("cannot begin: %s", reason)
            self._unusable = "" if wrong_use else reason
            self.environment.process_exit_code = WRONG_USE if wrong_use else INTERRUPTED_EXIT_STATUS
        if self.environment.runner is not None:
            gevent.spawn(self.environment.runner.quit)

    # Counting

    def note(self, name: str, response_time: float | None, exception: BaseException | None, **_: Any) -> None:
        """Count a finished call."""
        trouble = None if exception is None else str(exception) or type(exception).__name__
        self.counters.note(name, response_time or 0.0, trouble, time.time())

    def _add_report(self, data: dict[str, Any], **_: Any) -> None:
        data[REPORT_KEY] = self.counters.take()

    def _take_report(self, data: dict[str, Any], **_: Any) -> None:
        if REPORT_KEY in data:
            self.counters.add(data[REPORT_KEY])

    # End

    def stopping(self, environment: Environment, **_: Any) -> None:
        """Drain all processes before users are stopped."""
        runner = environment.runner
        if not isinstance(runner, MasterRunner):
            self.drain()
        elif runner.worker_count:
            runner.send_message(DRAIN)
            self._wait(lambda: self._drained >= runner.worker_count)

    def drain(self) -> None:
        """Start no more journeys, and wait for the running ones."""
        self.draining = True
        self._wait(lambda: not self._busy)

    def _wait(self, done: Callable[[], bool]) -> None:
        steps = len(SALE_STEPS) + len(RETURN_STEPS)
        limit = self.options.patience * steps if self.options.mix == SHOP else 0.0
        deadline = time.monotonic() + limit + JOURNEY_LIMIT_S
        while not done() and time.monotonic() < deadline:
            gevent.sleep(POLL_EVERY_S)

    def _drain_for_master(self, environment: Environment, **_: Any) -> None:
        self.drain()
        if isinstance(environment.runner, WorkerRunner):
            environment.runner.send_message(DRAINED)

    def _count_drained(self, **_: Any) -> None:
        self._drained += 1

    def end(self, **_: Any) -> None:
        """Remove the tenants of this process."""
        self.ended_at = time.time()
        for left in self.control.remove(self.tenants) if self.tenants else ():
            log.warning("a tenant was not removed: %s", left)
        self.tenants = []

    def write_record(self, **_: Any) -> None:
        """Write the numbers, if --record is given."""
        if not self.options.record or not self.began_at:
            return
        numbers = numbers_of(
            self.counters,
            title=self._title(),
            target=self.environment.host or "",
            started_at=self.began_at,
            ended_at=self.ended_at or time.time(),
            facts=self._facts(),
        )
        never_ready = not numbers.total.calls and self.environment.process_exit_code is None
        interrupted = self._unusable or (NOT_READY if never_ready else "")
        numbers = numbers.model_copy(update={"interrupted": interrupted})
        try:
            numbers.write(Path(self.options.record))
        except OSError as error:
            log.error("the record %s cannot be written: %s", self.options.record, error.strerror)

    def _title(self) -> str:
        return (
            "complete journeys" if self.options.mix == JOURNEYS else "customers and store, beside your system"
        )

    def _facts(self) -> dict[str, str]:
        request, runner = self.options, self.environment.runner
        users = str(getattr(request, "num_users", None) or getattr(runner, "target_user_count", "") or "")
        workers = str(getattr(request, "expect_workers", 1)) if isinstance(runner, MasterRunner) else "1"
        shared = {"Users": users, "Processes": workers, "Come back": f"{request.returns:g} %"}
        if request.mix == SHOP:
            shared |= {"Orders per user": f"{request.orders_per_minute:g} a minute"}
            return shared | {"Patience": f"{request.patience:g} s", "Tenant": request.tenant or "default"}
        return shared | {"Orders in a call": str(request.batch), "Mode weights": request.mode_weights}


def _spread(tenants: list[LoadTenant]) -> list[LoadTenant]:
    """Repeat each tenant by its weight, evenly over a round."""
    turns = [
        ((turn + 0.5) / tenant.weight, place)
        for place, tenant in enumerate(tenants)
        for turn in range(tenant.weight)
    ]
    return [tenants[place] for _, place in sorted(turns)]
