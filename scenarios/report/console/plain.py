"""Plain lines, for logs and simple terminals."""

from __future__ import annotations

import io
from typing import TextIO

from rich.console import Console

from scenarios.report.console.base import TextConsole

WIDTH = 100


class PlainConsole(TextConsole):
    """A console with one line per event, without colours."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(
            Console(
                file=forgiving(stream),
                force_terminal=False,
                no_color=True,
                highlight=False,
                markup=False,
                emoji=False,
                width=WIDTH,
            )
        )


def forgiving(stream: TextIO) -> TextIO:
    """Make a stream escape characters that its encoding lacks."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
