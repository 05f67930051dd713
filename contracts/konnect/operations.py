"""All groups joined: every operation, touchpoint and wire model.

The mock builds its routes from these rows, the OpenAPI document and the README's table are generated from
them. A new group is one more entry of `GROUPS`.
"""

from __future__ import annotations

from functools import cache

from pydantic import BaseModel

from contracts.evidence import Source
from contracts.konnect import authorization, documents, orders, returns
from contracts.konnect.base import TOKEN_HEADER, Fields, Operation, Reply, Touchpoint
from contracts.konnect.shared import SHARED_FIELDS

__all__ = [
    "FIELDS", "GROUPS", "OPERATIONS", "TOKEN_HEADER", "WRITES", "WRITE_PATHS", "Operation", "Reply",
    "Touchpoint", "operation", "operation_of", "origin_of", "touchpoints",
]  # fmt: skip

GROUPS = (authorization.GROUP, orders.GROUP, documents.GROUP, returns.GROUP)

OPERATIONS: tuple[Operation, ...] = tuple(row for group in GROUPS for row in group.operations)

WRITES = frozenset(row.name for row in OPERATIONS if row.writes)
WRITE_PATHS = frozenset(row.path for row in OPERATIONS if row.writes)
"""Names and paths of the operations that can change an order."""

FIELDS: dict[type[BaseModel], Fields] = dict(SHARED_FIELDS)
"""Evidence of the fields of every wire model."""
for _group in GROUPS:
    FIELDS.update(_group.fields)


@cache
def operation(name: str) -> Operation:
    """Returns the operation `name`; raises KeyError."""
    return {row.name: row for row in OPERATIONS}[name]


@cache
def operation_of(touchpoint: str) -> Operation:
    """Returns the operation that serves `touchpoint`; raises KeyError."""
    return {use.name: row for row, use in touchpoints()}[touchpoint]


def touchpoints() -> tuple[tuple[Operation, Touchpoint], ...]:
    """Returns every touchpoint with its operation."""
    return tuple((row, touchpoint) for row in OPERATIONS for touchpoint in row.touchpoints)


DOCUMENT_TOUCHPOINTS = frozenset(use.name for row, use in touchpoints() if row.reply is Reply.PDF)


def origin_of(model: type[BaseModel], name: str) -> Source:
    """Returns the evidence of one field; raises KeyError for an unlisted model."""
    known = FIELDS[model]
    return known.exceptions.get(name, known.origin)
