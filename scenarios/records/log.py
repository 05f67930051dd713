"""Writing and reading `run.jsonl`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from threading import Lock
from types import TracebackType
from typing import Self

from pydantic import ValidationError

from scenarios.records.lines import RECORD, SCHEMA_VERSION, Record
from scenarios.records.masking import Masking

FILE_NAME = "run.jsonl"


class BrokenLogError(ValueError):
    """A run.jsonl that cannot be read: which line, and why."""


class RunLog:
    """Appends records to a run.jsonl, masked and flushed before `write` returns; several threads may write.

    An existing file is continued: what a killed process left of its last line is cut off first.
    """

    def __init__(self, path: Path, masking: Masking | None = None) -> None:
        self.masking = masking or Masking()
        self._lock = Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        _cut_off_unfinished_line(path)
        self._file = path.open("ab")

    def write(self, record: Record) -> Record:
        """Append `record`; returns the masked copy, which is the one to show to listeners."""
        with self._lock:
            masked = self.masking.record(record)
            self._file.write(line_of(masked))
            self._file.flush()
        return masked

    def close(self) -> None:
        """Close the file; harmless when it is closed already."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def line_of(record: Record) -> bytes:
    """The JSON line of a record, as it stands in the file."""
    return record.model_dump_json(by_alias=True).encode() + b"\n"


def read_records(path: Path) -> Iterator[Record]:
    """The records of a run.jsonl, in order; a last line that was cut short is left out.

    Raises `BrokenLogError` for any other line that is no record, or a file of another schema.
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
