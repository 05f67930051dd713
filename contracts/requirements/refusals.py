"""Requirements of error codes: one per documented row of `contracts.problems`."""

from __future__ import annotations

from collections import Counter

from contracts import problems
from contracts.evidence import Evidence
from contracts.requirements.row import Requirement


def _statements() -> tuple[Requirement, ...]:
    """Returns one requirement per documented row.

    The first row of a touchpoint with a code has the plain id (`API-ERR-update_invoice-IN400`), further
    ones end in the problem (`...-unknown_item`).
    """
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for row in problems.ROWS:
        if row.origin.evidence is not Evidence.DOCUMENTED:
            continue
        suffix = f"-{row.problem}" if seen[row.touchpoint, row.code] else ""
        seen[row.touchpoint, row.code] += 1
        text = f"An order is refused with {row.code} when: {row.meaning}."
        id = f"API-ERR-{row.touchpoint}-{row.code}{suffix}"
        found.append(Requirement(id, text, row.origin, row.touchpoint))
    return tuple(found)


REFUSALS: tuple[Requirement, ...] = _statements()
