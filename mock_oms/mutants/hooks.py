"""Places where the mock can be made wrong without touching what surrounds them: one helper for each."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import DocumentMode, Event, State, Transition
from contracts.profile import Profile
from mock_oms.domain.journal import Outcome
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine import EFFECTS, GUARDS, firing, schedule
from mock_oms.engine.command import Move
from mock_oms.mutants.patch import Apply, Patch
from mock_oms.store import Query, Transaction
from mock_oms.web.call import Answer, Call
from mock_oms.web.konnect import bulk, rendering
from mock_oms.web.konnect import queries as reading

Row = Transition | None
Facts = Mapping[str, object]


def outcomes(change: Callable[[Outcome], Outcome]) -> Apply:
    """What became of each order of a bulk call is told differently."""

    def around(attempt: Callable[..., Outcome]) -> Callable[..., Outcome]:
        return lambda *given: change(attempt(*given))

    return lambda patch: patch.wrap(bulk, "attempt", around)


def bulk_answers(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Apply:
    """The body of every bulk answer is changed."""

    def around(answer: Callable[..., Answer]) -> Callable[..., Answer]:
        def changed(told: Sequence[Outcome], profile: Profile) -> Answer:
            right = answer(told, profile)
            return right._replace(body=json.dumps(change(json.loads(right.body))).encode())

        return changed

    return lambda patch: patch.wrap(bulk, "answer", around)


def shown(change: Callable[[dict[str, Any], Shipment, TenantSettings], dict[str, Any]]) -> Apply:
    """The object of GET shipment is changed; what was rendered before is not shown again."""

    def around(right: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
        return lambda value, settings: change(right(value, settings), value, settings)

    def apply(patch: Patch) -> None:
        patch.attribute(rendering, "_rendered", rendering._Rendered())
        patch.wrap(rendering, "shipment", around)

    return apply


def steps(change: Callable[[Event, State | None, Facts, Row], Row]) -> Apply:
    """The row that an event takes is another, or none, or there is one where there should be none."""

    def around(find: Callable[..., Row]) -> Callable[..., Row]:
        return lambda event, source, facts: change(event, source, facts, find(event, source, facts))

    return lambda patch: patch.wrap(firing, "find", around)


def leads(event: Event, target: State, **when: object) -> Apply:
    """`event` leads to `target`; with `when` only under these conditions."""

    def change(at: Event, _where: State | None, facts: Facts, row: Row) -> Row:
        meant = at is event and all(facts.get(name) == value for name, value in when.items())
        return replace(row, target=target) if row and meant else row

    return steps(change)


def stays(event: Event) -> Apply:
    """`event` is taken, and nothing comes of it."""

    def change(at: Event, where: State | None, _facts: Facts, row: Row) -> Row:
        return replace(row, target=where, effects=()) if row and where and at is event else row

    return steps(change)


def allowed(event: Event, source: State, like: State) -> Apply:
    """`event` is possible in `source` too, as it is in `like`."""

    def around(find: Callable[..., Row]) -> Callable[..., Row]:
        def changed(at: Event, where: State | None, facts: Facts) -> Row:
            row = find(at, where, facts)
            other = find(at, like, facts) if row is None and (at, where) == (event, source) else None
            if other is None:
                return row
            return replace(other, source=source, target=source if other.target is like else other.target)

        return changed

    return lambda patch: patch.wrap(firing, "find", around)


def never(event: Event) -> Apply:
    """The OMS never takes this automatic step by itself."""

    def around(automatic: Callable[..., Row]) -> Callable[..., Row]:
        def changed(source: State, facts: Facts) -> Row:
            row = automatic(source, facts)
            return None if row and row.event is event else row

        return changed

    return lambda patch: patch.wrap(schedule, "automatic_from", around)


def unasked(mode: str) -> Apply:
    """The OMS issues the document by itself although the aggregator should push it."""

    def pretend(right: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*given: Any) -> Any:
            facts = {**given[-1], mode: DocumentMode.FYND}
            return right(*given[:-1], facts)

        return changed

    def apply(patch: Patch) -> None:
        patch.wrap(schedule, "automatic_from", pretend)
        patch.wrap(firing, "find", pretend)

    return apply


def unguarded(name: str, *events: Event) -> Apply:
    """A guard that refuses nothing; with `events` only these go by it."""

    def apply(patch: Patch) -> None:
        right = GUARDS[name]

        def guard(move: Move) -> None:
            if events and move.row.event not in events:
                right(move)

        patch.entry(GUARDS, name, guard)

    return apply


def effect(name: str, change: Callable[[Callable[[Move], None], Move], None]) -> Apply:
    """An effect that does something else; `change` is given the right one."""

    def apply(patch: Patch) -> None:
        right = EFFECTS[name]
        patch.entry(EFFECTS, name, lambda move: change(right, move))

    return apply


def without_effect(name: str) -> Apply:
    """An effect that does nothing."""
    return effect(name, lambda _right, _move: None)


def queries(change: Callable[[Query], Query]) -> Apply:
    """What GET shipment looks for is changed."""

    def around(query: Callable[..., Query]) -> Callable[..., Query]:
        return lambda call, asked: change(query(call, asked))

    return lambda patch: patch.wrap(reading, "_query", around)


def per_order(module: Any, name: str, change: Callable[[Callable[..., None]], Callable[..., None]]) -> Apply:
    """What a bulk call does for one order: a function of transaction, call and order."""
    return lambda patch: patch.wrap(module, name, change)


def as_company(call: Call) -> Call:
    """The call as if its token were the company's."""
    return replace_session(call, location=None)


def replace_session(call: Call, **changes: Any) -> Call:
    """A copy of the call whose session is changed."""
    other = Call(call.server, call.request, call.started, call.operation)
    other.tenant, other.body, other.query, other.orders = call.tenant, call.body, call.query, call.orders
    other.profile, other.session = call.profile, replace(call.caller, **changes)
    return other


def found(tx: Transaction, shipment_id: str) -> Shipment:
    """A shipment that is known to be there."""
    shipment = tx.get(shipment_id)
    if shipment is None:
        raise LookupError(shipment_id)
    return shipment
