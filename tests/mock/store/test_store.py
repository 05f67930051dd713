"""The store: atomic, isolated by tenant, searched by index."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import product
from typing import Any

import pytest

from contracts.lifecycle.table import DocumentMode, Event, State
from contracts.profile import Profile
from contracts.vocabulary import Bucket, buckets, buckets_of_state
from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.context import AppContext
from mock_oms.domain import catalogue
from mock_oms.domain import journal as journals
from mock_oms.domain import users as directory
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.journal import Dropped, Entry, Outcome, Wanted
from mock_oms.domain.shipment import Product, Shipment, Stock
from mock_oms.domain.tenant import Clock, TenantSettings
from mock_oms.domain.users import Session, User
from mock_oms.engine import Command, Purchase
from mock_oms.store import Query, Store, Transaction, Waiting
from mock_oms.store.errors import TenantExistsError, UnknownTenantError
from mock_oms.store.memory import MemoryStore
from mock_oms.store.sql.codec import BoundedCache

START = datetime(2026, 1, 5, 10, tzinfo=UTC)
SHOP = "STORE-1"


def fresh(tenant: str = "t", **settings: Any) -> TenantSettings:
    clock = Clock(frozen_at=START)
    modes = {"invoice_mode": DocumentMode.AGGREGATOR, "credit_note_mode": DocumentMode.AGGREGATOR}
    return TenantSettings(
        tenant=tenant, locations=(SHOP, "STORE-2"), clock=clock, start=clock, **modes | settings
    )


@pytest.fixture
def store(empty_store: Store) -> Store:
    """A store with two tenants, `t` and `u`."""
    for name in ("t", "u"):
        empty_store.create(fresh(name), {(SHOP, "MUG-STN-350"): Stock(5)}, [])
    return empty_store


def everything(store: Store, tenant: str = "t") -> dict[str, Any]:
    """All that can be seen of a tenant."""
    with store.read(tenant) as tx:
        found = tx.find(Query(limit=100))
        return {
            "tenant": tx.settings,
            "now": tx.now,
            "shipments": found,
            "count": tx.count(),
            "listed": {state: [s.id for s in listed(tx, state)] for state in State},
            "stock": tx.all_stock(),
            "owners": [tx.number_owner(f"N-{n}") for n in range(5)],
            "waiting": sorted(tx.all_waiting()),
            "due": tx.next_due(),
        }


def listed(tx: Transaction, state: State) -> list[Shipment]:
    return tx.find(Query(limit=100, buckets=buckets_of_state(state)))


def place(tx: Transaction) -> Shipment:
    return engine.place(tx, Purchase(SHOP))


class BrokenError(Exception):
    """What went wrong in the middle."""


def break_after(change: Callable[[Transaction], object], store: Store) -> None:
    """A visit to `t` in which something goes wrong in the end."""
    with store.write("t") as tx:
        change(tx)
        raise BrokenError


def place_and_confirm(tx: Transaction) -> None:
    engine.fire(tx, place(tx), Event.CONFIRM)


def new_stock(tx: Transaction) -> None:
    tx.set_stock("STORE-2", "NEW", Stock(7))
    tx.set_stock(SHOP, "MUG-STN-350", Stock(1, 1))


def number(tx: Transaction) -> None:
    tx.claim_number("N-1", place(tx).id)


def other_tenant(tx: Transaction) -> None:
    extra = Product("P", "P", "6205", Decimal(5), Decimal(9))
    tx.set_settings(
        replace(tx.settings, seed=9, clock=tx.settings.clock.advanced(60), extra_products=(extra,))
    )


def waiting(tx: Transaction) -> None:
    shipment = place(tx)
    tx.wait(shipment.id, Waiting(Event.ISSUE_INVOICE, tx.now, tx.now))
    tx.wait(shipment.id, Waiting(Event.ISSUE_INVOICE, tx.now, None))


def whole_day(tx: Transaction) -> None:
    back = engine.drive(tx, place(tx), State.RETURN_COMPLETED)
    assert tx.get(back.forward_id)


def again_and_again(tx: Transaction) -> None:
    for on_hand in (7, 3, 0):
        tx.set_stock("STORE-2", "NEW", Stock(on_hand))
        tx.set_stock(SHOP, "MUG-STN-350", Stock(on_hand))
        tx.claim_number("N-1", place(tx).id)
        other_tenant(tx)
        waiting(tx)


@pytest.mark.parametrize(
    "change", [place, place_and_confirm, new_stock, number, other_tenant, waiting, whole_day, again_and_again]
)
@pytest.mark.parametrize("used", [False, True])
def test_a_visit_that_raises_leaves_no_trace(
    store: Store, change: Callable[[Transaction], object], used: bool
) -> None:
    if used:
        with store.write("t") as tx:
            whole_day(tx)
            place_and_confirm(tx)
    before = everything(store)
    with pytest.raises(BrokenError):
        break_after(change, store)
    assert everything(store) == before
    with store.write("t") as tx:
        first = change(tx)
    if isinstance(first, Shipment):
        assert everything(store)["count"] == before["count"] + 1


def test_numbers_go_on_without_a_gap_after_an_undone_visit(store: Store) -> None:
    with store.write("t") as tx:
        assert [tx.next_number("x"), tx.next_number("x"), tx.next_number("y")] == [1, 2, 1]
    with pytest.raises(BrokenError):
        break_after(lambda tx: tx.next_number("x"), store)
    with store.write("t") as tx:
        assert tx.next_number("x") == 3


def test_a_refused_event_has_changed_nothing(store: Store) -> None:
    with store.write("t") as tx:
        order = place(tx)
        for event in set(Event) - {Event.CONFIRM, Event.CANCEL, Event.CANCEL_BY_CUSTOMER}:
            if event in (Event.CANCEL_ITEMS, Event.CANCEL_ITEMS_BY_CUSTOMER):
                continue  # without items they mean the whole order
            before = tx.all_stock(), tx.find(Query(limit=9))
            with pytest.raises(OrderRefusedError):
                engine.fire(tx, order, event)
            assert (tx.all_stock(), tx.find(Query(limit=9))) == before


def test_tenants_share_nothing(store: Store) -> None:
    other = everything(store, "u")
    with store.write("t") as tx:
        whole_day(tx)
        new_stock(tx)
        number(tx)
        other_tenant(tx)
    assert everything(store, "u") == other


def test_a_name_is_taken_once_and_free_after_removal(store: Store) -> None:
    with pytest.raises(TenantExistsError):
        store.create(fresh("t"), {}, [])
    store.delete("t")
    for use in (store.read, store.write):
        with pytest.raises(UnknownTenantError), use("t"):
            raise AssertionError("there is no such tenant")
    with pytest.raises(UnknownTenantError):
        store.delete("t")
    store.create(fresh("t"), {}, [])
    assert everything(store)["count"] == 0
    assert store.names() == ["u", "t"]


def test_time_never_goes_back_for_those_who_look(store: Store) -> None:
    later = Clock(frozen_at=START + timedelta(hours=1))
    with store.write("t") as tx:
        tx.set_settings(replace(tx.settings, clock=later))
        assert tx.now == later.now()
    with store.write("t") as tx:
        tx.set_settings(replace(tx.settings, clock=Clock(frozen_at=START)))
        assert tx.now == later.now()


def busy_shops(tx: Transaction) -> list[Shipment]:
    """Returns sixty varied orders, oldest first."""
    ends = (None, State.BAG_CONFIRMED, State.BAG_INVOICED, State.CANCELLED_FYND)
    for n in range(60):
        order = engine.place(tx, Purchase((SHOP, "STORE-2")[n % 2], channel="ABC"[n % 3]))
        end = ends[n % 4]
        if end:
            engine.drive(tx, order, end)
        tx.set_settings(replace(tx.settings, clock=tx.settings.clock.advanced(n % 2)))
    return sorted(tx.find(Query(limit=1000)), key=lambda s: (s.ordered_at, s.id))


def scan(every: list[Shipment], query: Query) -> list[Shipment]:
    return [
        s
        for s in every
        if (query.buckets is None or Bucket(s.state, s.invoiced) in query.buckets)
        and query.location in (None, s.location)
        and query.channel in (None, s.channel)
        and (query.start is None or query.start <= s.ordered_at)
        and (query.end is None or s.ordered_at <= query.end)
    ]


STATUSES = (None, "CREATED", "PROCESSING", "CANCELLED", "RETURN_DELIVERED", "TRANSIT")
WINDOWS = ((None, None), (START + timedelta(seconds=5), START + timedelta(seconds=20)))


def test_finding_gives_what_scanning_gives(store: Store) -> None:
    with store.write("t") as tx:
        every = busy_shops(tx)
        assert len(every) == 60
        for status, place_, channel, (start, end) in product(STATUSES, (None, SHOP), (None, "A"), WINDOWS):
            wanted = None if status is None else buckets(status, Profile())
            query = Query(1000, buckets=wanted, location=place_, channel=channel, start=start, end=end)
            expected = scan(every, query)
            assert tx.find(query) == expected
            assert tx.find(query._replace(limit=3, offset=2)) == expected[2:5]


def test_a_touchpoint_that_fails_in_the_middle_changes_nothing(
    store_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = create_app({"store": store_address})
    app.testing = True
    server: AppContext = app.extensions["mock_oms"]
    with engine.WriteVisit(server.store, "default") as tx:
        orders = [place(tx).id for _ in range(2)]
    before = everything(server.store, "default") | {"now": None}
    client = app.test_client()
    token = client.get("/aggregator/v1/token?username=default&password=default").get_json()["accessToken"]
    fire, calls = engine.fire, []

    def breaks(tx: Transaction, shipment: Shipment, event: Event, command: Command) -> object:
        calls.append(shipment.id)
        if len(calls) == 2:
            raise BrokenError
        return fire(tx, shipment, event, command)

    monkeypatch.setattr(engine, "fire", breaks)
    with pytest.raises(BrokenError):
        client.post(
            "/oms/v3/shipment/confirm",
            json=[{"orderId": order} for order in orders],
            headers={"x-access-token": token},
        )
    assert calls == orders
    assert everything(server.store, "default") | {"now": None} == before
    server.store.close()


def test_the_catalogue_is_small_and_plausible() -> None:
    assert 5 <= len(catalogue.PRODUCTS) <= 50
    assert all(product.price > product.discount >= 0 for product in catalogue.PRODUCTS)


def test_a_journal_keeps_the_newest_and_counts_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = 1000 if isinstance(store, MemoryStore) else 120
    monkeypatch.setattr(journals, "ENTRIES_LIMIT", limit)
    journal = store.journal("t")
    for number in range(limit + 30):
        journal.append(entry(f"/{number}"))
    store.journal("u").append(entry("/other"))

    entries, dropped = store.journal("t").read(Wanted(limit))

    assert dropped == Dropped(30, 0)
    assert [one.number for one in entries] == list(range(31, limit + 31))
    assert entries[-1].path == f"/{limit + 29}"
    assert [one.number for one in store.journal("t").read(Wanted(3))[0]] == [limit + n for n in (28, 29, 30)]
    assert [one.path for one in store.journal("u").read(Wanted(10))[0]] == ["/other"]
    read_on = store.journal("t").read(Wanted(2, after=limit + 5))[0]
    assert [one.number for one in read_on] == [limit + 6, limit + 7]
    assert store.journal("t").read(Wanted(2, after=limit + 30))[0] == []
    journal.clear()
    journal.append(entry("/anew"))
    assert [(one.number, one.path) for one in journal.read(Wanted(10))[0]] == [(1, "/anew")]


def test_reads_push_no_write_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    limit = 1000 if isinstance(store, MemoryStore) else 60
    monkeypatch.setattr(journals, "ENTRIES_LIMIT", limit)
    journal = store.journal("t")
    journal.append(entry("/first", "POST"))
    for number in range(limit + 55):
        journal.append(entry(f"/{number}"))
    journal.append(entry("/last", "PUT"))

    entries, dropped = journal.read(Wanted(2 * limit))

    assert dropped == Dropped(55, 0)
    assert [(one.number, one.path) for one in entries if one.method != "GET"] == [
        (1, "/first"),
        (limit + 57, "/last"),
    ]
    assert len(entries) == limit + 2
    assert [one.number for one in entries] == sorted(one.number for one in entries)
    for number in range(limit):
        journal.append(entry(f"/{number}", "POST"))
    entries, dropped = journal.read(Wanted(2 * limit))
    assert dropped == Dropped(55, 2)
    assert [one.method for one in entries] == ["GET"] * limit + ["POST"] * limit
    assert [one.path for one in journal.read(Wanted(1))[0]] == [f"/{limit - 1}"]


def entry(path: str, method: str = "GET") -> Entry:
    """A call with all that is hard to keep."""
    return Entry(
        at=START, took_ms=0.25, operation=None, method=method, path=path, query={"q\x00": "\ud800"},
        caller=None, location=None, status=200, request=b"\x00\xff", answer=b"{}", media="application/json",
        outcomes=(Outcome("1", "C", "m\x00", "2", "t"),),
    )  # fmt: skip


def test_an_entry_is_read_as_it_was_written(store: Store) -> None:
    kept = entry("/x")
    store.journal(None).append(kept)

    assert store.journal(None).read(Wanted(10)) == ([replace(kept, number=1)], Dropped(0, 0))
    assert store.journal("gone").read(Wanted(10, "1")) == ([replace(kept, number=1)], Dropped(0, 0))
    assert store.journal(None).read(Wanted(10, "9")) == ([], Dropped(0, 0))


def test_of_too_many_tokens_the_oldest_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "TOKENS_LIMIT", 3)
    users = store.directory()
    tokens = [users.open_session(User("t/company", "t", None, b""), START) for _ in range(5)]
    other = users.open_session(User("u/x", "u", "x", b""), START)

    assert [users.session(token) is not None for token in tokens] == [False, False, True, True, True]
    assert users.session(other) == Session("u/x", "u", "x", START)


def test_of_too_many_used_tokens_the_oldest_go(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(directory, "TOKENS_LIMIT", 3)
    users = store.directory()

    def login() -> str:
        return users.open_session(User("t/company", "t", None, b""), START)

    in_use = [login() for _ in range(3)]
    assert all(users.session(token) for token in reversed(in_use))
    unused = [login() for _ in range(9)]
    assert all(users.session(token) for token in in_use)  # however many log in
    assert [users.session(token) is not None for token in unused] == [False] * 6 + [True] * 3
    assert [users.session(token) is not None for token in in_use] == [False] * 3
    assert [users.session(token) is not None for token in unused] == [False] * 6 + [True] * 3


def test_what_a_reset_empties_is_empty(store: Store) -> None:
    before = everything(store)
    with store.write("t") as tx:
        whole_day(tx)
        number(tx)
        other_tenant(tx)
        new_stock(tx)
    store.journal("t").append(entry("/x"))
    with store.write("t") as tx:
        tx.empty(fresh("t"), {(SHOP, "MUG-STN-350"): Stock(5)})
        assert tx.stock(SHOP, "MUG-STN-350") == Stock(5)
        assert tx.stock("STORE-2", "NEW") == Stock()

    assert everything(store) == before
    assert store.journal("t").read(Wanted(10)) == ([], Dropped(0, 0))
    with store.write("t") as tx:
        assert tx.next_number("shipment") == 1


def test_what_a_visit_held_is_free_without_the_collector() -> None:
    """`gc.freeze` keeps cycles: one would keep its tenant for good."""
    store = MemoryStore()
    store.create(fresh(), {(SHOP, "MUG-STN-350"): Stock(5)}, [])
    gc.disable()
    try:
        with store.write("t") as tx:
            tx.set_settings(fresh(seed=2))
        visit = weakref.ref(tx)
        del tx
        assert visit() is None
    finally:
        gc.enable()


def test_a_visit_keeps_no_versions_of_an_order_in_between() -> None:
    """One call may drive a thousand orders; every version took 12 MB."""
    memory = MemoryStore()
    memory.create(fresh(), {}, [])
    known = {id(one) for one in gc.get_objects() if isinstance(one, Shipment)}
    with memory.write("t") as tx:
        back = engine.drive(tx, place(tx), State.RETURN_COMPLETED)
        kept = [one for one in gc.get_objects() if isinstance(one, Shipment) and id(one) not in known]
        assert sorted(one.id for one in kept) == sorted([back.id, back.forward_id])


def test_the_values_met_last_are_remembered() -> None:
    known: BoundedCache[str, object] = BoundedCache(2)
    first, second, third = object(), object(), object()
    assert known.keep("1", first) is first
    assert known.keep("1", object()) is first
    known.keep("2", second)
    known.keep("3", third)
    assert [known.get(key) for key in "123"] == [None, second, third]
