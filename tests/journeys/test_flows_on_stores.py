"""Flows on a mock with a database pass as with memory.

`CONTRACT_PROFILE=deep` plays all of them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Flask

from contracts.machine.running import profile
from mock_oms.app import create_app
from scenarios.flows import FLOWS
from scenarios.targets.opening import open_target
from tests.support.flow_runs import play

PLAYED = (
    "PAS-J-01",  # all the way, in every mode
    "PAS-S-03",  # twenty at once, automatic steps
    "PAS-S-08",  # two calls at the same moment
    "PAS-S-12",  # stock
    "PAS-S-25",  # documents
    "PAS-S-43",  # cancelling
    "PAS-R-13",  # several returns of one sale
    "PAS-R-33",  # quality control
    "PAS-X-09",  # an invoice number is taken once
    "PAS-X-25",  # tokens and the clock
    "PAS-X-30",  # another company
    "PAS-L-01",  # pages
    "PAS-L-07",  # windows
    "PAS-L-14",  # channels
)
"""Flows that are played always."""

_made: list[Flask] = []


def on_store(options: Mapping[str, Any]) -> Flask:
    """The mock, remembered so that its store can be closed."""
    _made.append(create_app(options))
    return _made[-1]


def test_flows_pass_on_a_database(sql_address: str) -> None:
    chosen = [flow for flow in FLOWS if profile() == "deep" or flow.id in PLAYED]
    target = open_target(f"app:{__name__}:{on_store.__name__}", options={"store": sql_address})

    played = play(chosen, target, parallel=2)

    _made.pop().extensions["mock_oms"].store.close()
    assert {flow.id for flow in chosen} >= set(PLAYED)
    assert [(m.flow, m.sentence, m.seen) for m in played.missed()] == []
    assert set(map(str, played.verdicts.values())) == {"pass"}
    assert played.exit_status == 0
