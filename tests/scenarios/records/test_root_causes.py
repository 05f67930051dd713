"""Root causes over several flows: the fewest that explain all failures."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from contracts.evidence import Evidence
from scenarios.choices import Aspect
from scenarios.language.statuses import (
    AGGREGATOR,
    CONFIRMED,
    CREATED,
    FYND,
    PROCESSING,
    RETURN_COMPLETED,
    went_too_far,
)
from scenarios.language.statuses import RETURN_PROCESSING as BACK
from scenarios.records import Cause, FlowFinished, FlowStarted, Verdict, fold
from tests.support.report_sample import SALE_STEPS, Story, first_line, one_sale, planned, refused_with_success

PUSHED = {"invoice": AGGREGATOR, "credit_note": AGGREGATOR}
ISSUED = {"invoice": FYND, "credit_note": FYND}


def causes(*flows: Sequence[tuple[str, Verdict]], **more: Any) -> dict[str, Cause]:
    """Return root causes of flows with one check per step.

    `more` are further fields of a check, by its key.
    """
    told = Story()
    names = [f"PAS-S-0{number}" for number, _ in enumerate(flows, start=1)]
    told.records.append(
        first_line(*(planned(name, "A sale", SALE_STEPS[:3], journey="sale") for name in names))
    )
    for name, steps in zip(names, flows, strict=True):
        told.add(FlowStarted, flow=name)
        for number, (key, verdict) in enumerate(steps, start=1):
            told.check(name, number, key, **{"verdict": verdict, "cause": key} | more.get(key, {}))
            told.end(name, number, verdict)
    return {cause.key: cause for cause in fold(told.records).causes}


FAIL, PASS = Verdict.FAIL, Verdict.PASS


def test_what_fails_after_a_cause_in_its_flow_is_told_among_its_places() -> None:
    found = causes([("first", FAIL), ("second", FAIL)], [("first", FAIL)])
    assert list(found) == ["first"]
    assert [place.sentence for place in found["first"].places] == ["first", "first", "second"]


def test_what_fails_before_a_cause_is_not_its_consequence() -> None:
    assert set(causes([("before", FAIL), ("wide", FAIL)], [("wide", FAIL)])) == {"before", "wide"}


def test_what_fails_elsewhere_without_the_cause_stays_a_cause_of_its_own() -> None:
    found = causes([("wide", FAIL), ("other", FAIL)], [("wide", FAIL)], [("other", FAIL)])
    assert {key: cause.flows for key, cause in found.items()} == {
        "wide": ("PAS-S-01", "PAS-S-02"),
        "other": ("PAS-S-03",),
    }


def test_a_doubt_that_is_a_failure_elsewhere_explains_what_fails_after_it() -> None:
    found = causes([("odd", PASS), ("late", FAIL)], [("odd", FAIL)])
    assert list(found) == ["odd"]
    assert [place.sentence for place in found["odd"].places] == ["odd", "late"]


def test_a_doubt_that_fails_nowhere_explains_nothing() -> None:
    assert list(causes([("odd", PASS), ("late", FAIL)], [("odd", PASS)])) == ["late"]


def test_a_doubt_in_flows_that_passed_is_no_cause() -> None:
    assert causes([("odd", PASS)]) == {}


def test_a_step_of_the_oms_by_itself_is_not_going_too_far() -> None:
    assert not went_too_far(PROCESSING, CONFIRMED, ISSUED)
    assert not went_too_far(CONFIRMED, CONFIRMED, PUSHED)


def test_a_step_that_somebody_has_to_take_is_going_too_far() -> None:
    assert went_too_far(PROCESSING, CONFIRMED, PUSHED)
    assert went_too_far(CONFIRMED, CREATED, ISSUED)
    assert went_too_far(RETURN_COMPLETED, BACK, ISSUED)


def test_a_word_off_the_path_does_not_go_too_far_on_it() -> None:
    assert not went_too_far("CANCELLED", CONFIRMED, PUSHED)


READ, FIELD = {"aspect": Aspect.VALUE}, {"aspect": Aspect.FIELD}
PDF = READ | {"call": "invoice"}


@pytest.mark.parametrize(
    ("earlier", "later", "explained"),
    [
        pytest.param({}, {}, True, id="an effect explains an effect"),
        pytest.param({}, PDF, True, id="an effect explains a document"),
        pytest.param(READ, READ, True, id="a value explains a value"),
        pytest.param(READ, PDF, True, id="a document prints the values of the order"),
        pytest.param(READ, {}, False, id="what is only shown changes nothing"),
        pytest.param(FIELD, READ, True, id="a missing field explains a value"),
        pytest.param(FIELD, PDF, False, id="a missing field explains no document"),
        pytest.param(PDF, READ, False, id="a document explains no value"),
        pytest.param(PDF, PDF, True, id="a document explains a document"),
    ],
)
def test_a_failure_explains_only_what_it_can_lead_to(
    earlier: dict[str, str], later: dict[str, str], explained: bool
) -> None:
    found = causes([("one", FAIL), ("two", FAIL)], one=earlier, two=later)
    assert set(found) == ({"one"} if explained else {"one", "two"})


def one_step(*checks: dict[str, Any]) -> tuple[Cause, ...]:
    """Return the root causes of one step with these checks."""
    told = one_sale()
    for values in checks:
        told.check("PAS-S-01", 3, **{"verdict": FAIL} | values)
    told.end("PAS-S-01", 3, FAIL)
    return fold(told.records).causes


def test_two_violations_of_one_answer_are_two_causes() -> None:
    found = one_step({"sentence": "one", "cause": "one"}, {"sentence": "two", "cause": "two", "beside": True})
    assert [cause.key for cause in found] == ["one", "two"]
    assert [len(cause.places) for cause in found] == [1, 1]


def test_a_later_failure_follows_from_each_violation_before_it() -> None:
    found = one_step(
        {"sentence": "one", "cause": "one"},
        {"sentence": "two", "cause": "two", "beside": True},
        {"sentence": "late", "cause": "late"},
    )
    assert [cause.key for cause in found] == ["one", "two"]


def test_a_warning_that_is_a_failure_elsewhere_explains_the_failure_of_its_step() -> None:
    told = one_sale()
    told.check("PAS-S-01", 2, "odd", verdict=FAIL, cause="odd")
    told.end("PAS-S-01", 2, FAIL)
    told.check("PAS-S-01", 3, "odd", verdict=Verdict.WARN, cause="odd")
    told.check("PAS-S-01", 3, "late", verdict=FAIL, cause="late")
    told.end("PAS-S-01", 3, FAIL)
    assert [cause.key for cause in fold(told.records).causes] == ["odd"]


def refusals() -> Cause:
    """Return the cause of the sample run of refusals."""
    (cause,) = fold(refused_with_success()).causes
    return cause


def test_a_group_is_named_by_what_its_members_share_with_the_codes_that_differ() -> None:
    cause = refusals()
    named = "8 codes: O400, O422, IN400, IN401, IN403, IN453 and 2 more"
    assert cause.sentence == f"status is not SUCCESS when an order failed ({named})"


def test_the_grades_of_a_group_are_counted_without_what_follows() -> None:
    cause = refusals()
    assert cause.grades == {Evidence.DOCUMENTED: 7, Evidence.ASSUMED: 2}
    assert [place.sentence for place in cause.places if place.follows] == ["is late"]


def test_the_calls_of_a_group_are_named_once() -> None:
    assert refusals().calls == ("confirm", "update_invoice", "labels", "cancel")


def test_a_group_of_equal_statements_is_named_by_the_statement() -> None:
    rule = {"rule": "reaches CONFIRMED", "sentence": "order reaches CONFIRMED", "cause": "lost"}
    assert one_step(rule)[0].sentence == "order reaches CONFIRMED"
    other = rule | {"sentence": "other reaches CONFIRMED", "beside": True}
    assert one_step(rule, other)[0].sentence == ("reaches CONFIRMED")


def test_a_group_whose_rules_differ_in_numbers_is_named_without_them() -> None:
    key = "get_orders | comes in pages of # | other pages"
    found = one_step(
        {"sentence": "comes in pages of 2", "rule": "comes in pages of 2", "cause": key},
        {"sentence": "comes in pages of 3", "rule": "comes in pages of 3", "cause": key, "beside": True},
    )
    assert found[0].sentence == "comes in pages of …"


def test_flows_that_end_for_one_reason_before_their_first_step_have_one_cause() -> None:
    story, names = Story(), ("PAS-S-01", "PAS-S-02")
    story.records.append(
        first_line(*(planned(name, "A sale", SALE_STEPS[:1], journey="sale") for name in names))
    )
    for name in names:
        story.add(FlowStarted, flow=name)
        story.add(FlowFinished, flow=name, verdict=Verdict.ERROR, message="the flow could not be prepared")
    (cause,) = fold(story.records).causes
    assert cause.flows == names


def test_an_error_without_a_check_names_the_last_call() -> None:
    story = one_sale()
    story.call("PAS-S-01", 3, "POST", "/oms/v3/shipment/confirm")
    story.records[-1] = story.records[-1].model_copy(update={"touchpoint": "confirm"})
    story.end("PAS-S-01", 3, Verdict.ERROR, message="no answer", cause="error | lost")
    (cause,) = fold(story.records).causes
    assert (cause.calls, cause.grades) == (("confirm",), {})
