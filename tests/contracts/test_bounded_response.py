"""No answer holds a client past its deadline or its memory."""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable
from http.client import HTTPException, HTTPResponse

import pytest
import requests

from contracts.bounded_response import ANSWER_LIMIT_BYTES
from mock_oms.cli.client import CallError
from mock_oms.cli.client import Server as Client
from mock_oms.server.http import send
from mock_oms.server.ready import asked, wait_until_answers
from scenarios.targets.http import Pacer, Wire
from scenarios.targets.sessions import open_session
from tests.support.hostile_server import (
    LARGE,
    SLOW,
    Pieces,
    broken_chunk,
    hostile_server,
    long_chunk_size,
    packed,
)

LIMIT_S = 0.3
SOON_S = 5.0
"""The deadline and what a busy machine needs; the answers go on for a minute."""
MEMORY_LIMIT = 4 * ANSWER_LIMIT_BYTES


def exchanged(url: str, limit_s: float) -> str | None:
    """Return why the runner got no answer."""
    wire = Wire(url, lambda: open_session(url), Pacer(), limit_s)
    with wire.session as session:
        return wire.exchange(session.prepare_request(requests.Request("GET", url + "/")))[1]


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_a_slow_answer_ends_at_the_deadline_of_the_runner(answer: Callable[[], Pieces]) -> None:
    began = time.monotonic()
    with hostile_server(answer, slow=True) as url:
        assert exchanged(url, LIMIT_S) == f"no complete answer within {LIMIT_S:g} s"
    assert LIMIT_S <= time.monotonic() - began < SOON_S


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_a_slow_answer_ends_at_the_deadline_of_the_mock_s_commands(answer: Callable[[], Pieces]) -> None:
    began = time.monotonic()
    with hostile_server(answer, slow=True) as url, pytest.raises(TimeoutError):
        send("GET", url, limit_s=LIMIT_S)
    assert LIMIT_S <= time.monotonic() - began < SOON_S


@pytest.mark.parametrize("answer", SLOW.values(), ids=SLOW)
def test_a_slow_answer_does_not_hold_up_the_wait_for_a_server(answer: Callable[[], Pieces]) -> None:
    began = time.monotonic()
    with hostile_server(answer, slow=True) as url:
        assert not wait_until_answers(url, LIMIT_S)
    assert time.monotonic() - began < SOON_S


@pytest.mark.parametrize("answer", [*LARGE.values(), packed], ids=[*LARGE, "packed"])
def test_an_answer_of_gigabytes_is_refused_by_the_runner(answer: Callable[[], Pieces]) -> None:
    tracemalloc.start()
    try:
        with hostile_server(answer) as url:
            assert exchanged(url, 60) == f"an answer of more than {ANSWER_LIMIT_BYTES} bytes"
        assert tracemalloc.get_traced_memory()[1] < MEMORY_LIMIT
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("answer", LARGE.values(), ids=LARGE)
def test_an_answer_of_gigabytes_is_refused_by_the_mock_s_commands(answer: Callable[[], Pieces]) -> None:
    with hostile_server(answer) as url:
        with pytest.raises(HTTPException, match=f"more than {ANSWER_LIMIT_BYTES} bytes"):
            send("GET", url)
        with pytest.raises(CallError, match=f"{url} sent an answer of more than {ANSWER_LIMIT_BYTES} bytes"):
            Client(url).control("GET", "tenants")
        assert asked(url, "/") is None


def test_a_chunk_size_without_end_is_refused() -> None:
    with hostile_server(long_chunk_size) as url:
        assert exchanged(url, 60) == "no answer (ChunkedEncodingError)"
        with pytest.raises(HTTPException, match="reading chunk size"):
            send("GET", url)


def test_a_broken_answer_leaves_no_socket_open() -> None:
    with hostile_server(broken_chunk) as url, pytest.raises(HTTPException) as error:
        send("GET", url)
    assert error.value.__traceback__ is not None  # the traceback keeps the answer in memory
    answers = [answer for answer in gc.get_objects() if isinstance(answer, HTTPResponse)]
    assert answers
    assert all(answer.isclosed() for answer in answers)


def test_a_bounded_connection_is_used_again(server_url: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG", "urllib3")
    with open_session(server_url) as session:
        wire = Wire(server_url, lambda: session, Pacer(), limit_s=SOON_S)
        request = session.prepare_request(requests.Request("GET", server_url + "/_control/health"))
        for _ in range(2):
            reply, trouble = wire.exchange(request)
            assert (reply and reply.status, trouble) == (200, None)
    assert [record.message.split(" (")[0] for record in caplog.records].count(
        "Starting new HTTP connection"
    ) == 1
