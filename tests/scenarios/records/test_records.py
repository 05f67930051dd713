"""Records can be read back, even after the writer was killed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from pydantic import JsonValue, ValidationError

from scenarios.records import (
    RECORD,
    BrokenLogError,
    Exchange,
    FlowFinished,
    FlowStarted,
    Interrupted,
    Masking,
    Note,
    OrderKnown,
    Reach,
    Record,
    Resumed,
    RunFinished,
    RunLog,
    Sending,
    StepChanged,
    StepFinished,
    StepStatus,
    TenantFound,
    Verdict,
    exit_status,
    fold,
    read_records,
    worst,
)
from tests.support.report_sample import SALE_STEPS, START, Story, first_line, planned, realistic_run, written

RESUMED = Resumed(at=START, version="0.1.0")
REACH = Reach(at=START, touchpoint="confirm", calls=9, reached=8, orders=7, taken=6, codes={"O400": 1})
TENANT = TenantFound(at=START, tenant="shop", settings={"invoice_mode": "fynd"})
CUT = Interrupted(at=START, reason="Interrupted by SIGTERM")
EVERY_KIND = {type(record): record for record in [*realistic_run(), RESUMED, REACH, TENANT, CUT]}
FLOW = "PAS-S-01"


def story(steps: int = 3) -> Story:
    told = Story()
    told.records.append(first_line(planned(FLOW, "A sale", SALE_STEPS[:steps], journey="sale")))
    told.add(FlowStarted, flow=FLOW)
    return told


@pytest.mark.parametrize("record", EVERY_KIND.values(), ids=lambda record: record.type)
def test_a_record_of_every_type_comes_back_from_the_file_as_it_was(record: Record, tmp_path: Path) -> None:
    assert list(read_records(written([record], tmp_path))) == [Masking().record(record)]


def test_the_sample_has_a_record_of_every_type() -> None:
    schema = RECORD.json_schema()
    assert {record.type for record in EVERY_KIND.values()} == set(schema["discriminator"]["mapping"])


def test_a_record_is_in_the_file_before_write_returns(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    with RunLog(path) as log:
        log.write(RESUMED)
        assert list(read_records(path)) == [RESUMED]


def test_a_last_line_cut_short_anywhere_is_left_out(tmp_path: Path) -> None:
    path = written([*realistic_run()[:4], RESUMED], tmp_path)
    whole = path.read_bytes()
    last = whole.rstrip(b"\n").rfind(b"\n") + 1
    for end in range(last, len(whole)):
        path.write_bytes(whole[:end])
        assert len(list(read_records(path))) == 4


def test_a_file_cut_short_is_continued_on_a_line_of_its_own(tmp_path: Path) -> None:
    path = written(realistic_run()[:3], tmp_path)
    with path.open("ab") as file:
        file.write(b'{"type": "flow_st')
    with RunLog(path) as log:
        log.write(RESUMED)
    assert [record.type for record in read_records(path)] == ["run", "note", "flow_started", "resumed"]


def test_a_broken_line_before_the_last_is_named(tmp_path: Path) -> None:
    path = written(realistic_run()[:3], tmp_path)
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"{oops}\n" + lines[2])
    with pytest.raises(BrokenLogError, match=r"run\.jsonl, line 2"):
        list(read_records(path))


def test_a_file_of_another_schema_is_refused_by_its_version(tmp_path: Path) -> None:
    path = written([first_line()], tmp_path)
    path.write_text(path.read_text().replace('"schema":1', '"schema":2'))
    with pytest.raises(BrokenLogError, match=r"line 1: run\.schema .* reads schema 1"):
        list(read_records(path))


def test_a_field_that_no_record_has_is_refused() -> None:
    with pytest.raises(ValidationError, match="verdikt"):
        StepFinished(flow=FLOW, step=1, verdict=Verdict.PASS, verdikt="pass")  # type: ignore[call-arg]


def test_records_written_by_several_threads_keep_to_their_lines(tmp_path: Path) -> None:
    path = tmp_path / "run.jsonl"
    notes = [Note(text=f"{number} " + "x" * 5_000) for number in range(200)]
    with RunLog(path) as log, ThreadPoolExecutor(8) as pool:
        list(pool.map(log.write, notes))
    read = [record.text for record in read_records(path) if isinstance(record, Note)]
    assert sorted(read) == sorted(note.text for note in notes)


def test_half_a_character_is_written_as_a_replacement_character(tmp_path: Path) -> None:
    path = written([Note(text="half: \ud83d")], tmp_path)
    assert [record.text for record in read_records(path) if isinstance(record, Note)] == ["half: \ufffd"]


def call(**values: Any) -> Exchange:
    given = {"flow": FLOW, "step": 1, "method": "GET", "url": "/", "started_at": START, "elapsed_ms": 1.0}
    return Exchange.model_validate(given | values)


def test_verdicts_are_ordered_from_pass_to_error() -> None:
    assert [str(verdict) for verdict in sorted(Verdict, key=lambda verdict: verdict.rank)] == [
        "pass",
        "skip",
        "warn",
        "blocked",
        "fail",
        "error",
    ]
    assert worst([Verdict.WARN, Verdict.FAIL, Verdict.BLOCKED]) is Verdict.FAIL


@pytest.mark.parametrize(
    ("verdicts", "status"),
    [
        ([Verdict.PASS, Verdict.WARN, Verdict.SKIP], 0),
        ([Verdict.PASS, Verdict.BLOCKED], 4),
        ([Verdict.BLOCKED, Verdict.FAIL], 1),
        ([Verdict.BLOCKED, Verdict.FAIL, Verdict.ERROR], 3),
    ],
)
def test_the_exit_status_tells_the_worst(verdicts: list[Verdict], status: int) -> None:
    assert exit_status(verdicts, asserted=True) == status


def test_a_run_that_asserted_nothing_is_not_green() -> None:
    assert exit_status([Verdict.PASS], asserted=False) == 1


def test_a_skip_is_a_failure_only_when_skips_are_not_allowed() -> None:
    assert exit_status([Verdict.SKIP], asserted=True) == 0
    assert exit_status([Verdict.SKIP], asserted=True, no_skips=True) == 1


def test_a_write_without_an_exchange_is_one_of_which_nothing_is_known() -> None:
    told = story()
    told.call(FLOW, 1, "POST", "/oms/v3/shipment/confirm")
    told.add(Sending, flow=FLOW, step=1, key="lost", method="POST", path="/oms/v3/shipment/confirm")
    (unanswered,) = fold(told.records).flows[FLOW].steps[1].unanswered
    assert unanswered.key == "lost"


def test_the_fold_knows_the_orders_and_where_each_step_is() -> None:
    told = story()
    told.add(OrderKnown, flow=FLOW, name="order", order_id="17")
    told.end(FLOW, 1)
    told.add(StepChanged, flow=FLOW, step=2, status=StepStatus.WAITING)
    flow = fold(told.records).flows[FLOW]
    assert flow.orders == {"order": "17"}
    assert [step.status for step in flow.steps.values()] == [StepStatus.DONE, StepStatus.WAITING, None]


def test_a_run_without_its_end_is_unfinished() -> None:
    view = fold(realistic_run(cut_off=True))
    assert view.verdict is None
    assert [flow.id for flow in view.unfinished] == ["PAS-R-02", "PAS-X-01", "PAS-G-01"]


def test_what_an_interrupted_step_had_checked_does_not_count_twice() -> None:
    told = story()
    told.check(FLOW, 1, "the first half")
    told.records.append(RESUMED)
    told.check(FLOW, 1, "the first half")
    assert len(fold(told.records).checks) == 1


def test_a_finished_step_keeps_its_checks_when_the_run_is_resumed() -> None:
    told = story()
    told.check(FLOW, 1, "done")
    told.end(FLOW, 1)
    told.records.append(RESUMED)
    assert len(fold(told.records).checks) == 1


def test_failures_of_one_cause_are_one_root_cause_with_every_flow() -> None:
    causes = fold(realistic_run()).causes
    (shared,) = [cause for cause in causes if len(cause.flows) > 1]
    assert shared.flows == ("PAS-S-02", "PAS-X-01")
    assert shared.verdict is Verdict.FAIL


def test_root_causes_come_worst_first() -> None:
    verdicts = [cause.verdict for cause in fold(realistic_run()).causes]
    assert verdicts == [Verdict.ERROR, Verdict.FAIL, Verdict.BLOCKED, Verdict.WARN]


def test_what_an_earlier_step_blocked_is_no_root_cause() -> None:
    told = story()
    told.end(FLOW, 1, Verdict.FAIL, message="wrong")
    told.end(FLOW, 2, Verdict.BLOCKED, blocked_by=1)
    (cause,) = fold(told.records).causes
    assert [place.step for place in cause.places] == [1]


def test_several_misses_of_one_step_are_one_root_cause_told_by_the_first() -> None:
    told = story()
    told.check(FLOW, 1, "one", verdict=Verdict.FAIL, cause="shape")
    told.check(FLOW, 1, "two", verdict=Verdict.FAIL, cause="accepted")
    told.end(FLOW, 1, Verdict.FAIL)
    (cause,) = fold(told.records).causes
    assert (cause.key, cause.sentence) == ("shape", "one")


def test_the_worst_miss_of_a_step_is_its_root_cause() -> None:
    told = story()
    told.check(FLOW, 1, "not certain", verdict=Verdict.WARN, cause="wish")
    told.check(FLOW, 1, "promised", verdict=Verdict.FAIL, cause="promise")
    (cause,) = fold(told.records).causes
    assert cause.sentence == "promised"


def test_a_flow_that_broke_outside_its_steps_is_a_root_cause() -> None:
    told = story()
    told.add(FlowFinished, flow=FLOW, verdict=Verdict.ERROR, message="no tenant could be made")
    (cause,) = fold(told.records).causes
    assert (cause.sentence, cause.places[0].step) == ("no tenant could be made", None)


def test_a_record_of_an_unknown_flow_or_step_changes_nothing() -> None:
    told = story()
    before = fold(told.records)
    told.check("PAS-NO-99", 1, "nobody planned it")
    told.check(FLOW, 99, "nobody planned it")
    assert fold(told.records).flows == before.flows


def test_the_end_of_a_run_is_undone_by_its_resumption() -> None:
    told = story()
    told.add(RunFinished, verdict=Verdict.BLOCKED, exit_status=4)
    told.records.append(RESUMED)
    assert fold(told.records).verdict is None


def test_an_answer_nested_without_end_does_not_break_the_evidence(tmp_path: Path) -> None:
    body: JsonValue = "deep inside"
    for _ in range(400):
        body = {"a": [body]}
    path = written([call(answer={"status": 200, "body": body})], tmp_path)
    (read,) = (record for record in read_records(path) if isinstance(record, Exchange))
    assert read.answer is not None
    assert isinstance(read.answer.body, str)
    assert "deep inside" in read.answer.body


def test_numbers_that_json_does_not_know_are_written_as_null(tmp_path: Path) -> None:
    path = written([call(answer={"status": 200, "body": [float("nan"), float("inf"), 1.1]})], tmp_path)
    (read,) = (record for record in read_records(path) if isinstance(record, Exchange))
    assert read.answer is not None
    assert read.answer.body == [None, None, 1.1]
