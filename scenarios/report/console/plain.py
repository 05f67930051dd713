"""Plain lines, for logs and for terminals that can do no more."""

from __future__ import annotations

import io
from typing import TextIO

from rich.console import Console

from scenarios.report.console.base import TextConsole

WIDTH = 100


class PlainConsole(TextConsole):
    """One line per event, without colour or movement."""

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
    """`stream`, which writes a character that its encoding lacks by number instead of failing."""
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(errors="backslashreplace")
    return stream
