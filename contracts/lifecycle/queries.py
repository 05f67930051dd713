"""Queries on the transition table: possible events, reachable states, obstacles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cache

from contracts.lifecycle.table import BACKWARD, BIRTHS, CONDITIONS, TABLE, Event, Journey, State, Transition


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
    """Returns the row for `event` in `source`; None if impossible."""
    for row in _by_event_and_source().get((event, source), ()):
        if row.applies(conditions):
            return row
    return None


def automatic_from(source: State, conditions: Mapping[str, object]) -> Transition | None:
    """Returns the row that the OMS fires automatically from `source`."""
    for row in _automatic_by_source().get(source, ()):
        if row.applies(conditions):
            return row
    return None


def resting(state: State, conditions: Mapping[str, object]) -> State:
    """Returns the state after all automatic steps from `state`."""
    for _ in State:  # automatic rows never form a cycle
        row = automatic_from(state, conditions)
        if row is None:
            break
        state = row.target
    return state


def rows(conditions: Mapping[str, object]) -> tuple[Transition, ...]:
    """Returns the rows in force under `conditions`."""
    return tuple(row for row in TABLE if row.applies(conditions))


def events_from(source: State, conditions: Mapping[str, object]) -> tuple[Event, ...]:
    """Returns the events possible in `source`, in table order."""
    return tuple(dict.fromkeys(row.event for row in rows(conditions) if row.source == source))


def _freeze(conditions: Mapping[str, object]) -> tuple[tuple[str, object], ...]:
    return tuple((name, conditions[name]) for name in CONDITIONS)


def reachable(source: State, conditions: Mapping[str, object]) -> frozenset[State]:
    """Returns the states that can be reached from `source`, including it."""
    return _closure(_freeze(conditions))[source]


def ahead(source: State, conditions: Mapping[str, object]) -> frozenset[State]:
    """Returns the states that can be reached without going back, including `source`."""
    return _closure(_freeze(conditions), BACKWARD)[source]


@cache
def _closure(
    frozen: tuple[tuple[str, object], ...], without: frozenset[Event] = frozenset()
) -> dict[State, frozenset[State]]:
    usable = [row for row in rows(dict(frozen)) if row.event not in without]
    moves = [(row.source, row.target) for row in usable if row.source is not None]
    return {state: grow({state}, moves) for state in State}


def grow(seen: set[State], moves: Iterable[tuple[State | None, State]]) -> frozenset[State]:
    """Returns `seen` and all states that `moves` reach from there."""
    steps = list(moves)
    for _ in State:  # a path visits each state at most once
        seen |= {target for source, target in steps if source in seen}
    return frozenset(seen)


@cache
def journey_of(state: State) -> Journey:
    """Returns the kind of shipment, sale or return, that has `state`."""
    moves = [(row.source, row.target) for row in TABLE if row.source is not None]
    for row in TABLE:
        if row.source is None and state in grow({row.target}, moves):
            return BIRTHS[row.event]
    raise ValueError(f"{state} is not reachable from any birth")


@cache
def journeys_of(event: Event) -> frozenset[Journey]:
    """Returns the kinds of shipment that have `event`."""
    return frozenset(journey_of(row.source or row.target) for row in TABLE if row.event == event)


class Obstacle(StrEnum):
    """Reasons why an event is impossible in a state."""

    WRONG_MODE = "mode"
    ALREADY = "already"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    WRONG_JOURNEY = "wrong_type"


def obstacle(event: Event, state: State, conditions: Mapping[str, object]) -> Obstacle:
    """Returns why `event` is impossible; valid only if `find` returned None.

    `ALREADY`: the state is at or past the event's target. `TOO_EARLY`: one of the event's sources still lies
    ahead. Otherwise the shipment has left the window, or is of the other kind.
    """
    return _obstacle(event, state, _freeze(conditions))


@cache
def _obstacle(event: Event, state: State, frozen: tuple[tuple[str, object], ...]) -> Obstacle:
    conditions = dict(frozen)
    if journey_of(state) not in journeys_of(event):
        return Obstacle.WRONG_JOURNEY
    here = [row for row in rows(conditions) if row.event == event and row.source is not None]
    if not here:
        return Obstacle.WRONG_MODE
    if any(row.target != row.source and state in ahead(row.target, conditions) for row in here):
        return Obstacle.ALREADY
    to_come = ahead(state, conditions)
    return Obstacle.TOO_EARLY if any(row.source in to_come for row in here) else Obstacle.TOO_LATE


def path(source: State, target: State, conditions: Mapping[str, object]) -> tuple[Transition, ...]:
    """Returns the rows from `source` to `target`: best documented, then shortest.

    Raises ValueError when `target` cannot be reached under `conditions`.
    """
    return _path(source, target, _freeze(conditions))


@cache
def _path(source: State, target: State, frozen: tuple[tuple[str, object], ...]) -> tuple[Transition, ...]:
    conditions = dict(frozen)
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


def switch_for(event: Event, state: State, conditions: Mapping[str, object]) -> str | None:
    """Returns the profile switch that, turned on, makes `event` possible."""
    return next((name for name, on in _switched_on(conditions) if find(event, state, on)), None)


def switch_to(target: State, source: State, conditions: Mapping[str, object]) -> str | None:
    """Returns the profile switch that, turned on, makes `target` reachable."""
    return next((name for name, on in _switched_on(conditions) if target in reachable(source, on)), None)


def _switched_on(conditions: Mapping[str, object]) -> list[tuple[str, dict[str, object]]]:
    off = [name for name, values in CONDITIONS.items() if True in values and not conditions[name]]
    return [(name, {**conditions, name: True}) for name in off]
