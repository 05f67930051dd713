"""Structural checks of the lifecycle table under every combination of conditions.

The mock runs them when it starts and does not start with an error. It also checks that the engine has
exactly the guards and effects that the rows name.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations as pairs
from itertools import product

from contracts.lifecycle.queries import grow
from contracts.lifecycle.table import BACKWARD, CONDITIONS, TABLE, State, Transition

Conditions = Mapping[str, object]
SWITCHES = tuple(name for name, values in CONDITIONS.items() if True in values)
"""Conditions that may change while an order is in a state; an order keeps the others, its modes."""
MODES = tuple(name for name in CONDITIONS if name not in SWITCHES)


def structural_errors(table: Iterable[Transition] = TABLE) -> list[str]:
    """Lists the errors of a table under every combination of conditions.

    Errors: an unknown condition, a missing citation, two rows for one event in one state, a state that no row
    reaches although a row leaves it, a state without a way to a final one, a way back by events that do not
    lead backward. A switch of the profile may change while an order is in a state; so a row may leave a state
    that is reached under another switch only, and every state has a way on under every switch.
    """
    every = tuple(table)
    errors = [error for row in every for error in _row_errors(row)]
    errors += _clashes(every)
    for modes in combinations(MODES):
        rows = [row for row in every if _agree(row.when, modes)]
        errors += [f"{error} under {modes}" for error in _graph_errors(rows)]
    reached = {row.target for row in every}
    errors += [f"state {state} is reached by no row" for state in State if state not in reached]
    return sorted(set(errors))


def combinations(names: Iterable[str] = CONDITIONS) -> list[dict[str, object]]:
    """Returns every combination of values of these conditions."""
    named = tuple(names)
    return [dict(zip(named, values, strict=True)) for values in product(*(CONDITIONS[n] for n in named))]


def _row_errors(row: Transition) -> list[str]:
    name = f"{row.event} from {row.source}"
    errors = [f"{name}: unknown condition {c}" for c in row.when if c not in CONDITIONS]
    errors += [f"{name}: {c} is never {v}" for c, v in row.when.items() if v not in CONDITIONS.get(c, (v,))]
    if not row.origin.url and not row.origin.note:
        errors.append(f"{name}: neither page nor reason")
    return errors


def _clashes(every: Iterable[Transition]) -> Iterator[str]:
    """Yields rows that are in force together and leave one state alike."""
    for one, other in pairs(every, 2):
        if one.source != other.source or not _agree(one.when, other.when):
            continue
        if one.event == other.event:
            yield f"ambiguous: {one.event} from {one.source} under {dict(one.when) | dict(other.when)}"
        elif one.automatic and other.automatic:
            yield f"two automatic rows from {one.source}"


def _graph_errors(rows: list[Transition]) -> Iterator[str]:
    """Yields errors in the ways between states, switches on and off."""
    moves = [(row.source, row.target) for row in rows]
    seen = grow({target for source, target in moves if source is None}, moves)
    for row in rows:
        if row.source is not None and row.source not in seen:
            yield f"unreachable: {row.event} from {row.source}"
    onward = [row for row in rows if row.source not in (None, row.target) and row.event not in BACKWARD]
    steps = [(row.source, row.target) for row in onward]
    behind = {state: grow({state}, steps) for state in State}
    yield from (f"way back: {t} leads to {s}, before it" for s, t in steps if s in behind[t])
    for state in sorted(seen):
        if not state.final:
            yield from _traps(state, [row.when for row in onward if row.source is state])


def _traps(state: State, ways: list[Conditions]) -> Iterator[str]:
    """Yields the switches under which no row leads on.

    One step is enough, because no way leads back.
    """
    named = {name for way in ways for name in way}
    for switches in combinations(named.intersection(SWITCHES)):
        if not any(_agree(way, switches) for way in ways):
            yield f"trap: {state} cannot be left with {switches}"


def _agree(one: Conditions, other: Conditions) -> bool:
    """Whether no condition has two values."""
    return all(other.get(name, value) == value for name, value in one.items())
