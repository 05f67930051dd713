"""Shows the records of a run as JSON lines, for programs."""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import TextIO

from scenarios.records import Record, line_of


class JsonLines:
    """A console that writes only records as in run.jsonl, in ASCII."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._lock = Lock()

    def __call__(self, record: Record) -> None:
        """Write the line of a record."""
        with self._lock:
            self._stream.write(line_of(record).decode())
            self._stream.flush()

    def recall(self, records: Iterable[Record]) -> None:
        """Do nothing: these lines were written before."""

    def close(self) -> None:
        """Do nothing: the last record is complete."""
