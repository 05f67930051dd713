"""The mock as a target that interrupts the process of its caller."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from mock_oms.app import create_app
from scenarios.targets.in_process import WsgiApp

SIGNAL, AT = "INTERRUPT_SIGNAL", "INTERRUPT_AT"
"""Variables: the number of the signal, and the number of the touchpoint call that sends it."""


def interrupting(options: Mapping[str, Any]) -> WsgiApp:
    """Return the mock; one call sends a signal to this process."""
    app, calls = create_app({}), [0]

    def interrupt(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        calls[0] += not environ["PATH_INFO"].startswith("/_control")
        if calls[0] == int(os.environ[AT]):
            calls[0] += 1
            os.kill(os.getpid(), int(os.environ[SIGNAL]))
        return app(environ, start_response)

    return interrupt
