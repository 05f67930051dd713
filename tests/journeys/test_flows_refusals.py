"""Refusal flows pass on the mock and fail on each seeded defect."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from contracts import problems
from contracts.evidence import Evidence
from contracts.problems import Problem
from scenarios.choices import Grade
from scenarios.flows import refusals
from scenarios.language import expectations as e
from scenarios.language.flow import Flow, Step, single_steps
from scenarios.records import Verdict
from scenarios.targets.opening import open_target
from tests.gauges import mutants
from tests.support.flow_runs import assert_green, first_message, play

FLOWS = {flow.id: flow for flow in refusals.FLOWS}
OTHER_CHOICES = {
    "unauthorized_status": 403,
    "bad_credentials_status": 400,
    "shape_status": 422,
    "refused_status": 400,
    "partly_refused_status": 207,
    "nothing_printed_status": 404,
    "partly_printed": "counts",
    "status_partial": "PARTIAL",
    "status_failed": "FAILURE",
    "error_order_key": "shipment",
    "error_code_key": "code",
    "error_message_key": "reason",
    "codes": {"confirm.already": "AA1", "cancel.unknown": "AA2"},
    "token_ttl_s": 300,
    "page_size_default": 10,
    "page_size_max": 50,
    "page_size_over_max": "reject",
    "unknown_order": "not_found",
    "unknown_fields": "accept",
    "strings_for_numbers": "accept",
    "null_fields": "accept",
    "date_offsets": "apply",
    "empty_parameters": "ignore",
    "byte_order_mark": "reject",
    "compressed_bodies": "reject",
    "unknown_reason_codes": "accept",
    "confirm_again": "accept",
    "customer_cancels_after_confirm": True,
    "reassign_on_seller_cancel": True,
    "hand_over_before_invoice": True,
    "return_passes_bag_delivered": True,
}
"""A profile with another choice in each open field."""


def refusing_steps(touchpoint: str, code: str) -> list[Step]:
    """Steps at a touchpoint that assert a code as it is documented."""
    return [
        step
        for flow in refusals.FLOWS
        for step in single_steps(flow)
        for x in step.expects
        if isinstance(x, e.Refused) and (step.action.touchpoint, x.code) == (touchpoint, code)
        if x.grade is None
    ]


def test_every_flow_of_refusals_is_green_on_the_mock() -> None:
    played = play(refusals.FLOWS)
    assert played.missed() == []
    assert_green(played)


def test_ids_of_refusals_follow_each_other() -> None:
    assert list(FLOWS) == [f"PAS-X-{number:02}" for number in range(1, len(FLOWS) + 1)]


@pytest.mark.parametrize(
    "row",
    [row for row in problems.ROWS if row.origin.evidence is Evidence.DOCUMENTED],
    ids=lambda row: f"{row.key} {row.code}",
)
def test_every_documented_code_is_asserted_where_it_is_documented(row: problems.ProblemRow) -> None:
    assert refusing_steps(row.touchpoint, row.code)


@pytest.mark.parametrize("flow", refusals.FLOWS, ids=FLOWS)
def test_every_refusal_looks_whether_the_order_stayed_as_it_was(flow: Flow) -> None:
    for step in single_steps(flow):
        if any(isinstance(x, e.NotServed) for x in step.expects) and step.action.names and step.action.writes:
            assert any(isinstance(x, e.Unchanged | e.CallRefused) for x in step.expects), step.says


def test_refusals_are_read_through_the_profile_where_it_chose_otherwise() -> None:
    assert_green(play(refusals.FLOWS, open_target("mock", options={"profile": OTHER_CHOICES})))


def other_code(touchpoint: str, problem: Problem, replaced: Mapping[str, str]) -> str:
    """Another code wherever none is published."""
    row = problems.row(touchpoint, problem)
    return row.code if row.origin.evidence is Evidence.DOCUMENTED else "ZZ999"


def test_codes_that_nobody_published_are_not_held_against_a_described_target(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(problems, "code", other_code)
    described = replace(open_target("mock"), described=True, profile=None)
    again = FLOWS["PAS-X-31"], FLOWS["PAS-X-34"], FLOWS["PAS-X-46"], FLOWS["PAS-X-50"]
    assert set(play(again, described, grade=Grade.EVIDENCE).verdicts.values()) == {Verdict.PASS}
    assert set(play(again, open_target("mock")).verdicts.values()) == {Verdict.FAIL}


CAUGHT = [
    ("confirm-cancelled-as-unknown", "PAS-X-01", "refused with O400", "refused with O422"),
    ("confirm-unknown-as-cancelled", "PAS-X-03", "refused with O422", "refused with O400"),
    ("invoice-cancelled-as-unknown", "PAS-X-04", "refused with IN401", "refused with IN400"),
    ("invoice-unknown-as-type", "PAS-X-06", "refused with IN400", "refused with IN422"),
    ("invoice-type-as-unknown", "PAS-X-08", "refused with IN422", "refused with IN400"),
    ("invoiced-twice-as-too-early", "PAS-X-10", "refused with IN453", "refused with IN403"),
    ("invoice-too-early-as-twice", "PAS-X-11", "refused with IN403", "refused with IN453"),
    ("print-too-early-as-unknown", "PAS-X-12", "refused with IN403", "refused with IN400"),
    ("label-too-early-as-unknown", "PAS-X-12", "refused with L403", "refused with L400"),
    ("print-unknown-as-too-early", "PAS-X-13", "refused with IN400", "refused with IN403"),
    ("label-unknown-as-too-early", "PAS-X-13", "refused with L400", "refused with L403"),
    ("number-reused", "PAS-X-09", "refused with IN422", "accepted"),
    ("second-invoice-accepted", "PAS-X-10", "refused with IN453", "accepted"),
    ("cancelled-confirmed", "PAS-X-01", "refused with O400", "accepted"),
    ("other-location-confirms", "PAS-X-03", "refused with O422", "accepted"),
    ("other-location-prints", "PAS-X-13", "refused with IN400", "a PDF"),
    ("twenty-one-accepted", "PAS-X-14", "takes at most 20 orders", "21 taken"),
    ("refused-counted-as-taken", "PAS-X-15", "add up to the number of orders sent", '"successCount": 4'),
    ("taken-counted-twice", "PAS-X-15", "add up to the number of orders sent", '"successCount": 4'),
    ("payload-of-taken", "PAS-X-15", "payloadCount is the number of orders sent", '"payloadCount": 2'),
    ("errors-dropped", "PAS-X-15", "errors is not empty when an order failed", '"errors": 0'),
    ("errors-about-another", "PAS-X-15", "refused with", "no error item about it"),
    ("always-success", "PAS-X-17", "status is not SUCCESS when an order failed", "SUCCESS"),
    ("all-refused-answered-400", "PAS-X-17", "HTTP 200", "HTTP 400"),
    ("partly-refused-answered-207", "PAS-X-15", "HTTP 200", "HTTP 207"),
    ("refused-changes-state", "PAS-X-32", "expected unchanged: CREATED", "CONFIRMED"),
    ("two-invoice-at-once", "PAS-X-20", "taken exactly once", "accepted"),
    ("two-confirm-at-once", "PAS-X-21", "taken exactly once", "accepted"),
    ("no-token-accepted", "PAS-X-23", "is not served", "HTTP 200"),
    ("made-up-token-accepted", "PAS-X-24", "is not served", "HTTP 200"),
    ("expired-token-accepted", "PAS-X-25", "is not served", "HTTP 200"),
    ("any-password-accepted", "PAS-X-26", "is not served", "HTTP 200"),
    ("unauthorized-answered-403", "PAS-X-23", "HTTP 401", "HTTP 403"),
    ("location-not-needed", "PAS-X-28", "is not served: expected turned away", "HTTP 200"),
    ("other-location-reads", "PAS-X-29", "is not shown", "shown"),
    ("other-location-cancels", "PAS-X-29", "refused with CN422", "accepted"),
    ("other-company-reads", "PAS-X-30", "is not shown", "shown"),
    ("other-company-writes", "PAS-X-30", "refused with O422", "accepted"),
    ("confirm-again-accepted", "PAS-X-31", "refused with CF409", "accepted"),
    ("partial-confirm-accepted", "PAS-X-32", "refused with CF422", "accepted"),
    ("cancel-more-than-left", "PAS-X-35", "refused with CN409", "accepted"),
    ("cancel-after-hand-over", "PAS-X-37", "is refused and unchanged: expected refused", "accepted"),
    ("hand-over-before-invoice", "PAS-X-42", "is not possible", "it was done"),
    ("return-more-than-sold", "PAS-X-43", "is not possible", "it was done"),
    ("accepted-return-frees-quantity", "PAS-X-43", "is not possible", "it was done"),
    ("return-before-hand-over", "PAS-X-44", "is not possible", "it was done"),
    ("qc-more-than-back", "PAS-X-45", "refused with R425", "accepted"),
    ("credit-note-before-qc", "PAS-X-49", "is refused and unchanged", "accepted"),
    ("auto-credit-note-pushed", "PAS-X-50", "refused with IN453", "accepted"),
    ("shape-refused-with-200", "PAS-X-54", "HTTP 400", "HTTP 200"),
]
"""Seeded defect, a flow that it turns red, what was expected and what was seen in its message."""


@pytest.mark.parametrize(
    ("defect", "flow", "expected", "seen"), CAUGHT, ids=[f"{c[0]} {c[1]}" for c in CAUGHT]
)
def test_a_seeded_defect_turns_a_refusal_red_and_its_message_names_it(
    defect: str, flow: str, expected: str, seen: str
) -> None:
    message = first_message(mutants.play(defect, (flow,)).flows[flow])
    assert expected in message.partition("saw ")[0]
    assert seen in message.partition("saw ")[2]


def test_the_loser_of_two_calls_at_once_must_be_told_the_documented_code(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    right = problems.code

    def wrong(touchpoint: str, problem: Problem, replaced: Mapping[str, str]) -> str:
        return "IN400" if problem is Problem.ALREADY else right(touchpoint, problem, replaced)

    monkeypatch.setattr(problems, "code", wrong)
    played = play([FLOWS["PAS-X-20"]])
    assert [check.sentence for check in played.missed()] == ["order is taken exactly once"]
    assert "IN400" in str(played.missed()[0].seen)
