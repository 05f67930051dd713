"""JUnit, JSON and schemas of a run, without secrets."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import jsonschema_rs
import pytest
from junitparser import JUnitXml

from contracts.evidence import Evidence
from scenarios.records import (
    BrokenLogError,
    Check,
    Masking,
    Record,
    RunFinished,
    RunLog,
    Verdict,
    fold,
    line_of,
    read_records,
)
from scenarios.report import write_all
from scenarios.report.build import build_report
from scenarios.report.junit import junit
from scenarios.report.schemas import REPORT_SCHEMA, RUN_SCHEMA, main, texts
from scenarios.report.summary import Report
from tests.scenarios.records.test_masking import planted
from tests.support.report_sample import (
    LONG,
    SALE_STEPS,
    START,
    first_line,
    many_flows,
    planned,
    realistic_run,
    refused_with_success,
    written,
)
from tests.support.spellings import CANARY, shows, spellings

RUNS: dict[str, list[Record]] = {
    "nothing": [],
    "no flows": [first_line()],
    "realistic": realistic_run(),
    "cut off": realistic_run(cut_off=True),
    "many flows": list(many_flows(100)),
    "all skipped": [first_line(planned("A", "t", SALE_STEPS, journey="sale", skip="no ability"))],
}
REPORTS = {name: build_report(fold(records)) for name, records in RUNS.items()}
each_run = pytest.mark.parametrize("records", RUNS.values(), ids=RUNS)
each_report = pytest.mark.parametrize("report", REPORTS.values(), ids=REPORTS)


def cases(report: Report) -> dict[str, ElementTree.Element]:
    root = ElementTree.fromstring(junit(report))  # noqa: S314 - our own output
    return {case.attrib["name"].split(" ")[0]: case for case in root.iter("testcase")}


@each_run
def test_every_run_leaves_three_reports_beside_each_other(records: list[Record], tmp_path: Path) -> None:
    paths = write_all(written(records, tmp_path), tmp_path / "out")
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == [
        "junit.xml",
        "report.html",
        "report.json",
    ]
    assert Report.model_validate_json(paths.json.read_bytes()) == build_report(
        fold(read_records(tmp_path / "run.jsonl"))
    )


def test_reports_can_be_made_again(tmp_path: Path) -> None:
    path = written(realistic_run(), tmp_path)
    first = {file: file.read_bytes() for file in each_of(write_all(path, tmp_path))}
    assert {file: file.read_bytes() for file in each_of(write_all(path, tmp_path))} == first


def each_of(paths: object) -> list[Path]:
    return [getattr(paths, name) for name in ("html", "junit", "json")]


def test_a_file_that_is_no_record_of_a_run_is_refused(tmp_path: Path) -> None:
    (tmp_path / "run.jsonl").write_text('{"type": "nonsense"}\n')
    with pytest.raises(BrokenLogError, match="line 1"):
        write_all(tmp_path / "run.jsonl", tmp_path)


@pytest.mark.parametrize("spelling", spellings(CANARY).values(), ids=spellings(CANARY))
def test_no_report_tells_a_known_secret(spelling: str, tmp_path: Path) -> None:
    with RunLog(tmp_path / "run.jsonl", Masking([CANARY])) as log:
        for record in realistic_run():
            log.write(planted(record, spelling))
    write_all(tmp_path / "run.jsonl", tmp_path)
    for path in tmp_path.iterdir():
        text = path.read_text()
        assert not shows(text, CANARY), path.name
        assert "canary" not in text, path.name


def test_a_token_left_in_the_log_by_another_writer_does_not_reach_the_reports(tmp_path: Path) -> None:
    text = b"".join(map(line_of, realistic_run())).replace(
        b'"x-access-token":"***"', b'"x-access-token":"canary"'
    )
    assert b"canary" in text
    (tmp_path / "run.jsonl").write_bytes(text)
    assert not [
        path for path in each_of(write_all(tmp_path / "run.jsonl", tmp_path)) if "canary" in path.read_text()
    ]


@each_report
def test_the_json_report_obeys_its_checked_in_schema(report: Report) -> None:
    schema = json.loads(REPORT_SCHEMA.read_text())
    jsonschema_rs.validate(schema, json.loads(report.model_dump_json(by_alias=True)))


@each_run
def test_every_line_of_a_run_obeys_its_checked_in_schema(records: list[Record]) -> None:
    lines = jsonschema_rs.validator_for(json.loads(RUN_SCHEMA.read_text()))
    for record in records[:500]:
        lines.validate(json.loads(line_of(record)))


@pytest.mark.parametrize("path", [RUN_SCHEMA, REPORT_SCHEMA], ids=lambda path: path.name)
def test_the_checked_in_schemas_are_those_of_the_models(path: Path) -> None:
    assert path.read_text() == texts()[path]


def test_a_stale_schema_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0
    monkeypatch.setattr("scenarios.report.schemas.texts", lambda: {RUN_SCHEMA: "{}\n"})
    assert main(["--check"]) == 1
    assert "run.schema.json is out of date" in capsys.readouterr().out


def test_both_files_say_which_schema_they_follow() -> None:
    assert json.loads(line_of(realistic_run()[0]))["schema"] == 1
    assert json.loads(REPORTS["realistic"].model_dump_json(by_alias=True))["schema"] == 1


def test_the_report_counts_flows_and_tells_the_cut_off_ones() -> None:
    report = REPORTS["cut off"]
    assert (report.complete, report.verdict, report.unfinished) == (False, None, 3)
    assert report.totals == dict.fromkeys(Verdict, 1) | {Verdict.BLOCKED: 0, Verdict.ERROR: 0}


@each_report
def test_junit_is_read_by_its_own_parser_with_the_counts_of_its_cases(report: Report, tmp_path: Path) -> None:
    path = tmp_path / "junit.xml"
    path.write_bytes(junit(report))
    xml = JUnitXml.fromfile(str(path))
    found = list(ElementTree.fromstring(junit(report)).iter("testcase"))  # noqa: S314 - our own output
    assert (xml.tests or 0) == len(found) == (len(report.flows) or 1)  # a run without a flow is an error
    for name, counted in (("failure", xml.failures), ("error", xml.errors), ("skipped", xml.skipped)):
        assert (counted or 0) == sum(case.find(name) is not None for case in found)


@each_report
def test_junit_holds_what_ci_servers_require(report: Report) -> None:
    root = ElementTree.fromstring(junit(report))  # noqa: S314 - our own output
    assert root.tag == "testsuites"
    assert [suite.tag for suite in root] == ["testsuite"] * len(root)
    for suite in root:
        assert {"name", "tests", "failures", "errors", "skipped", "time"} <= set(suite.attrib)
    for case in root.iter("testcase"):
        assert {"name", "classname", "time"} <= set(case.attrib)
        assert len([child for child in case if child.tag != "system-out"]) <= 1


def test_junit_has_a_suite_per_journey_and_a_case_per_flow() -> None:
    root = ElementTree.fromstring(junit(REPORTS["realistic"]))  # noqa: S314 - our own output
    assert [suite.attrib["name"] for suite in root] == ["sale", "returns", "refusals", "reading"]
    case = cases(REPORTS["realistic"])["PAS-S-01[invoice=fynd]"]
    assert case.attrib["name"] == "PAS-S-01[invoice=fynd]"
    assert case.findtext("system-out") == "A sale, invoiced by Fynd"
    assert case.attrib["classname"] == "scenarios.sale"


@pytest.mark.parametrize(
    ("flow", "children"),
    [
        ("PAS-S-01[invoice=fynd]", ["system-out"]),
        ("PAS-S-02", ["system-out", "failure"]),
        ("PAS-R-01", ["system-out"]),
        ("PAS-R-02", ["system-out", "error"]),
        ("PAS-X-02", ["system-out", "skipped"]),
        ("PAS-G-01", ["system-out", "error"]),
    ],
)
def test_junit_tells_each_verdict_in_its_own_way(flow: str, children: list[str]) -> None:
    assert [child.tag for child in cases(REPORTS["realistic"])[flow]] == children


def test_junit_tells_what_was_expected_and_seen() -> None:
    failure = cases(REPORTS["realistic"])["PAS-S-02"].find("failure")
    assert failure is not None
    assert failure.attrib["message"] == "the confirmation was answered with 400 O400"
    assert re.search(r'expected: \{\s+"status": 200', failure.text or "")
    assert re.search(r'actual: \{\s+"status": 400', failure.text or "")


def test_junit_has_one_element_a_line() -> None:
    lines = junit(REPORTS["many flows"]).decode().splitlines()
    assert len([line for line in lines if line.lstrip().startswith("<testcase ")]) == 100
    assert max(len(re.findall("<[a-z]", line)) for line in lines) == 1


def test_a_failure_in_junit_names_its_requirements_and_its_place_in_the_report() -> None:
    failure = cases(REPORTS["realistic"])["PAS-S-02"].find("failure")
    assert failure is not None
    lines = [line.strip() for line in (failure.text or "").splitlines()]
    assert "requirements: PAS-CNF-01, PAS-CNF-02" in lines
    assert "report: report.html#flow-PAS-S-02-step-3" in lines
    assert len([line for line in lines if line.startswith("report: ")]) == 1


def test_the_cause_of_a_failure_is_in_junit_and_json_with_its_calls_and_grades() -> None:
    report = build_report(fold(refused_with_success()))
    (cause,) = report.causes
    assert cause.grades == {Evidence.DOCUMENTED: 7, Evidence.ASSUMED: 2}
    assert (cause.evidence, cause.calls[1].path) == (None, "/oms/v3/shipment/invoiceUpdate")
    failure = cases(report)["PAS-X-01"].find("failure")
    assert failure is not None
    text = str(failure.text)
    assert "root cause: status is not SUCCESS when an order failed (8 codes: " in text
    assert "at confirm (POST /oms/v3/shipment/confirm), update_invoice (POST " in text
    assert "9 places: 7 documented, 2 assumed; in 9 flows" in text
    assert "follows from: status is not SUCCESS" in text


def test_a_warning_in_junit_is_output_of_its_case() -> None:
    text = cases(REPORTS["realistic"])["PAS-R-01"].findtext("system-out") or ""
    assert "warning: " in text
    assert "report: report.html#flow-PAS-R-01-step-" in text


def test_an_unfinished_flow_is_an_error_in_junit() -> None:
    error = cases(REPORTS["cut off"])["PAS-R-02"].find("error")
    assert error is not None
    assert error.attrib["type"] == "unfinished"


def test_a_long_value_is_shortened_in_junit() -> None:
    flow = planned("A", "t", SALE_STEPS[:1], journey="sale")
    missed = Check(flow="A", step=1, sentence="s", verdict=Verdict.FAIL, expected=1, seen=LONG)
    text = junit(build_report(fold([first_line(flow), missed])))
    assert len(text) < 5_000
    assert b"more characters" in text


def test_a_requirement_decided_in_one_flow_is_not_hidden_by_a_blocked_one() -> None:
    rows = {row.id: row for row in REPORTS["realistic"].requirements}
    assert rows["PAS-HND-01"].verdict is Verdict.PASS
    assert rows["PAS-CNF-01"].verdict is Verdict.FAIL


def test_coverage_counts_documented_statements_that_were_decided() -> None:
    coverage = REPORTS["realistic"].coverage
    assert 0 < coverage.covered < coverage.documented
    assert coverage.covered + len(coverage.uncovered) == coverage.documented
    assert REPORTS["all skipped"].coverage.covered == 0


def test_the_duration_is_that_from_the_first_to_the_last_record() -> None:
    end = RunFinished(at=START.replace(second=58), verdict=Verdict.PASS, exit_status=0)
    assert build_report(fold([first_line(), end])).duration_s == 5.0
