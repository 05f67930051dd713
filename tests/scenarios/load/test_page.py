"""The page of a load run, and its counts."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
from click.testing import CliRunner
from junitparser import JUnitXml, TestCase

from scenarios.cli.main import main
from scenarios.errors import UsageError
from scenarios.load.counters import MESSAGES_LIMIT, OTHER_FAILURES, Counters
from scenarios.load.results import Numbers, numbers_of, read
from scenarios.report.files import write_load
from scenarios.report.load import POINTS_LIMIT, render
from scenarios.report.schemas import REPORT_SCHEMA
from tests.support.report_page import Page

BEGAN = 1_700_000_000.0
EVIL = "<script>alert(1)</script>"


def a_tally(seconds: int = 10, *, failing: bool = False) -> Counters:
    tally = Counters()
    for second in range(seconds):
        for place in range(100):
            trouble = f"1 of 1 orders refused: IN403 {EVIL}" if failing and place == 0 else None
            tally.note("Order confirmation", 1.0 + place, trouble, BEGAN + second + 0.5)
    tally.note(
        "system: confirms an order", 1500.0, "not within 2 s; still placed" if failing else None, BEGAN
    )
    return tally


def numbers(tally: Counters, seconds: int = 10) -> Numbers:
    return numbers_of(
        tally,
        title="whole journeys",
        target="http://127.0.0.1:8080",
        started_at=BEGAN,
        ended_at=BEGAN + seconds,
        facts={"Users": "20"},
    )


def test_the_page_holds_the_numbers() -> None:
    page = Page(render(numbers(a_tally())))

    assert page.unbalanced == []
    (headline,) = page.all("h1")
    assert headline.said == "1,000 calls, no failure"
    cells = [cell.said for cell in page.elements if cell.name in ("th", "td")]
    for row in (
        ["Order confirmation", "1,000", "0", "50 ms", "95 ms", "99 ms", "100 ms"],
        ["system: confirms an order", "1", "0", "1.5 s", "1.5 s", "1.5 s", "1.5 s"],
        ["all calls", "1,000", "0", "50 ms", "95 ms", "99 ms", "100 ms"],
    ):
        start = cells.index(row[0])
        assert cells[start : start + len(row)] == row


def test_the_page_needs_nothing_from_elsewhere_and_runs_no_script() -> None:
    html = render(numbers(a_tally()))

    assert re.findall(r"(?:src|href)=\"(?!#)[^\"]*\"|url\(|@import", html) == []
    (policy, *_) = [
        meta.attributes["content"] for meta in Page(html).all("meta") if "http-equiv" in meta.attributes
    ]
    assert policy.startswith("default-src 'none'; style-src 'sha256-")
    assert "<script" not in html


def test_failures_stand_on_the_page_as_text() -> None:
    html = render(numbers(a_tally(failing=True)), ["3 pieces are still reserved"])
    page = Page(html)

    assert page.all("h1")[0].said == "11 failures and 1 finding in 1,000 calls"
    assert any(f"IN403 {EVIL}" in cell.said for cell in page.all("td"))
    assert "<script" not in html
    assert any("still reserved" in entry.said for entry in page.all("li"))


def test_a_run_without_calls_is_no_success() -> None:
    page = Page(render(numbers(Counters())))

    assert page.unbalanced == []
    assert page.all("h1")[0].said == "No call was made"
    assert page.all("polyline") == []


def test_every_second_is_drawn_and_lines_break_where_nothing_came() -> None:
    tally = a_tally(4)
    tally.note("Order confirmation", 5.0, None, BEGAN + 8)
    page = Page(render(numbers(tally)))

    rate, *times = page.all("polyline")
    assert len(rate.attributes["points"].split()) == 11
    assert {len(line.attributes["points"].split()) for line in times} == {4}
    assert len(page.all("circle", r="2")) == 3


def test_a_long_run_is_drawn_with_few_points() -> None:
    page = Page(render(numbers(a_tally(1000), 1000)))

    assert all(len(line.attributes["points"].split()) <= POINTS_LIMIT for line in page.all("polyline"))


def test_counts_of_several_processes_add_up() -> None:
    whole, first, second = a_tally(4), Counters(), Counters()
    for part in (first, second):
        part.add(a_tally(2).take())
    both = Counters()
    both.add(first.take())
    both.add(second.take())

    assert both.names["Order confirmation"].percentiles_ms(0.5, 0.99, 1) == whole.names[
        "Order confirmation"
    ].percentiles_ms(0.5, 0.99, 1)
    assert both.names["Order confirmation"].calls == 400
    assert first.names == {}


def test_failures_beyond_a_limit_are_counted_together() -> None:
    tally = Counters()
    for number in range(MESSAGES_LIMIT + 5):
        tally.note("confirm", 1.0, f"failure {number}", BEGAN)

    assert tally.messages["confirm", OTHER_FAILURES] == 5
    assert tally.names["confirm"].failures == MESSAGES_LIMIT + 5


def test_numbers_are_read_as_they_were_written(tmp_path: Path) -> None:
    told = numbers(a_tally(failing=True))
    write_load(told, tmp_path)

    assert read(tmp_path / "load.json") == told


def written(folder: Path, told: Numbers, *findings: str) -> tuple[dict[str, Any], dict[str, TestCase]]:
    """The report.json of a load run, and the cases of its junit.xml."""
    paths = write_load(told, folder, findings)
    shown = json.loads(paths.json.read_text(encoding="utf-8"))
    jsonschema_rs.validate(json.loads(REPORT_SCHEMA.read_text(encoding="utf-8")), shown)
    return shown, {case.name: case for suite in JUnitXml.fromfile(str(paths.junit)) for case in suite}


def test_a_run_without_a_failure_passes_in_report_json_and_junit(tmp_path: Path) -> None:
    shown, cases = written(tmp_path, numbers(a_tally()))
    assert (shown["complete"], shown["verdict"], shown["exit_status"]) == (True, "pass", 0)
    assert {flow["verdict"] for flow in shown["flows"]} == {"pass"}
    assert list(cases) == [flow["id"] for flow in shown["flows"]]
    assert not [case for case in cases.values() if case.result]


def test_failures_and_findings_fail_in_report_json_and_junit(tmp_path: Path) -> None:
    told = numbers(a_tally(failing=True))
    shown, cases = written(tmp_path, told, "2 orders are missing")
    assert (shown["complete"], shown["verdict"], shown["exit_status"]) == (True, "fail", 1)
    failed = {one.name for one in told.failures} | {"finding 1"}
    assert {flow["id"] for flow in shown["flows"] if flow["verdict"] == "fail"} == failed
    assert {name for name, case in cases.items() if case.result} == failed
    assert told.failures[0].message in cases[told.failures[0].name].result[0].message
    assert cases["finding 1"].result[0].message == "2 orders are missing"
    assert len(shown["causes"]) == len(told.failures) + 1


def test_an_interrupted_run_is_unfinished_in_report_json_and_junit(tmp_path: Path) -> None:
    told = numbers(a_tally()).model_copy(update={"interrupted": "Interrupted by Ctrl-C"})
    shown, cases = written(tmp_path, told)
    assert (shown["complete"], shown["verdict"], shown["exit_status"]) == (False, None, 3)
    assert shown["unfinished"] == len(shown["flows"]) > 0
    assert all(case.result for case in cases.values())
    assert cases["run"].result[0].message.startswith("Interrupted by Ctrl-C, unfinished: ")


def test_a_run_without_a_call_is_an_error_in_report_json_and_junit(tmp_path: Path) -> None:
    shown, cases = written(tmp_path, numbers(Counters()))
    assert (shown["verdict"], shown["exit_status"], shown["message"]) == ("error", 1, "No call was made")
    assert cases["run"].result[0].message == "No call was made"


@pytest.mark.parametrize("text", ["", "{}", '{"schema": 2}', "\xff"])
def test_a_file_without_numbers_is_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "load.json"
    file.write_text(text, encoding="latin-1")

    with pytest.raises(UsageError, match="holds no numbers of a load run"):
        read(file)


def command(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["load", *arguments])
    return result.exit_code, result.output


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--target", "somewhere"], "--target expects mock or an address like http://127.0.0.1:8080"),
        (["--target", "http://a:b@host"], "--target expects mock or an address"),
        (["--target", "https://api.fynd.com"], "looks like production of Fynd: load is for mocks only"),
        (
            ["--target", "http://127.0.0.1:1", "--store", "memory"],
            "--store is for the mock that a run starts",
        ),
        (["--for", "0s"], "expected a time such as 60s, 5m or 1h30m, not '0s'"),
        (["--for", "soon"], "expected a time such as 60s, 5m or 1h30m, not 'soon'"),
        (["--batch", "21"], "'--batch': 21 is not in the range 1<=x<=20."),
        (["--batch", "few"], "'--batch': 'few' is not a valid integer range."),
        (["--returns", "101"], "'--returns': 101.0 is not in the range 0<=x<=100."),
        (["--returns", "nan"], "'--returns': 'nan' is not a number"),
        (["--mode-weights", "1,2"], "expected four whole numbers from 0 to 1000, not all 0"),
        (["--mode-weights", "0,0,0,0"], "not all 0"),
        (["--mix", "shops"], "'--mix': 'shops' is not one of 'journeys', 'shop'."),
        (["--tenant", "a/b"], "expected letters, digits and . _ -"),
        (["--draw", "/nowhere/load.json"], "cannot be read"),
        (["--mutant", "invoice-los"], "did you mean 'invoice-lost'?"),
    ],
)
def test_wrong_use_is_answered_with_what_was_expected(arguments: list[str], said: str) -> None:
    status, output = command(*arguments)

    assert status == 2
    assert said in " ".join(output.split())


def test_a_target_that_is_not_there_is_told(tmp_path: Path) -> None:
    status, output = command(
        "--target", "http://127.0.0.1:1", "--users", "2", "--for", "1s", "--out", str(tmp_path)
    )

    assert status == 3
    assert "Nothing answers at http://127.0.0.1:1 (connection refused)" in output


def test_the_page_can_be_drawn_of_a_run_of_ones_own(tmp_path: Path) -> None:
    numbers(a_tally()).write(tmp_path / "mine.json")

    status, output = command("--draw", str(tmp_path / "mine.json"))

    assert status == 0
    assert f"report: {tmp_path / 'report.html'}" in output
    assert (tmp_path / "report.html").exists()


def test_the_locustfile_can_be_found() -> None:
    status, output = command("--locustfile")

    assert status == 0
    assert Path(output.strip()).name == "locustfile.py"
    assert Path(output.strip()).exists()


def test_a_locust_that_breaks_is_told_with_its_last_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "import sys; print('the ceiling fell down'); sys.exit(1)"
    monkeypatch.setattr("scenarios.cli.load._command", lambda *_: [sys.executable, "-c", words])
    monkeypatch.setattr("scenarios.cli.load._look", lambda _url: "")  # as if a mock answered

    status, output = command("--target", "http://127.0.0.1:1", "--out", str(tmp_path))

    assert status == 3
    assert "Locust ended with status 1: the ceiling fell down" in output
    assert {"report.html", "junit.xml", "report.json"} <= {path.name for path in tmp_path.iterdir()}
