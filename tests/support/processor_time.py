"""A pytest plugin that reports which tests use the most processor time.

Unlike wall time it hardly changes on a busy machine. Ended child processes count too. Only the test function
counts, because the first test that needs a shared fixture pays for all others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

SHOWN = 15
SHOWN_FROM_S = 1.0
PROPERTY = "processor_s"


def used() -> float:
    """Return the seconds used by this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class ProcessorTime:
    """Measures each test."""

    def __init__(self) -> None:
        self._by_test: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Measures the test function."""
        before = used()
        try:
            return (yield)
        finally:
            item.user_properties.append((PROPERTY, used() - before))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keeps the time of a test.

        With pytest-xdist the main process gets all reports.
        """
        if report.when == "call":
            self._by_test[report.nodeid] = float(str(dict(report.user_properties).get(PROPERTY, 0)))

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Shows the tests that used the most processor time."""
        found = [(seconds, test) for test, seconds in self._by_test.items() if seconds >= SHOWN_FROM_S]
        if found:
            terminalreporter.section(f"processor time of tests that use {SHOWN_FROM_S:g} s or more")
        for seconds, test in sorted(found, reverse=True)[:SHOWN]:
            terminalreporter.line(f"{seconds:6.2f} s  {test}")
