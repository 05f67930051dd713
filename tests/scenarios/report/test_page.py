"""The HTML report: what it shows."""

from __future__ import annotations

import re

import pytest

from contracts.evidence import Evidence
from contracts.requirements import REQUIREMENTS
from scenarios.records import (
    Answered,
    Exchange,
    FlowFinished,
    Note,
    Record,
    RunFinished,
    Verdict,
    fold,
)
from scenarios.report.page import render
from tests.support.report_page import Page, page_of
from tests.support.report_sample import (
    LONG,
    SALE_STEPS,
    START,
    first_line,
    many_flows,
    one_sale,
    planned,
    realistic_run,
    refused_with_success,
)


def test_the_top_says_what_was_run_against_what(page: Page) -> None:
    (top,) = page.all("header")
    for text in (
        "1 error and 2 failures in 7 flows",
        "sandbox",
        "https://konnect.example",
        "2026-03-14 09:26:53 UTC",
        "0.1.0",
        "3.11.9",
        "b6f1c2a94e70",
        "20260314",
        "evidence",
        "customer: person",
        "both",
    ):
        assert text in top.said


def test_the_totals_name_each_verdict_in_words(page: Page) -> None:
    (totals,) = page.all("ul", class_="totals")
    assert totals.said == "1 error 2 failed 1 blocked 1 warning 1 skipped 1 passed"


def test_a_cause_is_shown_once_with_the_steps_where_it_showed(page: Page) -> None:
    (cause,) = [item for item in page.all("li", class_="cause") if "a bulk call" in item.said]
    assert "In 2 flows" in cause.said
    assert "PAS-S-02, step 3" in cause.said
    assert "PAS-X-01, step 3" in cause.said
    assert "#flow-PAS-S-02-step-3" in {a.attributes["href"] for a in page.all("a")}


def test_a_cause_names_its_calls_and_counts_its_places_by_grade() -> None:
    (cause,) = page_of(refused_with_success()).all("li", class_="cause")
    assert "status is not SUCCESS when an order failed (8 codes: O400, O422, " in cause.said
    assert "update invoice POST /oms/v3/shipment/invoiceUpdate" in cause.said
    assert "In 9 flows, 9 places: 7 documented, 2 assumed" in cause.said
    assert "For example, PAS-X-01, step 3: order is refused with O400 and unchanged" in cause.said
    assert "PAS-X-01, step 4 follows" in cause.said


def test_a_failure_shows_expected_beside_seen_with_the_difference_marked(page: Page) -> None:
    step = page.by_id("flow-PAS-S-02-step-3")
    assert "Expected" in step.said
    assert "Actual" in step.said
    marked = {mark.said for mark in page.all("mark")}
    assert {"200", "400"} <= marked
    assert '"payloadCount": 1,' not in marked
    assert '"status": 200,' not in marked


def test_a_failure_can_be_repeated_from_the_command_line_without_its_token(page: Page) -> None:
    (curl,) = [
        pre for pre in page.all("pre", class_="curl") if "POST" in pre.said and "it'\"'\"'s" in pre.said
    ]
    assert '-H "x-access-token: $TOKEN"' in curl.said
    assert "https://konnect.example/oms/v3/shipment/confirm" in curl.said


def test_an_exchange_shows_request_answer_status_and_time(page: Page) -> None:
    step = page.by_id("flow-PAS-S-02-step-3")
    for text in ("POST", "/oms/v3/shipment/confirm", "400", "12 ms", "x-access-token", "O400"):
        assert text in step.said


def test_polls_that_were_alike_are_shown_once_with_their_number(page: Page) -> None:
    step = page.by_id("flow-PAS-S-01-invoice-fynd-step-2")
    assert "polled 4 times in 834 ms, always CONFIRMED" in step.said
    assert step.said.count('"orderItemId"') == 1


def test_a_pdf_is_told_by_size_digest_and_text(page: Page) -> None:
    step = page.by_id("flow-PAS-S-01-invoice-fynd-step-5")
    assert "18,233 bytes" in step.said
    assert "ab" * 32 in step.said
    assert "TAX INVOICE" in step.said


def test_a_huge_body_is_shortened_and_its_length_is_told(html: str, page: Page) -> None:
    assert LONG not in html
    assert re.search(r"of 10\d,\d{3} characters are left out", page.by_id("flow-PAS-S-02-step-2").said)


def test_what_a_person_was_asked_for_is_shown(page: Page) -> None:
    step = page.by_id("flow-PAS-S-02-step-1")
    assert "played by a person" in step.said
    assert "At store BLR-01, sell two SHIRT-BLU-M" in step.said
    assert "one new order of BLR-01" in step.said


def test_a_blocked_step_names_the_step_that_blocked_it(page: Page) -> None:
    assert "blocked by step 3" in page.by_id("flow-PAS-S-02-step-5").said


def test_a_skipped_flow_gives_the_reason(page: Page) -> None:
    assert "needs the ability stock" in page.by_id("flow-PAS-X-02").said


def test_requirements_are_listed_with_text_grade_and_result(page: Page) -> None:
    known = next(row for row in REQUIREMENTS if row.id == "PAS-CNF-01")
    row = page.by_id("req-PAS-CNF-01")
    assert known.text in row.said
    assert "failed" in row.said
    assert "documented" in row.said


def test_a_requirement_that_is_not_known_is_said_to_be_so() -> None:
    flow = planned("A", "t", [], journey="sale", requirements=("PAS-NEW-99",))
    assert "does not know" in page_of([first_line(flow)]).by_id("req-PAS-NEW-99").said


def test_the_report_counts_what_a_green_run_leaned_on(page: Page) -> None:
    assert (
        "3 checks passed: 100 % rest on documented text, 0 % on other Fynd material, 0 % on older code, "
        "0 % on our assumptions." in page.by_id("requirements").said
    )


def test_a_check_of_an_assumed_rule_links_to_the_nearest_page_not_to_a_source() -> None:
    told = one_sale()
    told.check("PAS-S-01", 1, "is guessed", evidence=Evidence.ASSUMED, verdict=Verdict.FAIL)
    told.check("PAS-S-01", 2, "is written", evidence=Evidence.DOCUMENTED, verdict=Verdict.FAIL)
    page = page_of(told.records)
    assert "assumed nearest page" in page.by_id("flow-PAS-S-01-step-1").said
    assert "documented source" in page.by_id("flow-PAS-S-01-step-2").said


def test_an_assumed_requirement_has_no_source() -> None:
    row = next(row for row in REQUIREMENTS if row.source.evidence is Evidence.ASSUMED and row.source.url)
    flow = planned("A", "t", [], journey="sale", requirements=(row.id,))
    page = page_of([first_line(flow)])
    assert "nearest page" in page.by_id(f"req-{row.id}").said
    assert "No page states an assumed rule" in page.by_id("requirements").said


def test_a_run_that_was_cut_off_says_so() -> None:
    page = page_of(realistic_run(cut_off=True))
    assert "Interrupted: 3 of 7 flows unfinished, 1 failure so far" in page.all("h1")[0].said
    assert "This run was interrupted." in page.all("header")[0].said
    assert "unfinished" in page.by_id("flow-PAS-R-02").said


def test_a_write_of_unknown_fate_is_named() -> None:
    told = one_sale()
    told.call("PAS-S-01", 3, "POST", "/oms/v3/shipment/confirm")
    told.records.pop()
    assert "it is unknown whether it arrived" in page_of(told.records).by_id("flow-PAS-S-01-step-3").said


@pytest.mark.parametrize("records", [[], [first_line()]], ids=["empty file", "no flows"])
def test_a_run_of_nothing_has_a_report_too(records: list[Record]) -> None:
    page = page_of(records)
    assert page.unbalanced == []
    assert page.all("h1")[0].said == "No flow was run"


def test_a_run_in_which_all_was_skipped_is_not_called_passed() -> None:
    flow = planned("A", "t", SALE_STEPS, journey="sale", skip="no such ability")
    end = RunFinished(at=START, verdict=Verdict.SKIP, exit_status=1, totals={Verdict.SKIP: 1})
    assert page_of([first_line(flow), end]).all("h1")[0].said == "Nothing was checked: 1 flow skipped"


@pytest.mark.parametrize(
    ("verdicts", "sentence"),
    [
        ([Verdict.PASS], "The only flow passed"),
        ([Verdict.WARN], "The only flow passed with a warning"),
        ([Verdict.PASS, Verdict.PASS], "All 2 flows passed"),
        ([Verdict.PASS, Verdict.SKIP], "1 of 2 flows passed, 1 skipped"),
        ([Verdict.PASS, Verdict.WARN], "All 2 flows passed, 1 with a warning"),
        ([Verdict.PASS, Verdict.BLOCKED], "No failure, but 1 of 2 flows blocked"),
        ([Verdict.PASS, Verdict.FAIL], "1 failure in 2 flows"),
    ],
)
def test_the_headline_says_the_outcome(verdicts: list[Verdict], sentence: str) -> None:
    flows = [planned(f"A{number}", "t", [], journey="sale") for number, _ in enumerate(verdicts)]
    ends = [FlowFinished(flow=flow.id, verdict=at) for flow, at in zip(flows, verdicts, strict=True)]
    end = RunFinished(verdict=max(verdicts, key=lambda verdict: verdict.rank), exit_status=0)
    assert page_of([first_line(*flows), *ends, end]).all("h1")[0].said == sentence


def test_a_hundred_flows_make_a_page_of_bearable_size() -> None:
    html = render(fold(many_flows(100)))
    assert len(Page(html).all("article")) == 100
    assert len(html) < 500_000
    assert len(Page(html).elements) < 8_000


def test_notes_about_the_target_are_shown_with_code_set_apart(page: Page) -> None:
    assert "The target answers lists wrapped in orders." in page.by_id("causes").said
    assert "orders" in {code.said for code in page.all("code")}


def test_a_note_with_one_backtick_is_shown_as_it_is() -> None:
    page = page_of([first_line(), Note(at=START, text="a ` <b>")])
    assert "a ` <b>" in page.by_id("causes").said


def call(**values: object) -> Exchange:
    given = {"flow": "A", "step": 1, "method": "POST", "url": "/x", "started_at": START, "elapsed_ms": 1.0}
    return Exchange.model_validate(given | values)


def test_an_answer_that_never_came_says_why() -> None:
    told = one_sale()
    told.records.append(call(flow="PAS-S-01", trouble="read timed out"))
    told.end("PAS-S-01", 1, Verdict.ERROR, message="no answer")
    step = page_of(told.records).by_id("flow-PAS-S-01-step-1")
    assert "no answer" in step.said
    assert "read timed out" in step.said


def test_alike_answers_to_writes_are_never_shown_as_one() -> None:
    told = one_sale()
    for key in ("a", "b"):
        answer = Answered(status=200, body=[])
        told.records.append(call(flow="PAS-S-01", step=3, key=key, answer=answer))
    assert "times in" not in page_of(told.records).by_id("flow-PAS-S-01-step-3").said


def test_of_the_flows_that_share_a_cause_only_the_first_is_unfolded(html: str) -> None:
    unfolded = re.findall(r'id="flow-([A-Z0-9-]+)[^"]*">\s*<details open>', html)
    assert unfolded == ["PAS-S-02", "PAS-R-01", "PAS-R-02", "PAS-G-01"]


def test_a_flow_that_was_cut_off_is_unfolded() -> None:
    html = render(fold(realistic_run(cut_off=True)))
    assert re.search(r'id="flow-PAS-R-02">\s*<details open>', html)
    assert not re.search(r'id="flow-PAS-X-01">\s*<details open>', html)
