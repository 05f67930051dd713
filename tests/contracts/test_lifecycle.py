"""The transition table is sound; its validation finds every kind of fault."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from contracts.docs.diagram import default_conditions, mermaid, transition_table
from contracts.evidence import Evidence, Source, assumed
from contracts.lifecycle import queries
from contracts.lifecycle.queries import Obstacle
from contracts.lifecycle.table import (
    TABLE,
    Actor,
    DocumentMode,
    Event,
    Journey,
    State,
    Transition,
)
from contracts.lifecycle.validation import MODES, SWITCHES, combinations, structural_errors

DEFAULTS: dict[str, object] = {
    **default_conditions(),
    "invoice_mode": DocumentMode.AGGREGATOR,
    "credit_note_mode": DocumentMode.AGGREGATOR,
}
MOVING = DEFAULTS | {"reassign_on_seller_cancel": True}
FYND: dict[str, object] = {
    **DEFAULTS,
    "invoice_mode": DocumentMode.FYND,
    "credit_note_mode": DocumentMode.FYND,
}


def _without(event: Event, source: State | None) -> list[Transition]:
    return [row for row in TABLE if (row.event, row.source) != (event, source)]


def _changed(event: Event, **changes: object) -> list[Transition]:
    return [replace(row, **changes) if row.event is event else row for row in TABLE]  # type: ignore[arg-type]


def _walk(birth: State, events: list[Event], conditions: Mapping[str, object]) -> list[State]:
    states = [birth]
    for event in events:
        row = queries.find(event, states[-1], conditions)
        assert row, f"{event} is not possible in {states[-1]}"
        states.append(row.target)
    return states


# The table itself


def test_the_table_is_sound_under_every_combination_of_conditions() -> None:
    assert structural_errors() == []
    assert len(combinations()) == 256
    assert set(MODES) == {"order_type", "invoice_mode", "credit_note_mode"}


@pytest.mark.parametrize("modes", combinations(MODES), ids=str)
def test_an_order_in_any_state_has_a_way_on_whatever_switches_were_changed(modes: dict[str, object]) -> None:
    births = {row.target for row in TABLE if row.source is None}
    settings = [modes | switches for switches in combinations(SWITCHES)]
    steps = [(row.source, row.target) for now in settings for row in queries.rows(now)]
    visited = queries.grow(births, steps)
    assert visited == {*State}
    for now in settings:
        left = {state for state in visited if any(end.final for end in queries.reachable(state, now))}
        assert left == visited, f"under {now}"


def test_every_row_has_a_page_or_a_reason() -> None:
    assert all(row.origin.url or row.origin.note for row in TABLE)


def test_a_sale_whose_invoice_the_aggregator_pushes_goes_through_five_states() -> None:
    events = [Event.CONFIRM, Event.PUSH_INVOICE, Event.HAND_OVER]

    assert _walk(State.PLACED, events, DEFAULTS) == [
        "placed",
        "bag_confirmed",
        "bag_invoiced",
        "handed_over_to_customer",
    ]


def test_a_sale_whose_invoice_the_oms_issues_needs_no_push() -> None:
    row = queries.automatic_from(State.BAG_CONFIRMED, FYND)

    assert row
    assert (row.event, row.target, row.actor) == (Event.ISSUE_INVOICE, State.BAG_INVOICED, Actor.OMS)
    assert queries.automatic_from(State.BAG_CONFIRMED, DEFAULTS) is None


def test_a_return_with_a_pushed_credit_note_completes_by_itself() -> None:
    events = [Event.ACCEPT_RETURN, Event.PUSH_CREDIT_NOTE, Event.COMPLETE_RETURN]

    assert _walk(State.RETURN_INITIATED, events, DEFAULTS) == [
        "return_initiated",
        "return_accepted",
        "credit_note_generated",
        "return_completed",
    ]
    row = queries.automatic_from(State.CREDIT_NOTE_GENERATED, DEFAULTS)
    assert row
    assert row.event is Event.COMPLETE_RETURN


def test_a_return_whose_credit_note_the_oms_issues_needs_no_push() -> None:
    row = queries.automatic_from(State.RETURN_ACCEPTED, FYND)

    assert row
    assert row.event is Event.ISSUE_CREDIT_NOTE
    assert queries.automatic_from(State.RETURN_ACCEPTED, DEFAULTS) is None


def test_starting_a_return_leaves_the_sale_where_it_is() -> None:
    row = queries.find(Event.START_RETURN, State.HANDED_OVER, DEFAULTS)

    assert row
    assert row.target is State.HANDED_OVER
    assert row.effects == ("open_return",)


@pytest.mark.parametrize(
    ("state", "events"),
    [
        ("placed", {"confirm", "cancel", "cancel_items", "cancel_by_customer", "cancel_items_by_customer"}),
        ("bag_confirmed", {"push_invoice", "cancel", "cancel_items"}),
        ("bag_invoiced", {"hand_over", "cancel"}),
        ("handed_over_to_customer", {"start_return"}),
        ("cancelled_customer", set()),
        ("cancelled_fynd", set()),
        ("return_initiated", {"accept_return", "reject_return"}),
        ("return_accepted", {"push_credit_note"}),
        ("return_rejected_by_store", set()),
        ("credit_note_generated", {"complete_return"}),
        ("return_completed", set()),
    ],
)
def test_what_is_possible_in_a_state_is_what_the_pages_say(state: str, events: set[str]) -> None:
    assert {str(event) for event in queries.events_from(State(state), DEFAULTS)} == events


@pytest.mark.parametrize(
    ("switch", "event", "state"),
    [
        ("return_passes_bag_delivered", Event.DELIVER_RETURN, State.RETURN_INITIATED),
        ("customer_cancels_after_confirm", Event.CANCEL_BY_CUSTOMER, State.BAG_CONFIRMED),
        ("customer_cancels_after_confirm", Event.CANCEL_BY_CUSTOMER, State.BAG_INVOICED),
        ("customer_cancels_after_confirm", Event.CANCEL_ITEMS_BY_CUSTOMER, State.BAG_CONFIRMED),
        ("hand_over_before_invoice", Event.HAND_OVER, State.BAG_CONFIRMED),
        ("reassign_on_seller_cancel", Event.REASSIGN, State.PLACED),
        ("reassign_on_seller_cancel", Event.REASSIGN, State.BAG_CONFIRMED),
        ("reassign_on_seller_cancel", Event.REASSIGN, State.STORE_REASSIGNED),
    ],
)
def test_a_switch_of_the_profile_opens_a_transition(switch: str, event: Event, state: State) -> None:
    assert queries.find(event, state, DEFAULTS) is None
    assert queries.find(event, state, DEFAULTS | {switch: True})


def test_a_reassigned_order_has_the_events_of_a_new_one_and_an_invoiced_order_stays() -> None:
    again = queries.events_from(State.STORE_REASSIGNED, MOVING)
    assert set(again) == set(queries.events_from(State.PLACED, MOVING))
    assert queries.find(Event.REASSIGN, State.BAG_INVOICED, MOVING) is None


def test_a_reassigned_order_goes_on_when_the_switch_is_off_again() -> None:
    again = queries.events_from(State.STORE_REASSIGNED, DEFAULTS)
    assert set(again) == set(queries.events_from(State.PLACED, DEFAULTS))


def test_a_delivered_return_goes_on_when_the_switch_is_off_again() -> None:
    passing = DEFAULTS | {"return_passes_bag_delivered": True}

    for conditions in (passing, DEFAULTS):
        again = queries.events_from(State.RETURN_BAG_DELIVERED, conditions)
        assert again == (Event.ACCEPT_RETURN, Event.REJECT_RETURN)


def test_a_return_that_passes_delivery_cannot_be_accepted_before_it() -> None:
    passing = DEFAULTS | {"return_passes_bag_delivered": True}

    assert queries.find(Event.ACCEPT_RETURN, State.RETURN_INITIATED, passing) is None
    assert queries.obstacle(Event.ACCEPT_RETURN, State.RETURN_INITIATED, passing) is Obstacle.TOO_EARLY


# Questions asked of the table


@pytest.mark.parametrize(
    ("event", "state", "conditions", "expected"),
    [
        (Event.CONFIRM, State.BAG_CONFIRMED, DEFAULTS, Obstacle.ALREADY),
        (Event.CONFIRM, State.HANDED_OVER, DEFAULTS, Obstacle.ALREADY),
        (Event.CONFIRM, State.RETURN_INITIATED, DEFAULTS, Obstacle.WRONG_JOURNEY),
        (Event.CONFIRM, State.CANCELLED_FYND, DEFAULTS, Obstacle.ALREADY),
        (Event.PUSH_INVOICE, State.PLACED, DEFAULTS, Obstacle.TOO_EARLY),
        (Event.PUSH_INVOICE, State.HANDED_OVER, DEFAULTS, Obstacle.ALREADY),
        (Event.PUSH_INVOICE, State.BAG_CONFIRMED, FYND, Obstacle.WRONG_MODE),
        (Event.HAND_OVER, State.PLACED, DEFAULTS, Obstacle.TOO_EARLY),
        (Event.CANCEL, State.HANDED_OVER, DEFAULTS, Obstacle.TOO_LATE),
        (Event.CANCEL_ITEMS, State.BAG_INVOICED, DEFAULTS, Obstacle.TOO_LATE),
        (Event.CANCEL_BY_CUSTOMER, State.BAG_CONFIRMED, DEFAULTS, Obstacle.TOO_LATE),
        (Event.ACCEPT_RETURN, State.RETURN_REJECTED, DEFAULTS, Obstacle.TOO_LATE),
        (Event.ACCEPT_RETURN, State.RETURN_COMPLETED, DEFAULTS, Obstacle.ALREADY),
        (Event.PUSH_CREDIT_NOTE, State.RETURN_INITIATED, DEFAULTS, Obstacle.TOO_EARLY),
        (Event.PUSH_CREDIT_NOTE, State.HANDED_OVER, DEFAULTS, Obstacle.WRONG_JOURNEY),
        (Event.CANCEL_BY_CUSTOMER, State.BAG_CONFIRMED, MOVING, Obstacle.TOO_LATE),
        (Event.PUSH_INVOICE, State.STORE_REASSIGNED, MOVING, Obstacle.TOO_EARLY),
        (Event.CONFIRM, State.BAG_CONFIRMED, MOVING, Obstacle.ALREADY),
    ],
)
def test_an_obstacle_tells_why_an_event_is_impossible(
    event: Event, state: State, conditions: dict[str, object], expected: Obstacle
) -> None:
    assert queries.find(event, state, conditions) is None
    assert queries.obstacle(event, state, conditions) is expected


def test_every_state_belongs_to_the_sale_or_to_the_return() -> None:
    returns = {state for state in State if queries.journey_of(state) is Journey.RETURN}

    assert {str(state) for state in returns} == {
        "return_initiated",
        "return_bag_delivered",
        "return_accepted",
        "return_rejected_by_store",
        "credit_note_generated",
        "return_completed",
    }


def test_a_path_leads_from_state_to_state_by_documented_rows() -> None:
    permissive = DEFAULTS | {"hand_over_before_invoice": True}

    route = queries.path(State.PLACED, State.HANDED_OVER, permissive)

    assert [row.event for row in route] == [Event.CONFIRM, Event.PUSH_INVOICE, Event.HAND_OVER]


def test_a_path_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="placed cannot be reached from bag_confirmed"):
        queries.path(State.BAG_CONFIRMED, State.PLACED, DEFAULTS)


# The checks find what they are for


def test_a_row_that_nobody_reaches_is_found() -> None:
    violations = structural_errors(_without(Event.DELIVER_RETURN, State.RETURN_INITIATED))

    assert any(
        fault.startswith("unreachable: accept_return from return_bag_delivered") for fault in violations
    )
    assert "state return_bag_delivered is reached by no row" in violations


def test_a_state_that_cannot_be_left_is_found_in_the_mode_that_has_it() -> None:
    violations = structural_errors(_without(Event.PUSH_CREDIT_NOTE, State.RETURN_ACCEPTED))

    traps = [fault for fault in violations if fault.startswith("trap: return_accepted cannot be left")]
    assert traps
    assert all("'credit_note_mode': <DocumentMode.AGGREGATOR" in trap for trap in traps)


@pytest.mark.parametrize("state", [State.RETURN_BAG_DELIVERED, State.STORE_REASSIGNED])
def test_a_state_that_cannot_be_left_once_its_switch_is_off_is_found(state: State) -> None:
    switch = {"return_passes_bag_delivered": True, "reassign_on_seller_cancel": True}
    bound = [replace(row, when={**row.when, **switch}) if row.source is state else row for row in TABLE]

    violations = structural_errors(bound)

    assert any(fault.startswith(f"trap: {state} cannot be left") for fault in violations)


def test_two_rows_for_one_event_in_one_state_are_found() -> None:
    twice = [*TABLE, next(row for row in TABLE if row.event is Event.CONFIRM)]

    assert any(fault.startswith("ambiguous: confirm from placed") for fault in structural_errors(twice))


def test_two_automatic_rows_from_one_state_are_found() -> None:
    other = Transition(
        Event.CANCEL, State.CREDIT_NOTE_GENERATED, State.RETURN_REJECTED, Actor.OMS, assumed("made up")
    )

    violations = structural_errors([*TABLE, other])

    assert any(fault.startswith("two automatic rows from credit_note_generated") for fault in violations)


def test_a_way_back_is_found_unless_its_event_leads_backward() -> None:
    reopened = Transition(
        Event.HAND_OVER, State.BAG_INVOICED, State.BAG_CONFIRMED, Actor.STORE, assumed("made up")
    )

    violations = structural_errors([*_without(Event.HAND_OVER, State.BAG_INVOICED), reopened])

    assert any(fault.startswith("way back: bag_invoiced leads to bag_confirmed") for fault in violations)


def test_a_row_without_page_and_reason_is_found() -> None:
    uncited = Source("unpublished", Evidence.ASSUMED)

    assert "confirm from placed: neither page nor reason" in structural_errors(
        _changed(Event.CONFIRM, origin=uncited)
    )


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"when": {"weather": "dry"}}, "confirm from placed: unknown condition weather"),
        ({"when": {"invoice_mode": "somebody"}}, "confirm from placed: invoice_mode is never somebody"),
    ],
)
def test_a_name_or_value_that_nobody_knows_is_found(changes: dict[str, object], fault: str) -> None:
    assert fault in structural_errors(_changed(Event.CONFIRM, **changes))


# Diagrams


def test_the_diagrams_together_show_every_transition_that_a_default_shipment_can_make() -> None:
    shown = mermaid(Journey.SALE) + "\n" + mermaid(Journey.RETURN)

    both = [DEFAULTS | {"invoice_mode": mode, "credit_note_mode": mode} for mode in DocumentMode]
    possible = [
        row
        for conditions in both
        for row in queries.rows(conditions)
        if row.source is None
        or any(
            row.source in queries.reachable(birth, conditions)
            for birth in (State.PLACED, State.RETURN_INITIATED)
        )
    ]
    assert possible
    assert State.STORE_REASSIGNED not in {row.source for row in possible}
    for row in possible:
        assert f"{row.source or '[*]'} --> {row.target}: {row.event} ({row.actor})" in shown


def test_a_diagram_marks_the_rows_of_each_mode() -> None:
    sale = mermaid(Journey.SALE)

    assert "bag_invoiced: push_invoice (aggregator), invoice mode aggregator" in sale
    assert "bag_invoiced: issue_invoice (oms), invoice mode fynd" in sale
    assert "placed --> bag_confirmed: confirm (aggregator)\n" in sale


def test_a_diagram_for_known_modes_leaves_the_other_mode_out() -> None:
    sale = mermaid(Journey.SALE, FYND)

    assert "push_invoice" not in sale
    assert "bag_confirmed --> bag_invoiced: issue_invoice (oms)\n" in sale


def test_a_diagram_ends_where_a_shipment_may_rest() -> None:
    shown = mermaid(Journey.SALE) + "\n" + mermaid(Journey.RETURN)

    assert {state for state in State if f"{state} --> [*]" in shown} == {
        state for state in State if state.final
    }


def test_the_transition_table_has_a_line_per_row() -> None:
    assert len(transition_table()) == len(TABLE)
