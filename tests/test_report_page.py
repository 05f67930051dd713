"""The HTML report: what it shows, and that no text of the target can become part of the page."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

import pytest

from contracts.requirements import REQUIREMENTS
from scenarios.records import (
    Answered,
    Asked,
    Exchange,
    FlowFinished,
    FlowStarted,
    Note,
    Record,
    RunFinished,
    TargetSeen,
    Verdict,
    fold,
)
from scenarios.report.bodies import beside, shown
from scenarios.report.curl import repeat
from scenarios.report.page import TEMPLATES, render
from scenarios.report.wording import WORDS, duration
from tests.report_sample import (
    EMOJI,
    LONG,
    MARKUP,
    RIGHT_TO_LEFT,
    SALE_STEPS,
    START,
    Story,
    first_line,
    many_flows,
    planned,
    realistic_run,
)

VOID = {"meta", "link", "img", "input", "br", "hr", "base"}


@dataclass
class Element:
    """An element of the page, with the text inside it."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The text in one line."""
        return " ".join("".join(self.text).split())


class Page(HTMLParser):
    """Reads a page into its elements, and notes tags that do not close."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.unbalanced: list[str] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        element = Element(tag, values, tuple(outer.name for outer in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, ()))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop().name != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    def all(self, name: str, **attributes: str) -> list[Element]:
        """Elements of this name that have these attributes; a class need only be among others."""
        return [
            element
            for element in self.elements
            if element.name == name
            and all(
                value in element.attributes.get(key.rstrip("_"), "").split()
                for key, value in attributes.items()
            )
        ]

    def by_id(self, id: str) -> Element:
        """The element with this id."""
        (found,) = [element for element in self.elements if element.attributes.get("id") == id]
        return found


def page_of(records: list[Record]) -> Page:
    return Page(render(fold(records)))


@pytest.fixture(scope="module")
def html() -> str:
    return render(fold(realistic_run()))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(html)


def one_flow(**values: object) -> Story:
    told = Story()
    told.records.append(first_line(planned("PAS-S-01", "A sale", SALE_STEPS, journey="sale"), **values))
    told.add(FlowStarted, flow="PAS-S-01")
    return told


def test_the_page_is_well_formed(page: Page) -> None:
    assert page.unbalanced == []


def test_text_of_the_target_is_shown_and_is_never_markup(html: str, page: Page) -> None:
    assert MARKUP not in html
    assert MARKUP in page.by_id("flow-PAS-S-02").said
    assert EMOJI in html
    assert RIGHT_TO_LEFT in html
    assert "{{ 7*7 }}" in html


def test_the_only_script_and_style_are_our_own(page: Page) -> None:
    (script,), (style,) = page.all("script"), page.all("style")
    assert "".join(script.text) == (TEMPLATES / "report.js").read_text().strip()
    assert "".join(style.text) == (TEMPLATES / "report.css").read_text().strip()


def test_no_element_has_a_handler_or_a_style_of_its_own(page: Page) -> None:
    names = {name for element in page.elements for name in element.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "srcdoc"}}


def test_the_policy_lets_only_our_own_style_and_script_work(page: Page) -> None:
    (policy,) = [m for m in page.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"]
    for name in ("style", "script"):
        text = "".join(page.all(name)[0].text)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy.attributes["content"]
    assert policy.attributes["content"].startswith("default-src 'none'; ")


def test_the_page_loads_nothing_from_elsewhere(html: str, page: Page) -> None:
    assert not [
        element for element in page.elements if {"src", "srcset", "data", "poster"} & set(element.attributes)
    ]
    assert "@import" not in html
    assert "url(" not in html
    assert page.all("link") == []


def test_a_source_that_is_no_web_address_is_not_a_link() -> None:
    told = one_flow()
    told.check("PAS-S-01", 1, "s", source="javascript:alert(1)")
    assert not [a for a in page_of(told.records).all("a") if a.attributes["href"].startswith("javascript")]


def test_every_link_within_the_page_arrives(page: Page) -> None:
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    targets = {a.attributes["href"][1:] for a in page.all("a") if a.attributes["href"].startswith("#")}
    pictures = {use.attributes["href"][1:] for use in page.all("use")}
    assert len(ids) == len(set(ids))
    assert targets | pictures <= set(ids)
    assert {"causes", "overview", "requirements", "flows"} <= targets


def test_flows_whose_ids_differ_only_in_signs_have_anchors_of_their_own() -> None:
    flows = [planned(id, "A sale", [], journey="sale") for id in ("A[b]", "A(b)", "---", "***")]
    page = page_of([first_line(*flows)])
    assert len({article.attributes["id"] for article in page.all("article")}) == 4


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


def test_a_failure_shows_expected_beside_seen_with_the_difference_marked(page: Page) -> None:
    step = page.by_id("flow-PAS-S-02-step-3")
    assert "Expected" in step.said
    assert "Seen" in step.said
    marked = {mark.said for mark in page.all("mark")}
    assert {'"status": 200,', '"status": 400,'} <= marked
    assert '"payloadCount": 1,' not in marked


def test_a_failure_can_be_repeated_from_the_command_line_without_its_token(page: Page) -> None:
    (curl,) = [
        pre for pre in page.all("pre", class_="curl") if "POST" in pre.said and "it'\"'\"'s" in pre.said
    ]
    assert '-H "x-access-token: $TOKEN"' in curl.said
    assert "https://konnect.example/oms/v3/shipment/confirm" in curl.said


def test_each_verdict_is_told_by_word_and_by_shape(page: Page) -> None:
    for tag in page.all("span", class_="tag"):
        assert tag.said in {*WORDS.values(), "unfinished"}
    shapes = {symbol.attributes["id"] for symbol in page.all("symbol")}
    assert shapes == {f"g-{verdict}" for verdict in [*Verdict, "unfinished"]}


def test_pictures_are_hidden_from_readers_who_hear_the_page(page: Page) -> None:
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in page.all("svg"))


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(element.name[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_page_has_its_landmarks_and_its_language(page: Page) -> None:
    assert page.all("html")[0].attributes["lang"] == "en"
    for name in ("header", "nav", "main", "footer"):
        assert len(page.all(name)) == 1


def test_every_fold_has_something_to_click_on(page: Page) -> None:
    assert len(page.all("details")) == len(page.all("summary"))


def test_an_exchange_shows_request_answer_status_and_time(page: Page) -> None:
    step = page.by_id("flow-PAS-S-02-step-3")
    for text in ("POST", "/oms/v3/shipment/confirm", "400", "12 ms", "x-access-token", "O400"):
        assert text in step.said


def test_polls_that_were_alike_are_shown_once_with_their_number(page: Page) -> None:
    step = page.by_id("flow-PAS-S-01-invoice-fynd-step-2")
    assert "4 times alike" in step.said
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
        "lean on 3 documented, 0 platform, 0 legacy, 0 assumed statements" in page.by_id("requirements").said
    )


def test_a_run_that_was_cut_off_says_so() -> None:
    page = page_of(realistic_run(cut_off=True))
    assert "Cut off: 3 of 7 flows unfinished, 1 failure so far" in page.all("h1")[0].said
    assert "This run was cut off." in page.all("header")[0].said
    assert "unfinished" in page.by_id("flow-PAS-R-02").said


def test_a_write_of_unknown_fate_is_named() -> None:
    told = one_flow()
    told.call("PAS-S-01", 3, "POST", "/oms/v3/shipment/confirm")
    told.records.pop()
    assert "whether it arrived is not known" in page_of(told.records).by_id("flow-PAS-S-01-step-3").said


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
    assert len(html) < 3_000_000


def test_notes_about_the_target_are_shown_with_code_set_apart(page: Page) -> None:
    assert "The target answers lists wrapped in orders." in page.by_id("causes").said
    assert "orders" in {code.said for code in page.all("code")}


def test_a_note_with_one_backtick_is_shown_as_it_is() -> None:
    page = page_of([first_line(), Note(at=START, text="a ` <b>")])
    assert "a ` <b>" in page.by_id("causes").said


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes() -> list[dict[str, str]]:
    css = (TEMPLATES / "report.css").read_text()
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*)\}", css)[:2]
    )
    return [light, light | dark]


@pytest.mark.parametrize("theme", themes(), ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "well"])
def test_text_is_legible_in_both_themes(theme: dict[str, str], ground: str) -> None:
    for name in ("ink", "soft", "link", *Verdict, "unfinished"):
        assert contrast(theme[str(name)], theme[ground]) >= 4.5, name
    assert contrast(theme["ink"], theme["mark"]) >= 4.5


def call(**values: object) -> Exchange:
    given = {"flow": "A", "step": 1, "method": "POST", "url": "/x", "started_at": START, "elapsed_ms": 1.0}
    return Exchange.model_validate(given | values)


def test_masked_parameters_become_variables_of_the_command_line() -> None:
    line = repeat(
        call(method="GET", url="/aggregator/v1/token?username=u&password=***"), "https://oms.example/"
    )
    assert line == 'curl -sS -X GET "https://oms.example/aggregator/v1/token?username=u&password=${PASSWORD}"'


def test_a_target_without_an_address_is_a_variable_of_the_command_line() -> None:
    assert repeat(call(), None) == 'curl -sS -X POST "$OMS_URL/x"'


def test_what_the_target_wrote_cannot_become_a_command() -> None:
    hostile = call(
        url="/x?a=$(id)`id`&password=***", request=Asked(headers={"x-a": "$(id)'"}, body="'; id; '")
    )
    line = repeat(hostile, None)
    assert r"\$(id)\`id\`" in line
    assert "'x-a: $(id)'\"'\"''" in line
    assert "--data-raw ''\"'\"'; id; '\"'\"''" in line


def test_a_long_body_is_left_to_a_file() -> None:
    assert "@body.json" in repeat(call(request=Asked(body={"a": LONG})), None)


def test_a_body_that_is_text_is_shown_as_it_is() -> None:
    assert shown("<html>").text == "<html>"


def test_values_too_long_to_compare_are_shown_unmarked() -> None:
    left, right = beside(list(range(500)), list(range(1, 501)))
    assert not any(line.differs for line in [*left, *right])


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0.0124, "12 ms"), (3.44, "3.4 s"), (125, "2 min 5 s"), (59.96, "1 min 0 s"), (3780, "1 h 3 min")],
)
def test_durations_are_told_in_the_unit_that_suits_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text


def test_a_target_s_name_is_escaped_in_the_title() -> None:
    page = page_of([first_line(target=TargetSeen(name="</title><script>x</script>"))])
    assert len(page.all("script")) == 1


def test_an_answer_that_never_came_says_why() -> None:
    told = one_flow()
    told.records.append(call(flow="PAS-S-01", trouble="read timed out"))
    told.end("PAS-S-01", 1, Verdict.ERROR, message="no answer")
    step = page_of(told.records).by_id("flow-PAS-S-01-step-1")
    assert "no answer" in step.said
    assert "read timed out" in step.said


def test_alike_answers_to_writes_are_never_shown_as_one() -> None:
    told = one_flow()
    for key in ("a", "b"):
        answer = Answered(status=200, body=[])
        told.records.append(call(flow="PAS-S-01", step=3, key=key, answer=answer))
    assert "times alike" not in page_of(told.records).by_id("flow-PAS-S-01-step-3").said
