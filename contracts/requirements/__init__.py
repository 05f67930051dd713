"""Requirements: numbered statements of the documentation that flows prove.

One module per group, like `contracts.konnect`. Ids are stable: a removed statement leaves a gap, a new one
takes the next number of its area. Statements of grade `assumed` describe the mock where nothing is published;
never assert them on a real OMS.
"""

from __future__ import annotations

from functools import cache

from contracts.requirements import authorization, bulk, documents, orders, refusals, returns
from contracts.requirements.row import Requirement

__all__ = ["REQUIREMENTS", "Requirement", "requirement", "requirements_of"]

REQUIREMENTS: tuple[Requirement, ...] = (
    *orders.PLACEMENT,
    *orders.CONFIRMATION,
    *orders.CANCELLATION,
    *orders.TRACKING,
    *documents.INVOICES,
    *documents.DOCUMENTS,
    *orders.HAND_OVER,
    *returns.INITIATION,
    *returns.QUALITY_CONTROL,
    *documents.CREDIT_NOTES,
    *returns.COMPLETION,
    *authorization.AUTHORIZATION,
    *orders.LISTS,
    *bulk.BULK,
    *refusals.REFUSALS,
)
"""In the order of an order's life, which reports keep."""


@cache
def _index() -> dict[str, Requirement]:
    return {row.id: row for row in REQUIREMENTS}


def requirement(id: str) -> Requirement:
    """Returns the requirement with this id; raises KeyError."""
    return _index()[id]


def requirements_of(touchpoint: str) -> tuple[Requirement, ...]:
    """Returns the requirements of one touchpoint, in order of their areas."""
    return tuple(row for row in REQUIREMENTS if row.touchpoint == touchpoint)
