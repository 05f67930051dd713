"""Facts cite a source and name rows that exist."""

from __future__ import annotations

import pytest

from contracts.docs.facts import FACTS, Fact
from contracts.konnect.returns import REASON_ORIGINS, RETURN_REASONS
from contracts.lifecycle.table import State
from contracts.profile import Profile
from contracts.requirements import REQUIREMENTS

KNOWN = {*Profile.model_fields, *State, *(row.id for row in REQUIREMENTS)}


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.text[:40])
def test_a_fact_names_rows_that_exist_and_has_a_source(fact: Fact) -> None:
    assert set(fact.rows) <= KNOWN
    assert fact.origin.url or fact.origin.note or fact.origin.page in ("summaries", "integrations")
    assert fact.text.endswith(".")


def test_every_reason_of_quality_control_has_a_source() -> None:
    assert set(REASON_ORIGINS) == {slug for slugs in RETURN_REASONS.values() for slug in slugs}
