"""Every check of the contract catches its seeded defects."""

from __future__ import annotations

import pytest

from mock_oms import mutants
from mock_oms.mutants.patch import Kind
from tests.gauges.contract_gauge import BOUNDARIES, CATCHES, caught, explored, unmeasured

PAIRS = [(check, mutant) for check, defects in CATCHES.items() for mutant in defects]


@pytest.mark.parametrize(("check", "mutant"), PAIRS, ids=[f"{check}-{mutant}" for check, mutant in PAIRS])
def test_a_check_catches_the_defect_that_is_meant_for_it(check: str, mutant: str) -> None:
    assert caught(check, mutant)


def test_every_check_of_ours_has_a_defect_to_catch() -> None:
    assert unmeasured() == set()
    assert set(CATCHES) >= BOUNDARIES


def test_every_defect_in_what_an_answer_tells_is_caught_by_a_check() -> None:
    measured = {mutant for _, mutant in PAIRS}
    telling = {name for name, mutant in mutants.MUTANTS.items() if mutant.kind is Kind.ANSWER}

    assert telling <= measured


def test_without_a_defect_every_check_is_met() -> None:
    misses, _ = explored(("generate_token", "get_shipments", "confirm", "fetch_labels", "accept_return"))

    assert misses == []
