"""Error codes: one row per touchpoint and kind of problem.

The rows stand with their group (`contracts/konnect/orders.py`). Documented rows are fixed. Where no page
gives a code the row is `assumed`, its code is invented (it keeps out of the documented families where it
can), and a profile may replace it under `codes`; such codes must never be asserted on a real OMS.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from contracts.evidence import Evidence
from contracts.konnect.base import Problem, ProblemRow
from contracts.konnect.operations import GROUPS
from contracts.lifecycle.queries import Obstacle

__all__ = ["FROM_OBSTACLE", "ROWS", "Problem", "ProblemRow", "code", "replaceable", "row", "rows_of"]

FROM_OBSTACLE = {
    Obstacle.WRONG_JOURNEY: Problem.WRONG_TYPE,
    Obstacle.WRONG_MODE: Problem.MODE,
    Obstacle.ALREADY: Problem.ALREADY,
    Obstacle.TOO_EARLY: Problem.TOO_EARLY,
    Obstacle.TOO_LATE: Problem.TOO_LATE,
}

ROWS: tuple[ProblemRow, ...] = tuple(row for group in GROUPS for row in group.problems)
for _row in ROWS:
    if not _row.sentences:
        raise LookupError(f"refusal {_row.key} has no sentence: add one with .says(...) to its row")


@cache
def _index() -> dict[tuple[str, Problem], ProblemRow]:
    return {(row.touchpoint, row.problem): row for row in ROWS}


def row(touchpoint: str, problem: Problem) -> ProblemRow:
    """Returns the row for `problem` at `touchpoint`; raises KeyError."""
    return _index()[touchpoint, problem]


def code(touchpoint: str, problem: Problem, replaced: Mapping[str, str]) -> str:
    """Returns the code on the wire; `replaced` is the profile's `codes`."""
    found = row(touchpoint, problem)
    return replaced.get(found.key, found.code)


def replaceable() -> tuple[str, ...]:
    """Returns the keys of rows whose code a profile may replace."""
    return tuple(row.key for row in ROWS if row.origin.evidence is not Evidence.DOCUMENTED)


def rows_of(touchpoint: str) -> tuple[ProblemRow, ...]:
    """Returns the rows of one touchpoint."""
    return tuple(row for row in ROWS if row.touchpoint == touchpoint)
