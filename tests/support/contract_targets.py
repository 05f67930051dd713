"""Targets for contract runs: the mock as an OMS without control plane."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flask import Flask

from contracts.checks.exploration import PHASES
from contracts.lifecycle.table import State
from contracts.profile import Profile
from mock_oms.app import create_app
from scenarios.choices import Format, Grade
from scenarios.contract.options import ContractOptions
from scenarios.contract.run import ContractResult, run
from scenarios.language.actions import Caller
from scenarios.records import Check, Verdict, fold, read_records
from scenarios.targets.http import Pacer, Wire
from scenarios.targets.in_process import IN_PROCESS_URL, in_process_session
from scenarios.targets.konnect import Credentials
from scenarios.targets.opening import Target
from tests.support.mock_client import InProcess, control
from tests.support.refusal_cells import OPENED

SEED = 5
QUICK = ("fuzzing",)
STATES = tuple(state for state in State if state not in OPENED)


def described(app: Flask, *, profile: Profile | None = None, pacer: Pacer | None = None) -> Target:
    """Return the mock as a target file describes an external OMS."""
    return Target(
        name="sandbox",
        wire=Wire(IN_PROCESS_URL, lambda: in_process_session(app), pacer or Pacer()),
        controlled=False,
        described=True,
        locations=("STORE-1",),
        profile=profile,
        credentials={
            Caller.COMPANY: Credentials("default", "default"),
            Caller.LOCATION: Credentials("STORE-1", "STORE-1"),
        },
        grade=Grade.EVIDENCE,
    )


def app_with_orders(profile: Mapping[str, Any] | None = None) -> Flask:
    """The mock with two orders in every state."""
    app = create_app({"profile": dict(profile or {})})
    for state in STATES:
        reply = control(InProcess(app), "POST", "/tenants/default/orders", {"state": state, "count": 2})
        assert reply.status == 201, reply.body
    return app


def snapshot(app: Flask) -> Any:
    """Every shipment and all stock of the company."""
    return [
        control(InProcess(app), "GET", f"/tenants/default/{part}").json for part in ("shipments", "stock")
    ]


def held_against(
    target: Target,
    folder: Path,
    *,
    phases: Sequence[str] = QUICK,
    examples: int = 25,
    only: Sequence[str] = (),
    grade: Grade | None = None,
    allow_writes: bool = False,
) -> tuple[ContractResult, list[Check]]:
    """A contract run; its outcome, and every check that was not met."""
    options = ContractOptions(
        run="test",
        folder=folder,
        seed=SEED,
        examples=examples,
        phases=tuple(phase for phase in PHASES if phase in phases),
        only=tuple(only),
        grade=grade,
        allow_writes=allow_writes,
    )
    outcome = run(options, target, io.StringIO(), Format.TEXT)
    view = fold(read_records(folder / "run.jsonl"))
    return outcome, [check for check in view.checks if check.verdict is not Verdict.PASS]
