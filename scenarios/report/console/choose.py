"""The interface of run listeners, and the choice of one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Protocol, TextIO

from scenarios.choices import Format
from scenarios.records import Record
from scenarios.report.console.json_lines import JsonLines
from scenarios.report.console.live import LiveConsole
from scenarios.report.console.plain import PlainConsole


class Listener(Protocol):
    """A listener that receives masked records of a run, from any thread."""

    def __call__(self, record: Record) -> None:
        """Show a record."""

    def recall(self, records: Iterable[Record]) -> None:
        """Add earlier records without showing them."""

    def close(self) -> None:
        """Show the end; a second call does nothing."""


def listener(format: Format, stream: TextIO) -> Listener:
    """Return the listener of a format on this stream."""
    if format is Format.JSONL:
        return JsonLines(stream)
    terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    return LiveConsole(stream) if terminal else PlainConsole(stream)
