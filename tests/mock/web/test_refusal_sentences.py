"""Sentences of refusals, in every state and for every call."""

from __future__ import annotations

import re
from collections.abc import Iterator
from string import Formatter

import pytest

from contracts.control.calls import CALLS
from contracts.control.sentences import ELSEWHERE, SENTENCES
from contracts.konnect.operations import OPERATIONS
from contracts.konnect.sentences import FACTS, SHIPMENT_FACTS, SOME_FACTS, SOME_SHIPMENT_FACTS
from contracts.lifecycle.queries import find, obstacle
from contracts.lifecycle.table import Event, State
from contracts.lifecycle.validation import combinations
from contracts.lifecycle.words import NEXT, NOTHING_NEXT, STATES, next_step
from contracts.problems import FROM_OBSTACLE, ROWS, Problem
from mock_oms.domain.sentences import OF_SHIPMENT, pieces
from mock_oms.web.control.shop import PLAYABLE
from tests.conftest import NewTenant
from tests.support.mock_client import Transport, pushed, refused, rejected
from tests.support.refusal_cells import FILE, Cell, cells, general, written
from tests.support.refusal_recipes import READY

pytestmark = pytest.mark.xdist_group("refusal sentences")  # one process asks for all cells

SUBJECTS = ("order", "return", "item", "invoiceNumber", "invoiceType", "reasonCode", "Fynd OMS")
"""First words of a sentence about an order."""
OTHER_SUBJECTS = ("event", "state", "store")
"""First words where no order is concerned."""
ADVICE = re.compile(
    r"Next: |[;,.] (or )?(send|start|do not|confirm it|leave it out|give|cancel|accept|set|raise|push)\b"
    r"|The (aggregator|store) can|(it|orderItemId) can be|return at most|: .*(POST|event)|name every item",
    re.IGNORECASE,
)
"""What to do, or that nothing can be done."""
NAMES = {str(name) for name in (*State, *Event) if "_" in name}


@pytest.fixture(scope="module")
def found(in_process: Transport) -> list[Cell]:
    """Every cell."""
    return cells(in_process)


@pytest.fixture(scope="module")
def refusals(found: list[Cell]) -> dict[str, Cell]:
    """A cell for each distinct sentence."""
    return {cell.message: cell for cell in found if cell.message}


def test_every_cell_of_state_call_and_modes_is_looked_at(found: list[Cell]) -> None:
    sentences = {general(cell.message) for cell in found if cell.message}
    print(f"{len(found)} cells, {len(sentences)} distinct sentences")
    seen = {(cell.call, cell.state) for cell in found}
    assert {(call, state) for call in (*READY, *PLAYABLE) for state in map(str, State)} <= seen
    assert len({cell.settings for cell in found}) >= 16


def test_a_sentence_begins_with_its_subject_and_names_the_order(refusals: dict[str, Cell]) -> None:
    for message, cell in refusals.items():
        elsewhere = message.startswith(OTHER_SUBJECTS)
        assert elsewhere or message.startswith(SUBJECTS), message
        assert elsewhere or re.search(rf"\b(order|return) {cell.order}\b", message), message


def test_a_sentence_has_no_names_of_the_mocks_own_and_no_gaps(refusals: dict[str, Cell]) -> None:
    for message in refusals:
        plain = re.sub(r"events/\w+|^(event|state) \w+|event start_return of", "", message)
        assert set(re.findall(r"\w+", plain)) & NAMES == set(), message
        assert not re.search(r"None|[{}]|cannot \w+ while|\(\)|  |\bNext: *$", message), message


def test_a_sentence_states_a_fact_and_says_what_to_do(refusals: dict[str, Cell]) -> None:
    for message in refusals:
        fact, _, rest = message.partition(";") if ";" in message else message.partition(":")
        assert len(fact.split()) > 3, message
        assert rest, message
        assert ADVICE.search(message), message


def test_a_call_that_a_sentence_names_is_a_call_of_the_mock(refusals: dict[str, Cell]) -> None:
    known = {f"{row.method} {row.path}" for row in OPERATIONS}
    short = {f"{row.method} ...{row.path.removeprefix('/_control/tenants/{tenant}')}" for row in CALLS}
    for message in refusals:
        for call in re.findall(r"(?:GET|POST|PUT|PATCH) [/.][\w/.]*\w", message):
            assert call in known | short, message
        for event in re.findall(r"events/(\w+)", message):
            assert event in PLAYABLE, message


def test_an_event_is_refused_with_those_that_are_possible(found: list[Cell]) -> None:
    refused_events = [cell for cell in found if cell.call in PLAYABLE and cell.message]
    assert refused_events
    for cell in refused_events:
        about_pieces = re.search("the call names|left to return|single items|leave it out", str(cell.message))
        assert about_pieces or cell.call not in (cell.allowed or ()), cell
        assert cell.allowed is not None
    placed = next(cell for cell in refused_events if (cell.call, cell.state) == ("hand_over", "placed"))
    assert placed.allowed == ("cancel_by_customer", "cancel_items_by_customer")


def test_the_sentences_are_those_of_the_file(found: list[Cell]) -> None:
    """`python -m tests.support.refusal_cells --write` writes the file."""
    assert written(found) == FILE.read_text(encoding="utf-8")


# The rows


def every_row() -> Iterator[tuple[str, Problem, tuple[str, ...]]]:
    yield from ((row.key, row.problem, row.sentences) for row in ROWS)
    yield from ((f"{event}.{problem}", problem, says) for (event, problem), says in SENTENCES.items())


def test_a_sentence_names_known_facts_and_the_last_one_only_certain_ones() -> None:
    for name, problem, sentences in every_row():
        assert sentences, name
        some = SOME_SHIPMENT_FACTS | SOME_FACTS.get(problem, frozenset())
        assert set().union(*map(named, sentences)) <= FACTS[problem] | some, name
        certain = FACTS[problem] | ({"target"} if name == "place.mode" else set())
        assert named(sentences[-1]) <= certain, name


def named(sentence: str) -> set[str]:
    """Facts that a sentence names."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_every_fact_of_a_shipment_is_computed() -> None:
    assert set(OF_SHIPMENT) == SHIPMENT_FACTS | SOME_SHIPMENT_FACTS - {"whole"}


def test_every_obstacle_to_an_event_has_a_sentence() -> None:
    possible = {
        (Event(event), FROM_OBSTACLE[obstacle(Event(event), state, conditions)])
        for conditions in combinations()
        for event in PLAYABLE
        for state in State
        if find(Event(event), state, conditions) is None
    }
    assert possible - set(SENTENCES) == set()


def test_every_event_is_fired_with_the_call_or_happens_elsewhere() -> None:
    assert {*map(Event, PLAYABLE)} & set(ELSEWHERE) == set()
    assert {*map(Event, PLAYABLE)} | set(ELSEWHERE) == set(Event)


def test_every_state_has_words_and_a_next_step() -> None:
    assert set(STATES) == set(State)
    steps = {next_step(state, held) for state in State for held in combinations()}
    assert steps == {*NEXT.values(), NOTHING_NEXT}


# Words


def test_numbers_of_pieces_are_words() -> None:
    assert [pieces(n) for n in (0, 1, 2)] == ["no pieces", "1 piece", "2 pieces"]


def test_times_are_in_the_profiles_zone_and_carry_the_date_of_another_day(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    order = tenant.place(state="bag_invoiced")
    number = tenant.look(order)["documents"][0]["number"]
    refused(
        tenant.post("invoiceUpdate", [pushed(order, "N-2")]),
        "IN453",
        f"order {order} already has invoice {number}, pushed at 15:30:00; a second one is refused",
    )
    tenant.advance(86_400)
    says = f"order {order} already has invoice {number}, pushed at 2026-01-05 15:30:00; a second one"
    refused(tenant.post("invoiceUpdate", [pushed(order, "N-2")]), "IN453", says)


def test_another_stores_order_and_no_order_are_refused_with_one_sentence(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    there, nowhere = tenant.place(location="STORE-2"), "1"
    reply = tenant.post("confirm", [{"orderId": there}, {"orderId": nowhere}], "STORE-1")
    first, second = (error["errorMessage"] for error in reply.json["errors"])
    assert first.replace(there, "1") == second


def test_where_an_unknown_order_is_not_found_the_read_says_so_in_the_same_words(
    new_tenant: NewTenant,
) -> None:
    tenant = new_tenant(profile={"unknown_order": "not_found"})
    (error,) = tenant.post("confirm", [{"orderId": "1"}], "STORE-1").json["errors"]
    rejected(tenant.get({"orderId": "1"}, "STORE-1"), 404, error["errorMessage"])
