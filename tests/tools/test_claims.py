"""The comparison of two collections of tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.tools.claims import claims, difference, main

BEFORE = """\
tests/test_a.py::test_one
tests/test_a.py::test_many[1]
tests/test_a.py::test_many[a::b c]
tests/test_b.py::test_of_a_world[world-1]

4 tests collected in 0.1s
"""


def test_a_test_that_only_moves_keeps_its_claim() -> None:
    moved = BEFORE.replace("tests/test_a.py", "tests/room/test_z.py")

    assert claims(BEFORE) == claims(moved)
    assert claims(BEFORE).total() == 4


def test_a_removed_test_and_a_removed_parameter_are_found() -> None:
    after = claims("tests/test_a.py::test_many[1]\n")

    assert difference(claims(BEFORE), after) == [
        "test_many (1 of 2): [a::b c]",
        "test_of_a_world (1)",
        "test_one (1)",
    ]
    assert difference(after, claims(BEFORE)) == []


def test_the_same_claim_of_two_files_counts_twice() -> None:
    twice = claims("tests/a.py::test_one\ntests/b.py::test_one\n")

    assert difference(twice, claims("tests/a.py::test_one\n")) == ["test_one (1 of 2): "]


def test_renamed_words_are_no_difference() -> None:
    after = claims(BEFORE.replace("world", "tenant"))

    assert difference(claims(BEFORE, {"world": "tenant"}), after) == []


def test_the_command_prints_both_directions(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, after = tmp_path / "before", tmp_path / "after"
    before.write_text(BEFORE, encoding="utf-8")
    after.write_text(BEFORE.replace("test_one", "test_two"), encoding="utf-8")

    assert main([str(before), str(before)]) == 0
    assert main([str(before), str(after)]) == 1
    printed = capsys.readouterr().out
    assert "removed: 1\ntest_one (1)" in printed
    assert "added: 1\ntest_two (1)" in printed
