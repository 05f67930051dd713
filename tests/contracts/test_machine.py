"""The lifecycle machine against engines, the application and a server.

Tenant and model stay the same.

`CONTRACT_PROFILE=deep` plays 10,000 examples and more, from a random seed that it prints;
`CONTRACT_SEED=N` plays a run again.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

import pytest

from contracts.lifecycle.table import TABLE, Actor, State
from contracts.machine import Driver, Size, machine_for, run
from contracts.machine.rules import ACTS
from contracts.machine.running import chosen_seed, profile
from mock_oms.store.opening import open_store
from tests.support.databases import Databases
from tests.support.machine_drivers import EngineDriver, KeptConnection, TouchpointDriver, in_process

pytestmark = pytest.mark.xdist_group("machine")  # one process plays each part once

Move = tuple[str, str]
"""Source state, and event."""
SIZES = {
    "ci": {
        "engine": Size(100),
        "application": Size(20),
        "server": Size(25),
        "sqlite": Size(12),
        "postgresql": Size(8),
    },
    "deep": {
        "engine": Size(2000),
        "application": Size(600),
        "server": Size(600),
        "sqlite": Size(600),
        "postgresql": Size(600),
    },
}
"""Examples of one part, by profile and way to the mock."""
PARTS = {"engine": 4, "application": 3, "server": 1, "sqlite": 1, "postgresql": 1}
"""Parts of each way: each plays from the seed plus its number, so that no test takes long."""
ALL_PARTS = [(way, part) for way, parts in PARTS.items() for part in range(parts)]
MORE_PARTS = 8
"""Parts that may be added until every move of the table was taken."""


@pytest.fixture
def application() -> Driver:
    return in_process()


@pytest.fixture
def server(server_url: str) -> Iterator[Driver]:
    connection = KeptConnection(server_url)
    yield TouchpointDriver(connection)
    connection.close()


def on_database(kind: str, databases: Databases) -> Iterator[Driver]:
    with databases.fresh(kind) as address:
        store = open_store(address)
        yield EngineDriver(store)
        store.close()


@pytest.fixture
def sqlite(databases: Databases) -> Iterator[Driver]:
    yield from on_database("sqlite", databases)


@pytest.fixture
def postgresql(databases: Databases) -> Iterator[Driver]:
    yield from on_database("postgresql", databases)


def played(way: str, part: int, driver: Driver) -> set[Move]:
    """Plays one part; returns the moves that were accepted."""
    machine = machine_for(driver)

    run(machine, SIZES[profile()][way], chosen_seed() + part)

    taken = {(state, event) for state, event, accepted in machine.reached if accepted}
    refused = {(state, event) for state, event, accepted in machine.reached if not accepted}
    print(f"{way}: {machine.steps['steps']} steps, {len(taken)} moves taken, {len(refused)} refused")
    return taken


@cache
def played_on_the_engine(part: int) -> set[Move]:
    """Plays one part on the engine, once for all tests."""
    return played("engine", part, EngineDriver())


@pytest.mark.parametrize(("way", "part"), ALL_PARTS)
def test_the_mock_does_what_the_table_says(way: str, part: int, request: pytest.FixtureRequest) -> None:
    on_engine = way == "engine"

    taken = played_on_the_engine(part) if on_engine else played(way, part, request.getfixturevalue(way))

    assert {state for state, _ in taken} >= {State.PLACED, State.HANDED_OVER, State.RETURN_INITIATED}


def test_every_move_of_the_table_is_taken_on_the_engine() -> None:
    every = {(row.source or "", row.event) for row in TABLE}
    taken: set[Move] = set()

    for part in range(PARTS["engine"] + MORE_PARTS):
        if part < PARTS["engine"] or taken < every:
            taken |= played_on_the_engine(part)

    assert taken == every


def test_every_event_of_the_table_has_an_act() -> None:
    assert set(ACTS) == {row.event for row in TABLE if row.source is not None}
    assert {row.actor for row in TABLE} == set(Actor)


def test_the_deep_profile_plays_ten_thousand_examples() -> None:
    assert sum(size.examples * PARTS[way] for way, size in SIZES["deep"].items()) >= 10_000


def test_the_short_profile_plays_five_hundred_examples() -> None:
    assert sum(size.examples * PARTS[way] for way, size in SIZES["ci"].items()) >= 500


@pytest.mark.parametrize(("word", "problem"), [("shallow", "expects ci or deep, not 'shallow'")])
def test_an_unknown_profile_is_refused(word: str, problem: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_PROFILE", word)

    with pytest.raises(ValueError, match=problem):
        profile()


def test_a_ci_run_starts_from_the_same_seed_and_a_told_one_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_PROFILE", "ci")
    monkeypatch.delenv("CONTRACT_SEED", raising=False)
    assert chosen_seed() == chosen_seed()

    monkeypatch.setenv("CONTRACT_SEED", "17")

    assert chosen_seed() == 17


def test_a_deep_run_draws_a_seed_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTRACT_PROFILE", "deep")
    monkeypatch.delenv("CONTRACT_SEED", raising=False)

    assert len({chosen_seed() for _ in range(3)}) == 3


def test_one_seed_plays_the_same_twice(capsys: pytest.CaptureFixture[str]) -> None:
    first, second = machine_for(EngineDriver()), machine_for(EngineDriver())

    run(first, Size(8), 5)
    run(second, Size(8), 5)

    assert first.reached == second.reached
    assert capsys.readouterr().out.count("CONTRACT_SEED=5 repeats this run") == 2
