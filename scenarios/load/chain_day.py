"""A day of a chain of shops at full speed: `make chain-day`.

Each order goes from the till to hand-over, some return and get a credit note. At the end the control plane
is audited. The aggregator handles 20 orders per call. Green threads of this process make the calls on kept
connections.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar
from urllib.parse import urlsplit

import gevent
from gevent.pool import Pool
from geventhttpclient import HTTPClient
from geventhttpclient.response import HTTPParseError

from contracts.konnect.base import BULK_LIMIT
from contracts.lifecycle.table import DocumentMode
from scenarios.interruption import Interruption
from scenarios.load.aggregator import Aggregator
from scenarios.load.bounded import UNPACKED, AnswerRefusedError, bound_answers
from scenarios.load.call import NO_ANSWER_IN_TIME, Answer, LoadRequest, NoAnswerError, WrongError
from scenarios.load.counters import Counters
from scenarios.load.journey import Journey, Share
from scenarios.load.server import MOCK_ENDED, Served
from scenarios.load.shop import Shop
from scenarios.load.tenants import LoadTenant, LoadTenants
from scenarios.targets.answers import Reading

T = TypeVar("T")

TIMEOUT_S = 120.0
"""Longest wait for one complete answer."""
MEMORY_EVERY_S = 1.0
LOST_MAX = 3
"""Calls of one connection in a row without an answer after which the mock counts as lost."""


@dataclass(frozen=True)
class Day:
    """Size and options of a day.

    `documents` is the percentage of batches whose PDFs are fetched.
    """

    orders: int = 200_000
    shops: int = 500
    returns: float = 8.0
    documents: float = 2.0
    callers: int = 8
    invoice: DocumentMode = DocumentMode.AGGREGATOR
    credit_note: DocumentMode = DocumentMode.AGGREGATOR

    def batches(self) -> Iterator[tuple[int, int]]:
        """Yield shop and number of orders, in rounds, until all are placed."""
        size = min(BULK_LIMIT, math.ceil(self.orders / self.shops))
        left, number = self.orders, 0
        while left > 0:
            yield number % self.shops, min(size, left)
            left -= size
            number += 1


@dataclass(slots=True)
class Played:
    """Result of a day; memory in MB. `returned` counts the returned orders."""

    began_at: float
    ended_at: float
    returned: int
    broken: int
    memory_before: float
    memory_peak: float
    memory_after: float


class MeasuredSender:
    """A kept connection that counts its calls.

    `lost` gets the reason when too many of them in a row have no answer.
    """

    def __init__(
        self, url: str, counters: Counters, lost: Callable[[str], None] = lambda _reason: None
    ) -> None:
        bound_answers()
        parts = urlsplit(url)
        self._client = HTTPClient(
            parts.hostname or "",
            parts.port or 80,
            concurrency=1,
            connection_timeout=TIMEOUT_S,
            network_timeout=TIMEOUT_S,
        )
        self._counters = counters
        self._lost = lost
        self._unanswered = 0

    def send(self, request: LoadRequest, judge: Callable[[Answer], T]) -> T:
        """Send, judge and count."""
        began = time.perf_counter()
        try:
            answer = self._exchange(request)
            elapsed = time.perf_counter() - began
            value = judge(answer)
        except WrongError as wrong:
            self._counters.note(request.name, (time.perf_counter() - began) * 1000, str(wrong), time.time())
            self._unanswered = self._unanswered + 1 if isinstance(wrong, NoAnswerError) else 0
            if self._unanswered == LOST_MAX:
                self._lost(f"The mock of this run gives no usable answer any more ({wrong})")
            raise
        self._counters.note(request.name, elapsed * 1000, None, time.time())
        self._unanswered = 0
        return value

    def _exchange(self, request: LoadRequest) -> Answer:
        try:
            with gevent.Timeout(TIMEOUT_S, TimeoutError):
                headers = {**UNPACKED, **request.headers}
                response = self._client.request(
                    request.method, request.path, body=request.body or b"", headers=headers
                )
                return Answer(response.status_code, bytes(response.read()))
        except TimeoutError:
            raise NoAnswerError(NO_ANSWER_IN_TIME) from None
        except AnswerRefusedError as error:
            raise NoAnswerError(str(error)) from None
        except (OSError, HTTPParseError) as error:
            raise NoAnswerError(f"no answer ({type(error).__name__})") from None

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def play(
    day: Day,
    mock: Served,
    tenant: LoadTenant,
    tenants: LoadTenants,
    counters: Counters,
    *,
    stop: Interruption,
) -> Played:
    """Play the day, or its part until an interruption.

    A batch with a wrong answer is abandoned and counted.
    """
    batches, returns, documents = day.batches(), Share(day.returns), Share(day.documents)
    memory = [mock.memory_mb()]
    result = Played(time.time(), 0.0, 0, 0, memory[0], 0.0, 0.0)

    def call() -> None:
        sender = MeasuredSender(tenants.url, counters, end)
        aggregator = Aggregator(sender, tenant.credentials, Reading(tenant.profile))  # type: ignore[arg-type]  # ours
        shop = Shop(sender, tenant.name, tenants.key)
        try:
            aggregator.log_in()
        except WrongError:
            result.broken += 1
            return
        for number, size in batches:
            place = tenant.locations[number]
            journey = Journey(shop, aggregator, tenant, place, size, returns, documents)
            try:
                returned = journey.play()  # others go on meanwhile: add to the count only afterwards
                result.returned += returned
            except WrongError:
                result.broken += 1
        sender.close()

    def end(reason: str) -> None:
        stop.stop(mock.why(reason))
        pool.kill(block=False)

    pool = Pool(day.callers)
    watching = gevent.spawn(_watch, mock, memory, end)
    try:
        gevent.joinall([pool.spawn(call) for _ in range(day.callers)], raise_error=True)
    except KeyboardInterrupt:
        stop.stop("Interrupted")
        pool.kill()
    watching.kill()
    result.ended_at = time.time()
    memory.append(mock.memory_mb())
    if not memory[-1]:
        stop.stop(MOCK_ENDED)
    result.memory_peak, result.memory_after = max(memory), memory[-1]
    return result


def _watch(mock: Served, memory: list[float], end: Callable[[str], None]) -> None:
    """Measure the memory of a mock, and end the day with it."""
    while True:
        gevent.sleep(MEMORY_EVERY_S)
        memory.append(mock.memory_mb())
        if not memory[-1]:
            end(MOCK_ENDED)
