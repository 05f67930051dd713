"""Questions that are asked of the transition table: what can happen to a shipment, what follows, why not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from contracts.lifecycle.table import BIRTHS, CONDITIONS, TABLE, Event, Journey, State, Transition


@cache
def _by_event_and_source() -> dict[tuple[Event, State | None], tuple[Transition, ...]]:
    index: dict[tuple[Event, State | None], tuple[Transition, ...]] = {}
    for row in TABLE:
        index[row.event, row.source] = (*index.get((row.event, row.source), ()), row)
    return index


@cache
def _automatic_by_source() -> dict[State | None, tuple[Transition, ...]]:
    index: dict[State | None, tuple[Transition, ...]] = {}
    for row in TABLE:
        if row.automatic:
            index[row.source] = (*index.get(row.source, ()), row)
    return index


def find(event: Event, source: State | None, conditions: Mapping[str, object]) -> Transition | None:
    """The row for `event` on a shipment in `source`, or None when it is not possible there."""
    for row in _by_event_and_source().get((event, source), ()):
        if row.applies(conditions):
            return row
    return None


def automatic_from(source: State, conditions: Mapping[str, object]) -> Transition | None:
    """The row that the OMS fires by itself from `source`, if there is one."""
    for row in _automatic_by_source().get(source, ()):
        if row.applies(conditions):
            return row
    return None


def rows(conditions: Mapping[str, object]) -> tuple[Transition, ...]:
    """All rows in force under `conditions`."""
    return tuple(row for row in TABLE if row.applies(conditions))


def events_from(source: State, conditions: Mapping[str, object]) -> tuple[Event, ...]:
    """Events possible on a shipment in `source`, in table order."""
    return tuple(dict.fromkeys(row.event for row in rows(conditions) if row.source == source))


def _freeze(conditions: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple((name, conditions[name]) for name in CONDITIONS)


def reachable(source: State, conditions: Mapping[str, object]) -> frozenset[State]:
    """States that a shipment in `source` can get to, itself included."""
    return _closure(_freeze(conditions))[source]


@cache
def _closure(frozen: tuple[tuple[str, object], ...]) -> dict[State, frozenset[State]]:
    moves = [(row.source, row.target) for row in rows(dict(frozen)) if row.source is not None]
    return {state: grow({state}, moves) for state in State}


def grow(seen: set[State], moves: Iterable[tuple[State | None, State]]) -> frozenset[State]:
    """`seen` and everything that `moves` lead to from there."""
    steps = list(moves)
    for _ in State:  # a path visits each state at most once
        seen |= {target for source, target in steps if source in seen}
    return frozenset(seen)


@cache
def journey_of(state: State) -> Journey:
    """Whether `state` belongs to a sale or to a return: which birth leads to it."""
    moves = [(row.source, row.target) for row in TABLE if row.source is not None]
    for row in TABLE:
        if row.source is None and state in grow({row.target}, moves):
            return BIRTHS[row.event]
    raise ValueError(f"{state} is not reachable from any birth")


def journeys_of(event: Event) -> frozenset[Journey]:
    """Kinds of shipment on which `event` can happen at all."""
    return frozenset(journey_of(row.source or row.target) for row in TABLE if row.event == event)


class Obstacle(StrEnum):
    """Why an event is impossible in a state."""

    WRONG_MODE = "mode"
    ALREADY = "already"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    WRONG_JOURNEY = "wrong_type"


def obstacle(event: Event, state: State, conditions: Mapping[str, object]) -> Obstacle:
    """Why `event` cannot happen to a shipment in `state` (only to be asked when `find` gave None).

    "Already": the state is at or past the event's target. "Too early": one of the event's sources still
    lies ahead. Otherwise the shipment has left the window, or is of the other kind.
    """
    if journey_of(state) not in journeys_of(event):
        return Obstacle.WRONG_JOURNEY
    here = [row for row in rows(conditions) if row.event == event and row.source is not None]
    if not here:
        return Obstacle.WRONG_MODE
    if any(row.target != row.source and state in reachable(row.target, conditions) for row in here):
        return Obstacle.ALREADY
    ahead = reachable(state, conditions)
    return Obstacle.TOO_EARLY if any(row.source in ahead for row in here) else Obstacle.TOO_LATE


def path(source: State, target: State, conditions: Mapping[str, object]) -> tuple[Transition, ...]:
    """The rows that lead from `source` to `target`; the best documented way, then the shortest.

    Raises ValueError when `target` cannot be reached under `conditions`.
    """
    routes: dict[State, tuple[Transition, ...]] = {source: ()}
    for _ in State:  # a route visits each state at most once
        for row in rows(conditions):
            if row.source in routes:
                route = (*routes[row.source], row)
                if row.target not in routes or _cost(route) < _cost(routes[row.target]):
                    routes[row.target] = route
    if target not in routes:
        raise ValueError(f"{target} cannot be reached from {source} under {dict(conditions)}")
    return routes[target]


def _cost(route: Iterable[Transition]) -> int:
    return sum(1 + len(State) * row.origin.evidence.rank for row in route)
