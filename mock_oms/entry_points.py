"""The console commands."""

from __future__ import annotations

import importlib

from mock_oms.bundle import activate


def run_mock_oms() -> None:
    """The console command `mock-oms`."""
    activate()
    from mock_oms.cli import main

    main(prog_name="mock-oms")


def run_oms_scenarios() -> None:
    """The console command `oms-scenarios`.

    Launched from here because only this package knows where the other lies; it is found by name, and the mock
    knows nothing else of it.
    """
    activate("contracts", "scenarios")
    importlib.import_module("scenarios.cli.main").main(prog_name="oms-scenarios")
