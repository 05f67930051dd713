"""Opening of stores: accepted and refused addresses, migrations."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import sys
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Column, Engine, Integer, create_engine, text

from mock_oms.app import create_app
from mock_oms.options import OptionError, app_options
from mock_oms.server.options import ServerOptions, resolve
from mock_oms.store import opening
from mock_oms.store.errors import StoreError
from mock_oms.store.opening import open_store
from mock_oms.store.sql import schema, tables
from mock_oms.store.sql.store import SqlStore
from tests.support.databases import SQL_KINDS, Databases
from tests.support.mock_client import InProcess, Tenant, new_tenant

PASSWORD = "s3cret-w0rd"


@pytest.mark.parametrize(
    ("given", "used"),
    [
        ("memory", "memory"),
        ("sqlite:///some.db", "sqlite:///some.db"),
        ("sqlite:////srv/some.db", "sqlite:////srv/some.db"),
        ("postgresql+psycopg://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgresql://u@h/d", "postgresql+psycopg://u@h/d"),
        ("postgres://u@h/d", "postgresql+psycopg://u@h/d"),
    ],
)
def test_a_store_is_given_by_flag_or_variable(given: str, used: str) -> None:
    assert resolve({"store": given}, {}).store == used
    assert resolve({}, {"MOCK_OMS_STORE": given}).store == used
    assert resolve({"store": given}, {"MOCK_OMS_STORE": "memory"}).store == used
    assert app_options({"store": given}).store == used
    assert resolve({"store": given}, {}).store_is_shared == (used != "memory")


@pytest.mark.parametrize(
    "given", ["", "memry", "sqlite://", "sqlite:///", "mysql://u:s3cret-w0rd@h/d", "postgresql+asyncpg://h/d"]
)
def test_any_other_store_is_refused_without_repeating_it(given: str) -> None:
    expected = "expect.* memory, sqlite:///FILE or postgresql"
    with pytest.raises(OptionError, match=f"--store {expected}") as flag:
        resolve({"store": given}, {})
    assert PASSWORD not in str(flag.value)
    if given:
        with pytest.raises(ValueError, match=f"option store {expected}") as option:
            create_app({"store": given})
        assert PASSWORD not in str(option.value)


def test_settings_do_not_show_a_password() -> None:
    address = f"postgresql+psycopg://u:{PASSWORD}@h/d"
    assert PASSWORD not in repr(ServerOptions(store=address, control_key=PASSWORD))


UNREACHABLE = [
    (
        f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:1/d",
        "the PostgreSQL database d at 127.0.0.1:1 cannot be used",
    ),
    (
        f"postgresql+psycopg://u:{PASSWORD}@/d?host=/nowhere",
        "the PostgreSQL database d at this machine cannot",
    ),
    (f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:x/d", "the store's address cannot be read"),
    (f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1", "names no database"),
    (
        "sqlite:////no/such/folder/some.db",
        "the SQLite file /no/such/folder/some.db cannot be used: unable to open",
    ),
]


@pytest.mark.parametrize(("address", "says"), UNREACHABLE)
def test_a_store_that_cannot_be_used_is_one_line(address: str, says: str) -> None:
    with pytest.raises(StoreError) as refused:
        create_app({"store": address})
    assert str(refused.value).startswith(says) or says in str(refused.value)
    assert PASSWORD not in str(refused.value)
    assert "\n" not in str(refused.value)


def test_a_file_that_is_no_database_is_one_line(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database at all, but long enough to be taken for one" * 40)
    with pytest.raises(StoreError, match="cannot be used: file is not a database"):
        create_app({"store": f"sqlite:///{file}"})


def test_a_database_that_is_not_there_is_one_line(databases: Databases) -> None:
    with pytest.raises(StoreError, match='cannot be used: database "nothing" does not exist'):
        create_app({"store": databases.postgres.url("nothing")})


def test_an_empty_database_that_may_not_be_written_is_one_line(
    databases: Databases, monkeypatch: pytest.MonkeyPatch
) -> None:
    with databases.fresh("sqlite") as address:
        monkeypatch.setattr("mock_oms.store.sql.engine._connected", _connected_read_only)
        with pytest.raises(StoreError, match="tenant default cannot be made: the database is read-only"):
            create_app({"store": address})


def _connected_read_only(connection: Any, _: object) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA query_only = ON")


@pytest.mark.parametrize(
    "name", [":memory:", ":Memory:", "file::memory:", "some.db?mode=ro", "file:some.db?mode=ro&uri=true", "?"]
)
def test_a_file_name_that_sqlite_would_read_as_something_else_is_refused(name: str) -> None:
    with pytest.raises(OptionError) as refused:
        resolve({"store": f"sqlite:///{name}"}, {})
    assert str(refused.value) == (
        "--store expects a plain file after sqlite:///, without 'file:', ':memory:' or '?' with parameters; "
        "a store in memory is memory"
    )


@pytest.mark.parametrize("name", ["some.db", "50%.db", "a b#c.db", "%41.db", "ü.db"])
def test_a_new_file_has_exactly_its_name_and_is_only_for_its_owner(tmp_path: Path, name: str) -> None:
    app = create_app({"store": f"sqlite:///{tmp_path / name}"})

    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in tmp_path.iterdir()}
    assert modes == dict.fromkeys((name, f"{name}-wal", f"{name}-shm"), 0o600)
    app.extensions["mock_oms"].store.close()


@pytest.mark.parametrize(
    ("module", "address", "says"),
    [
        ("sqlalchemy", "sqlite:///some.db", "pip install 'mock-oms[sql]'"),
        ("sqlalchemy", "postgresql+psycopg://h/d", "pip install 'mock-oms[postgres]'"),
        ("psycopg", "postgresql+psycopg://h/d", "pip install 'mock-oms[postgres]'"),
    ],
)
def test_a_package_that_is_missing_is_named(
    module: str, address: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(StoreError) as refused:
        open_store(address)
    assert says in str(refused.value)


def test_a_defect_of_the_store_in_memory_is_not_served_on_another(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="two-confirm-at-once is a defect of the store in memory"):
        create_app({"mutant": "two-confirm-at-once", "store": f"sqlite:///{tmp_path / 'some.db'}"})


# Versions


def engine_of(address: str) -> Engine:
    """A way to the database past the store."""
    return create_engine(address)


@pytest.mark.parametrize("kind", SQL_KINDS)
def test_migrations_make_exactly_the_tables(kind: str, databases: Databases) -> None:
    with databases.fresh(kind) as address:
        engine = engine_of(address)
        with engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            assert compare_metadata(context, tables.metadata) == []
        engine.dispose()


def test_the_newest_version_is_that_of_the_last_migration(databases: Databases) -> None:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        script = ScriptDirectory.from_config(schema.configuration(connection))
    engine.dispose()

    assert script.get_heads() == [schema.HEAD]


LATER = """
import sqlalchemy as sa
from alembic import op

revision = "later"
down_revision = "{before}"


def upgrade():
    op.add_column("tenant", sa.Column("later", sa.Integer, nullable=False, server_default="7"))
"""


@pytest.fixture
def later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that has one migration more."""
    folder = tmp_path / "migrations"
    shutil.copytree(schema.MIGRATIONS, folder)
    (folder / "versions" / "later.py").write_text(LATER.format(before=schema.HEAD))
    monkeypatch.setattr(schema, "MIGRATIONS", folder)
    monkeypatch.setattr(schema, "HEAD", "later")


def test_a_filled_database_of_an_older_version_is_brought_up_with_all_that_is_in_it(
    sql_address: str, request: pytest.FixtureRequest
) -> None:
    app = create_app({"store": sql_address})
    tenant = new_tenant(InProcess(app))
    order = tenant.place(state="return_completed")
    before = [tenant.control("GET", path) for path in ("", "/shipments", "/stock", "/journal")]
    app.extensions["mock_oms"].store.close()
    request.getfixturevalue("later")

    app = create_app({"store": sql_address})

    again = Tenant(InProcess(app), tenant.facts)
    assert [again.control("GET", path) for path in ("", "/shipments", "/stock", "/journal")] == before
    assert again.get({"orderId": order}).json[0]["orderStatus"] == "RETURN_COMPLETED"
    store = app.extensions["mock_oms"].store
    assert isinstance(store, SqlStore)
    with store._database.autocommit() as connection:
        assert connection.execute(text("SELECT later FROM tenant")).scalars() == [7, 7]
    store.close()


def test_a_journal_from_before_problems_were_kept_is_read(tmp_path: Path) -> None:
    address = f"sqlite:///{tmp_path / 'some.db'}"
    app = create_app({"store": address})
    tenant = new_tenant(InProcess(app))
    tenant.post("confirm", [{"orderId": "1"}])
    (before,) = tenant.control("GET", "/journal", query={"order": "1"})["entries"][0]["outcomes"]
    engine = create_engine(address)
    with closing(engine.raw_connection()) as connection:
        connection.execute("UPDATE journal_write SET entry = replace(entry, ', \"unknown\"]', ']')")
        connection.commit()
    engine.dispose()
    (after,) = tenant.control("GET", "/journal", query={"order": "1"})["entries"][0]["outcomes"]
    assert before["problem"] == "unknown"
    assert after == before | {"problem": None}
    app.extensions["mock_oms"].store.close()


def test_a_database_of_a_newer_program_is_refused_and_left_alone(
    sql_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(sql_address)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = 'newer'"))
    with pytest.raises(StoreError, match="it is of version newer, which this program does not know"):
        create_app({"store": sql_address})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == "newer"
        assert connection.execute(text("SELECT count(*) FROM tenant")).scalar() == 0
    engine.dispose()


def test_a_database_of_the_newest_version_needs_no_alembic(
    sql_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "alembic", None)
    open_store(sql_address).close()


def test_a_column_that_no_migration_makes_is_noticed(databases: Databases) -> None:
    with ExitStack() as stack:
        address = stack.enter_context(databases.fresh("sqlite"))
        engine = engine_of(address)
        stack.callback(engine.dispose)
        other = tables.metadata.__class__()
        for table in tables.metadata.sorted_tables:
            table.to_metadata(other)
        other.tables["tenant"].append_column(Column("more", Integer))
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), other)


def test_a_log_that_was_left_beside_a_file_is_written_back(tmp_path: Path) -> None:
    used, left = tmp_path / "used.db", tmp_path / "left.db"
    with closing(sqlite3.connect(used, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("CREATE TABLE kept (word)")
        for end in ("", "-wal"):
            shutil.copy(f"{used}{end}", f"{left}{end}")

    opening.checkpoint(f"sqlite:///{left}")
    opening.checkpoint(f"sqlite:///{tmp_path / 'nowhere.db'}")

    assert sorted(file.name for file in tmp_path.iterdir()) == ["left.db", "used.db"]
    with closing(sqlite3.connect(left)) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [("kept",)]
