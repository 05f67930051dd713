"""Structural checks of the lifecycle table, over every combination of conditions.

The mock runs them when it starts: a table with a trap, an unreachable row or an ambiguity is refused.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product

from contracts.lifecycle.queries import grow
from contracts.lifecycle.table import CONDITIONS, EFFECTS, GUARDS, TABLE, State, Transition


def combinations() -> list[dict[str, object]]:
    """Every combination of condition values."""
    return [dict(zip(CONDITIONS, values, strict=True)) for values in product(*CONDITIONS.values())]


FINAL_STATES = frozenset(
    {
        State.CANCELLED_CUSTOMER,
        State.CANCELLED_FYND,
        State.RETURN_REJECTED,
        State.RETURN_COMPLETED,
        State.HANDED_OVER,
    }
)
"""States in which a shipment may rest for ever."""


def structural_errors(table: Iterable[Transition] = TABLE) -> list[str]:
    """What is wrong with a table, over every combination of conditions; empty when it is sound.

    Looks for unknown conditions, guards or effects, missing citations, two rows for one event in one
    state, states nobody reaches although some row leaves them, and states that nothing leaves.
    """
    every = tuple(table)
    faults = [fault for row in every for fault in _row_faults(row)]
    for conditions in combinations():
        in_force = [row for row in every if row.applies(conditions)]
        faults += [f"{fault} under {conditions}" for fault in _graph_faults(in_force)]
    reached = {row.target for row in every}
    faults += [f"state {state} is reached by no row" for state in State if state not in reached]
    return sorted(set(faults))


def _row_faults(row: Transition) -> list[str]:
    name = f"{row.event} from {row.source}"
    faults = [f"{name}: unknown condition {c}" for c in row.when if c not in CONDITIONS]
    faults += [f"{name}: {c} is never {v}" for c, v in row.when.items() if v not in CONDITIONS.get(c, (v,))]
    faults += [f"{name}: unknown guard {g}" for g in row.guards if g not in GUARDS]
    faults += [f"{name}: unknown effect {e}" for e in row.effects if e not in EFFECTS]
    if not row.origin.url and not row.origin.note:
        faults.append(f"{name}: neither page nor reason")
    return faults


def _graph_faults(in_force: list[Transition]) -> list[str]:
    faults: list[str] = []
    pairs = [(row.event, row.source) for row in in_force]
    faults += [f"ambiguous: {e} from {s}" for e, s in sorted(set(pairs), key=str) if pairs.count((e, s)) > 1]
    automatic = [row.source for row in in_force if row.automatic]
    faults += [f"two automatic rows from {s}" for s in set(automatic) if automatic.count(s) > 1]
    born = {row.target for row in in_force if row.source is None}
    seen = grow(set(born), [(row.source, row.target) for row in in_force if row.source is not None])
    left = {row.source for row in in_force if row.source != row.target}
    faults += [f"trap: {state} cannot be left" for state in sorted(seen - left - FINAL_STATES)]
    faults += [
        f"unreachable: {row.event} from {row.source}"
        for row in in_force
        if row.source is not None and row.source not in seen
    ]
    return faults
