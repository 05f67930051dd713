"""The server's front: slow, truncated and too large bodies, many connections."""

from __future__ import annotations

import gc
import json
import socket
import sys
import threading
import weakref
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from typing import Any
from urllib.parse import urlsplit

import pytest
from flask import Flask

from mock_oms.app import create_app
from mock_oms.documents import PARALLEL_MAX
from mock_oms.server import body as bodies
from mock_oms.server import front as front_module
from mock_oms.server.body import READ_ON, Bodies
from mock_oms.server.front import FEW, LARGE_BODY, Front
from mock_oms.server.granian_quirks import Receiver
from mock_oms.store.locking import SWITCH_S, SwitchInterval, take
from mock_oms.web.answers import Answer
from mock_oms.web.rejections import CallRefusedError
from mock_oms.web.request import Request
from mock_oms.web.validation import BODY_LIMIT
from tests.support.server import CALL_LIMIT_S, COMMAND, Server, start_server

ORDER = b'[{"orderId":"1","orderItems":[{"orderItemId":"1","quantity":1}]}]'
SLOW_CLIENTS = 400
"""More than the threads that the server has."""
IDLE_CONNECTIONS = 2_000
SMALL, LARGE = (Request("PUT", "/", "", {}, b"x" * size) for size in (LARGE_BODY - 1, LARGE_BODY))
FEW_FILES = 400
"""Files that a process may open, where it may open few."""


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with start_server() as running:
        yield running


@pytest.fixture(scope="module")
def head(server: Server) -> bytes:
    """Head of a confirm call, up to the length of its body."""
    _, body = server.get("/aggregator/v1/token?username=default&password=default")
    token = json.loads(body)["accessToken"]
    lines = ("POST /oms/v3/shipment/confirm HTTP/1.1", "host: localhost", f"x-access-token: {token}")
    return "\r\n".join((*lines, "content-type: application/json", "")).encode()


def connected(server: Server) -> socket.socket:
    address = urlsplit(server.url)
    return socket.create_connection((address.hostname or "", address.port or 0), timeout=CALL_LIMIT_S)


def answer(connection: socket.socket) -> tuple[int, Any]:
    """Status and JSON of the next answer on a connection."""
    received = b""
    while b"\r\n\r\n" not in received:
        piece = connection.recv(65_536)
        assert piece, f"closed after {received!r}"
        received += piece
    lines, _, body = received.partition(b"\r\n\r\n")
    status, length = int(lines.split()[1]), 0
    for line in lines.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            length = int(line.split(b":")[1])
    while len(body) < length:
        body += connection.recv(65_536)
    return status, json.loads(body)


def told(body: bytes) -> bytes:
    return b"content-length: %d\r\n\r\n" % len(body) + body


def chunked(*pieces: bytes) -> bytes:
    return b"transfer-encoding: chunked\r\n\r\n" + b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in pieces)


LAST = b"0\r\n\r\n"


def was_read(connection: socket.socket) -> bool:
    """Whether the next answer is about one order, which nobody knows."""
    _, said = answer(connection)
    found: bool = said.get("payloadCount") == 1 and len(said["errors"]) == 1
    return found


@pytest.mark.parametrize("body", [told(ORDER), chunked(ORDER[:7], ORDER[7:]) + LAST, chunked(ORDER) + LAST])
def test_a_body_is_read_whole_however_it_is_sent(server: Server, head: bytes, body: bytes) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(head + body)

        assert was_read(connection)


@pytest.mark.parametrize(
    "body",
    [told(ORDER + b"  ")[:-2], chunked(ORDER), chunked(ORDER) + b"zz\r\n"],
    ids=["shorter than told", "without its last chunk", "with a chunk of no size"],
)
def test_a_body_that_is_cut_short_is_never_acted_on(server: Server, head: bytes, body: bytes) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(head + body)
        connection.shutdown(socket.SHUT_WR)

        status, said = answer(connection)

    assert (status, said["message"]) == (400, "body: the connection ended before it was there whole")


@pytest.mark.parametrize("body", [told(b" " * (BODY_LIMIT + 1)), chunked(b" " * (BODY_LIMIT + 1)) + LAST])
def test_after_a_body_that_is_too_large_the_connection_can_be_used_again(
    server: Server, head: bytes, body: bytes
) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(head + body)
        first, said = answer(connection)
        connection.sendall(head + told(ORDER))
        assert was_read(connection)

    assert first == 413
    assert said["message"] == f"body: expected at most {BODY_LIMIT} bytes, received more"


def test_a_body_of_absurd_length_is_refused_before_it_comes(server: Server, head: bytes) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(head + b"content-length: %d\r\n\r\n" % (READ_ON + 1))

        assert answer(connection)[0] == 413


def test_a_client_that_asks_before_it_sends_is_told_to_go_on(server: Server, head: bytes) -> None:
    with closing(connected(server)) as connection:
        connection.sendall(head + b"expect: 100-continue\r\ncontent-length: %d\r\n\r\n" % len(ORDER))
        assert connection.recv(100).startswith(b"HTTP/1.1 100")
        connection.sendall(ORDER)

        assert was_read(connection)


def test_clients_that_stop_in_the_middle_of_a_body_hold_up_nobody(server: Server, head: bytes) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(closing(connected(server))) for _ in range(SLOW_CLIENTS)]
        for one in slow:
            one.sendall(head + told(ORDER)[:-1])
        quick = stack.enter_context(closing(connected(server)))
        quick.sendall(head + told(ORDER))

        assert was_read(quick)
        assert server.get("/_control/health")[0] == 200

        slow[-1].sendall(ORDER[-1:])
        assert was_read(slow[-1])


def test_idle_connections_hold_up_nobody(server: Server, head: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(IDLE_CONNECTIONS):
            stack.enter_context(closing(connected(server)))

        assert server.get("/_control/health")[0] == 200


def test_no_more_connections_are_open_than_allowed_and_the_next_one_waits() -> None:
    with start_server("--connections", "3") as small, ExitStack() as stack:
        first, *_ = [stack.enter_context(closing(connected(small))) for _ in range(3)]
        late = stack.enter_context(closing(connected(small)))
        for one in (first, late):
            one.sendall(b"GET /_control/health HTTP/1.1\r\nhost: localhost\r\n\r\n")
        assert answer(first)[0] == 200
        late.setblocking(False)
        with pytest.raises(BlockingIOError):
            late.recv(1)
        first.close()
        late.setblocking(True)
        late.settimeout(CALL_LIMIT_S)

        assert answer(late)[0] == 200


def test_more_connections_than_files_may_be_open_wait_instead_of_failing() -> None:
    few = ("sh", "-c", f'ulimit -n {FEW_FILES}; exec "$@"', "sh", *COMMAND)
    with start_server(command=few) as poor, ExitStack() as stack:
        for _ in range(FEW_FILES):
            stack.enter_context(closing(connected(poor)))
        stack.pop_all().close()

        assert poor.get("/_control/health")[0] == 200
        assert "error" not in poor.output().lower()


def test_a_call_that_asks_for_another_protocol_is_answered_in_this_one(server: Server) -> None:
    status, _ = server.get("/_control/health", connection="upgrade", upgrade="websocket")

    assert status == 200


class NeverThere:
    """A body that does not come."""

    def __init__(self) -> None:
        self.coming: Future[bytes] = Future()

    def __call__(self) -> Future[bytes]:
        return self.coming

    def __aiter__(self) -> NeverThere:
        return self

    def __anext__(self) -> Future[bytes]:
        return self.coming


@pytest.mark.parametrize("headers", [{"content-length": "10"}, {"transfer-encoding": "chunked"}])
def test_a_body_that_does_not_come_in_time_is_given_up(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    sent, on_its_way, body = Request("POST", "/", "", headers), Bodies(), NeverThere()
    with closing(Receiver()) as receiver:
        receiver.create_task(on_its_way.read(sent, body))

    on_its_way.give_up_late()
    assert not body.coming.cancelled()
    monkeypatch.setattr(bodies, "BODY_WAIT_S", 0)
    on_its_way.give_up_late()

    assert sent.body_problem is not None
    assert (sent.body_problem.status, sent.body_problem.message) == (408, "body: expected within 0 s")


@pytest.mark.parametrize("headers", [{"content-length": "10"}, {"transfer-encoding": "chunked"}])
def test_nothing_stays_of_a_body_that_was_cut_short(headers: dict[str, str]) -> None:
    sent, on_its_way, body = Request("POST", "/", "", headers), Bodies(), NeverThere()
    coming = weakref.ref(body.coming)
    gc.disable()  # what granian keeps is not seen by the collector
    try:
        with closing(Receiver()) as receiver:
            receiver.create_task(on_its_way.read(sent, body))
            body.coming.set_exception(RuntimeError("stream error"))
        del body

        assert coming() is None
    finally:
        gc.enable()
    assert sent.body_problem is not None
    assert sent.body_problem.message == "body: the connection ended before it was there whole"


def test_a_call_that_still_waits_for_a_thread_when_the_server_stops_is_told_so() -> None:
    front, told = Front(create_app(), threads=1), Told()
    busy, free = threading.Event(), threading.Event()

    def work() -> None:
        busy.set()
        free.wait(CALL_LIMIT_S)

    front._pool.submit(work)
    busy.wait(CALL_LIMIT_S)
    with closing(Receiver()) as receiver:
        receiver.create_task(front(told, told))

        front.__rsgi_del__(receiver)
        free.set()

    assert told.answers == [(503, "the server is stopping")]


class Told(NeverThere):
    """A request to the control plane, with its answers."""

    method, path, query_string, headers = "GET", "/_control/health", "", {"host": "localhost"}
    http_version, scheme, server, client = "1", "http", "127.0.0.1:1", "127.0.0.1:2"

    def __init__(self) -> None:
        super().__init__()
        self.answers: list[tuple[int, str]] = []
        self.gone: Future[None] = Future()

    def client_disconnect(self) -> Future[None]:
        return self.gone

    def response_bytes(self, status: int, _: object, body: bytes) -> None:
        self.answers.append((status, json.loads(body)["message"]))


def test_the_receiving_thread_leaves_a_call_that_would_wait_to_another() -> None:
    app = create_app()
    front = Front(app, threads=1)
    store = app.extensions["mock_oms"].store
    lock = store._get("default").lock
    order = Request("GET", "/oms/v3/shipment", "", {})

    def waits(_: Request) -> Any:
        take(lock)
        raise AssertionError("the lock was free")

    with lock, ThreadPoolExecutor(1) as receiving:
        assert receiving.submit(front._now, waits, order).result() is None


def test_threads_take_turns_sooner_while_some_of_the_pool_work() -> None:
    usual = sys.getswitchinterval()
    turns = SwitchInterval()

    def works() -> tuple[float, float]:
        with_another = turns.shortened(sys.getswitchinterval)
        return with_another, sys.getswitchinterval()

    assert turns.shortened(works) == pytest.approx((SWITCH_S, SWITCH_S))
    assert usual > SWITCH_S
    assert sys.getswitchinterval() == usual
    with pytest.raises(ZeroDivisionError):
        turns.shortened(lambda: 1 // 0)
    assert sys.getswitchinterval() == usual


def test_the_pool_of_the_front_takes_turns() -> None:
    front = Front(create_app(), threads=1)
    seen: Future[float] = Future()

    async def ask() -> None:
        seen.set_result(await front._later(SMALL, sys.getswitchinterval))

    with closing(Receiver()) as receiver:
        receiver.create_task(ask())
        assert seen.result(CALL_LIMIT_S) == pytest.approx(SWITCH_S)
        front.__rsgi_del__(receiver)


def test_few_large_bodies_are_worked_on_at_once_and_hold_up_no_small_one() -> None:
    """Two dozen large bodies at once took 400 MB."""
    front = Front(create_app(), threads=8)
    begun, over, small = threading.Semaphore(0), threading.Event(), threading.Event()

    def works() -> None:
        begun.release()
        over.wait(CALL_LIMIT_S)

    async def ask(sent: Request, work: Callable[[], object]) -> None:
        await front._later(sent, work)

    with closing(Receiver()) as receiver:
        for _ in range(2 * FEW):
            receiver.create_task(ask(LARGE, works))
        assert all(begun.acquire(timeout=CALL_LIMIT_S) for _ in range(FEW))
        receiver.create_task(ask(SMALL, small.set))
        assert small.wait(CALL_LIMIT_S)
        assert not begun.acquire(blocking=False)
        over.set()
        assert all(begun.acquire(timeout=CALL_LIMIT_S) for _ in range(FEW))
        front.__rsgi_del__(receiver)


def token_of(app: Flask) -> str:
    """A token of the tenant `default`."""
    path = "/aggregator/v1/token?username=default&password=default"
    token: str = app.test_client().get(path).get_json()["accessToken"]
    return token


class Whole(Told):
    """A call to a touchpoint whose body is there."""

    method, path = "POST", "/oms/v3/shipment/confirm"

    def __init__(self, body: bytes, token: str = "") -> None:
        super().__init__()
        told = {"content-length": str(len(body)), "content-type": "application/json"}
        self.headers = told | {"x-access-token": token}
        self.coming.set_result(body)
        self.answered = threading.Event()

    def response_bytes(self, status: int, _: object, body: bytes) -> None:
        self.answers.append((status, body.decode()))
        self.answered.set()


@pytest.mark.parametrize(("size", "by"), [(LARGE_BODY - 1, "MainThread"), (LARGE_BODY, "large_0")])
def test_a_large_body_is_not_worked_on_by_the_receiving_thread(size: int, by: str) -> None:
    app = create_app()
    call = Whole(b" " * size, token_of(app))

    def view(_: Request) -> Answer:
        return Answer(200, threading.current_thread().name.encode())

    views = app.extensions["mock_oms"].views
    views.update(dict.fromkeys(views, view))
    front = Front(app, threads=1)
    with closing(Receiver()) as receiver:
        receiver.create_task(front(call, call))
        assert call.answered.wait(CALL_LIMIT_S)
        front.__rsgi_del__(receiver)
    assert call.answers == [(200, by)]


class Pieces(NeverThere):
    """A body that comes in chunks."""

    def __init__(self, *pieces: bytes) -> None:
        super().__init__()
        self.pieces = iter((*pieces, b""))
        self.taken = 0

    def __anext__(self) -> Future[bytes]:
        piece = next(self.pieces, None)
        if piece is None:
            raise StopAsyncIteration
        self.taken += len(piece)
        coming: Future[bytes] = Future()
        coming.set_result(piece)
        return coming


def received(on_its_way: Bodies, sent: Request, body: NeverThere, *, known: bool) -> int:
    """Bytes that the body of a request holds once it was read."""
    held: Future[int] = Future()

    async def read() -> None:
        held.set_result(await on_its_way.read(sent, body, known=known))

    with closing(Receiver()) as receiver:
        receiver.create_task(read())
    return held.result(0)


@pytest.mark.parametrize("headers", [{"content-length": "200000"}, {"transfer-encoding": "chunked"}])
def test_the_body_of_a_stranger_is_taken_and_not_kept(headers: dict[str, str]) -> None:
    sent, body = Request("POST", "/", "", headers), Pieces(b"x" * 100_000, b"x" * 100_000)
    assert received(Bodies(), sent, body, known=False) == 0
    assert (body.taken, sent.body) == (200_000, b"")
    with pytest.raises(CallRefusedError, match="was not kept, because the caller was not known"):
        sent.require_body()


def test_the_body_of_a_stranger_is_not_waited_for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    on_its_way, strange, known = Bodies(), NeverThere(), NeverThere()
    with closing(Receiver()) as receiver:
        for body in (strange, known):
            sent = Request("POST", "/", "", {"content-length": "10"})
            receiver.create_task(on_its_way.read(sent, body, known=body is known))
        monkeypatch.setattr(bodies, "STRANGER_WAIT_S", 0)
        on_its_way.give_up_late()
    assert strange.coming.cancelled()
    assert not known.coming.cancelled()


@pytest.mark.parametrize("headers", [{"content-length": "10"}, {"transfer-encoding": "chunked"}])
def test_a_body_is_refused_while_there_is_no_room_for_it(
    monkeypatch: pytest.MonkeyPatch, headers: dict[str, str]
) -> None:
    on_its_way, first = Bodies(), NeverThere()
    first.coming.set_result(b"x" * BODY_LIMIT)
    monkeypatch.setattr(bodies, "BODIES_MAX", BODY_LIMIT)
    held = received(
        on_its_way, Request("POST", "/", "", {"content-length": str(BODY_LIMIT)}), first, known=True
    )

    late = Request("POST", "/", "", headers)
    assert received(on_its_way, late, Pieces(b"0123456789"), known=True) == 0
    assert late.body_problem is not None
    assert (late.body_problem.status, late.body_problem.headers) == (503, {"Retry-After": "1"})

    on_its_way.release(held)
    after, body = Request("POST", "/", "", {"transfer-encoding": "chunked"}), Pieces(b"0123456789")
    on_its_way.release(received(on_its_way, after, body, known=True))
    assert after.body == b"0123456789"


def test_a_stranger_with_a_large_body_is_told_about_the_token(server: Server) -> None:
    head = b"POST /oms/v3/shipment/confirm HTTP/1.1\r\nhost: localhost\r\nx-access-token: no\r\n"
    with closing(connected(server)) as connection:
        connection.sendall(head + b"content-type: application/json\r\n" + told(b" " * BODY_LIMIT))
        status, said = answer(connection)
    assert (status, said["message"][:38]) == (401, "header x-access-token is not known; fe")


class Print(Whole):
    """A call for a PDF."""

    path = "/oms/v3/shipment/invoice"

    def __init__(self, token: str) -> None:
        super().__init__(b"[]", token)


def test_callers_of_pdfs_hold_up_nobody_and_those_who_hang_up_are_left_out() -> None:
    app = create_app()
    token, begun, over = token_of(app), threading.Semaphore(0), threading.Event()

    def view(_: Request) -> Answer:
        begun.release()
        over.wait(CALL_LIMIT_S)
        return Answer(200, b'{"message": ""}')

    views = app.extensions["mock_oms"].views
    views.update({call: view for call in views if call[1] == Print.path})
    front, prints, health = Front(app, threads=1), [Print(token) for _ in range(20)], Whole(b"")
    health.method, health.path, health.headers = "GET", "/_control/health", {}
    with closing(Receiver()) as receiver:
        for call in prints:
            receiver.create_task(front(call, call))
        assert all(begun.acquire(timeout=CALL_LIMIT_S) for _ in range(PARALLEL_MAX))
        receiver.create_task(front(health, health))
        assert health.answered.wait(CALL_LIMIT_S)
        for call in prints[:-1]:
            call.gone.set_result(None)
        over.set()
        assert prints[-1].answered.wait(CALL_LIMIT_S)
        assert prints[-1].gone.cancelled()  # else granian keeps the call and its PDF
        front.__rsgi_del__(receiver)
    assert begun.acquire(blocking=False)  # the last one
    assert not begun.acquire(blocking=False)


def test_too_many_waiting_calls_for_pdfs_of_a_tenant_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    app, over = create_app(), threading.Event()
    views = app.extensions["mock_oms"].views
    called = ("POST", Print.path)
    own, waits = views[called], threading.Semaphore(0)

    def view(sent: Request) -> Answer:
        if sent.body_problem is None:
            waits.release()
            over.wait(CALL_LIMIT_S)
        answered: Answer = own(sent)
        return answered

    views[called] = view
    monkeypatch.setattr(front_module, "WAITING_PDFS_MAX", 1)
    front, token = Front(app, threads=1), token_of(app)
    with closing(Receiver()) as receiver:
        for _ in range(PARALLEL_MAX):
            call = Print(token)
            receiver.create_task(front(call, call))
            assert waits.acquire(timeout=CALL_LIMIT_S)
        queued, refused = Print(token), Print(token)
        receiver.create_task(front(queued, queued))
        receiver.create_task(front(refused, refused))
        assert refused.answered.wait(CALL_LIMIT_S)
        over.set()
        assert queued.answered.wait(CALL_LIMIT_S)
        front.__rsgi_del__(receiver)
    ((status, said),) = refused.answers
    assert status == 429
    assert "1 document calls of this tenant are waiting, and no more may; repeat this call" in said
