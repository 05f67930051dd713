"""The console commands."""

from __future__ import annotations

import importlib
import os
import signal
from collections.abc import Callable

from mock_oms.bundle import activate

LOST_STATUS = 1
"""Exit status of `mock-oms` after its output was lost."""
BROKEN_STATUS = 3
"""The same of `oms-scenarios`, where 1 means that a flow failed."""


def run_mock_oms() -> None:
    """Run the console command `mock-oms`."""
    activate()
    _run("mock_oms.cli", "mock-oms", LOST_STATUS)


def run_oms_scenarios() -> None:
    """Run the console command `oms-scenarios`.

    Only this package knows the folder of `scenarios`, which it finds by name and uses nowhere else.
    """
    activate("contracts", "scenarios")
    _run("scenarios.cli.main", "oms-scenarios", BROKEN_STATUS)


def _run(module: str, name: str, lost_status: int) -> None:
    """Run `main` of a module; nothing that it prints controls a terminal."""
    from contracts.plain_text import run_with_plain_output

    run_with_plain_output(lambda: _load(module)(prog_name=name), lost_status)


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
