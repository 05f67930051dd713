"""A pytest plugin that measures the processor time of each test.

Unlike wall time it hardly changes on a busy machine. Ended child processes count too. Only the test function
counts, because the first test that needs a shared fixture pays for all others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

BUDGET_S = 5.0
"""Most processor time that one test should use."""
FAILS_ABOVE_S = 4 * BUDGET_S
"""A busy machine makes processor time longer, rarely three times."""
SHOWN = 15
SHOWN_FROM_S = 1.0
PROPERTY = "processor_s"
LIMIT_PROPERTY = "processor_limit_s"
MARKER = "processor_limit"


def used() -> float:
    """Return the seconds used by this process and its ended children."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


class ProcessorTime:
    """Measures each test; fails the run for one far over budget."""

    def __init__(self) -> None:
        self._by_test: dict[str, float] = {}
        self._limits: dict[str, float] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_call(self, item: pytest.Item) -> Iterator[None]:
        """Measures the test function."""
        own = item.get_closest_marker(MARKER)
        item.user_properties.append((LIMIT_PROPERTY, own.args[0] if own else FAILS_ABOVE_S))
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
            found = dict(report.user_properties)
            self._by_test[report.nodeid] = float(str(found.get(PROPERTY, 0)))
            self._limits[report.nodeid] = float(str(found.get(LIMIT_PROPERTY, FAILS_ABOVE_S)))

    def too_much(self) -> list[str]:
        """List the tests far over budget."""
        return [test for test, seconds in self._by_test.items() if seconds > self._limits[test]]

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Fails the run for a test far over budget."""
        if self.too_much() and session.exitstatus == pytest.ExitCode.OK and not _is_worker(session.config):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Shows the most expensive tests."""
        found = [(seconds, test) for test, seconds in self._by_test.items() if seconds >= SHOWN_FROM_S]
        if found:
            terminalreporter.section(f"processor time of tests that use {SHOWN_FROM_S:g} s or more")
        for seconds, test in sorted(found, reverse=True)[:SHOWN]:
            terminalreporter.line(f"{seconds:6.2f} s  {test}")
        for test in self.too_much():
            terminalreporter.line(
                f"TOO EXPENSIVE: {test} used more than {self._limits[test]:g} s of processor time"
            )


def _is_worker(config: pytest.Config) -> bool:
    return hasattr(config, "workerinput")
