"""The HTML report of a contract run has its own parts."""

from __future__ import annotations

import pytest

from contracts.checks.exploration import Ended
from scenarios.contract.recording import Stopwatch
from scenarios.records import (
    GENERATED,
    FlowFinished,
    FlowStarted,
    Note,
    Reach,
    Record,
    RunFinished,
    Verdict,
    fold,
)
from scenarios.report.build import build_report
from tests.support.report_page import Page, page_of
from tests.support.report_sample import SALE_STEPS, Story, first_line, planned


def explored() -> list[Record]:
    story = Story()
    story.records.append(
        first_line(planned("CONTRACT confirm", "Confirm", SALE_STEPS[:1], journey=GENERATED))
    )
    story.add(FlowStarted, flow="CONTRACT confirm")
    story.begin("CONTRACT confirm", 1)
    story.check("CONTRACT confirm", 1, "every check is met")
    story.end("CONTRACT confirm", 1, Verdict.PASS, message="127 calls")
    story.add(FlowFinished, flow="CONTRACT confirm", verdict=Verdict.PASS)
    story.add(Note, about="phases", text="Time of the phases: examples 2.0 s.")
    story.add(
        Reach, touchpoint="confirm", calls=1270, reached=635, orders=90, taken=9, codes={"O400": 7, "O422": 2}
    )
    story.add(Reach, touchpoint="labels", calls=0, reached=0, orders=0, taken=0)
    story.add(RunFinished, verdict=Verdict.PASS, exit_status=0, totals={Verdict.PASS: 1})
    return story.records


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(explored())


def test_the_reach_table_is_on_the_page(page: Page) -> None:
    rows = [[cell.said for cell in page.elements if cell.name in {"th", "td"} and "table" in cell.within]]
    assert rows[0][:6] == ["Touchpoint", "Calls", "Reached", "Orders", "Taken", "Refused with"]
    assert rows[0][6:12] == ["confirm", "1,270", "50%", "90", "10%", "O400 7, O422 2"]
    assert rows[0][12:] == ["labels", "0", "-", "", "-", ""]


def test_a_narrow_page_scrolls_the_reach_table_instead_of_breaking_its_words(page: Page) -> None:
    (table,) = page.all("table", class_="reach")
    assert table.within[-1] == "div"
    (frame,) = page.all("div", class_="wide")
    assert (frame.attributes["role"], frame.attributes["tabindex"]) == ("region", "0")


def test_a_contract_report_has_its_own_title_and_counts_no_statements(page: Page) -> None:
    assert page.all("p", class_="kicker")[0].said == "Contract report"
    assert "Contract report" in page.all("title")[0].said
    assert "documented statements" not in page.by_id("requirements").said
    assert "1 check passed: 100 % rest on documented text" in page.by_id("requirements").said


def test_times_are_those_of_the_phases_only(page: Page) -> None:
    assert "Time of the phases: examples 2.0 s." in page.by_id("causes").said
    assert "took" not in page.by_id("flow-CONTRACT-confirm").said
    assert [flow.duration_s for flow in build_report(fold(explored())).flows] == [None]


def test_the_reach_is_in_the_report_for_programs() -> None:
    rows = build_report(fold(explored())).reach
    assert [(row.touchpoint, row.calls, row.codes) for row in rows] == [
        ("confirm", 1270, {"O400": 7, "O422": 2}),
        ("labels", 0, {}),
    ]


def test_the_time_of_a_phase_is_the_sum_of_its_parts() -> None:
    times = iter([0.0, 2.0, 5.0, 6.5])
    watch = Stopwatch(lambda: next(times))
    for phase in ("examples", "fuzzing", "examples"):
        watch.lap(Ended(phase, (), {}, {}, ()))  # type: ignore[arg-type]  # the counts are not used
    assert watch.says() == "Time of the phases: examples 3.5 s, fuzzing 3.0 s."
