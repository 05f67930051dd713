"""The interface between the runner and whoever shows a run, and the choice of the one that fits."""

from __future__ import annotations

import os
from collections.abc import Iterable
from types import TracebackType
from typing import Protocol, Self, TextIO

from scenarios.choices import Format
from scenarios.records import Record
from scenarios.report.console.json_lines import JsonLines
from scenarios.report.console.live import LiveConsole
from scenarios.report.console.plain import PlainConsole


class Listener(Protocol):
    """Is fed the masked records of a run as they are made, from any thread; shows nothing when closed."""

    def __call__(self, record: Record) -> None:
        """Show what this record says."""

    def recall(self, records: Iterable[Record]) -> None:
        """Take records of an earlier part of the run into account without showing them."""

    def close(self) -> None:
        """Show the end; harmless the second time."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


def listener(format: Format, stream: TextIO) -> Listener:
    """The listener for `--format` on this stream."""
    if format is Format.JSONL:
        return JsonLines(stream)
    terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
    return LiveConsole(stream) if terminal else PlainConsole(stream)
