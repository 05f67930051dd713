"""Conditions of a shipment: by name from table and profile."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from contracts.lifecycle.table import CONDITIONS, PICK_AT_STORE, DocumentMode
from contracts.profile import DEFAULT, Profile
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import conditions

SWITCHES = sorted(CONDITIONS.keys() & Profile.model_fields.keys())


def _conditions(profile: Profile) -> dict[str, Any]:
    marks = {
        "order_type": PICK_AT_STORE,
        "invoice_mode": DocumentMode.FYND,
        "credit_note_mode": DocumentMode.AGGREGATOR,
    }
    return conditions(cast(Shipment, SimpleNamespace(**marks)), profile)


def test_a_shipment_has_every_condition_of_the_table() -> None:
    found = _conditions(DEFAULT)

    assert found.keys() == CONDITIONS.keys()
    assert (found["invoice_mode"], found["credit_note_mode"]) == (DocumentMode.FYND, DocumentMode.AGGREGATOR)
    assert all(value in CONDITIONS[name] for name, value in found.items())


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_switch_of_the_profile_sets_the_condition_of_its_name_only(switch: str) -> None:
    off = _conditions(Profile.model_validate(dict.fromkeys(SWITCHES, False)))
    on = _conditions(Profile.model_validate(dict.fromkeys(SWITCHES, False) | {switch: True}))

    assert len(SWITCHES) >= 3
    assert {name for name in CONDITIONS if on[name] != off[name]} == {switch}
