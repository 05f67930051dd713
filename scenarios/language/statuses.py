"""Status words of flows, and the documented order of statuses.

The sequences are written here on purpose and not computed from `contracts.lifecycle.table`: flows and the
mock must be able to disagree.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from contracts.evidence import Evidence
from contracts.lifecycle.table import DocumentMode, Initiator

CREATED = "CREATED"
CONFIRMED = "CONFIRMED"
PROCESSING = "PROCESSING"
DELIVERED = "DELIVERED"
CANCELLED = "CANCELLED"
RETURN_PROCESSING = "RETURN_PROCESSING"
RETURN_DELIVERED = "RETURN_DELIVERED"
RETURN_ACCEPTED = "RETURN_ACCEPTED"
RETURN_REJECTED = "RETURN_REJECTED"
CREDIT_NOTE_GENERATED = "CREDIT_NOTE_GENERATED"
RETURN_COMPLETED = "RETURN_COMPLETED"
HANDED_OVER_TO_CUSTOMER = "HANDED_OVER_TO_CUSTOMER"
"""Status that is a filter only; payloads show DELIVERED instead."""

SALE_PATH = (CREATED, CONFIRMED, PROCESSING, DELIVERED)
RETURN_PATH = (RETURN_PROCESSING, RETURN_DELIVERED, RETURN_ACCEPTED, CREDIT_NOTE_GENERATED, RETURN_COMPLETED)
SIDE_EXITS = {CANCELLED: SALE_PATH, RETURN_REJECTED: RETURN_PATH}
"""Statuses off the two paths -> the path that they leave."""

GRADES = {
    CREATED: Evidence.DOCUMENTED,
    CONFIRMED: Evidence.DOCUMENTED,
    PROCESSING: Evidence.DOCUMENTED,
    DELIVERED: Evidence.DOCUMENTED,
    CANCELLED: Evidence.DOCUMENTED,
    RETURN_PROCESSING: Evidence.LEGACY,
    RETURN_DELIVERED: Evidence.LEGACY,
    RETURN_ACCEPTED: Evidence.DOCUMENTED,
    RETURN_REJECTED: Evidence.ASSUMED,
    CREDIT_NOTE_GENERATED: Evidence.LEGACY,
    RETURN_COMPLETED: Evidence.DOCUMENTED,
    HANDED_OVER_TO_CUSTOMER: Evidence.LEGACY,
}
"""Evidence of each filter value."""
SHOWN_GRADES = {**GRADES, RETURN_COMPLETED: Evidence.ASSUMED}
"""Evidence that a shipment shows each status; pages disagree about the last status of a return."""

SHOWN_ONLY_IF = {RETURN_COMPLETED: ("return_completes", True)}
"""Statuses that shipments show only with a choice of the profile -> its field and value."""

LISTED_ONLY_IF = {RETURN_PROCESSING: ("return_passes_bag_delivered", False)}
"""Filters that keep shipments only with a choice of the profile -> its field and value."""

AGGREGATOR = DocumentMode.AGGREGATOR
FYND = DocumentMode.FYND
STORE_OS = Initiator.STORE_OS
ERP = Initiator.ERP
FYND_OMS = Initiator.FYND_OMS


BY_ITSELF = {
    PROCESSING: ("invoice", FYND),
    CREDIT_NOTE_GENERATED: ("credit_note", FYND),
    RETURN_DELIVERED: None,
    RETURN_COMPLETED: None,
}
"""Statuses that the OMS reaches automatically -> required mode; None: in any mode."""


def went_too_far(seen: str, wanted: str, modes: Mapping[str, DocumentMode]) -> bool:
    """Return whether the way from `wanted` to `seen` includes a manual step."""
    path = SALE_PATH if wanted in SALE_PATH else RETURN_PATH
    if wanted not in path or seen not in path:
        return False
    return not all(_by_itself(word, modes) for word in path[path.index(wanted) + 1 : path.index(seen) + 1])


def _by_itself(word: str, modes: Mapping[str, DocumentMode]) -> bool:
    if word not in BY_ITSELF:
        return False
    condition = BY_ITSELF[word]
    return condition is None or modes.get(condition[0]) == condition[1]


class Progress(StrEnum):
    """Position of a status relative to an expected one."""

    THERE = "there"
    NOT_YET = "not yet"
    NEVER = "never"
    """The shipment has left the path; waiting is useless."""


def progress(seen: str, wanted: str) -> Progress:
    """Compare a status with an expected one; later statuses count as reached."""
    if seen == wanted:
        return Progress.THERE
    if wanted in SIDE_EXITS:
        return Progress.NOT_YET if seen in SIDE_EXITS[wanted] else Progress.NEVER
    path = SALE_PATH if wanted in SALE_PATH else RETURN_PATH
    if seen not in path:
        return Progress.NEVER
    return Progress.THERE if path.index(seen) > path.index(wanted) else Progress.NOT_YET


def is_before(one: str, other: str) -> bool:
    """Return whether a status comes before another on the same path."""
    return any(
        one in path and other in path and path.index(one) < path.index(other)
        for path in (SALE_PATH, RETURN_PATH)
    )
