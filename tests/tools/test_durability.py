"""Answered calls survive a kill of the busy server."""

from __future__ import annotations

import pytest

from tests.support.databases import Databases
from tests.tools.durability.round import play

pytestmark = pytest.mark.xdist_group("processes")

ROUNDS = range(2)
"""Few here; `make durability` plays 200."""


@pytest.mark.parametrize(("kind", "workers"), [("sqlite", "1"), ("postgresql", "3")])
def test_what_was_answered_survives_a_killed_server(databases: Databases, kind: str, workers: str) -> None:
    answers = 0
    with databases.fresh(kind) as address:
        for seed in ROUNDS:
            result = play(address, seed, "--workers", workers)
            assert result.violations == []
            answers += result.answers

    assert answers
