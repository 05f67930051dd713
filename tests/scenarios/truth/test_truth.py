"""Some choices and defects of the second OMS; `make truth` has all."""

from __future__ import annotations

import pytest

from tests.tools.truth.cases import all_cases, mix
from tests.tools.truth.playing import find

CHOICES = {
    "token_nested=true": "PAS-S-05",
    "one_token_per_user=true": "PAS-X-27",
    'unknown_order="400"': "PAS-X-33",
    "all_or_nothing=true": "PAS-X-15",
    "completes=false": "PAS-R-51",
    'cancel_window="pre_invoiced"': "PAS-L-13",
    'return_id_kind="number"': "PAS-R-11",
    'paper_text="none"': "PAS-S-24*",
}
"""Choices that failed flows once -> the flow."""
DEFECTS = {
    "confirm-always-success": "PAS-X-17",
    "twenty-one-accepted": "PAS-X-14",
    "company-needs-no-store": "PAS-X-28",
    "pdf-of-first-only": "PAS-S-25",
}
"""Defects -> the flow that shows each."""


@pytest.mark.parametrize(("choice", "flow"), CHOICES.items())
def test_a_choice_that_nobody_documents_fails_no_flow(choice: str, flow: str) -> None:
    found = find(all_cases()[choice], [flow])
    assert found.flows
    assert (found.red, found.failures) == ((), ())


@pytest.mark.parametrize(("defect", "flow"), DEFECTS.items())
def test_a_defect_shows_as_one_cause(defect: str, flow: str) -> None:
    found = find(all_cases()[defect], [flow])
    assert len(found.failures) == 1
    assert found.good


def test_equal_seeds_give_equal_mixes() -> None:
    assert mix(7) == mix(7)
    assert mix(7) != mix(8)
