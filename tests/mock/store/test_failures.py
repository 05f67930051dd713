"""Database failures: a clear 503, nothing half-written, recovery without restart."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.context import AppContext
from mock_oms.engine import Purchase
from mock_oms.store.errors import StoreUnavailableError
from mock_oms.store.opening import open_store
from mock_oms.store.sql import tables
from mock_oms.store.sql.connection import Connection, Rows
from mock_oms.store.sql.store import SqlStore
from tests.support.databases import SQL_KINDS, Databases
from tests.support.mock_client import InProcess, Reply, control, denied, new_tenant, rejected
from tests.support.postgres import Postgres

SECRETS = ("SELECT", "UPDATE", "INSERT", "://", "password", ".db", "host=")
"""What no answer about a database may hold."""
FREE_PAGES = 2


class Failing:
    """The mock on a database that a test breaks and mends."""

    def __init__(self, address: str) -> None:
        app = create_app({"store": address})
        app.testing = True
        server: AppContext = app.extensions["mock_oms"]
        assert isinstance(server.store, SqlStore)
        self.store = server.store
        self.way = InProcess(app)
        self.tenant = new_tenant(self.way)
        self.tenant.token()

    def confirm(self, order: str) -> Reply:
        """A call that changes something."""
        return self.tenant.post("confirm", [{"orderId": order}])


@pytest.fixture
def on_file(databases: Databases) -> Iterator[Failing]:
    with databases.fresh("sqlite") as address:
        made = Failing(address)
        yield made
        made.store.close()


@pytest.fixture
def on_server(databases: Databases) -> Iterator[tuple[Failing, Postgres, str]]:
    with databases.fresh("postgresql") as address:
        made = Failing(address)
        name = made.store._database.engine.url.database
        assert name is not None
        yield made, databases.postgres, name
        made.store.close()


def unavailable(reply: Reply, says: str) -> None:
    """Asserts a 503 with its cause and no details of the database."""
    rejected(reply, 503, says)
    assert int(reply.headers["retry-after"]) >= 1
    assert not [secret for secret in SECRETS if secret in reply.body.decode()]


def full(store: SqlStore, pages: int | None) -> None:
    """Limits the growth of the file to some pages, or not."""
    most = 2**30
    if pages is not None:
        with store._database.autocommit() as connection:
            most = connection.run("PRAGMA page_count").scalar_one() + pages
    store.close()  # its connections are made anew, with the limit
    event.listen(
        store._database.engine, "connect", lambda raw, _: raw.execute(f"PRAGMA max_page_count = {most}")
    )


def test_a_full_disk_is_a_503_that_changes_nothing_and_passes(
    on_file: Failing, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant = on_file.tenant
    order = tenant.place()
    before = tenant.control("GET", "")
    full(on_file.store, FREE_PAGES)

    refused = control(on_file.way, "POST", f"/tenants/{tenant.name}/orders", {"count": 200})

    denied(refused, 503, "store_unavailable", "the disk of the database is full")
    assert int(refused.headers["retry-after"]) >= 1
    assert tenant.control("GET", "") == before
    for _ in range(40):  # every call is journalled, until there is no room for that either
        reply = tenant.get({"orderId": order})
        assert reply.json[0]["orderStatus"] == "CREATED"
    assert capsys.readouterr().err == (
        "Warning: calls are answered but not journalled: the disk of the database is full\n"
    )

    full(on_file.store, None)
    assert on_file.confirm(order).json["successCount"] == 1
    assert control(on_file.way, "POST", f"/tenants/{tenant.name}/orders", {"count": 200}).status == 201
    assert tenant.control("GET", "")["shipments"] == 201


def test_health_says_that_the_disk_is_full_before_an_order_is_refused(
    on_file: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small write still succeeds then, in the room of the log."""

    def used(_: object) -> os.statvfs_result:
        return os.statvfs_result((4096, 4096, 1000, 15, 15, 0, 0, 0, 0, 255))

    assert control(on_file.way, "GET", "/health").status == 200
    with monkeypatch.context() as patched:
        patched.setattr("os.statvfs", used)
        denied(
            control(on_file.way, "GET", "/health"),
            503,
            "store_unavailable",
            "the disk of the database is full",
        )
    assert control(on_file.way, "GET", "/health").status == 200


@pytest.mark.parametrize("how", ["connection", "permission"])
def test_a_read_only_file_is_read_and_not_written(on_file: Failing, how: str) -> None:
    if how == "permission" and os.geteuid() == 0:
        how = "connection"  # root may write to any file
    tenant, order = on_file.tenant, on_file.tenant.place()
    on_file.store.close()
    with _read_only(on_file.store, how):
        assert tenant.get({"orderId": order}).json[0]["orderStatus"] == "CREATED"
        unavailable(tenant.post("confirm", [{"orderId": order}]), "the database is read-only")
        denied(tenant.control_reply("POST", "/orders", {}), 503, "store_unavailable", "read-only")
        denied(control(tenant.transport, "GET", "/health"), 503, "store_unavailable", "read-only")
    on_file.store.close()
    assert on_file.confirm(order).json["successCount"] == 1


def test_a_new_token_is_known_where_nothing_can_be_written(on_file: Failing) -> None:
    unused = on_file.tenant.new_token()
    on_file.store.close()
    with _read_only(on_file.store, "connection"):
        assert on_file.store.directory().session(unused) is not None


def test_a_wrong_password_and_an_unknown_user_are_as_much_work(
    on_file: Failing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A difference in time would show which users there are."""
    done: list[str] = []
    known = on_file.tenant.credentials()["username"]

    run = Connection._run

    def note(connection: Connection, text: str, *details: Any) -> Rows:
        done.append(text)
        return run(connection, text, *details)

    monkeypatch.setattr(Connection, "_run", note)

    def work(username: str) -> list[str]:
        done.clear()
        login = {"username": username, "password": "wrong"}
        rejected(on_file.way.send("GET", "/aggregator/v1/token", login), 401)
        return list(done)

    for name in (known, "nobody"):  # caches are filled
        work(name)
    assert len(work(known)) > 3
    assert work(known) == work("nobody")


@contextmanager
def _read_only(store: SqlStore, how: str) -> Iterator[None]:
    engine = store._database.engine
    if how == "connection":

        def protect(raw: Any, _: object) -> None:
            raw.execute("PRAGMA query_only = ON")

        event.listen(engine, "connect", protect)
        yield
        event.remove(engine, "connect", protect)
        return
    file = file_of(store)
    file.chmod(0o444)
    yield
    file.chmod(0o644)


def file_of(store: SqlStore) -> Path:
    return Path(str(store._database.engine.url.database).removeprefix("file://"))


@pytest.mark.parametrize("end", ["", "-wal"])
@pytest.mark.parametrize("how", ["removed", "replaced"])
def test_nothing_is_written_to_a_file_that_was_removed_or_replaced(
    on_file: Failing, how: str, end: str, capsys: pytest.CaptureFixture[str]
) -> None:
    tenant, order = on_file.tenant, on_file.tenant.place()
    place = Path(f"{file_of(on_file.store)}{end}")
    kept = place.rename(place.with_name("kept"))
    if how == "replaced":
        shutil.copyfile(kept, place)

    says = "the database file was removed or replaced; put it back, or restart the server"
    for reply in (on_file.confirm(order), tenant.get({"orderId": order})):
        rejected(reply, 503, says)
    login = on_file.way.send("GET", "/aggregator/v1/token", tenant.credentials())
    rejected(login, 503, says)
    for call in (
        control(on_file.way, "GET", "/health"),
        tenant.control_reply("POST", "/orders", {}),
        tenant.control_reply("GET", "/shipments"),
    ):
        denied(call, 503, "store_unavailable", says)

    kept.rename(place)
    assert control(on_file.way, "GET", "/health").status == 200
    assert on_file.confirm(order).json["successCount"] == 1
    assert tenant.control("GET", "")["shipments"] == 1
    assert capsys.readouterr().err.count("\n") == 1


def test_a_file_that_is_removed_in_the_middle_of_a_change_undoes_it(on_file: Failing) -> None:
    place = file_of(on_file.store)
    kept = place.with_name("kept")

    def place_and_remove() -> None:
        with engine.WriteVisit(on_file.store, on_file.tenant.name) as tx:
            engine.place(tx, Purchase("STORE-1"))
            place.rename(kept)

    with pytest.raises(StoreUnavailableError, match="removed or replaced"):
        place_and_remove()

    kept.rename(place)
    assert on_file.tenant.control("GET", "")["shipments"] == 0


def test_no_new_file_takes_the_place_of_a_removed_one(on_file: Failing) -> None:
    place = file_of(on_file.store)
    on_file.store.close()
    place.unlink()

    denied(control(on_file.way, "GET", "/health"), 503, "store_unavailable", "file cannot be opened")
    assert not place.exists()


@pytest.mark.parametrize("kind", SQL_KINDS)
def test_a_database_that_was_made_anew_is_a_503_everywhere(kind: str, databases: Databases) -> None:
    with databases.fresh(kind) as address:
        failing = Failing(address)
        order = failing.tenant.place()
        tables.metadata.drop_all(failing.store._database.engine)

        says = "the database has lost its tables"
        for reply in (failing.confirm(order), failing.tenant.get({"orderId": order})):
            rejected(reply, 503, says)
        for path in ("/health", "/tenants", f"/tenants/{failing.tenant.name}/journal"):
            denied(control(failing.way, "GET", path), 503, "store_unavailable", says)
        failing.store.close()


def test_a_database_that_is_away_is_a_503_everywhere_and_is_used_again_when_it_is_back(
    on_server: tuple[Failing, Postgres, str], capsys: pytest.CaptureFixture[str]
) -> None:
    failing, postgres, name = on_server
    order = failing.tenant.place()
    with _away(postgres, name):
        for reply in (failing.confirm(order), failing.tenant.get({"orderId": order})):
            unavailable(reply, "the database cannot be reached")
        login = failing.way.send("GET", "/aggregator/v1/token", failing.tenant.credentials())
        unavailable(login, "the database cannot be reached")
        stray = failing.way.send("GET", "/no/such/path", headers={"x-access-token": failing.tenant.token()})
        assert stray.status == 404
        for path in ("/health", "/tenants", f"/tenants/{failing.tenant.name}/journal"):
            denied(control(failing.way, "GET", path), 503, "store_unavailable", "cannot be reached")
        assert control(failing.way, "GET", "/profile").status == 200
    assert capsys.readouterr().err.count("\n") == 1

    assert failing.confirm(order).json["successCount"] == 1
    assert control(failing.way, "GET", "/health").status == 200


@contextmanager
def _away(postgres: Postgres, name: str) -> Iterator[None]:
    """Nobody gets to the database, and who was there is thrown out."""
    with postgres.connect() as connection:
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        _throw_out(connection, name)
        yield
        connection.execute(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def _throw_out(connection: Any, name: str) -> None:
    connection.execute(
        "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s", [name]
    )


def test_a_connection_lost_while_nobody_used_it_is_not_noticed(
    on_server: tuple[Failing, Postgres, str],
) -> None:
    failing, postgres, name = on_server
    order = failing.tenant.place()
    with postgres.connect() as connection:
        _throw_out(connection, name)

    assert failing.confirm(order).json["successCount"] == 1


def test_a_connection_lost_in_the_middle_undoes_the_change(on_server: tuple[Failing, Postgres, str]) -> None:
    failing, postgres, name = on_server
    store, tenant = failing.store, failing.tenant.name

    def place_and_lose() -> None:
        with engine.WriteVisit(store, tenant) as tx:
            engine.place(tx, Purchase("STORE-1"))
            with postgres.connect() as connection:
                _throw_out(connection, name)

    with pytest.raises(StoreUnavailableError, match="connection"):
        place_and_lose()

    with engine.WriteVisit(store, tenant) as tx:
        assert tx.count() == 0
        engine.place(tx, Purchase("STORE-1"))
        assert tx.next_number("shipment") == 2


def test_a_change_that_waits_too_long_for_another_is_a_503(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mock_oms.store.sql.engine.WAIT_S", 0.2)
    for kind in ("sqlite", "postgresql"):
        with databases.fresh(kind) as address:
            failing, other = Failing(address), open_store(address)
            order = failing.tenant.place()
            with other.write(failing.tenant.name):
                unavailable(failing.confirm(order), "busy with another change")
                assert failing.tenant.get({"orderId": order}).json[0]["orderStatus"] == "CREATED"
            assert failing.confirm(order).json["successCount"] == 1
            failing.store.close()
            other.close()
