"""Calls on SQLite by the receiving thread: transactions that never wait."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from mock_oms.app import create_app
from mock_oms.context import AppContext
from mock_oms.store.locking import WouldWaitError
from mock_oms.store.sql.store import SqlStore
from mock_oms.web.answers import Answer
from mock_oms.web.konnect import orders
from mock_oms.web.request import Request
from tests.support.databases import Databases
from tests.support.mock_client import InProcess, Tenant, new_tenant

CONFIRM = ("POST", "/oms/v3/shipment/confirm")


class OnFile:
    """A mock on a file, called as the receiving thread calls it."""

    def __init__(self, address: str) -> None:
        self.file = Path(address.removeprefix("sqlite:///"))
        self.app = create_app({"store": address})
        self.server: AppContext = self.app.extensions["mock_oms"]
        assert isinstance(self.server.store, SqlStore)
        self.store = self.server.store
        self.tenant: Tenant = new_tenant(InProcess(self.app))
        self.token = self.tenant.token()

    def confirm(self, order: str) -> Answer:
        """Confirm an order in a unit."""
        headers = {"x-access-token": self.token, "content-type": "application/json"}
        request = Request(*CONFIRM, "", headers, json.dumps([{"orderId": order}]).encode())
        assert self.store.unit is not None
        with self.store.unit():
            answer: Answer = self.server.views[CONFIRM](request)
        return answer

    def state(self, order: str) -> str:
        """Return the state of an order."""
        return str(self.tenant.control("GET", f"/shipments/{order}")["state"])

    def calls(self) -> list[dict[str, Any]]:
        """Return the journal's entries about confirming."""
        entries = self.tenant.control("GET", "/journal")["entries"]
        return [entry for entry in entries if entry["operation"] == "confirm"]


@pytest.fixture
def on_file(databases: Databases) -> Iterator[OnFile]:
    with databases.fresh("sqlite") as address:
        made = OnFile(address)
        yield made
        made.store.close()


def test_a_call_and_its_journal_entry_are_stored(on_file: OnFile) -> None:
    order = on_file.tenant.place()
    assert on_file.confirm(order).status == 200
    assert on_file.state(order) == "bag_confirmed"
    assert [entry["outcomes"][0]["outcome"] for entry in on_file.calls()] == ["accepted"]


def test_an_error_undoes_the_whole_unit(on_file: OnFile) -> None:
    order = on_file.tenant.place()

    def fail() -> None:
        assert on_file.store.unit is not None
        with on_file.store.unit():
            with on_file.store.write(on_file.tenant.name) as tx:
                tx.claim_number("INV/1", order)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with on_file.store.read(on_file.tenant.name) as tx:
        assert tx.number_owner("INV/1") is None
    assert on_file.confirm(order).status == 200


def test_a_crash_undoes_the_change_and_is_journalled(
    on_file: OnFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = on_file.tenant.place()
    confirm = orders._confirm

    def crash(*given: Any) -> None:
        confirm(*given)
        raise ZeroDivisionError("after the change")

    with monkeypatch.context() as patch:
        patch.setattr(orders, "_confirm", crash)
        assert on_file.confirm(order).status == 500
    assert on_file.state(order) == "placed"
    assert [entry["crash"] for entry in on_file.calls()] == ["ZeroDivisionError: after the change"]
    assert on_file.confirm(order).status == 200


def test_a_unit_does_not_wait_for_another_thread(on_file: OnFile) -> None:
    order = on_file.tenant.place()
    begun, done = threading.Event(), threading.Event()

    def write() -> None:
        with on_file.store.write(on_file.tenant.name):
            begun.set()
            assert done.wait(30)

    writer = threading.Thread(target=write)
    writer.start()
    assert begun.wait(30)
    try:
        with pytest.raises(WouldWaitError):
            on_file.confirm(order)
    finally:
        done.set()
        writer.join()
    assert on_file.confirm(order).status == 200


def test_a_unit_does_not_wait_for_another_process(on_file: OnFile) -> None:
    order = on_file.tenant.place()
    with closing(sqlite3.connect(on_file.file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WouldWaitError):
            on_file.confirm(order)
        other.execute("ROLLBACK")
    assert on_file.confirm(order).status == 200


@pytest.mark.parametrize("when", ["before", "during"])
def test_a_unit_on_a_removed_file_is_left_to_a_thread_that_says_so(
    on_file: OnFile, when: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = on_file.tenant.place()
    assert on_file.confirm(on_file.tenant.place()).status == 200
    confirm = orders._confirm

    def remove_and_confirm(*given: Any) -> None:
        on_file.file.unlink()
        confirm(*given)

    if when == "before":
        on_file.file.unlink()
    else:
        monkeypatch.setattr(orders, "_confirm", remove_and_confirm)
    with pytest.raises(WouldWaitError):
        on_file.confirm(order)
    monkeypatch.undo()
    reply = on_file.tenant.post("confirm", [{"orderId": order}])
    assert reply.status == 503
    assert "the database file was removed or replaced" in reply.json["message"]
