"""Lists are read by index, with any statistics of the planner."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from contracts.lifecycle.table import State
from contracts.profile import Profile
from contracts.vocabulary import buckets, buckets_of_state
from mock_oms.app import create_app
from mock_oms.store import Query
from mock_oms.store.sql import queries
from mock_oms.store.sql.connection import Compiled
from mock_oms.store.sql.store import SqlStore
from tests.support.databases import Databases

AT = datetime(2026, 1, 5, 10, tzinfo=UTC)
ONE, MANY = buckets("CREATED", Profile()), buckets("CANCELLED", Profile())
QUERIES = {
    "status at a location": Query(100, buckets=ONE, location="STORE-1"),
    "statuses at a location": Query(100, buckets=MANY, location="STORE-1"),
    "status of a company": Query(100, buckets=ONE),
    "status at a location by channel": Query(100, buckets=MANY, location="STORE-1", channel="X"),
    "window": Query(100, buckets=ONE, location="STORE-1", start=AT, end=AT),
    "second page": Query(100, offset=100, buckets=ONE, location="STORE-1"),
    "one bucket": Query(100, buckets=frozenset([*sorted(ONE, key=str)][:1])),
    "everything": Query(100),
    "everything after a key": Query(100, after=(AT, "1")),
    "a state after a key": Query(100, buckets=buckets_of_state(State.PLACED), after=(AT, "1")),
}


def plan(store: SqlStore, query: Query) -> list[str]:
    """How a database finds what `query` describes."""
    word = "EXPLAIN " if store._database.is_postgresql else "EXPLAIN QUERY PLAN "
    statement, values = queries.found(1, query)
    with store._database.autocommit() as connection:
        compiled = Compiled(statement, store._database.engine.dialect, None)
        found = connection.raw.execute(word + compiled.text, compiled.values(values))
        return [str(row[-1]) for row in found.fetchall()]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def store(request: pytest.FixtureRequest, databases: Databases) -> Iterator[SqlStore]:
    with databases.fresh(request.param) as address:
        made = create_app({"store": address}).extensions["mock_oms"].store
        yield made
        made.close()


@pytest.mark.parametrize("name", QUERIES)
def test_a_page_is_read_by_index_and_nothing_is_sorted(store: SqlStore, name: str) -> None:
    steps = plan(store, QUERIES[name])

    looks = [step for step in steps if "shipment" in step]
    assert looks
    if store._database.is_postgresql:
        assert not [step for step in steps if "Seq Scan" in step or "Bitmap" in step or "Sort  (" in step]
    else:
        assert not [step for step in looks if not step.startswith("SEARCH shipment USING ")]
        assert any("COVERING INDEX shipment_by_" in step for step in looks)
