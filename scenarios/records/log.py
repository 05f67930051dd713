"""Writes and reads `run.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from scenarios.interruption import StoppedError
from scenarios.records.lines import RECORD, SCHEMA_VERSION, Record
from scenarios.records.masking import Masking

FILE_NAME = "run.jsonl"


class BrokenLogError(ValueError):
    """A run.jsonl that cannot be read; the message names line and reason."""


class RunLog:
    """A run.jsonl that receives masked records; safe for threads.

    Each record is flushed before `write` returns. An existing file is continued after its last complete
    line.
    """

    def __init__(self, path: Path, masking: Masking | None = None) -> None:
        self.masking = masking or Masking()
        self._lock = Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        _cut_off_unfinished_line(path)
        self._file = path.open("ab")

    def write(self, record: Record) -> Record:
        """Append a record; return its masked copy for listeners.

        Raises `StoppedError` after `close`, in threads that an interrupted run left behind.
        """
        with self._lock:
            if self._file.closed:
                raise StoppedError("the run has ended")
            masked = self.masking.record(record)
            self._file.write(line_of(masked))
            self._file.flush()
        return masked

    def close(self) -> None:
        """Close the file; a second call does nothing."""
        with self._lock:
            self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def line_of(record: Record) -> bytes:
    """Return the JSON line of a record."""
    return record.model_dump_json(by_alias=True).encode() + b"\n"


def read_records(path: Path) -> Iterator[Record]:
    """Yield the records of a run.jsonl, without an incomplete last line.

    Raises `BrokenLogError` for any other invalid line, or another schema.
    """
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.endswith(b"\n") and line.strip():
                yield _read_line(line, number, path)


def _read_line(line: bytes, number: int, path: Path) -> Record:
    try:
        return RECORD.validate_json(line)
    except ValidationError as error:
        detail = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, detail["loc"]))
        raise BrokenLogError(
            f"{path.name}, line {number}: {where} {detail['msg']} "
            f"(this version reads schema {SCHEMA_VERSION})"
        ) from None


def _cut_off_unfinished_line(path: Path) -> None:
    if not path.exists():
        return
    with path.open("r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
