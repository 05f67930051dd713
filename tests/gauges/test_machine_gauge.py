"""Every invariant of the lifecycle machine catches its seeded defects."""

from __future__ import annotations

import pytest

from contracts.machine import INVARIANTS
from mock_oms import mutants
from tests.gauges.machine_gauge import CATCHES, OVER_THE_WIRE, RARE, caught

PAIRS = [(invariant, mutant) for invariant, defects in CATCHES.items() for mutant in defects]


@pytest.mark.parametrize(("invariant", "mutant"), [pair for pair in PAIRS if pair[1] not in RARE])
def test_a_seeded_defect_breaks_the_invariant_meant_for_it(invariant: str, mutant: str) -> None:
    assert caught(invariant, mutant)


def test_every_invariant_is_gauged() -> None:
    assert set(CATCHES) == set(INVARIANTS)
    assert all(set(defects) - RARE for defects in CATCHES.values())


def test_flows_catch_the_defects_that_the_machine_meets_rarely() -> None:
    assert {mutant for _, mutant in PAIRS} & set(mutants.FOR_FLOWS) > RARE
    assert {mutant for _, mutant in PAIRS} > OVER_THE_WIRE
