"""The HTML report: size, packed evidence, print and search."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from scenarios.records import Exchange, FlowFinished, FlowStarted, OrderKnown, Record, Verdict, fold
from scenarios.report.flow_pages import EXAMPLES_MAX
from scenarios.report.page import TEMPLATES, render
from tests.support.report_page import PACKED, Page, page_of, unpacked
from tests.support.report_sample import (
    SALE_STEPS,
    SHIPMENT,
    Story,
    first_line,
    many_flows,
    planned,
    realistic_run,
)

CSS = (TEMPLATES / "report.css").read_text()
SCRIPT = (TEMPLATES / "report.js").read_text()


def failed_step(*calls: tuple[str, str]) -> list[Record]:
    """A run of one failed step with these calls."""
    story = Story()
    story.records.append(first_line(planned("A", "t", SALE_STEPS[:1], journey="sale")))
    story.add(FlowStarted, flow="A")
    story.begin("A", 1)
    for method, url in calls:
        story.call("A", 1, method, url)
    story.end("A", 1, Verdict.FAIL, message="m")
    story.add(FlowFinished, flow="A", verdict=Verdict.FAIL)
    return story.records


def printed() -> str:
    return CSS[CSS.index("@media print") :]


def test_a_run_of_162_flows_stays_below_two_megabytes_and_16000_elements() -> None:
    html = render(fold(many_flows(162)))
    assert len(html.encode()) < 2_000_000
    assert len(Page(html).elements) < 16_000


def test_packed_steps_take_a_quarter_of_their_size() -> None:
    html = render(fold(many_flows(30)))
    assert len(PACKED.findall(html)) == 30
    packed = sum(map(len, PACKED.findall(html)))
    assert packed * 4 < packed + len(unpacked(html)) - len(html)


def failed_in_their_own_way(number: int, calls: int = 1) -> Iterator[Record]:
    """Flows that fail at their first step, each with another cause."""
    plans = [planned(f"A-{at}", "t", SALE_STEPS[:2], journey="sale") for at in range(number)]
    yield first_line(*plans)
    for plan in plans:
        story = Story()
        for order in range(calls):
            story.call(plan.id, 1, "POST", "/acted", body=[SHIPMENT | {"id": f"{plan.id}-{order}"}])
        story.check(plan.id, 1, "is fine")
        story.check(plan.id, 1, f"is unlike {plan.id}", verdict=Verdict.FAIL)
        story.end(plan.id, 1, Verdict.FAIL, message="m")
        story.end(plan.id, 2, Verdict.PASS)
        story.add(FlowFinished, flow=plan.id, verdict=Verdict.FAIL)
        yield from story.records


def test_only_an_example_of_each_cause_is_complete_without_a_script() -> None:
    html = render(fold(failed_in_their_own_way(EXAMPLES_MAX + 3)))
    assert len(PACKED.findall(html)) == 3
    opened = [part for part in Page(html).all("details") if part.within[-1] == "article"]
    assert sum("open" in part.attributes for part in opened) == EXAMPLES_MAX


def test_a_packed_flow_that_failed_shows_its_failed_steps_without_a_script() -> None:
    html = render(fold(failed_in_their_own_way(EXAMPLES_MAX + 1)))
    last = f"flow-A-{EXAMPLES_MAX}"
    short = Page(html).by_id(last).said
    assert f"is unlike A-{EXAMPLES_MAX}" in short
    assert "is fine" not in short
    assert "/acted" not in short
    assert "The other steps and all calls are packed in this page." in short
    ids = {step.attributes["id"] for step in Page(html).all("li", class_="step")}
    assert f"{last}-step-1" in ids
    assert f"{last}-step-2" not in ids
    whole = Page(unpacked(html)).by_id(last).said
    assert "is fine" in whole
    assert "/acted" in whole


def test_a_run_of_85_failed_flows_stays_below_two_megabytes() -> None:
    html = render(fold(failed_in_their_own_way(85, calls=30)))
    assert len(html.encode()) < 2_000_000
    assert len(unpacked(html)) > 4_000_000


def test_without_a_script_the_page_says_where_packed_steps_are(html: str) -> None:
    (says,) = Page(html).all("noscript")
    assert "run.jsonl" in says.said
    assert "oms-scenarios report RUN" in says.said


def test_data_blocks_are_the_only_scripts_beside_ours(html: str) -> None:
    kinds = [script.attributes.get("type") for script in Page(html).all("script")]
    assert kinds == ["application/octet-stream"] * len(PACKED.findall(html)) + [None]


def test_the_same_run_is_packed_into_the_same_bytes(html: str) -> None:
    assert render(fold(realistic_run())) == html


def test_headers_that_all_answers_share_are_shown_once() -> None:
    page = page_of(failed_step(("POST", "/one"), ("GET", "/two")))
    assert "1 header as in every answercontent-typeapplication/json" in page.by_id("flows").said
    step = page.by_id("flow-A-step-1").said
    assert step.count("and 1 header as in every answer") == 2
    assert "content-typeapplication/json" not in step


def test_print_has_no_calls_and_only_noteworthy_steps() -> None:
    rule = ":is(.flow.calm, .call, .step:not(.noteworthy), .checks > .v-pass, .packed > .hint)"
    assert f"body:not(.one) {rule} {{ display: none; }}" in printed()
    assert "beforeprint" not in SCRIPT
    assert "details-content" not in CSS


def test_the_evidence_of_one_flow_can_be_printed_alone(html: str) -> None:
    assert ".flow:not(.printed)" in printed()
    assert 'get("print")' in SCRIPT
    (row,) = [li for li in Page(html).all("li") if li.attributes.get("data-id") == "PAS-S-02"]
    assert row.attributes["data-show"] == "failed"


def test_a_flow_is_found_by_id_title_and_code(html: str) -> None:
    (row,) = [li for li in Page(html).all("li") if li.attributes.get("data-id") == "PAS-S-02"]
    found = unescape(row.attributes["data-find"])
    for word in ("PAS-S-02", "A sale", "O400"):
        assert word in found


def test_a_flow_is_found_by_its_orders_and_touchpoints() -> None:
    records = failed_step(("GET", "/x"))
    records[-3] = records[-3].model_copy(update={"touchpoint": "get_orders"})
    records.insert(2, OrderKnown(flow="A", name="sale", order_id="1732547"))
    (row,) = [li for li in page_of(records).all("li") if li.attributes.get("data-id") == "A"]
    assert row.attributes["data-find"] == "A t 1732547 get_orders"
    assert row.attributes["data-touchpoint"] == "get_orders"


def test_verdicts_and_journeys_are_toggles_that_a_script_enables(html: str) -> None:
    buttons = Page(html).all("button")
    pairs = {(b.attributes["data-key"], b.attributes["data-value"]) for b in buttons}
    assert {("show", "failed"), ("show", "passed"), ("journey", "sale"), ("journey", "returns")} <= pairs
    assert re.search(r'<div class="filter" role="search" aria-label="Find flows" hidden>', html)


def test_texts_have_a_name_and_get_a_tab_stop_only_from_the_script(html: str) -> None:
    texts = Page(unpacked(html)).all("pre")
    assert texts
    assert {text.attributes["role"] for text in texts} == {"group"}
    assert all(text.attributes["aria-label"] for text in texts)
    assert not [text for text in texts if "tabindex" in text.attributes]


def test_polls_that_move_the_clock_are_folded_and_the_call_that_acted_is_open() -> None:
    records = failed_step(("POST", "/hand_over"), *[("POST", "/clock"), ("GET", "/order")] * 7)
    made = [
        record.model_copy(
            update={
                "key": None,
                "answer": record.answer.model_copy(update={"body": {"now": str(record.at)}}),
            }
        )
        if isinstance(record, Exchange) and record.answer and record.url.endswith("/clock")
        else record
        for record in records
    ]
    calls = page_of(made).all("details", class_="call")
    assert [("open" in part.attributes, part.said.split(" 200 ")[0]) for part in calls] == [
        (True, "POST /hand_over"),
        (False, "POST /clock"),
        (True, "GET /order"),
    ]
    assert "repeated 7 times" in calls[1].said
    assert "polled 7 times" in calls[2].said


def test_the_last_write_and_the_last_call_of_a_failed_step_are_open() -> None:
    polls = [("GET", "/clock"), ("GET", "/judged")] * 3
    page = page_of(failed_step(("POST", "/first"), ("POST", "/acted"), *polls))
    calls = [(part.said, "open" in part.attributes) for part in page.all("details", class_="call")]
    assert [opened for _, opened in calls] == [False, True, False, True]
    assert "polled 3 times" in calls[3][0]
