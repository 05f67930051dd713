"""Fixtures: one application and one server per run, a tenant per test."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator

import pytest

from mock_oms.app import create_app
from mock_oms.store import Store
from mock_oms.store.opening import open_store
from tests.support.databases import KINDS, SQL_KINDS, Databases
from tests.support.mock_client import InProcess, OverHttp, Tenant, Transport, control
from tests.support.mock_client import new_tenant as make_tenant
from tests.support.processor_time import ProcessorTime
from tests.support.server import start_server

NewTenant = Callable[..., Tenant]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Return one process more than processors: some tests wait for programs."""
    return (os.cpu_count() or 1) + 1


def pytest_configure(config: pytest.Config) -> None:
    """Measures the processor time of every test."""
    config.pluginmanager.register(ProcessorTime())


@pytest.fixture(scope="session")
def in_process() -> Transport:
    """The mock without a server; its errors are raised in the test."""
    app = create_app()
    app.testing = True
    return InProcess(app)


@pytest.fixture(scope="session")
def server_url() -> Iterator[str]:
    """Address of the server of this run; each test creates its tenants."""
    with start_server() as server:
        yield server.url


@pytest.fixture(scope="session")
def over_http(server_url: str) -> Iterator[Transport]:
    """The mock behind HTTP."""
    transport = OverHttp(server_url)
    with transport.session:
        yield transport


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    """Where fresh databases come from."""
    made = Databases(tmp_path_factory.mktemp("databases"))
    yield made
    made.close()


@pytest.fixture(params=KINDS)
def store_address(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Every kind of store, one after the other, with nothing in it."""
    with databases.fresh(request.param) as address:
        yield address


@pytest.fixture(params=SQL_KINDS)
def sql_address(request: pytest.FixtureRequest, databases: Databases) -> Iterator[str]:
    """Every kind of database in turn, with empty tables."""
    with databases.fresh(request.param) as address:
        yield address


@pytest.fixture
def empty_store(store_address: str) -> Iterator[Store]:
    """Every kind of store, with nothing in it."""
    made = open_store(store_address)
    yield made
    made.close()


def _on(kind: str, databases: Databases) -> Iterator[Transport]:
    with databases.fresh(kind) as address:
        app = create_app({"store": address})
        app.testing = True
        yield InProcess(app)
        app.extensions["mock_oms"].store.close()


@pytest.fixture(scope="session")
def on_sqlite(databases: Databases) -> Iterator[Transport]:
    """The mock in this process, on SQLite."""
    yield from _on("sqlite", databases)


@pytest.fixture(scope="session")
def on_postgresql(databases: Databases) -> Iterator[Transport]:
    """The mock in this process, on PostgreSQL."""
    yield from _on("postgresql", databases)


WAYS = ("in_process", "over_http")
"""Ways to the mock, with the store in memory."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Runs tests in process and over HTTP, `every_store` also on databases."""
    if "transport" in metafunc.fixturenames:
        every = metafunc.definition.get_closest_marker("every_store")
        ways = (*WAYS, *(f"on_{kind}" for kind in SQL_KINDS)) if every else WAYS
        metafunc.parametrize("transport", ways, indirect=True)


@pytest.fixture
def transport(request: pytest.FixtureRequest) -> Transport:
    """A way to the mock."""
    found: Transport = request.getfixturevalue(request.param)
    return found


@pytest.fixture
def new_tenant(transport: Transport) -> Iterator[NewTenant]:
    """Makes tenants; they are removed after the test."""
    made: list[Tenant] = []

    def make(**settings: object) -> Tenant:
        made.append(make_tenant(transport, **settings))
        return made[-1]

    yield make
    for tenant in made:
        control(transport, "DELETE", f"/tenants/{tenant.name}")


@pytest.fixture(scope="session")
def shops() -> dict[int, Tenant]:
    """Shared tenants by transport, for `shop`."""
    return {}


@pytest.fixture
def shop(transport: Transport, shops: dict[int, Tenant]) -> Tenant:
    """A shared tenant with shipments in several states; never changed."""
    if id(transport) not in shops:
        made = shops[id(transport)] = make_tenant(transport)
        for state in ("placed", "bag_confirmed", "return_initiated"):
            made.place(state=state)
    return shops[id(transport)]


@pytest.fixture
def tenant(new_tenant: NewTenant) -> Tenant:
    """A fresh tenant: both documents are the aggregator's, time stands still."""
    return new_tenant()
