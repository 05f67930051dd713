"""A short bad-input run: the server survives, the run detects defects."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from random import Random

import pytest

from tests.support.mock_client import OverHttp, control, new_tenant
from tests.tools.bad_input import framing, generated, inside
from tests.tools.bad_input import run as runs
from tests.tools.bad_input.judging import violations
from tests.tools.bad_input.kinds import KINDS
from tests.tools.bad_input.largest import Load, ask_for_the_largest
from tests.tools.bad_input.messages import Known, Plan, armed, harmless, post
from tests.tools.bad_input.run import Run, address, is_generated, place_of, raw
from tests.tools.bad_input.sending import Answer, End, Exchange, Line
from tests.tools.bad_input.tally import Tally
from tests.tools.bad_input.tenants import Tenants
from tests.tools.bad_input.watching import Held, Processes, counting_server

pytestmark = pytest.mark.xdist_group("processes")

SEED = 20_261_123
TOTAL = 500
JSON = {"content-type": "application/json"}
ORDERS = (("17600000000000000001", "1"),)
STATES = ("placed", "bag_confirmed", "bag_invoiced", "handed_over_to_customer", "return_initiated")
KNOWN = Known(
    "still", "played", "spare", "doomed", dict.fromkeys(STATES, ORDERS), dict.fromkeys(STATES, ORDERS)
)


@pytest.fixture(scope="module")
def run() -> Iterator[Run]:
    """Return a new run on a separate server, with all measurements."""
    with counting_server() as (server, processes):
        transport = OverHttp(server.url)
        with transport.session:
            tenants = Tenants(transport, SEED)
            yield Run(server.url, SEED, TOTAL, tenants, print, processes, server.output, makers=0)
            tenants.close()


def test_a_server_takes_whatever_comes(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    run.send_all()

    assert [failure.told(SEED) for failure in run.tally.failures] == []
    assert run.tally.sent == TOTAL
    told = capsys.readouterr().out
    assert "500 sent, 0 failures" in told
    assert "memory is not compared" in told


def test_afterwards_only_the_still_company_and_its_orders_are_left(run: Run) -> None:
    transport = OverHttp(run.url)
    with transport.session:
        placed = control(transport, "POST", "/tenants/default/orders", {"location": "STORE-1"})
        run.tenants.tidy()
        orders = control(transport, "GET", "/tenants/default/shipments").json["shipments"]
    assert placed.status == 201
    assert orders == []
    assert companies(run) == {"default", run.tenants.still.name}


def companies(run: Run) -> set[str]:
    rows = control(run.tenants.transport, "GET", "/tenants").json["tenants"]
    return {row["tenant"] for row in rows}


@pytest.mark.parametrize("name", sorted(KINDS))
def test_every_kind_is_answered_as_it_should_be(run: Run, name: str) -> None:
    run.tenants.changes()
    line = Line(*address(run.url))
    plan = KINDS[name].make(Random(f"{SEED}/{name}"), run.tenants.known)

    assert plan.kind == name
    assert violations(plan, run.exchange(line, plan), frozenset()) == []
    assert run.tenants.changes() == []


@pytest.mark.parametrize("method", [b"post", b"Post"])
def test_a_method_in_small_letters_is_not_carried_out(run: Run, method: bytes) -> None:
    run.tenants.changes()
    order, _ = run.tenants.known.orders["placed"][0]
    wire = post(b"/oms/v3/shipment/confirm", [{"orderId": order}], method=method).wire()

    exchange = run.exchange(Line(*address(run.url)), Plan("method", wire, 1))

    assert [answer.status for answer in exchange.answers] == [400]
    assert b"in capitals" in exchange.answers[0].body
    assert run.tenants.changes() == []


def test_a_change_is_noticed_with_the_order(run: Run) -> None:
    run.tenants.changes()
    order, _ = run.tenants.known.orders["placed"][0]
    run.tenants.still.confirm(order)

    assert run.tenants.changes() == [f"order {order}", "stock"]
    assert run.tenants.changes() == []


# What the server holds

LOAD = Load(placers=2, orders=30, printers=3, papers=5, stockers=2, rows=20)
HELD = Held(100, 30, 20, 500_000, {"pool call": 32, "native": 3})


def test_the_largest_calls_leave_no_company(run: Run) -> None:
    before = companies(run)

    ask_for_the_largest(run.tenants.transport, run.url, run.tenants.named("largest"), LOAD)

    assert companies(run) == before


def test_living_objects_are_counted(run: Run) -> None:
    processes = watched(run)
    before = processes.held_and_counted().objects
    tenant = new_tenant(run.tenants.transport, name="kept")
    tenant.place_many(500)
    kept = processes.held_and_counted().objects
    control(run.tenants.transport, "DELETE", "/tenants/kept")

    assert kept > before + 5_000
    assert processes.held_and_counted().objects < before + 2_000


def test_caches_are_as_full_at_every_measurement(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runs, "TRICKLE", 0)
    monkeypatch.setattr(runs, "PAUSE_S", 0)
    long = replace(run, total=runs.STRANGERS)
    long._settle()
    before = watched(run).held_and_counted().objects
    line = Line(*address(run.url))
    for number in range(300):
        long.exchange(line, Plan("other", framing.by_a_stranger(5000 + number).wire(), 1, kept=True))
    line.close()
    long._settle()

    assert watched(run).held_and_counted().objects < before + 1_000


def test_threads_of_a_server_have_names_and_its_pools_their_full_size(run: Run) -> None:
    named = watched(run).held_and_counted().named

    assert named["pool call"] == 32
    assert named["count"] == len(watched(run).pids)
    assert named["native"] > 0


def test_a_pool_that_fills_is_no_growth_and_any_other_thread_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ThreadPoolExecutor, "__init__", ThreadPoolExecutor.__init__)
    inside.remember_pools()
    go_on = threading.Event()
    with ThreadPoolExecutor(3, "probe") as pool:
        empty = inside.threads()
        pool.submit(go_on.wait)
        filled = inside.threads()
        other = threading.Thread(target=go_on.wait, name="other")
        other.start()
        grown = inside.threads()
        go_on.set()
        other.join()

    assert empty["pool probe"] == 3
    assert filled == empty
    assert grown - empty == {"other": 1}


def watched(run: Run) -> Processes:
    assert run.processes is not None
    return run.processes


@pytest.mark.parametrize(
    ("after", "says"),
    [
        (replace(HELD, memory_mb=111), "memory grew: 100.0 MB"),
        (replace(HELD, objects=511_000), "objects grew"),
        (replace(HELD, named={"pool call": 32, "native": 4}), "not given back: 3 threads native, now 4"),
        (replace(HELD, named={**HELD.named, "import": 1}), "not given back: 0 threads import, now 1"),
        (replace(HELD, files=21), "not given back: 20 open files, now 21"),
    ],
)
def test_what_is_not_given_back_is_a_failure(run: Run, after: Held, says: str) -> None:
    fresh = replace(run, tally=Tally())

    fresh.compare(HELD, after)

    (failure,) = fresh.tally.failures
    assert says in failure.told(SEED)


def test_objects_that_nobody_counts_are_not_compared(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    fresh = replace(run, tally=Tally())

    fresh.compare(replace(HELD, objects=0, named={}), replace(HELD, objects=0, named={}))

    assert fresh.tally.failures == []
    told = capsys.readouterr().out
    assert "objects: not known of this server" in told
    assert "threads: not known of this server" in told


def test_a_little_more_is_none(run: Run) -> None:
    fresh = replace(run, tally=Tally())

    fresh.compare(HELD, replace(HELD, memory_mb=109, objects=509_000, threads=33))

    assert fresh.tally.failures == []


# Requests by number


def test_seed_and_number_make_the_same_request_again() -> None:
    numbers = [number for number in range(500) if not is_generated(number)]

    once = [raw(SEED, number, KNOWN) for number in numbers]

    assert once == [raw(SEED, number, KNOWN) for number in numbers]
    assert once != [raw(SEED + 1, number, KNOWN) for number in numbers]


def test_chunks_are_the_same_again() -> None:
    first, second = (generated.chunk(SEED, number, KNOWN) for number in (0, 3))

    assert [generated.chunk(SEED, number, KNOWN) for number in (0, 3)] == [first, second]
    assert len(first) == len(second) == generated.CHUNK


def test_generated_requests_fill_their_chunks() -> None:
    places = [place_of(number) for number in range(1000) if is_generated(number)]

    assert places == [divmod(place, generated.CHUNK) for place in range(len(places))]


def test_secrets_take_the_place_of_as_many_bytes(run: Run) -> None:
    wires = [make(Random(n), run.tenants.known).wire() for n in range(200) for make in (armed, harmless)]

    for wire in wires:
        real = run.tenants.with_secrets(wire)
        assert len(real) == len(wire)
        assert b"00000000-0000-4000-8000" not in real


# Judging


def answered(*answers: Answer, end: End = End.KEPT) -> Exchange:
    return Exchange(list(answers), end)


REFUSED = Answer(400, JSON, b'{"status": "FAILED", "message": "body: expected JSON", "errors": []}')
DONE = Answer(200, JSON, b'{"payloadCount": 1, "successCount": 1, "failedCount": 0, "errors": []}')


@pytest.mark.parametrize(
    ("plan", "exchange", "says"),
    [
        (Plan("x", b""), answered(Answer(500, JSON, b"{}")), "HTTP 500"),
        (Plan("x", b""), answered(Answer(302, {}, b"")), "HTTP 302"),
        (Plan("x", b""), answered(Answer(404, {}, b"")), "no shape of ours"),
        (Plan("x", b""), answered(Answer(400, {}, b"<html>")), "no shape of ours"),
        (Plan("x", b""), answered(Answer(200, JSON, b'{"total": NaN}')), "no JSON"),
        (Plan("x", b"", 2), answered(REFUSED, end=End.CLOSED), "2 answers expected, 1 came"),
        (Plan("x", b"", 1, last=200), answered(REFUSED), "last answer: 200 expected"),
        (Plan("x", b"", armed=True), answered(DONE), "carried out"),
        (Plan("x", b""), answered(end=End.SILENT), "keeps the connection"),
    ],
)
def test_what_is_wrong_is_told(plan: Plan, exchange: Exchange, says: str) -> None:
    (found,) = violations(plan, exchange, frozenset({503}))

    assert says in found


@pytest.mark.parametrize(
    ("plan", "exchange"),
    [
        (Plan("x", b""), answered(REFUSED)),
        (Plan("x", b""), answered(Answer(400, {}, b""))),
        (Plan("x", b""), answered(Answer(503, JSON, b"{}"))),
        (Plan("x", b"", methods=("HEAD",)), answered(Answer(404, {}, b""))),
        (Plan("x", b"", 1), answered(DONE)),
        (Plan("x", b"", armed=True), answered(end=End.RESET)),
    ],
)
def test_what_is_right_is_not(plan: Plan, exchange: Exchange) -> None:
    assert violations(plan, exchange, frozenset({503})) == []


NO_HTTP = (
    b"HTTP/1.1 OK\r\n\r\n",
    b"hello\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
    b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort",
    b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    b"HTTP/1.1 101 Switching\r\n\r\n",
)


@pytest.mark.parametrize("told", NO_HTTP)
def test_an_answer_that_is_no_http_is_told(told: bytes) -> None:
    exchange = _answered_by(told, Plan("x", b"GET / HTTP/1.1\r\n\r\n"))

    assert exchange.end is End.MALFORMED
    assert exchange.trouble


def test_answers_are_told_apart() -> None:
    told = (
        b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\naHTTP/1.1 404 N\r\n\r\nbc"
    )

    exchange = _answered_by(told, Plan("x", b"GET / HTTP/1.1\r\n\r\n", 2))

    assert [(answer.status, answer.body) for answer in exchange.answers] == [(200, b"a"), (404, b"bc")]


def _answered_by(told: bytes, plan: Plan) -> Exchange:
    """Send a plan to a server that always sends `told` and closes."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_tell, args=(listening, told))
        thread.start()
        exchange = Line(*listening.getsockname()).send(plan, plan.wire)
        thread.join()
    return exchange


def _tell(listening: socket.socket, told: bytes) -> None:
    connection, _ = listening.accept()
    with connection:
        connection.recv(1000)
        connection.sendall(told)
