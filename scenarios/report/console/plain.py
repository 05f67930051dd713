"""Plain lines, for logs and simple terminals."""

from __future__ import annotations

from typing import TextIO

from scenarios.report.console.base import TextConsole
from scenarios.report.console.safe import SafeConsole

WIDTH = 100


class PlainConsole(TextConsole):
    """A console with one line per event, without colours."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(SafeConsole(stream, force_terminal=False, no_color=True, width=WIDTH))
