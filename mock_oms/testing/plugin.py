"""Fixtures of pytest: `oms_server`, `oms_factory` and `oms`; marker `oms`.

A failed test shows the calls to its companies. pytest finds this plugin by its entry point.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from typing import Any

import pytest

from mock_oms.testing import MockOms, MockOmsError, Server

URL = "--oms-url"
KEY_VARIABLE = "MOCK_OMS_CONTROL_KEY"
_COMPANIES = pytest.StashKey[list[MockOms]]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the options."""
    group = parser.getgroup("mock-oms")
    group.addoption(
        URL,
        metavar="URL",
        help=f"use this running mock-oms instead of one for each process; {KEY_VARIABLE} is its control key",
    )
    parser.addini("oms_serve", "options of mock-oms serve, for example --profile FILE", "args", [])


def pytest_configure(config: pytest.Config) -> None:
    """Register the marker."""
    config.addinivalue_line(
        "markers",
        "oms(**settings): settings of the test's company, for example invoice_mode='fynd',"
        " locations=['BLR-1'], profile={...}, pace={...}, seed=7",
    )


@pytest.fixture(scope="session")
def oms_server(request: pytest.FixtureRequest) -> Iterator[str]:
    """Yield the address of a server; with pytest-xdist each process has one."""
    url = request.config.getoption(URL)
    if url:
        yield str(url)
        return
    with Server(*request.config.getini("oms_serve")) as server:
        yield server.url


@pytest.fixture
def oms_factory(request: pytest.FixtureRequest, oms_server: str) -> Iterator[Callable[..., MockOms]]:
    """Yield a function that makes companies; they are deleted after the test."""
    made: list[MockOms] = []
    request.node.stash[_COMPANIES] = made

    def make(**settings: Any) -> MockOms:
        made.append(MockOms(oms_server, control_key=os.environ.get(KEY_VARIABLE), **settings))
        return made[-1]

    yield make
    for company in made:
        company.close()


@pytest.fixture
def oms(request: pytest.FixtureRequest, oms_factory: Callable[..., MockOms]) -> MockOms:
    """Return a company with the settings of the marker `oms`."""
    settings: dict[str, Any] = {}
    for marker in reversed(list(request.node.iter_markers("oms"))):  # that of the function wins
        settings |= marker.kwargs
    return oms_factory(**settings)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    """Show the calls to the companies of a failed test."""
    report: Any = yield
    if report.when == "call" and report.failed:
        for company in item.stash.get(_COMPANIES, []):
            try:
                text = company.journal_lines()
            except MockOmsError as error:
                text = str(error)
            report.sections.append((f"mock-oms: calls to {company.name}", text))
    return report
