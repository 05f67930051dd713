"""Contract runs on a target that refuses the run's own calls."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from junitparser import JUnitXml

from contracts.konnect.operations import operation
from mock_oms.app import create_app
from scenarios.choices import Format
from scenarios.contract.options import ContractOptions
from scenarios.contract.run import run
from scenarios.language.actions import Caller
from scenarios.language.flow import TENANTS
from scenarios.targets.http import Pacer, Wire
from scenarios.targets.in_process import IN_PROCESS_URL, in_process_session
from scenarios.targets.konnect import Credentials
from scenarios.targets.opening import Target
from tests.support.contract_targets import described

CONFIGURATION = "Wrong configuration, no fault of the target: "
TARGET = "The target cannot be used: "
TOKEN_PATH = operation("generate_token").path


def with_wrong_password() -> Target:
    users = {Caller.COMPANY: Credentials("default", "not-this-one")}
    return replace(described(create_app({})), credentials=users)


def answering(status: str, body: bytes, *, method: str = "GET", path: str = TOKEN_PATH) -> Target:
    """The mock, which answers one call with this."""
    app = create_app({})

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"][: len(path)]) != (method, path):
            return app(environ, start_response)
        start_response(status, [("Content-Type", "application/json")])
        return [body]

    wire = Wire(IN_PROCESS_URL, lambda: in_process_session(answer), Pacer())
    return replace(described(app), wire=wire)


def with_wrong_key() -> Target:
    app = create_app({"control_key": "k" * 32})
    return replace(described(app), described=False, controlled=True, control_key="another")


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        (with_wrong_password, f"{CONFIGURATION}user name or password is refused (token call: HTTP 401)"),
        (with_wrong_key, f"{CONFIGURATION}the control plane refused the key"),
        (lambda: answering("500 Oops", b"{}"), f"{TARGET}the token call was answered HTTP 500"),
        (lambda: answering("200 OK", b"[]"), TARGET),
    ],
    ids=["password", "key", "error", "no token"],
)
def test_a_run_that_cannot_begin_writes_all_reports_and_says_whose_fault_it_is(
    target: Callable[[], Target], reason: str, tmp_path: Path
) -> None:
    options = ContractOptions(run="test", folder=tmp_path, seed=1, examples=1)
    outcome = run(options, target(), io.StringIO(), Format.TEXT)

    assert outcome.exit_status == 3
    assert outcome.interrupted.startswith(reason)
    shown = json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))
    assert (shown["complete"], shown["exit_status"], shown["verdict"]) == (False, 3, None)
    assert shown["message"].startswith(reason)
    assert shown["unfinished"] == len(shown["flows"]) > 0
    assert reason in (tmp_path / "report.html").read_text(encoding="utf-8")
    cases = {case.name: case for suite in JUnitXml.fromfile(str(tmp_path / "junit.xml")) for case in suite}
    assert (cases["run"].result[0].message or "").startswith(reason)


def test_a_tenant_that_cannot_be_removed_costs_no_report(tmp_path: Path) -> None:
    target = answering("404 Gone", b"{}", method="DELETE", path="/_control/tenants/")
    target = replace(target, described=False, controlled=True, abilities=frozenset({TENANTS}))
    options = ContractOptions(
        run="test", folder=tmp_path, seed=1, examples=1, phases=("examples",), only=("confirm",)
    )
    run(options, target, io.StringIO(), Format.TEXT)

    assert json.loads((tmp_path / "report.json").read_text(encoding="utf-8"))["complete"] is True
