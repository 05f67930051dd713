"""Root causes over several flows: the fewest that explain all failures."""

from __future__ import annotations

from collections.abc import Sequence

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
from scenarios.records import Cause, FlowStarted, Verdict, fold
from tests.support.report_sample import SALE_STEPS, Story, first_line, planned

PUSHED = {"invoice": AGGREGATOR, "credit_note": AGGREGATOR}
ISSUED = {"invoice": FYND, "credit_note": FYND}


def causes(*flows: Sequence[tuple[str, Verdict]]) -> dict[str, Cause]:
    """Return root causes of flows with one check per step."""
    told = Story()
    names = [f"PAS-S-0{number}" for number, _ in enumerate(flows, start=1)]
    told.records.append(
        first_line(*(planned(name, "A sale", SALE_STEPS[:3], journey="sale") for name in names))
    )
    for name, steps in zip(names, flows, strict=True):
        told.add(FlowStarted, flow=name)
        for number, (key, verdict) in enumerate(steps, start=1):
            told.check(name, number, key, verdict=verdict, cause=key)
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
