"""The numbers of a load run, as a JSON file."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from scenarios.errors import UsageError
from scenarios.load.call import TITLES
from scenarios.load.counters import SYSTEM_MARK, Counters, Track
from scenarios.load.latency import RETURN_STEPS, SALE_STEPS

SCHEMA = 1
FILE_NAME = "load.json"


class Row(BaseModel):
    """Numbers of one name; times in milliseconds, None if not measured."""

    model_config = ConfigDict(frozen=True)

    name: str
    calls: int
    failures: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None
    max_ms: float | None


class Second(BaseModel):
    """One second of the run, `at` seconds after its start."""

    model_config = ConfigDict(frozen=True)

    at: int
    calls: int
    failures: int
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


class Failure(BaseModel):
    """A kind of failure and its number."""

    model_config = ConfigDict(frozen=True)

    name: str
    message: str
    times: int


class Numbers(BaseModel):
    """The numbers of a load run.

    `title` describes the run; `facts` are more names and values for the report. `interrupted` is the reason
    why the run ended early.
    """

    model_config = ConfigDict(frozen=True, populate_by_name=True)

    schema_: Annotated[int, Field(alias="schema", ge=SCHEMA, le=SCHEMA)] = SCHEMA
    title: str
    target: str
    started_at: datetime
    duration_s: float
    total: Row
    calls: list[Row]
    system: list[Row]
    seconds: list[Second]
    failures: list[Failure]
    facts: dict[str, str]
    interrupted: str = ""

    @property
    def failed(self) -> int:
        """Failures of calls and of the system under test."""
        return self.total.failures + sum(row.failures for row in self.system)

    def write(self, path: Path) -> None:
        """Write the numbers to a file, which is complete or not there."""
        path.parent.mkdir(parents=True, exist_ok=True)
        begun = path.with_name(path.name + ".part")
        begun.write_text(self.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
        begun.replace(path)


def read(path: Path) -> Numbers:
    """Read the numbers from a file; raises `UsageError`."""
    try:
        return Numbers.model_validate_json(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    except (ValidationError, UnicodeDecodeError):
        raise UsageError(f"{path} holds no numbers of a load run") from None


def numbers_of(
    counters: Counters,
    *,
    title: str,
    target: str,
    started_at: float,
    ended_at: float,
    facts: Mapping[str, str],
) -> Numbers:
    """Summarize the counts between two times (seconds since 1970)."""
    rows = {name: _row(name, counters.names[name]) for name in sorted(counters.names, key=_place)}
    whole = Track()
    for name, track in counters.names.items():
        if not name.startswith(SYSTEM_MARK):
            whole.add(track.as_json())
    first = int(started_at)
    return Numbers(
        title=title,
        target=target,
        started_at=datetime.fromtimestamp(started_at, UTC),
        duration_s=round(max(ended_at - started_at, 0.001), 3),
        total=_row("all calls", whole),
        calls=[row for name, row in rows.items() if not name.startswith(SYSTEM_MARK)],
        system=[row for name, row in rows.items() if name.startswith(SYSTEM_MARK)],
        seconds=[
            _second(at - first, counters.seconds.get(at, Track())) for at in range(first, int(ended_at) + 1)
        ],
        failures=[
            Failure(name=name, message=message, times=times)
            for (name, message), times in counters.messages.most_common()
        ],
        facts={**facts, "Python": platform.python_version()},
    )


_ORDER = (*TITLES.values(), *SALE_STEPS.values(), *RETURN_STEPS.values())


def _place(name: str) -> tuple[int, str]:
    """Return the sort key of a name: documented touchpoints first."""
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def _times(track: Track) -> dict[str, Any]:
    p50, p95, p99 = track.percentiles_ms(0.5, 0.95, 0.99)
    return {"calls": track.calls, "failures": track.failures, "p50_ms": p50, "p95_ms": p95, "p99_ms": p99}


def _row(name: str, track: Track) -> Row:
    return Row(name=name, max_ms=track.longest_us / 1000 if track.calls else None, **_times(track))


def _second(at: int, track: Track) -> Second:
    return Second(at=at, **_times(track))
