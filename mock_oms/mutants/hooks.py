"""Changes shared by several defects: one function per place in the mock."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import DocumentMode, Event, State, Transition
from mock_oms.context import ShipmentCache
from mock_oms.domain.journal import Outcome
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine import EFFECTS, GUARDS, firing, schedule
from mock_oms.engine.command import Move
from mock_oms.mutants.patch import Apply, replaced, together
from mock_oms.store import Query
from mock_oms.web.answers import Answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import bulk, rendering
from mock_oms.web.konnect import queries as reading

Row = Transition | None
Facts = Mapping[str, object]
Body = dict[str, Any]
Work = Callable[..., None]
"""The work of a bulk call for one order, given transaction, call and order."""


def outcomes(change: Callable[[Outcome], Outcome]) -> Apply:
    """Changes the reported outcome of each order of a bulk call."""
    return replaced(bulk, "attempt", lambda attempt, *given: change(attempt(*given)))


def bulk_answers(change: Callable[[Body], Body]) -> Apply:
    """Changes the body of every bulk answer."""

    def changed(answer: Callable[..., Answer], call: Call, found: Sequence[Outcome], **kind: bool) -> Answer:
        right = answer(call, found, **kind)
        return right._replace(body=json.dumps(change(json.loads(right.body))).encode())

    return replaced(bulk, "answer", changed)


def shown(change: Callable[[Body, Shipment, TenantSettings], Body]) -> Apply:
    """Changes the shipments of GET shipment, without its cache."""

    def changed(right: Callable[..., Body], value: Shipment, settings: TenantSettings) -> Body:
        return change(right(value, settings), value, settings)

    return together(
        replaced(ShipmentCache, "get", lambda *_: None),
        replaced(ShipmentCache, "put", lambda *given: given[-1]),
        replaced(rendering, "shipment", changed),
    )


def leads(event: Event, target: State, **when: object) -> Apply:
    """Lets `event` lead to `target`, under the conditions `when`."""

    def changed(find: Callable[..., Row], at: Event, source: State | None, facts: Facts) -> Row:
        row = find(at, source, facts)
        meant = at is event and all(facts.get(name) == value for name, value in when.items())
        return replace(row, target=target) if row and meant else row

    return replaced(firing, "find", changed)


def stays(event: Event) -> Apply:
    """Lets `event` succeed without any effect."""

    def changed(find: Callable[..., Row], at: Event, source: State | None, facts: Facts) -> Row:
        row = find(at, source, facts)
        return replace(row, target=source, effects=()) if row and source and at is event else row

    return replaced(firing, "find", changed)


def allowed(event: Event, source: State, like: State) -> Apply:
    """Allows `event` in `source` too, as in `like`."""

    def changed(find: Callable[..., Row], at: Event, where: State | None, facts: Facts) -> Row:
        row = find(at, where, facts)
        other = find(at, like, facts) if row is None and (at, where) == (event, source) else None
        if other is None:
            return row
        return replace(other, source=source, target=source if other.target is like else other.target)

    return replaced(firing, "find", changed)


def never(event: Event) -> Apply:
    """Removes an automatic step."""

    def changed(automatic: Callable[..., Row], source: State, facts: Facts) -> Row:
        row = automatic(source, facts)
        return None if row and row.event is event else row

    return replaced(schedule, "automatic_from", changed)


def automatic_in_any(mode: str) -> Apply:
    """Lets the OMS issue the document in aggregator mode too."""

    def changed(right: Callable[..., Any], *given: Any) -> Any:
        return right(*given[:-1], {**given[-1], mode: DocumentMode.FYND})

    return together(replaced(schedule, "automatic_from", changed), replaced(firing, "find", changed))


def unguarded(name: str, *events: Event) -> Apply:
    """Removes a guard, for all or only for the given events."""
    right = GUARDS[name]

    def guard(move: Move) -> None:
        if events and move.row.event not in events:
            right(move)

    return lambda patch: patch.entry(GUARDS, name, guard)


def effect(name: str, change: Callable[[Callable[[Move], None], Move], None]) -> Apply:
    """Replaces an effect by `change`, which gets the original too."""
    right = EFFECTS[name]
    return lambda patch: patch.entry(EFFECTS, name, lambda move: change(right, move))


def without_effect(name: str) -> Apply:
    """Removes an effect."""
    return effect(name, lambda _right, _move: None)


def queries(change: Callable[[Query], Query]) -> Apply:
    """Changes the query of GET shipment."""
    return replaced(reading, "_query", lambda query, *given: change(query(*given)))
