"""Threads: every event happens exactly once, and changes are atomic."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, local
from typing import Any

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import OverHttp, Reply, Tenant, Transport

THREADS = 8


class OwnSession:
    """A transport with a session per thread, for simultaneous calls."""

    def __init__(self, inner: Transport) -> None:
        self._inner = inner
        self._local = local()
        self._made: list[OverHttp] = []

    def send(self, *args: Any, **more: Any) -> Reply:
        """One call."""
        if not isinstance(self._inner, OverHttp):
            return self._inner.send(*args, **more)
        if not hasattr(self._local, "own"):
            self._local.own = OverHttp(self._inner.url)
            self._made.append(self._local.own)
        reply: Reply = self._local.own.send(*args, **more)
        return reply

    def close(self) -> None:
        """Closes all sessions."""
        for one in self._made:
            one.session.close()


@pytest.fixture
def busy(new_tenant: NewTenant) -> Any:
    """A tenant that several threads may use."""
    tenant = new_tenant(invoice_mode="fynd", credit_note_mode="fynd", clock=None)
    tenant.token()
    plain = tenant.transport
    tenant.transport = OwnSession(plain)
    yield tenant
    tenant.transport.close()
    tenant.transport = plain


def at_once(work: Sequence[Callable[[], Reply]]) -> list[Reply]:
    barrier = Barrier(len(work))

    def run(one: Callable[[], Reply]) -> Reply:
        barrier.wait(30)
        return one()

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(run, work))


def outcomes(replies: Sequence[Reply]) -> Counter[str]:
    found: Counter[str] = Counter()
    for reply in replies:
        assert reply.status == 200, reply.body
        found["good"] += reply.json["successCount"]
        found.update(error["errorCode"] for error in reply.json["errors"])
    return found


def test_of_several_confirmations_of_one_order_exactly_one_succeeds(busy: Tenant) -> None:
    for _ in range(5):
        order = busy.place()
        replies = at_once([lambda o=order: busy.post("confirm", [{"orderId": o}])] * THREADS)  # type: ignore[misc]
        assert outcomes(replies) == {"good": 1, "CF409": THREADS - 1}
        assert [step["event"] for step in busy.look(order)["trail"]].count("confirm") == 1


def test_of_several_orders_with_one_number_exactly_one_gets_it(busy: Tenant) -> None:
    busy.change(invoice_mode="aggregator")
    orders = busy.place_many(THREADS, state="bag_confirmed")

    def push(order: str) -> Callable[[], Reply]:
        body = [{"orderId": order, "invoiceNumber": "S-1", "invoiceType": "sale"}]
        return lambda: busy.post("invoiceUpdate", body)

    assert outcomes(at_once([push(order) for order in orders])) == {"good": 1, "IN422": THREADS - 1}


def test_numbers_stay_consecutive_however_many_confirm(busy: Tenant) -> None:
    orders = busy.place_many(THREADS * 5)

    def confirm(part: list[str]) -> Callable[[], Reply]:
        return lambda: busy.post("confirm", [{"orderId": order} for order in part])

    at_once([confirm(orders[n::THREADS]) for n in range(THREADS)])
    numbers = sorted(busy.look(order)["marketplaceInvoiceNumber"] for order in orders)
    assert numbers == [f"I00014000A{n:06d}" for n in range(1, THREADS * 5 + 1)]


def test_the_last_piece_is_sold_once(busy: Tenant) -> None:
    busy.change(profile={"stock_guard": True})
    busy.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 3}]})
    orders = busy.place_many(THREADS, items=[{"sku": "MUG-STN-350"}])

    def confirm(order: str) -> Callable[[], Reply]:
        return lambda: busy.post("confirm", [{"orderId": order}])

    assert outcomes(at_once([confirm(order) for order in orders])) == {"good": 3, "CF423": THREADS - 3}
    assert busy.stock("MUG-STN-350") == (3, 3)


def test_no_more_comes_back_than_was_sold_however_many_start_a_return(busy: Tenant) -> None:
    sale = busy.place(items=[{"sku": "MUG-STN-350", "quantity": 3}], state="handed_over_to_customer")
    (item,) = busy.items(sale)
    one = {"items": [{"orderItemId": item, "quantity": 1}]}
    path = f"/shipments/{sale}/events/start_return"
    replies = at_once([lambda: busy.control_reply("POST", path, one)] * THREADS)
    assert Counter(reply.status for reply in replies) == {200: 3, 409: THREADS - 3}
    assert len({reply.json["id"] for reply in replies if reply.status == 200}) == 3


def test_readers_see_each_order_before_or_after_but_never_in_between(busy: Tenant) -> None:
    orders = busy.place_many(20)
    seen: list[Reply] = []

    def write() -> Reply:
        return busy.post("confirm", [{"orderId": order} for order in orders])

    def read() -> Reply:
        reply = busy.get({"orderStatus": "CREATED", "locationCode": "STORE-1"})
        seen.extend(busy.get({"orderStatus": "CREATED", "locationCode": "STORE-1"}) for _ in range(10))
        return reply

    at_once([write, *([read] * (THREADS - 1))])
    assert {len(reply.json) for reply in seen} <= {0, 20}
    for reply in seen:
        assert {shipment["orderStatus"] for shipment in json.loads(reply.body)} <= {"CREATED"}


def test_ids_are_unique_and_all_calls_are_journalled_however_many_place_orders(busy: Tenant) -> None:
    replies = at_once([lambda: busy.control_reply("POST", "/orders", {"count": 50})] * THREADS)
    ids = [shipment["id"] for reply in replies for shipment in reply.json["shipments"]]
    assert len(set(ids)) == THREADS * 50
    at_once([lambda: busy.get({"orderId": ids[0]})] * THREADS)
    numbers = [e["number"] for e in busy.control("GET", "/journal")["entries"]]
    assert numbers == list(range(1, len(numbers) + 1))
    assert len(numbers) == THREADS + 1


def test_tenants_are_made_and_removed_at_once_without_meeting(busy: Tenant) -> None:
    def live() -> Reply:
        made = busy.transport.send(
            "POST", "/_control/tenants", (), b"{}", {"Content-Type": "application/json"}
        )
        name = made.json["tenant"]
        busy.transport.send("GET", "/_control/tenants")
        return busy.transport.send("DELETE", f"/_control/tenants/{name}")

    assert {reply.status for reply in at_once([live] * THREADS)} == {200}
