"""Simultaneous calls over HTTP: one winner per race, and a legal history.

The reported events are compared with the trails afterwards: every accepted write stands in exactly one
trail exactly as often as it was accepted, and every trail follows the table.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import cycle
from threading import Barrier
from typing import Any

import pytest

from contracts.lifecycle.table import Event
from contracts.machine.invariants import trail_violations
from mock_oms import mutants
from mock_oms.app import create_app
from tests.support.databases import Databases
from tests.support.machine_drivers import KeptConnection, Wsgi
from tests.support.mock_client import Tenant, Transport, conditions, new_tenant, picks, pushed
from tests.support.server import start_server

pytestmark = pytest.mark.xdist_group("processes")

THREADS = 8
CALLS_EACH = 60
"""Calls of each thread in the free-for-all."""
ORDERS = 6
"""Shared by all threads."""
WAIT_S = 60.0
SERVERS = 2
"""On one database."""
ROUNDS = 5
"""How often each race is run."""

Transports = Callable[[], Transport]
Accepted = tuple[str, str]
"""A shipment and an event that the answer reported."""


def shared_urls(databases: Databases, kind: str) -> Iterator[list[str]]:
    """Addresses of several servers on one database."""
    with databases.fresh(kind) as address, ExitStack() as servers:
        started = [start_server(environment={"MOCK_OMS_STORE": address}) for _ in range(SERVERS)]
        for server in started:
            servers.callback(server.stop)
        yield [server.url for server in started]


@pytest.fixture(scope="module")
def urls_on_sqlite(databases: Databases) -> Iterator[list[str]]:
    """Servers whose receiving threads answer, unless another server writes."""
    yield from shared_urls(databases, "sqlite")


@pytest.fixture(scope="module")
def urls_on_postgresql(databases: Databases) -> Iterator[list[str]]:
    yield from shared_urls(databases, "postgresql")


@pytest.fixture(params=["one server", "on_sqlite", "on_postgresql"])
def transports(request: pytest.FixtureRequest) -> Iterator[Transports]:
    """Transports, one per caller, spread over the servers."""
    if request.param == "one server":
        urls = [request.getfixturevalue("server_url")]
    else:
        urls = request.getfixturevalue(f"urls_{request.param}")
    turns = cycle(urls)
    made: list[KeptConnection] = []

    def make() -> Transport:
        made.append(KeptConnection(next(turns)))
        return made[-1]

    yield make
    for connection in made:
        connection.close()


def callers(tenant: Tenant, transports: Transports, count: int) -> list[Tenant]:
    """Returns the tenant for each caller, with a separate transport."""
    tenant.token()
    return [Tenant(transports(), tenant.facts, dict(tenant.tokens)) for _ in range(count)]


def together(works: Sequence[Callable[[], Any]]) -> list[Any]:
    """What the works give; all begin at the same moment."""
    start = Barrier(len(works))

    def begin(work: Callable[[], Any]) -> Any:
        start.wait(WAIT_S)
        return work()

    with ThreadPoolExecutor(len(works)) as pool:
        return [done.result(WAIT_S) for done in [pool.submit(begin, work) for work in works]]


# Attempts: each gives whether it was accepted


def post(tenant: Tenant, touchpoint: str, order: Mapping[str, Any]) -> bool:
    """A bulk call about one order."""
    reply = tenant.post(touchpoint, [dict(order)])
    assert reply.status == 200, reply.body
    return bool(reply.json["successCount"])


def fire(tenant: Tenant, shipment: str, event: str, items: Mapping[str, int] | None = None) -> str | None:
    """Fires an event; returns the shipment, or None when refused."""
    body = {"items": picks(items)} if items else {}
    reply = tenant.control_reply("POST", f"/shipments/{shipment}/events/{event}", body)
    assert reply.status in (200, 409), reply.body
    return str(reply.json["id"]) if reply.status == 200 else None


def confirms(tenant: Tenant, order: str, _: int) -> bool:
    return post(tenant, "confirm", {"orderId": order})


def cancels(tenant: Tenant, order: str, _: int) -> bool:
    return post(tenant, "cancel", {"orderId": order})


def cancels_a_piece(tenant: Tenant, order: str, _: int) -> bool:
    """Returns a piece of the most frequent item, never the last."""
    items = tenant.items(order)
    item = max(items, key=lambda one: items[one])
    named = [pick | {"reasonCode": "6"} for pick in picks({item: 1})]
    return items[item] > 1 and post(tenant, "cancel", {"orderId": order, "orderItems": named})


def invoices(tenant: Tenant, order: str, caller: int) -> bool:
    return post(tenant, "invoiceUpdate", pushed(order, f"S-{order}-{caller}"))


def credits(tenant: Tenant, order: str, caller: int) -> bool:
    return post(tenant, "invoiceUpdate", pushed(order, f"C-{order}-{caller}", "return"))


def accepts(tenant: Tenant, order: str, _: int) -> bool:
    return post(tenant, "return", {"orderId": order})


def fires(event: str) -> Callable[[Tenant, str, int], bool]:
    return lambda tenant, order, _: fire(tenant, order, event) is not None


def returns_a_piece(tenant: Tenant, order: str, _: int) -> bool:
    return fire(tenant, order, "start_return", dict.fromkeys(tenant.items(order), 1)) is not None


Attempt = Callable[[Tenant, str, int], bool]


@dataclass(frozen=True)
class Race:
    """Runs attempts on one order in `state`; exactly one must win."""

    name: str
    state: str
    attempts: tuple[Attempt, ...]
    lines: tuple[tuple[str, int], ...] = (("MUG-STN-350", 1),)


RACES = (
    Race("eight-confirm", "placed", (confirms,) * THREADS),
    Race("eight-invoice", "bag_confirmed", (invoices,) * THREADS),
    Race("eight-cancel", "placed", (cancels,) * THREADS),
    Race("cancel-against-hand-over", "bag_invoiced", (cancels, fires("hand_over")) * (THREADS // 2)),
    Race("customer-against-store", "placed", (fires("cancel_by_customer"), cancels) * (THREADS // 2)),
    Race("two-return-the-last-piece", "handed_over_to_customer", (returns_a_piece,) * THREADS),
    Race("accept-against-reject", "return_initiated", (accepts, fires("reject_return")) * (THREADS // 2)),
    Race("eight-credit-notes", "return_accepted", (credits,) * THREADS),
)


def winners(race: Race, tenant: Tenant, transports: Transports) -> list[int]:
    """How many won, round by round."""
    tenants = callers(tenant, transports, len(race.attempts))
    items = [{"sku": sku, "quantity": quantity} for sku, quantity in race.lines]
    counts = []
    for _ in range(ROUNDS):
        order = tenant.place(items=items, state=race.state)
        works = [
            partial(act, mine, order, number)
            for number, (act, mine) in enumerate(zip(race.attempts, tenants, strict=True))
        ]
        counts.append(sum(together(works)))
    return counts


@pytest.mark.parametrize("race", RACES, ids=lambda race: race.name)
def test_a_race_has_exactly_one_winner(race: Race, transports: Transports) -> None:
    tenant = new_tenant(transports(), clock=None)

    assert winners(race, tenant, transports) == [1] * ROUNDS
    assert history_violations(tenant, Counter()) == []


def test_one_invoice_number_goes_to_one_of_two_orders(transports: Transports) -> None:
    tenant = new_tenant(transports(), clock=None)
    tenants = callers(tenant, transports, THREADS)
    for round_number in range(ROUNDS):
        orders = tenant.place_many(THREADS, state="bag_confirmed")
        works = [
            partial(post, mine, "invoiceUpdate", pushed(order, f"N-{round_number}"))
            for mine, order in zip(tenants, orders, strict=True)
        ]
        assert sum(together(works)) == 1
    numbers = document_numbers(tenant)
    assert numbers.count("N-0") == 1


def test_no_more_is_confirmed_than_the_store_has(transports: Transports) -> None:
    tenant = new_tenant(transports(), clock=None, profile={"stock_guard": True})
    level = {"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 3}
    tenant.control("PUT", "/stock", {"stock": [level]})
    orders = tenant.place_many(THREADS, items=[{"sku": "MUG-STN-350", "quantity": 1}])
    tenants = callers(tenant, transports, THREADS)

    won = together([partial(confirms, mine, order, 0) for mine, order in zip(tenants, orders, strict=True)])

    assert sum(won) == 3
    assert tenant.stock("MUG-STN-350") == (3, 3)


# The free-for-all


def any_call(tenant: Tenant, orders: Sequence[str], chance: random.Random, caller: int) -> list[Accepted]:
    """Makes one call about shared shipments; returns the reported events."""
    order = chance.choice(orders)
    kind = chance.choice(tuple(_SINGLE))
    event, act = _SINGLE[kind]
    if kind == "batch":
        return batch(tenant, chance.sample(orders, 3))
    return [(order, event)] if act(tenant, order, caller * 10_000 + chance.randrange(10_000)) else []


def batch(tenant: Tenant, orders: Sequence[str]) -> list[Accepted]:
    """Several orders confirmed in one call; some are refused."""
    reply = tenant.post("confirm", [{"orderId": order} for order in orders])
    refused = [error["orderId"] for error in reply.json["errors"]]
    return [(order, Event.CONFIRM) for order in orders if order not in refused]


_SINGLE: dict[str, tuple[str, Attempt]] = {
    "confirm": (Event.CONFIRM, confirms),
    "batch": (Event.CONFIRM, confirms),
    "invoice": (Event.PUSH_INVOICE, invoices),
    "hand-over": (Event.HAND_OVER, fires("hand_over")),
    "return": (Event.START_RETURN, returns_a_piece),
    "cancel-piece": (Event.CANCEL_ITEMS, cancels_a_piece),
    "accept": (Event.ACCEPT_RETURN, accepts),
    "reject": (Event.REJECT_RETURN, fires("reject_return")),
    "credit-note": (Event.PUSH_CREDIT_NOTE, credits),
}
"""Kinds of call with their events, without cancellations, which have separate races."""


def history(tenant: Tenant, transports: Transports, seed: int) -> Counter[Accepted]:
    """Returns all reported events after random calls on shared orders."""
    shared = [*tenant.place_many(ORDERS), *tenant.place_many(ORDERS // 2, state="return_initiated")]
    shared += [shipment["id"] for shipment in shown(tenant) if shipment["id"] not in shared]
    before = trails(tenant)

    def work(mine: Tenant, caller: int) -> list[Accepted]:
        chance = random.Random(seed * 100 + caller)
        return [one for _ in range(CALLS_EACH) for one in any_call(mine, shared, chance, caller)]

    tenants = callers(tenant, transports, THREADS)
    told = together([partial(work, mine, caller) for caller, mine in enumerate(tenants)])
    return before + Counter(one for accepted in told for one in accepted)


def shown(tenant: Tenant) -> list[dict[str, Any]]:
    """Every shipment with its trail."""
    found: list[dict[str, Any]] = []
    query: dict[str, str] = {}
    for _ in range(20):  # pages; the free-for-all makes far fewer
        page = tenant.control("GET", "/shipments", query=query)
        found += page["shipments"]
        if page["next_cursor"] is None:
            return found
        query = {"cursor": page["next_cursor"]}
    raise AssertionError("more shipments than this test can make")


def trails(tenant: Tenant) -> Counter[Accepted]:
    """Counts the events of each trail, without creations and automatic ones."""
    return Counter(
        (shipment["id"], _CALLED.get(step["event"], step["event"]))
        for shipment in shown(tenant)
        for step in shipment["trail"]
        if step["from"] is not None and step["actor"] != "oms"
    )


_CALLED = {str(Event.CANCEL): str(Event.CANCEL_ITEMS)}
"""A piece that turns out to be the last cancels the order; its caller cannot know."""


def document_numbers(tenant: Tenant) -> list[str]:
    """Numbers of all documents."""
    return [document["number"] for shipment in shown(tenant) for document in shipment["documents"]]


def history_violations(tenant: Tenant, told: Counter[Accepted]) -> list[str]:
    """Returns violations in any order of the calls; `told` may be empty."""
    violations = [
        f"{shipment['id']}: {fault}"
        for shipment in shown(tenant)
        for fault in trail_violations(shipment["trail"], conditions(shipment), shipment["state"])
    ]
    numbers = document_numbers(tenant)
    violations += [f"number {number} is used twice" for number in set(numbers) if numbers.count(number) > 1]
    violations += [f"{place} has {level}" for place, level in stock_below_zero(tenant)]
    if told and told != (happened := trails(tenant)):
        violations += [f"told and not in the trail: {one}" for one in (told - happened)]
        violations += [f"in the trail and not told: {one}" for one in (happened - told)]
    return violations + return_violations(tenant)


def stock_below_zero(tenant: Tenant) -> list[tuple[str, Any]]:
    """Levels that are impossible."""
    levels = tenant.control("GET", "/stock")["stock"]
    return [(level["sku"], level) for level in levels if min(level["on_hand"], level["reserved"]) < 0]


def return_violations(tenant: Tenant) -> list[str]:
    """Returns sales with more returned pieces than sold ones."""
    sold: Counter[tuple[str, str]] = Counter()
    back: Counter[tuple[str, str]] = Counter()
    for shipment in shown(tenant):
        a_return = shipment["forwardId"] != shipment["id"]
        counted = back if a_return else sold
        if not (a_return and shipment["state"] == "return_rejected_by_store"):
            for item in shipment["orderItems"]:
                counted[shipment["forwardId"], item["orderItemId"]] += item["quantity"]
    return [f"{key}: {back[key]} of {sold[key]} came back" for key in back if back[key] > sold[key]]


@pytest.mark.parametrize("seed", range(3))
def test_a_free_for_all_leaves_a_history_that_is_legal(seed: int, transports: Transports) -> None:
    tenant = new_tenant(transports(), clock=None)

    told = history(tenant, transports, seed)

    assert history_violations(tenant, told) == []
    assert len({event for _, event in told}) >= 6  # they got somewhere


# The gauge


@pytest.mark.parametrize(
    ("mutant", "race"), [("two-confirm-at-once", RACES[0]), ("two-invoice-at-once", RACES[1])]
)
def test_two_winners_are_noticed(mutant: str, race: Race) -> None:
    """The seeded defects need these races in this process."""
    with mutants.applied(mutant):
        app = create_app()
        tenant = new_tenant(Wsgi(app), clock=None)

        assert max(winners(race, tenant, lambda: Wsgi(app))) > 1


def test_a_lost_write_is_noticed(transports: Transports) -> None:
    tenant = new_tenant(transports(), clock=None)
    order = tenant.place()

    violations = history_violations(tenant, Counter({(order, "confirm"): 1}))

    assert violations == [f"told and not in the trail: {(order, 'confirm')}"]
