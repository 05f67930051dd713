"""Stores in a database are durable, and can share it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from itertools import chain
from typing import Any

import pytest

from contracts.lifecycle.table import Event, State
from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.tenant import SHIPMENT
from mock_oms.engine import Purchase
from mock_oms.store import Store
from mock_oms.store.opening import open_store
from tests.mock.store.test_races import together
from tests.support.databases import Databases
from tests.support.mock_client import InProcess, Reply, Tenant, control, new_tenant
from tests.support.server import ROOT

pytestmark = pytest.mark.xdist_group("processes")

WAIT_S = 60.0
SERVERS = 3


@contextmanager
def served(address: str, **options: Any) -> Iterator[InProcess]:
    """The mock on a store that may exist; closes it."""
    app = create_app({"store": address, **options})
    app.testing = True
    try:
        yield InProcess(app)
    finally:
        app.extensions["mock_oms"].store.close()


@pytest.fixture
def several(sql_address: str) -> Iterator[list[Tenant]]:
    """One tenant as seen through several servers on one database."""
    with ExitStack() as servers:
        ways = [servers.enter_context(served(sql_address)) for _ in range(SERVERS)]
        first = new_tenant(ways[0])
        first.token()
        yield [Tenant(way, first.facts, dict(first.tokens)) for way in ways]


def test_what_was_answered_is_there_after_a_restart(sql_address: str) -> None:
    with served(sql_address) as way:
        tenant = new_tenant(way, invoice_mode="fynd", pace={"issue_invoice": {"after_s": 60}})
        order = tenant.place()
        assert tenant.post("confirm", [{"orderId": order}]).json["successCount"] == 1
        tenant.control("POST", "/clock", {"advance_s": 30})
        level = {"location": "STORE-1", "sku": "NEW-1", "on_hand": 3, "price": 12.5}
        tenant.control("PUT", "/stock", {"stock": [level]})
        before = [tenant.control("GET", path) for path in ("", "/shipments", "/stock", "/clock", "/journal")]
        token = tenant.token()

    with served(sql_address) as way:
        again = Tenant(way, tenant.facts, {"company": token})
        after = [again.control("GET", path) for path in ("", "/shipments", "/stock", "/clock", "/journal")]
        assert after == before
        assert again.get({"orderId": order}).json[0]["orderStatus"] == "CONFIRMED"
        again.control("POST", "/clock", {"advance_s": 30})
        assert again.get({"orderId": order}).json[0]["orderStatus"] == "PROCESSING"
        assert again.new_token() != token


def test_a_tenant_made_by_one_server_is_known_to_the_others_and_gone_for_all(several: list[Tenant]) -> None:
    first, second, third = several
    order = first.place()
    assert second.post("confirm", [{"orderId": order}]).json["successCount"] == 1
    assert third.get({"orderId": order}).json[0]["orderStatus"] == "CONFIRMED"
    third.change(invoice_mode="fynd")
    assert first.control("GET", "")["invoice_mode"] == "fynd"

    control(second.transport, "DELETE", f"/tenants/{first.name}")

    assert first.control_reply("GET", "").status == 404
    assert third.get({"orderId": order}).status == 401


def test_of_several_servers_that_confirm_an_order_at_once_one_wins(several: list[Tenant]) -> None:
    for order in [several[0].place() for _ in range(5)]:
        replies: list[Reply] = together(
            [partial(tenant.post, "confirm", [{"orderId": order}]) for tenant in several * 3]
        )

        assert sorted(reply.json["successCount"] for reply in replies) == [0] * 8 + [1]
        trail = several[0].control("GET", f"/shipments/{order}")["trail"]
        assert [step["event"] for step in trail] == ["place", "confirm"]


def test_calls_of_all_servers_stand_in_one_journal_without_a_gap(several: list[Tenant]) -> None:
    several[0].control("DELETE", "/journal")

    def reads(tenant: Tenant) -> None:
        for _ in range(10):
            tenant.get({"orderId": "1"})

    together([partial(reads, tenant) for tenant in several])

    entries = several[0].control("GET", "/journal")["entries"]
    assert [entry["number"] for entry in entries] == list(range(1, 10 * SERVERS + 1))


def test_numbers_are_consecutive_over_all_stores(sql_address: str) -> None:
    stores = [open_store(sql_address) for _ in range(SERVERS)]
    with served(sql_address):
        numbers = together([partial(_numbers, store, 20) for store in stores])

    assert sorted(chain(*numbers)) == list(range(1, 20 * SERVERS + 1))
    for store in stores:
        store.close()


def _numbers(store: Store, count: int) -> list[int]:
    taken = []
    for _ in range(count):
        with store.write("default") as tx:
            taken.append(tx.next_number(SHIPMENT))
    return taken


def test_of_two_stores_that_take_the_same_step_one_is_refused(sql_address: str) -> None:
    with served(sql_address), ExitStack() as stores:
        both = [open_store(sql_address) for _ in range(2)]
        for store in both:
            stores.callback(store.close)
        with engine.WriteVisit(both[0], "default") as tx:
            order = engine.place(tx, Purchase("STORE-1"))

        def confirm(store: Store) -> bool:
            with engine.WriteVisit(store, "default") as tx:
                found = tx.get(order.id)
                assert found is not None
                try:
                    engine.fire(tx, found, Event.CONFIRM)
                except OrderRefusedError:
                    return False
            return True

        assert sorted(together([partial(confirm, store) for store in both])) == [False, True]
        for store in both:
            with store.read("default") as tx:
                found = tx.get(order.id)
                assert found is not None
                assert found.state is State.BAG_CONFIRMED


def test_pages_by_cursor_show_every_shipment_once(several: list[Tenant]) -> None:
    for tenant in several:
        tenant.control("POST", "/orders", {"count": 150})
        tenant.control("POST", "/clock", {"advance_s": 1})
    seen: list[str] = []
    query: dict[str, str] = {}
    for tenant in several:
        page = tenant.control("GET", "/shipments", query=query)
        seen += [shipment["id"] for shipment in page["shipments"]]
        query = {"cursor": page["next_cursor"] or ""}

    assert len(seen) == len(set(seen)) == 450
    assert query == {"cursor": ""}


def test_the_default_tenant_is_kept_and_who_wants_another_is_told(
    sql_address: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with served(sql_address, invoice_mode="fynd", seed=7) as way:
        control(way, "POST", "/tenants/default/orders", {})
    assert capsys.readouterr().err == ""

    with served(sql_address, credit_note_mode="fynd", seed=7) as way:
        kept = control(way, "GET", "/tenants/default").json

    assert (kept["invoice_mode"], kept["credit_note_mode"], kept["shipments"]) == ("fynd", "aggregator", 1)
    assert capsys.readouterr().err == (
        "Warning: the store keeps tenant default as it was: invoice_mode fynd (not aggregator), "
        "credit_note_mode aggregator (not fynd); PATCH /_control/tenants/default changes the modes\n"
    )


START = """
import sys
from mock_oms.app import create_app
print(create_app({"store": sys.argv[1]}).extensions["mock_oms"].store.names())
"""


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_servers_that_start_at_once_on_an_empty_database_all_come_up(kind: str, databases: Databases) -> None:
    with databases.empty(kind) as address:
        started = [
            subprocess.Popen(
                [sys.executable, "-c", START, address],
                stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT,
            )
            for _ in range(SERVERS)
        ]  # fmt: skip
        ends = [(one.communicate(timeout=WAIT_S), one.returncode) for one in started]

    assert ends == [(("['default']\n", ""), 0)] * SERVERS


def test_text_that_a_database_does_not_take_is_kept_and_found(store_address: str) -> None:
    with served(store_address) as way:
        tenant = new_tenant(way)
        odd = "A\x00\x01B"
        order = tenant.place(ordering_channel=odd)
        tenant.place(ordering_channel="A\x01\x02B")

        listed = tenant.get({"orderStatus": "CREATED", "locationCode": "STORE-1", "orderingChannel": odd})
        assert [shipment["id"] for shipment in listed.json] == [order]
        assert listed.json[0]["orderingChannel"] == odd
        assert tenant.get({"orderId": "\x00"}).json == []
        assert (
            tenant.transport.send(
                "GET", "/aggregator/v1/token", {"username": "a\x00b", "password": "\x00"}
            ).status
            == 401
        )
        assert json.dumps(tenant.control("GET", "/journal")["entries"]).count("\\u0000") >= 1
