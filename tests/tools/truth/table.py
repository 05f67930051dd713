"""The table of flows that show each defect."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tests.tools.truth.cases import Case
from tests.tools.truth.playing import Found, find

TABLE = Path(__file__).with_name("flows.json")
FLOWS_MAX = 3
"""Flows per defect: the shortest that fail."""


def read_table() -> dict[str, list[str]]:
    """Return the flows by name of the defect."""
    found: dict[str, list[str]] = json.loads(TABLE.read_text("utf-8")) if TABLE.exists() else {}
    return found


def write_table(found: Iterable[Found]) -> None:
    """Write rows for the defects that made flows fail."""
    rows = read_table() | {
        one.case.defects[0]: list(one.red[:FLOWS_MAX])
        for one in found
        if len(one.case.defects) == 1 and one.red
    }
    unfinished = TABLE.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(dict(sorted(rows.items())), indent=2) + "\n", encoding="utf-8")
    unfinished.replace(TABLE)


def find_noted(case: Case, flows: tuple[str, ...] = (), *, whole: bool = False, parallel: int = 4) -> Found:
    """Run flows on a case.

    Without `flows`, run the noted flows of its defects, or all flows.
    """
    rows = {} if whole else read_table()
    noted = dict.fromkeys(flow for name in case.defects for flow in rows.get(name, ()))
    return find(case, flows or tuple(noted), parallel)
