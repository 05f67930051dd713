"""Evidence grades in contract runs: assumed misses warn, documented ones fail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from contracts.profile import parse
from mock_oms import mutants
from scenarios.choices import Grade
from scenarios.records import Check, Verdict
from tests.support.contract_targets import app_with_orders, described, held_against

DIFFERENCES: dict[str, tuple[dict[str, Any], str, str]] = {
    "other error items": (
        {"error_code_key": "code", "error_order_key": "shipmentId"},
        "shipmentId",
        "confirm",
    ),
    "another token field": ({"token_field": "access_token"}, "access_token", "generate_token"),
    "404 for unknown orders": ({"unknown_order": "not_found"}, "404", "get_shipments"),
    "further fields": ({"extra_fields": {"storeCode": "S-1"}}, "storeCode", "get_shipments"),
    "another status of refusals": ({"refused_status": 422}, "422", "cancel"),
    "other words": ({"status_failed": "ERROR"}, "ERROR", "accept_return"),
}
"""What a served profile has otherwise than assumed, what a warning must show of it, and where."""
DOCUMENTED = {
    "errors-dropped": ("errors is empty just when nothing was refused", "confirm"),
    "refused-counted-as-taken": ("payloadCount is the sum of the others", "cancel"),
    "confirm-unknown-as-cancelled": ("an order that is unknown is refused with the code for it", "confirm"),
    "label-unknown-as-too-early": (
        "an order that is unknown is refused with the code for it",
        "fetch_labels",
    ),
    "billing-address-missing": ("the answer is as described", "get_shipments"),
    "pdf-cut-off": ("the answer parses as a PDF", "fetch_invoice"),
    "no-token-accepted": ("ignored_auth", "get_shipment_info"),
    "unknown-order-answered-500": ("not_a_server_error", "get_shipments"),
}
"""Seeded defect in something documented -> what a run says of it. None is seen by changing an order."""


def _shown(checks: list[Check]) -> str:
    return "\n".join(f"{check.expected} {check.seen} {check.notes}" for check in checks)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_a_difference_in_something_assumed_is_a_warning_that_shows_it(name: str, tmp_path: Path) -> None:
    profile, word, where = DIFFERENCES[name]
    outcome, missed = held_against(described(app_with_orders(profile)), tmp_path, only=[where])

    assert outcome.exit_status == 0
    assert missed
    assert {check.verdict for check in missed} == {Verdict.WARN}
    assert word in _shown(missed)


@pytest.mark.parametrize("name", DIFFERENCES)
def test_the_same_difference_fails_a_strict_run(name: str, tmp_path: Path) -> None:
    profile, word, where = DIFFERENCES[name]
    outcome, missed = held_against(
        described(app_with_orders(profile)), tmp_path, only=[where], grade=Grade.STRICT
    )

    assert outcome.exit_status == 1
    assert {check.verdict for check in missed} == {Verdict.FAIL}
    assert word in _shown(missed)


def test_a_target_that_is_as_its_profile_says_meets_every_check(tmp_path: Path) -> None:
    choices: dict[str, Any] = {}
    for profile, _, _ in DIFFERENCES.values():
        choices |= profile
    target = described(app_with_orders(choices), profile=parse(choices))
    outcome, missed = held_against(target, tmp_path, grade=Grade.STRICT)

    assert (outcome.exit_status, missed) == (0, [])


@pytest.mark.parametrize("mutant", DOCUMENTED)
def test_a_difference_in_something_documented_always_fails(mutant: str, tmp_path: Path) -> None:
    says, where = DOCUMENTED[mutant]
    with mutants.applied(mutant):
        outcome, missed = held_against(described(app_with_orders()), tmp_path, only=[where])

    failed = [check for check in missed if check.verdict is Verdict.FAIL]
    assert outcome.exit_status == 1
    assert any(check.sentence.startswith(says) for check in failed), missed


def test_more_than_twenty_orders_taken_always_fails(tmp_path: Path) -> None:
    with mutants.applied("twenty-one-accepted"):
        target = described(app_with_orders())
        outcome, missed = held_against(target, tmp_path, phases=("coverage",), only=["confirm"])

    assert outcome.exit_status == 1
    assert any("more orders than a call may have" in check.sentence for check in missed)
