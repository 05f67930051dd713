"""A run: numbered requests from several threads, and checks of the server."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from random import Random
from urllib.parse import urlsplit

from tests.tools.bad_input import bodies, framing, generated, heads, protocols
from tests.tools.bad_input.judging import violations
from tests.tools.bad_input.kinds import KINDS
from tests.tools.bad_input.largest import ask_for_the_largest
from tests.tools.bad_input.messages import Known, Plan
from tests.tools.bad_input.sending import Exchange, Line, ServerGoneError
from tests.tools.bad_input.tally import Tally
from tests.tools.bad_input.tenants import Tenants
from tests.tools.bad_input.watching import Held, Processes

MODULES = (bodies, framing, heads, protocols)
"""Those that the kinds come from."""
TENTHS = 2
"""Of ten requests, so many are made by schemathesis."""
BATCH = 1000
"""Requests between two looks at the server."""
ANEW = 5_000
"""Requests after which the companies that are played with are made anew: most of their orders are used up,
and many others have come."""
BLOCK = 20_000
"""Requests between two measurements; the first block warms the server up."""
WARM_UPS = 6
"""Repetitions of the largest calls after the first block. On a fresh server each of the first four may still
raise the memory, depending on which calls overlap; from then on it stays within some 8 MB."""
SENDERS = 24
MAKERS = 2
TRICKLE = 2000
"""Good calls before memory is measured: the journal that keeps them is as full as it gets, each time."""
STRANGERS = 1100
"""Calls after those, each with another made-up token: caches of secrets then hold the same ones each time."""
PAUSE_S = 2.0
"""Wait before a measurement: nothing shows from outside when the last connections are closed."""
MEMORY_RATIO = 1.10
"""Most that memory may be at the end, of what it was after the first block: both after the largest calls."""
OBJECTS_RATIO = 1.02
"""The same for the objects that are alive."""
SUSPECTS_SHOWN = 10


def is_generated(number: int) -> bool:
    """Whether the request of this number is made by schemathesis."""
    return number % 10 < TENTHS


def place_of(number: int) -> tuple[int, int]:
    """Chunk of a generated request, and its place in it."""
    return divmod(number // 10 * TENTHS + number % 10, generated.CHUNK)


def raw(seed: int, number: int, known: Known) -> Plan:
    """The raw request of a number."""
    rng = Random(f"{seed}/{number}")
    names = list(KINDS)
    (name,) = rng.choices(names, [KINDS[one].weight for one in names])
    return KINDS[name].make(rng, known)


def address(url: str) -> tuple[str, int]:
    """Host and port of a URL."""
    parts = urlsplit(url)
    return parts.hostname or "", parts.port or 80


class Maker:
    """A maker of requests by number; schemathesis runs ahead in separate processes."""

    def __init__(self, seed: int, known: Known, last: int, processes: int) -> None:
        self._seed, self._known, self._last = seed, known, last
        spawn = multiprocessing.get_context("spawn")
        self._pool = ProcessPoolExecutor(processes, mp_context=spawn) if processes else None
        self._ahead: dict[int, Future[list[bytes]]] = {}
        self._chunks: dict[int, list[bytes]] = {}
        self._asked = 0

    def plans(self, numbers: range) -> Iterator[tuple[int, Plan]]:
        """The requests of these numbers, which grow from call to call."""
        for number in numbers:
            yield number, self._generated(number) if is_generated(number) else self._raw(number)

    def _raw(self, number: int) -> Plan:
        return raw(self._seed, number, self._known)

    def _generated(self, number: int) -> Plan:
        chunk, place = place_of(number)
        if chunk not in self._chunks:
            self._chunks = {chunk: self._chunk(chunk)}
        document = "control" if b" /_control" in self._chunks[chunk][place][:20] else "konnect"
        method = self._chunks[chunk][place].split(b" ", 1)[0].decode("latin-1")
        return Plan(f"schemathesis_{document}", self._chunks[chunk][place], 1, methods=(method,), kept=True)

    def _chunk(self, chunk: int) -> list[bytes]:
        if self._pool is None:
            return generated.chunk(self._seed, chunk, self._known)
        last, _ = place_of(self._last)
        self._asked = max(self._asked, chunk)
        while self._asked <= min(last, chunk + 2 * BLOCK // generated.CHUNK):
            self._ahead[self._asked] = self._pool.submit(
                generated.chunk, self._seed, self._asked, self._known
            )
            self._asked += 1
        return self._ahead.pop(chunk).result()

    def close(self) -> None:
        """End the processes."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)


@dataclass(slots=True)
class Run:
    """A run against a server.

    `output` returns the text that the server printed; `processes` are None when unknown.
    """

    url: str
    seed: int
    total: int
    tenants: Tenants
    tell: Callable[[str], None]
    processes: Processes | None = None
    output: Callable[[], str] = lambda: ""
    makers: int = MAKERS
    tally: Tally = field(default_factory=Tally)

    def send_all(self) -> None:
        """The whole run."""
        maker = Maker(self.seed, self.tenants.known, self.total - 1, self.makers)
        self.tenants.changes()
        before = None
        try:
            for first in range(0, self.total, BLOCK):
                self._block(maker, range(first, min(first + BLOCK, self.total)))
                before = before or self._after_the_largest(WARM_UPS)
        finally:
            maker.close()
        after = self._after_the_largest(1)
        if before and after:
            self.compare(before, after)
        else:
            self.tell(f"memory is not compared: that takes more than {BLOCK:,} requests and a known process")

    def _after_the_largest(self, times: int) -> Held | None:
        """Measure the server after the largest calls.

        None: its processes are unknown, or the run is too short.
        """
        if self.processes is None or self.total <= BLOCK:
            return None
        for _ in range(times):
            ask_for_the_largest(self.tenants.transport, self.url, self.tenants.named("largest"))
        self._settle()
        held = self.processes.held_and_counted()
        named = ", ".join(f"{count} {name}" for name, count in sorted(held.named.items()))
        self.tell(f"after the largest calls: {held}; threads with full pools: {named or 'not known'}")
        return held

    def _block(self, maker: Maker, numbers: range) -> None:
        for first in range(numbers.start, numbers.stop, BATCH):
            if first and first % ANEW == 0:
                self.tenants.refresh()
            batch = range(first, min(first + BATCH, numbers.stop))
            plans = list(maker.plans(batch))
            try:
                self._send(plans)
            except ServerGoneError as error:
                self.tally.server(f"gone while {batch.start} to {batch.stop - 1} were sent: {error}")
                raise
            self._look(plans)
        self.tenants.tidy()
        self._measure(numbers.stop)

    def _line(self) -> Line:
        return Line(*address(self.url))

    def _send(self, plans: list[tuple[int, Plan]]) -> None:
        with ThreadPoolExecutor(SENDERS) as pool:
            list(pool.map(self._send_some, [plans[start::SENDERS] for start in range(SENDERS)]))

    def _send_some(self, plans: list[tuple[int, Plan]]) -> None:
        line = self._line()
        judge = partial(violations, documented=generated.documented_failures())
        for number, plan in plans:
            exchange = self.exchange(line, plan)
            self.tally.note(number, plan, exchange, judge(plan, exchange))
        line.close()

    def exchange(self, line: Line, plan: Plan) -> Exchange:
        """Send one plan."""
        return line.send(plan, self.tenants.with_secrets(plan.wire))

    def _look(self, plans: list[tuple[int, Plan]]) -> None:
        """Check a good call, the still tenant, the processes and their output."""
        wire = framing.good(self.tenants.known).wire()
        good = self.exchange(self._line(), Plan("good", wire, 1, last=200))
        if [answer.status for answer in good.answers] != [200]:
            self.tally.server(f"a good call after number {plans[-1][0]}: {good.answers}, {good.end}")
        for changed in self.tenants.changes():
            self.tally.server(f"{changed} changed; suspects: {_suspects(changed, plans)}")
        if self.processes is not None:
            for change in self.processes.changes():
                self.tally.server(f"after number {plans[-1][0]}: {change}")
        if "Traceback" in (output := self.output()):
            self.tally.server(f"after number {plans[-1][0]} it printed:\n{output[-3000:]}")

    def _measure(self, sent: int) -> None:
        self._settle()
        holds = f"; holds {self.processes.held()}" if self.processes else ""
        self.tell(f"{sent:,} sent, {len(self.tally.failures)} failures{holds}")

    def _settle(self) -> None:
        """Fill journals and caches; wait until the server rests."""
        line = self._line()
        plan = Plan("good", framing.good(self.tenants.known).wire(), 1, kept=True)
        for _ in range(min(TRICKLE, self.total)):
            self.exchange(line, plan)
        for number in range(min(STRANGERS, self.total)):
            self.exchange(
                line, Plan("stranger", framing.by_a_stranger(number).wire(), 1, kept=True, last=401)
            )
        line.close()
        time.sleep(PAUSE_S)

    def compare(self, before: Held, after: Held) -> None:
        """Record a failure for each resource that the server did not release."""
        for what, had, has, limit in (
            ("memory", before.memory_mb, after.memory_mb, MEMORY_RATIO),
            ("objects", before.objects, after.objects, OBJECTS_RATIO),
        ):
            if not had:
                self.tell(f"{what}: not known of this server")
                continue
            ratio = has / had
            self.tell(f"{what} at the end: {ratio:.3f} of that after the first block (at most {limit})")
            if ratio > limit:
                self.tally.server(f"{what} grew: {before} after the first block, {after} at the end")
        if not before.named:
            self.tell("threads: not known of this server")
        for more in after.more_than(before):
            self.tally.server(f"not given back: {more}; {before} after the first block, {after} at the end")


def _suspects(changed: str, plans: list[tuple[int, Plan]]) -> str:
    """List the armed requests that name the order, else all numbers."""
    word = changed.removeprefix("order ").encode()
    found = [number for number, plan in plans if plan.armed and word in plan.wire]
    return ", ".join(map(str, found[:SUSPECTS_SHOWN])) or f"{plans[0][0]} to {plans[-1][0]}"
