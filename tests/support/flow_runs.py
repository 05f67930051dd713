"""Runs of flows in tests, and targets with deliberate defects."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mock_oms.app import create_app
from scenarios.choices import Grade
from scenarios.language.flow import Flow
from scenarios.players.person import PersonDesk
from scenarios.records import Check, FlowView, Record, RunLog, RunView, Verdict, fold
from scenarios.runner.judging import Rules
from scenarios.runner.plan import Plan, make_plans
from scenarios.runner.run import Engine
from scenarios.targets.in_process import WsgiApp
from scenarios.targets.opening import Target, open_target

Rewrite = Callable[[str, Any], Any]
"""Path and JSON answer -> the answer that is sent instead."""


@dataclass(frozen=True)
class Played:
    """A run that is over."""

    exit_status: int
    view: RunView
    records: Sequence[Record]

    @property
    def verdicts(self) -> dict[str, Verdict | None]:
        """Verdict of each flow."""
        return {flow.id: flow.verdict for flow in self.view.flows.values()}

    def missed(self) -> list[Check]:
        """Checks that did not pass."""
        return [check for check in self.view.checks if check.verdict is not Verdict.PASS]


def play(
    flows: Iterable[Flow],
    target: Target | None = None,
    *,
    grade: Grade = Grade.STRICT,
    parallel: int = 1,
    plans: Sequence[Plan] | None = None,
) -> Played:
    """Run flows on the mock in this process, or on another target."""
    where = target or open_target("mock")
    records: list[Record] = []
    chosen = plans if plans is not None else make_plans(flows, where, {})
    with tempfile.TemporaryDirectory() as folder, RunLog(Path(folder) / "run.jsonl") as log:
        engine = Engine(
            where,
            chosen,
            log,
            Rules(grade, PersonDesk("test")),
            parallel=parallel,
            listeners=(records.append,),
        )
        status = engine.run()
    return Played(status, fold(records), records)


def assert_green(played: Played) -> None:
    """Assert that every flow of a run passed."""
    assert [f"{flow.id}: {flow.message}" for flow in played.view.flows.values() if flow.message] == []
    assert set(played.verdicts.values()) == {Verdict.PASS}
    assert played.exit_status == 0


def first_message(flow: FlowView) -> str:
    """Return the message of the first failed step of a failed flow."""
    assert flow.verdict is Verdict.FAIL
    return next(
        step.finished.message for step in flow.steps.values() if step.finished and step.finished.message
    )


def altered(rewrite: Rewrite) -> WsgiApp:
    """The mock, with its JSON answers rewritten."""
    app = create_app({})

    def wrong(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        held: list[tuple[str, list[tuple[str, str]]]] = []

        def hold(status: str, headers: list[tuple[str, str]], error: Any = None) -> Callable[[bytes], Any]:
            held.append((status, headers))
            return lambda _: None

        body = b"".join(app(environ, hold))
        status, headers = held[-1]
        if ("content-type", "application/json") in [(name.lower(), value) for name, value in headers]:
            body = json.dumps(rewrite(environ["PATH_INFO"], json.loads(body))).encode()
        start_response(status, [pair for pair in headers if pair[0].lower() != "content-length"])
        return [body]

    return wrong


def shipments_rewritten(change: Callable[[dict[str, Any]], Mapping[str, Any]]) -> Rewrite:
    """Rewrites every shipment that GET shipment answers."""

    def rewrite(path: str, body: Any) -> Any:
        if path == "/oms/v3/shipment" and isinstance(body, list):
            return [{**entry, **change(entry)} for entry in body]
        return body

    return rewrite


def never_invoiced(options: Mapping[str, Any]) -> WsgiApp:
    """An OMS whose invoices never show: an invoiced order still says CONFIRMED."""
    return altered(
        shipments_rewritten(lambda s: {"orderStatus": s["orderStatus"].replace("PROCESSING", "CONFIRMED")})
    )


def unlinked(options: Mapping[str, Any]) -> WsgiApp:
    """An OMS whose returns do not name their sale."""
    return altered(shipments_rewritten(lambda s: {"forwardId": s["id"]}))


def wrong_total(options: Mapping[str, Any]) -> WsgiApp:
    """An OMS that adds one rupee."""
    return altered(
        shipments_rewritten(
            lambda s: {
                "orderPrice": {
                    **s["orderPrice"],
                    "totalPrepaidAmount": s["orderPrice"]["totalPrepaidAmount"] + 1,
                }
            }
        )
    )


def crashing(options: Mapping[str, Any]) -> WsgiApp:
    """An OMS that answers 500 to every confirmation."""
    app = create_app({})

    def wrong(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"].endswith("/confirm"):
            start_response("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"boom"]
        return app(environ, start_response)

    return wrong


def unreachable(options: Mapping[str, Any]) -> WsgiApp:
    """An OMS that breaks every connection."""

    def wrong(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        raise ConnectionResetError(f"lost {environ['PATH_INFO']}?{environ['QUERY_STRING']}")

    return wrong
