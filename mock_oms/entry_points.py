"""The console commands."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable

from mock_oms.bundle import activate


def run_mock_oms() -> None:
    """Run the console command `mock-oms`."""
    activate()
    _load("mock_oms.cli")(prog_name="mock-oms")


def run_oms_scenarios() -> None:
    """Run the console command `oms-scenarios`.

    Only this package knows the folder of `scenarios`, which it finds by name and uses nowhere else.
    """
    activate("contracts", "scenarios")
    _load("scenarios.cli.main")(prog_name="oms-scenarios")


def _load(module: str) -> Callable[..., None]:
    """Import `main` of a module; Ctrl-C then ends without a traceback."""
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = "__all__"  # plugins of the environment are for other programs
    handler = signal.getsignal(signal.SIGINT)
    raises = handler is signal.default_int_handler
    if raises:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    main: Callable[..., None] = importlib.import_module(module).main
    if raises:
        signal.signal(signal.SIGINT, handler)
    return main
