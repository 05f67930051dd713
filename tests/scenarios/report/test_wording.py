"""How reports write command lines, bodies and durations."""

from __future__ import annotations

import pytest
from pydantic import JsonValue

from scenarios.records import (
    Asked,
    Exchange,
)
from scenarios.report.body_text import clip, side_by_side
from scenarios.report.curl import before_repeating, repeat
from scenarios.report.wording import duration
from tests.support.report_sample import (
    LONG,
    START,
)


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


def test_the_address_of_a_mock_in_this_process_is_a_variable_too() -> None:
    line = repeat(call(url="http://mock.in-process/x?a=1"), None)
    assert line == 'curl -sS -X POST "$OMS_URL/x?a=1"'


def test_a_long_body_is_left_to_a_file() -> None:
    assert "@body.json" in repeat(call(request=Asked(body={"a": LONG})), None)


def test_a_body_that_is_text_is_shown_as_it_is() -> None:
    assert clip("<html>").text == "<html>"


def test_values_too_long_to_compare_are_shown_unmarked() -> None:
    left, right = side_by_side(list(range(500)), list(range(1, 501)))
    assert not any(piece.differs for line in [*left, *right] for piece in line)


def marked(expected: JsonValue, seen: JsonValue) -> list[list[str]]:
    return [
        [piece.text for line in side for piece in line if piece.differs]
        for side in side_by_side(expected, seen)
    ]


def test_a_sentence_and_an_object_are_shown_unmarked() -> None:
    left, right = side_by_side("status is not SUCCESS", {"status": "SUCCESS"})
    assert not any(piece.differs for line in [*left, *right] for piece in line)


def test_only_the_words_that_differ_are_marked() -> None:
    one, other = "CREATED; pieces of its items: 2, 1", "CONFIRMED; pieces of its items: 2, 1"
    assert marked(one, other) == [["CREATED"], ["CONFIRMED"]]
    assert marked({"a": 1, "b": 2}, {"a": 1, "b": 3}) == [["2"], ["3"]]
    assert marked({"a": 1}, {"a": 1, "b": 3}) == [[], [",", '"b": 3']]


def test_a_list_of_plain_values_is_shown_as_lines_without_brackets() -> None:
    left, right = side_by_side(["A", 2], [])
    assert ["".join(piece.text for piece in line) for line in left] == ["A", "2"]
    assert ["".join(piece.text for piece in line) for line in right] == ["none"]


def test_a_command_line_says_what_it_needs_or_why_it_cannot_work() -> None:
    line = 'curl -H "x-access-token: $TOKEN"'
    assert before_repeating("curl", "https://oms.example", own_tenant=False) == ""
    assert (
        before_repeating(line, "https://oms.example", own_tenant=False)
        == "Set first: TOKEN (a new access token)."
    )
    assert "removed the tenant" in before_repeating("curl", "https://oms.example", own_tenant=True)
    assert "mock-oms serve" in before_repeating(line, None, own_tenant=True)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0004, "0.4 ms"),
        (0.0124, "12 ms"),
        (3.44, "3.4 s"),
        (125, "2 min 5 s"),
        (59.96, "1 min 0 s"),
        (3780, "1 h 3 min"),
    ],
)
def test_durations_are_told_in_the_unit_that_suits_them(seconds: float, text: str) -> None:
    assert duration(seconds) == text
