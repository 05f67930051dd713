"""Fixtures of the tests of the mock: one application and one server per run, a world per test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from mock_oms.app import create_app
from tests.mock_client import InProcess, OverHttp, Transport, World, control
from tests.mock_client import new_world as make_world
from tests.server import start_server

NewWorld = Callable[..., World]


@pytest.fixture(scope="session")
def in_process() -> Transport:
    """The mock without a server; what it does wrong raises in the test."""
    app = create_app()
    app.testing = True
    return InProcess(app)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Address of a mock that serves this whole run; everybody makes worlds of their own in it."""
    with start_server() as server:
        yield server.url


@pytest.fixture(scope="session")
def over_http(server_url: str) -> Iterator[Transport]:
    """The mock behind HTTP."""
    transport = OverHttp(server_url)
    with transport.session:
        yield transport


@pytest.fixture(params=["in_process", "over_http"])
def transport(request: pytest.FixtureRequest) -> Transport:
    """Both ways to the mock, one after the other."""
    found: Transport = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def new_world(transport: Transport) -> Iterator[NewWorld]:
    """Makes worlds; they are removed after the test."""
    made: list[World] = []

    def make(**settings: object) -> World:
        made.append(make_world(transport, **settings))
        return made[-1]

    yield make
    for world in made:
        control(transport, "DELETE", f"/tenants/{world.name}")


@pytest.fixture(scope="session")
def shops() -> dict[int, World]:
    """Shared worlds by transport, for `shop`."""
    return {}


@pytest.fixture
def shop(transport: Transport, shops: dict[int, World]) -> World:
    """A world with shipments in several states, shared by the tests in which nothing may change."""
    if id(transport) not in shops:
        made = shops[id(transport)] = make_world(transport)
        for state in ("placed", "bag_confirmed", "return_initiated"):
            made.place(state=state)
    return shops[id(transport)]


@pytest.fixture
def world(new_world: NewWorld) -> World:
    """A fresh tenant: both documents are the aggregator's, time stands still."""
    return new_world()
