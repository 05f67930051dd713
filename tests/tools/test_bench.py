"""The benchmark: wrk's output, correct answers only, and the aims."""

from __future__ import annotations

import json

import pytest

from tests.tools.bench import __main__ as command
from tests.tools.bench.calls import Got, WrongAnswerError, check_confirmed, check_order, sample
from tests.tools.bench.contenders import DEFAULT, OURS, TUNED, contenders
from tests.tools.bench.load import Load, Seen, checked, parse
from tests.tools.bench.measuring import Measured, check_all_confirmed, rotated
from tests.tools.bench.report import AIMS, AIMS_HEAD, HEAD, Aim, aim_row, markdown, row

GOOD = Seen(requests=100, sent=103, seconds=2.0, p50_ms=1.5, p99_ms=9.0, refused=0, broken=0)
OUTPUT = (
    "Running 2s test @ http://127.0.0.1:1\n"
    'RESULT {"requests": 100, "sent": 103, "seconds": 2.000000, "p50_ms": 1.500, "p99_ms": 9.000,'
    ' "refused": 0, "broken": 0}\n'
)


def test_the_line_of_our_script_is_read() -> None:
    assert parse(OUTPUT) == GOOD


def test_output_without_that_line_is_refused_and_shown() -> None:
    with pytest.raises(WrongAnswerError, match="unable to connect"):
        parse("unable to connect to 127.0.0.1:1\n")


@pytest.mark.parametrize("wrong", [{"refused": 1}, {"broken": 1}, {"requests": 0}])
def test_a_run_with_one_wrong_answer_does_not_count(wrong: dict[str, int]) -> None:
    seen = Seen(**{**{name: getattr(GOOD, name) for name in Seen.__slots__}, **wrong})
    with pytest.raises(WrongAnswerError, match="not every call succeeded"):
        checked(seen)
    assert checked(GOOD) is GOOD


def test_every_call_must_have_confirmed_an_order() -> None:
    check_all_confirmed(GOOD, placed=110, confirmed=103)
    with pytest.raises(WrongAnswerError, match="100 calls were answered, 99 orders confirmed"):
        check_all_confirmed(GOOD, placed=110, confirmed=99)
    with pytest.raises(WrongAnswerError, match="only 102 orders were placed for 103 calls"):
        check_all_confirmed(GOOD, placed=102, confirmed=100)


def test_the_stubs_answer_what_the_mock_answers() -> None:
    ours = sample()
    check_order(Got(200, "application/json", ours.order.encode()), None)
    check_confirmed(Got(200, "application/json", ours.confirmed.encode()))


@pytest.mark.parametrize(
    "got",
    [
        Got(404, "application/json", b"[]"),
        Got(200, "text/html", b"[]"),
        Got(200, "application/json", b"[]"),
        Got(200, "application/json", b'[{"id":"2","orderItems":[{}]}]'),
    ],
)
def test_an_answer_without_the_order_is_wrong(got: Got) -> None:
    with pytest.raises(WrongAnswerError, match="GET one order: expected"):
        check_order(got, "1")


def test_a_confirmation_that_was_refused_is_wrong_although_its_status_is_200() -> None:
    refused = json.dumps({"status": "FAILED", "successCount": 0}).encode()
    with pytest.raises(WrongAnswerError, match="POST confirm: expected SUCCESS"):
        check_confirmed(Got(200, "application/json", refused))


def test_every_server_comes_first_in_its_round() -> None:
    several = contenders("memory", 1)
    assert {rotated(several, by)[0].name for by in range(len(several))} == {one.name for one in several}
    assert {one.name for one in rotated(several, 100)} == {one.name for one in several}


def _measured(name: str, start_s: float, after_mb: float, per_s: tuple[float, ...]) -> Measured:
    loads = [Load(rate, 1.0, 1000 / rate, 100.0) for rate in per_s]
    return Measured(name, "as it comes", None, [start_s], 50.0, after_mb, {"get": loads, "confirm": loads})


def test_a_ratio_is_the_median_of_the_ratios_of_each_round() -> None:
    found = {
        OURS: _measured(OURS, 0.3, 100, (100, 300, 500)),
        TUNED: _measured(TUNED, 1.0, 190, (200, 100, 400)),
    }
    rows = [aim_row(aim, found) for aim in AIMS if aim.against == TUNED]
    assert rows[0] == ("WireMock tuned: start", "0.30", "at most 0.33", "met")
    assert rows[1] == ("WireMock tuned: memory after load", "0.53", "at most 0.50", "not met")
    assert rows[2] == ("WireMock tuned: GET per second", "1.25", "at least 1.00", "met")
    assert rows[4] == ("WireMock tuned: GET p99", "0.80", "at most 1.00", "met")


def test_an_aim_is_met_on_its_bound() -> None:
    at_most = Aim("start", DEFAULT, lambda _, __: 0.0, 0.5, at_most=True)
    at_least = Aim("rate", DEFAULT, lambda _, __: 0.0, 1.0, at_most=False)
    assert [at_most.met(0.5), at_most.met(0.51), at_least.met(1.0), at_least.met(0.99)] == [True, False] * 2


def test_a_server_that_is_not_there_has_a_row_that_says_why() -> None:
    absent = Measured(DEFAULT, "as it comes", "not installed: java is missing")
    ours = _measured(OURS, 0.3, 100, (100,))
    text = markdown([ours, absent], {"cores": "2"})
    assert row(absent) == (DEFAULT, *["-"] * (len(HEAD) - 1))
    assert f"- {DEFAULT}: not installed: java is missing" in text
    assert f"| {DEFAULT}: start | - | at most 0.33 | not measured |" in text
    assert len(AIMS_HEAD) == len(aim_row(AIMS[0], {}))


def test_the_numbers_have_one_place_in_the_table() -> None:
    text = command.TABLE.read_text(encoding="utf-8")
    assert len(command.PART.findall(text)) == 1
