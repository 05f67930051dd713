"""Error codes: documented ones are literal, and every refusal has one."""

from __future__ import annotations

import pytest

from contracts import problems
from contracts.evidence import Evidence
from contracts.konnect.operations import touchpoints
from contracts.lifecycle import queries, validation
from contracts.lifecycle.table import CANCELLED_STATES, Event, State
from contracts.problems import FROM_OBSTACLE, Problem

DOCUMENTED = {
    ("confirm", Problem.CANCELLED, "O400"),
    ("confirm", Problem.UNKNOWN, "O422"),
    ("update_invoice", Problem.CANCELLED, "IN401"),
    ("update_invoice", Problem.UNKNOWN, "IN400"),
    ("update_invoice", Problem.UNKNOWN_ITEM, "IN400"),
    ("update_invoice", Problem.TOO_EARLY, "IN403"),
    ("update_invoice", Problem.NUMBER, "IN422"),
    ("update_invoice", Problem.WRONG_TYPE, "IN422"),
    ("update_invoice", Problem.ALREADY, "IN453"),
    ("invoice", Problem.UNKNOWN, "IN400"),
    ("invoice", Problem.TOO_EARLY, "IN403"),
    ("labels", Problem.UNKNOWN, "L400"),
    ("labels", Problem.TOO_EARLY, "L403"),
}
"""The published tables, typed from the pages and never computed."""

EVENTS = {
    "confirm": (Event.CONFIRM,),
    "cancel": (Event.CANCEL, Event.CANCEL_ITEMS),
    "update_invoice": (Event.PUSH_INVOICE,),
    "credit_note": (Event.PUSH_CREDIT_NOTE,),
    "return": (Event.ACCEPT_RETURN,),
}
"""What an order of a touchpoint's call makes happen."""


def _problems_of(event: Event) -> set[Problem]:
    """Returns every problem of an event in a state, under any conditions."""
    found = set()
    for conditions in validation.combinations():
        for state in State:
            if state in CANCELLED_STATES:
                found.add(Problem.CANCELLED)
            elif queries.find(event, state, conditions) is None:
                found.add(FROM_OBSTACLE[queries.obstacle(event, state, conditions)])
    return found


def test_the_documented_codes_are_exactly_those_that_are_published() -> None:
    rows = {
        (row.touchpoint, row.problem, row.code)
        for row in problems.ROWS
        if row.origin.evidence is Evidence.DOCUMENTED
    }

    assert rows == DOCUMENTED


def test_the_credit_note_has_the_codes_of_the_same_call_as_assumptions() -> None:
    codes = {row.problem: row.code for row in problems.rows_of("credit_note")}

    for row in problems.rows_of("update_invoice"):
        assert codes[row.problem] == row.code
    assert all(row.origin.evidence is Evidence.ASSUMED for row in problems.rows_of("credit_note"))


@pytest.mark.parametrize("touchpoint", EVENTS)
def test_whatever_state_an_order_is_in_its_refusal_has_a_code(touchpoint: str) -> None:
    possible = set().union(*(_problems_of(event) for event in EVENTS[touchpoint]))

    assert possible
    missing = {problem for problem in possible if not _has_row(touchpoint, problem)}
    assert missing == set()


def _has_row(touchpoint: str, problem: Problem) -> bool:
    return any(row.problem is problem for row in problems.rows_of(touchpoint))


def test_every_obstacle_is_some_problem() -> None:
    assert set(FROM_OBSTACLE) == set(queries.Obstacle)


def test_the_touchpoints_that_change_orders_are_those_with_events() -> None:
    bulk = {use.name for row, use in touchpoints() if row.reply == "bulk"}

    assert bulk == set(EVENTS)


@pytest.mark.parametrize("touchpoint", sorted({row.touchpoint for row in problems.ROWS}))
def test_every_touchpoint_with_orders_can_refuse_an_unknown_one(touchpoint: str) -> None:
    assert problems.row(touchpoint, Problem.UNKNOWN).code


def test_every_row_belongs_to_a_touchpoint_and_says_what_it_means() -> None:
    names = {use.name for _, use in touchpoints()}

    assert {row.touchpoint for row in problems.ROWS} <= names
    assert all(row.meaning and (row.origin.url or row.origin.note) for row in problems.ROWS)


def test_no_touchpoint_has_two_codes_for_one_problem() -> None:
    keys = [row.key for row in problems.ROWS]

    assert len(keys) == len(set(keys))


def test_codes_of_our_own_stay_out_of_the_documented_ones() -> None:
    published = {code for _, _, code in DOCUMENTED}
    ours = {
        row.code
        for row in problems.ROWS
        if row.origin.evidence is Evidence.ASSUMED and row.touchpoint in {"cancel", "return"}
    }

    assert ours & published == set()


def test_a_profile_replaces_codes_that_nobody_published_and_no_others() -> None:
    assert "confirm.already" in problems.replaceable()
    assert "confirm.unknown" not in problems.replaceable()
    assert problems.code("confirm", Problem.ALREADY, {"confirm.already": "X1"}) == "X1"
    assert problems.code("confirm", Problem.ALREADY, {}) == "CF409"


def test_a_problem_that_a_touchpoint_cannot_have_is_an_error() -> None:
    with pytest.raises(KeyError):
        problems.row("labels", Problem.STOCK)


def test_problems_are_listed_in_order_of_precedence() -> None:
    order = list(Problem)

    for earlier, later in [
        (Problem.UNKNOWN, Problem.CANCELLED),
        (Problem.CANCELLED, Problem.WRONG_TYPE),
        (Problem.CANCELLED, Problem.NUMBER),
        (Problem.WRONG_TYPE, Problem.ALREADY),
        (Problem.NUMBER, Problem.ALREADY),
        (Problem.ALREADY, Problem.TOO_EARLY),
        (Problem.TOO_EARLY, Problem.QUANTITY),
        (Problem.QUANTITY, Problem.STOCK),
    ]:
        assert order.index(earlier) < order.index(later)
