"""Progress of a run on terminals, in logs, and for programs."""

from __future__ import annotations

import io
import json
import os
import pty
import re
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from rich.console import Console

from scenarios.choices import Format
from scenarios.records import Masking, Record, RunLog, Verdict, line_of
from scenarios.report import Listener, listener
from scenarios.report.console.json_lines import JsonLines
from scenarios.report.console.live import LiveConsole
from scenarios.report.console.plain import PlainConsole
from scenarios.report.console.text import STYLES
from tests.scenarios.records.test_masking import planted
from tests.support.report_sample import first_line, many_flows, planned, realistic_run, refused_with_success
from tests.support.spellings import CANARY, shows, spellings

COMMAND = re.compile("\x1b\\[[0-9;?]*[A-Za-z]")


def told(records: list[Record], format: Format = Format.TEXT) -> str:
    stream = io.StringIO()
    with closing(listener(format, stream)) as show:
        for record in records:
            show(record)
    return stream.getvalue()


class Terminal(io.StringIO):
    """A stream that says that it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def shown_live(records: list[Record]) -> str:
    stream = Terminal()
    with closing(LiveConsole(stream)) as show:
        for record in records:
            show(record)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _plain_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "140")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)


def test_a_stream_that_is_no_terminal_gets_plain_lines() -> None:
    assert isinstance(listener(Format.TEXT, io.StringIO()), PlainConsole)
    assert "\x1b" not in told(realistic_run())


def test_a_terminal_gets_live_progress_unless_it_is_dumb(monkeypatch: pytest.MonkeyPatch) -> None:
    assert isinstance(listener(Format.TEXT, Terminal()), LiveConsole)
    monkeypatch.setenv("TERM", "dumb")
    assert isinstance(listener(Format.TEXT, Terminal()), PlainConsole)


def test_jsonl_is_the_records_and_nothing_else() -> None:
    stream = Terminal()
    with closing(listener(Format.JSONL, stream)) as show:
        assert isinstance(show, JsonLines)
        for record in realistic_run():
            show(record)
    assert stream.getvalue().encode() == b"".join(map(line_of, realistic_run()))
    assert all(json.loads(line)["type"] for line in stream.getvalue().splitlines())


def test_each_flow_is_told_by_a_line_with_its_verdict() -> None:
    lines = told(realistic_run()).splitlines()
    assert "passed   PAS-S-01[invoice=fynd]  A sale, invoiced by Fynd (4.0 s)" in lines
    assert "blocked  PAS-R-02  A return that nobody brings (1.1 s)" in lines


def test_a_person_is_told_what_to_do_and_until_when() -> None:
    text = told(realistic_run())
    assert "PAS-S-02, step 1: customer, played by a person" in text
    assert "At store BLR-01, sell two SHIRT-BLU-M" in text
    assert "waiting for one new order" in text
    assert re.search(r"until \d\d:\d\d:\d\d", text)


def test_the_summary_begins_with_the_root_causes() -> None:
    _, _, ending = told(realistic_run()).partition("Root causes\n")
    places = [
        ending.index(text) for text in ("error    the target", "failed   a bulk", "1 flow: needs", "journey")
    ]
    assert places == sorted(places)
    assert ending.rstrip().endswith("1 error and 2 failures in 7 flows (exit status 3)")


def test_a_root_cause_is_told_once_with_its_flows_and_values() -> None:
    _, _, ending = told(realistic_run()).partition("Root causes\n")
    assert ending.count("a bulk call is answered with 200") == 1
    assert "a bulk call is answered with 200 (2 flows)" in ending
    assert "expected: {" in ending
    assert "PAS-S-02 step 3, PAS-X-01 step 3" in ending


def test_a_root_cause_names_its_calls_and_counts_its_places_by_grade() -> None:
    text = told(refused_with_success())
    assert "at confirm (POST /oms/v3/shipment/confirm), update_invoice" in text
    assert "9 places: 7 documented, 2 assumed" in " ".join(text.split())


def test_what_another_step_blocked_gets_no_line_of_its_own() -> None:
    assert "PAS-S-02, step 4" not in told(realistic_run())


def test_a_run_that_ends_without_its_last_record_is_told_to_be_cut_off() -> None:
    assert "Interrupted: 3 of 7 flows unfinished, 1 failure so far" in told(realistic_run(cut_off=True))


def test_the_end_is_told_once() -> None:
    stream = io.StringIO()
    with closing(PlainConsole(stream)) as show:
        for record in realistic_run():
            show(record)
        show.close()
    assert stream.getvalue().count("exit status 3") == 1


def test_a_green_run_speaks_of_no_causes() -> None:
    text = told(list(many_flows(2)))
    assert "Root causes" not in text
    assert text.rstrip().endswith("All 2 flows passed (exit status 0)")


@pytest.mark.parametrize("records", [[], [first_line()]], ids=["nothing", "no flows"])
def test_a_run_of_nothing_is_told_without_trouble(records: list[Record]) -> None:
    told(records)
    shown_live(records)


def test_text_of_the_target_commands_no_terminal() -> None:
    for text in (told(realistic_run()), COMMAND.sub("", shown_live(realistic_run()))):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert r"\u001b[31mred" in text


def test_text_in_brackets_is_no_markup_of_the_terminal_library() -> None:
    flow = planned("A", "[bold]x[/bold] [/nonsense] :smile:", [], journey="[red]sale")
    assert "[red]sale" in told([first_line(flow)])


def test_a_stream_of_another_encoding_does_not_end_the_run() -> None:
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii")
    with closing(listener(Format.TEXT, stream)) as show:
        for record in realistic_run():
            show(record)
    stream.flush()
    assert rb"\u0642" in raw.getvalue()


def pictured(records: list[Record]) -> str:
    """What stands at the foot of the terminal after these records."""
    drawn = io.StringIO()
    with closing(LiveConsole(Terminal())) as show:
        for record in records:
            show(record)
        Console(file=drawn, width=140).print(show.picture())
    return drawn.getvalue()


def up_to(kind: str, flow: str, step: int) -> list[Record]:
    """Return the records up to one kind in one step."""
    records = realistic_run()
    at: list[tuple[str, str, int]] = [
        (record.type, getattr(record, "flow", ""), getattr(record, "step", 0)) for record in records
    ]
    return records[: at.index((kind, flow, step)) + 1]


def test_live_progress_shows_what_is_done_and_who_is_at_work_in_which_step() -> None:
    text = pictured(up_to("check", "PAS-S-02", 3))
    assert re.search(r"PAS-S-02 +step 3/6 +aggregator confirms the order", text)
    assert re.search(r"2 of 7 flows +1 passed +1 skipped", text)


def test_live_progress_ends_with_the_summary() -> None:
    assert COMMAND.sub("", shown_live(realistic_run())).rstrip().endswith("(exit status 3)")


def test_live_progress_counts_down_a_wait() -> None:
    *before, wait = up_to("step", "PAS-S-02", 1)
    late = wait.model_copy(update={"deadline": wait.at.replace(year=2099)})
    assert re.search(r"waiting, \d+ h \d+ min left", pictured([*before, late]))
    assert "waiting, time is up" in pictured([*before, wait])


def test_live_progress_of_many_flows_at_once_stays_short() -> None:
    first, *rest = many_flows(40)
    started = [record for record in rest if record.type == "flow_started"]
    text = pictured([first, *started])
    assert "and 28 more flows" in text
    assert len(text.splitlines()) == 14


def test_live_progress_works_on_a_real_terminal() -> None:
    leader, follower = pty.openpty()
    with os.fdopen(follower, "w") as stream, ThreadPoolExecutor(1) as pool:
        reading = pool.submit(drained, leader)
        with closing(listener(Format.TEXT, stream)) as show:
            for record in realistic_run():
                show(record)
        stream.write("that is all")
        stream.flush()
        assert "exit status 3" in reading.result(timeout=20)
    os.close(leader)


def drained(leader: int) -> str:
    text = b""
    while b"that is all" not in text:
        text += os.read(leader, 65_536)
    return text.decode()


@pytest.mark.parametrize("stream", [io.StringIO, Terminal], ids=["plain", "live"])
def test_records_may_come_from_several_threads(stream: type[io.StringIO]) -> None:
    first, *rest = many_flows(30)
    out = stream()
    with closing(listener(Format.TEXT, out)) as show, ThreadPoolExecutor(8) as pool:
        show(first)
        list(pool.map(show, rest[:-1]))
        show(rest[-1])
    text = COMMAND.sub("", out.getvalue())
    assert all(f"passed   PAS-S-{number:03}" in text for number in range(30))


def test_what_was_told_before_an_interruption_is_not_told_again() -> None:
    stream = io.StringIO()
    records = realistic_run()
    show: Listener
    with closing(listener(Format.TEXT, stream)) as show:
        show.recall(records[:-1])
        show(records[-1])
    assert "passed   PAS-S-01[invoice=fynd]" not in stream.getvalue()
    assert "1 error and 2 failures in 7 flows" in stream.getvalue()


@pytest.mark.parametrize("format", Format)
def test_no_secret_reaches_the_terminal(format: Format, tmp_path: Path) -> None:
    for number, spelling in enumerate(spellings(CANARY).values()):
        with RunLog(tmp_path / f"{number}.jsonl", Masking([CANARY])) as log:
            text = told([log.write(planted(record, spelling)) for record in realistic_run()], format)
        assert not shows(text, CANARY)
        assert "canary" not in text


def test_every_verdict_has_a_word_and_a_style() -> None:
    assert set(STYLES) == {*Verdict, None}
