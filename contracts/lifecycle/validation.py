"""Structural checks of the lifecycle table under every combination of conditions.

The mock runs them when it starts and does not start with an error. It also checks that the engine has
exactly the guards and effects that the rows name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import product

from contracts.lifecycle.queries import grow
from contracts.lifecycle.table import BACKWARD, CONDITIONS, TABLE, State, Transition


def combinations() -> list[dict[str, object]]:
    """Returns every combination of condition values."""
    return [dict(zip(CONDITIONS, values, strict=True)) for values in product(*CONDITIONS.values())]


def structural_errors(table: Iterable[Transition] = TABLE) -> list[str]:
    """Lists the errors of a table under every combination of conditions.

    Errors: an unknown condition, a missing citation, two rows for one event in one state, a state that no row
    reaches although a row leaves it, a state that no row leaves although it is not final, a way back by
    events that do not lead backward. A switch of the profile may change while an order is in a state; so a
    row may leave a state that is reached under another switch only.
    """
    every = tuple(table)
    errors = [error for row in every for error in _row_errors(row)]
    seen_by_modes: dict[tuple[object, ...], set[State]] = {}
    for conditions in combinations():
        in_force = [row for row in every if row.applies(conditions)]
        errors += [f"{error} under {conditions}" for error in _graph_errors(in_force)]
        seen_by_modes.setdefault(_modes(conditions), set()).update(_seen(in_force))
    for conditions in combinations():
        seen = seen_by_modes[_modes(conditions)]
        errors += [
            f"unreachable: {row.event} from {row.source} under {conditions}"
            for row in every
            if row.source is not None and row.source not in seen and row.applies(conditions)
        ]
    reached = {row.target for row in every}
    errors += [f"state {state} is reached by no row" for state in State if state not in reached]
    return sorted(set(errors))


def _row_errors(row: Transition) -> list[str]:
    name = f"{row.event} from {row.source}"
    errors = [f"{name}: unknown condition {c}" for c in row.when if c not in CONDITIONS]
    errors += [f"{name}: {c} is never {v}" for c, v in row.when.items() if v not in CONDITIONS.get(c, (v,))]
    if not row.origin.url and not row.origin.note:
        errors.append(f"{name}: neither page nor reason")
    return errors


def _graph_errors(in_force: list[Transition]) -> list[str]:
    errors: list[str] = []
    pairs = [(row.event, row.source) for row in in_force]
    errors += [f"ambiguous: {e} from {s}" for e, s in sorted(set(pairs), key=str) if pairs.count((e, s)) > 1]
    automatic = [row.source for row in in_force if row.automatic]
    errors += [f"two automatic rows from {s}" for s in set(automatic) if automatic.count(s) > 1]
    seen = _seen(in_force)
    forward = [
        (row.source, row.target)
        for row in in_force
        if row.source not in (None, row.target) and row.event not in BACKWARD
    ]
    errors += [f"way back: {t} leads to {s}, before it" for s, t in forward if s in grow({t}, forward)]
    left = {row.source for row in in_force if row.source != row.target}
    errors += [f"trap: {state} cannot be left" for state in sorted(seen - left) if not state.final]
    return errors


def _seen(in_force: Iterable[Transition]) -> frozenset[State]:
    """Returns the states that a new shipment reaches."""
    moves = [(row.source, row.target) for row in in_force]
    return grow({target for source, target in moves if source is None}, moves)


def _modes(conditions: Mapping[str, object]) -> tuple[object, ...]:
    """Returns the conditions that a shipment keeps, those that no switch sets."""
    return tuple(value for value in conditions.values() if not isinstance(value, bool))
