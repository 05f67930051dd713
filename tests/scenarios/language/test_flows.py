"""The flows: sound as data, and green on the mock."""

from __future__ import annotations

import re

import pytest

from contracts.requirements import REQUIREMENTS
from scenarios.checks.base import check
from scenarios.flows import FLOWS
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.language.flow import (
    CLOCK,
    INVOICE,
    SECOND_COMPANY,
    SECOND_LOCATION,
    TENANTS,
    Flow,
    Together,
    cases,
    customer,
    flow,
    single_steps,
)
from scenarios.language.statuses import CREATED
from scenarios.players.suite import perform
from scenarios.runner.complete import check_touchpoints, missing_parts
from tests.support.flow_runs import play

KNOWN = {row.id for row in REQUIREMENTS}
IDS = [each.id for each in FLOWS]


def test_ids_of_flows_are_unique() -> None:
    assert len(set(IDS)) == len(IDS)


def test_results_have_stable_names_that_tell_the_modes() -> None:
    sale = next(each for each in FLOWS if each.id == "PAS-S-01")
    assert [case.id for case in cases(sale)] == [
        "PAS-S-01[invoice=aggregator]",
        "PAS-S-01[invoice=fynd]",
    ]


@pytest.mark.parametrize("each", FLOWS, ids=IDS)
def test_every_step_expects_something_and_proves_known_requirements(each: Flow) -> None:
    for step in single_steps(each):
        shared = [s for s in each.steps if isinstance(s, Together) and step in s.steps]
        assert step.expects or any(group.expects for group in shared), step.says
        assert set(step.proves) <= KNOWN, step.says
        assert re.match(r"[a-z]", step.says), "a step's words go on from the actor's name"


@pytest.mark.parametrize("each", FLOWS, ids=IDS)
def test_a_flow_declares_the_abilities_that_its_steps_use(each: Flow) -> None:
    for step in single_steps(each):
        action = step.action
        by = getattr(action, "by", None)
        if by is a.Caller.EXPIRED or isinstance(action, a.TimePasses):
            assert CLOCK in each.abilities, step.says
        if by is a.Caller.OTHER_LOCATION or getattr(action, "at", None) is a.Place.SECOND:
            assert SECOND_LOCATION in each.abilities, step.says
        if by is a.Caller.OTHER_COMPANY:
            assert SECOND_COMPANY in each.abilities, step.says


MEMBERS = (e.OnlyListed, e.EachListedOnce, e.ListAgrees, e.ListHolds, e.NotShown)
"""Expectations about what a list holds."""


@pytest.mark.parametrize("each", FLOWS, ids=IDS)
def test_on_a_shared_account_no_single_page_is_judged_by_what_it_holds(each: Flow) -> None:
    if TENANTS in each.abilities:
        return
    for step in single_steps(each):
        if isinstance(step.action, a.ListOrders):
            assert not any(isinstance(e.bare(x), MEMBERS) for x in step.expects), step.says


def test_every_action_can_be_played_and_every_expectation_checked() -> None:
    kinds = {kind for kind in vars(a).values() if isinstance(kind, type) and issubclass(kind, a.Action)}
    kinds -= {a.Action, a.KonnectAction}
    assert {a.PlaceOrder, a.Confirm, a.PushCreditNote, a.CountShelf} <= kinds
    for kind in kinds:
        assert perform.dispatch(kind) is not perform.dispatch(object), kind
    abstract = (e.Expectation, e.WordExpectation, e.AnswerExpectation, e.Should)
    for word in vars(e).values():
        if isinstance(word, type) and issubclass(word, e.Expectation) and word not in abstract:
            assert check.dispatch(word) is not check.dispatch(object), word


def test_every_touchpoint_has_its_requirement_action_performer_and_flow() -> None:
    assert list(missing_parts(FLOWS)) == []


def test_a_touchpoint_that_no_flow_uses_is_found_at_the_start_of_a_run() -> None:
    rest = [each for each in FLOWS if not any(isinstance(s.action, a.ReadInfo) for s in single_steps(each))]

    with pytest.raises(LookupError) as raised:
        check_touchpoints(rest)

    assert str(raised.value) == (
        "touchpoint get_shipment_info is in no flow: add a step to a flow in scenarios/flows/"
    )


def test_a_flow_that_cannot_be_told_is_refused_on_import() -> None:
    step = customer("buys", a.place_order(), e.reaches(CREATED))
    with pytest.raises(ValueError, match="colour"):
        flow("PAS-S-99", "x", step, varies_by=("colour",))
    with pytest.raises(ValueError, match="PAS-S-9"):
        flow("PAS-S-9", "x", step)
    with pytest.raises(ValueError, match="steps"):
        flow("PAS-S-99", "x")


def test_all_flows_pass_on_the_mock_in_every_mode() -> None:
    played = play(FLOWS, parallel=2)
    assert [(m.flow, m.sentence, m.seen) for m in played.missed()] == []
    assert set(map(str, played.verdicts.values())) == {"pass"}
    assert played.exit_status == 0


def test_a_flow_without_modes_is_one_case_named_like_the_flow() -> None:
    step = customer("buys", a.place_order(), e.reaches(CREATED))
    assert [case.id for case in cases(flow("PAS-S-98", "x", step, needs={}))] == ["PAS-S-98"]
    assert len(cases(flow("PAS-S-97", "x", step, varies_by=(INVOICE,)))) == 2
