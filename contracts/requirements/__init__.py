"""What the documentation promises, as numbered statements in our own words: what scenarios prove.

Ids are stable: a statement that falls away leaves a gap, a new one is appended to its area. Each has the
page that it was read on and a grade; statements of grade `assumed` say what the mock does where nothing is
published, and must not be held against a real OMS.
"""

from __future__ import annotations

from functools import cache

from contracts.requirements.calls import CALLS
from contracts.requirements.fulfilment import FULFILMENT
from contracts.requirements.refusals import REFUSALS
from contracts.requirements.returns import RETURNS
from contracts.requirements.row import Requirement
from contracts.requirements.sale import SALE

__all__ = ["REQUIREMENTS", "Requirement", "requirement", "requirements_of"]

REQUIREMENTS: tuple[Requirement, ...] = SALE + FULFILMENT + RETURNS + CALLS + REFUSALS


@cache
def _index() -> dict[str, Requirement]:
    return {row.id: row for row in REQUIREMENTS}


def requirement(id: str) -> Requirement:
    """The statement with this id; raises KeyError."""
    return _index()[id]


def requirements_of(touchpoint: str) -> tuple[Requirement, ...]:
    """The statements about one touchpoint, in order of their areas."""
    return tuple(row for row in REQUIREMENTS if row.touchpoint == touchpoint)
