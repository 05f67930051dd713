"""Suggestions for mistyped words."""

from __future__ import annotations

import pytest

from contracts.suggest import LISTED_MAX, suggest, suggest_or_list

COMMANDS = ("contract", "list", "run", "resume")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("rnu", "; did you mean 'run'?"),
        ("RUN", "; did you mean 'run'?"),
        ("contracts", "; did you mean 'contract'?"),
        ("zebra", ""),
        ("", ""),
    ],
)
def test_a_similar_word_is_suggested_and_no_other(word: str, hint: str) -> None:
    assert suggest(word, COMMANDS) == hint


def test_a_word_is_suggested_as_it_is_spelt() -> None:
    assert suggest("ORDERID", ["orderId", "orderItems"]) == "; did you mean 'orderId'?"


def test_an_id_that_resembles_no_id_gets_no_absurd_guess() -> None:
    ids = [f"PAS-{group}-{number:02}" for group in "CDJRX" for number in range(1, 60)]

    assert suggest("NOPE-1", ids) == ""
    assert suggest("PAS-J-012", ids) == "; did you mean 'PAS-J-12'?"


def test_without_a_similar_word_the_known_words_are_listed() -> None:
    assert suggest_or_list("rnu", COMMANDS) == "; did you mean 'run'?"
    assert suggest_or_list("zebra", COMMANDS) == "; expected contract, list, run or resume"
    assert suggest_or_list("zebra", ["run"]) == "; expected run"


def test_of_many_words_only_the_first_are_listed() -> None:
    words = [f"word-{number}" for number in range(LISTED_MAX + 1)]

    message = suggest_or_list("zebra", words)

    assert message.startswith("; expected one of word-0, word-1, ")
    assert message.endswith("word-19, ... (21 in all)")


def test_a_huge_word_is_compared_by_its_beginning() -> None:
    assert suggest("o" * 10**7, COMMANDS) == ""
