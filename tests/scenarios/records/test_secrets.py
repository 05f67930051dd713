"""An OMS that repeats passwords and tokens; none reaches a record."""

from __future__ import annotations

import base64
import dataclasses
from typing import Any
from urllib.parse import quote

from scenarios.flows import FLOWS
from scenarios.records import RECORD
from scenarios.runner.plan import make_plans
from scenarios.targets.in_process import in_process_session
from scenarios.targets.opening import open_target
from tests.support.flow_runs import altered, play


def test_a_secret_that_the_oms_repeats_in_any_spelling_is_never_written() -> None:
    secrets: set[str] = set()

    def repeat(path: str, body: Any) -> Any:
        if path == "/_control/tenants":
            secrets.update(user["password"] for user in (body["company"], *body["locations"]))
        if path == "/aggregator/v1/token":
            secrets.add(body["accessToken"])
        if path == "/oms/v3/shipment" and isinstance(body, list):
            spelled = [[s, quote(s, safe=""), base64.b64encode(s.encode()).decode()] for s in secrets]
            return [{**shipment, "remark": f"seen: {spelled}"} for shipment in body]
        return body

    app = altered(repeat)
    mock = open_target("mock")
    wire = dataclasses.replace(mock.wire, make_session=lambda: in_process_session(app))
    target = dataclasses.replace(mock, wire=wire)
    # One case: the secrets of a flow's own tenant are forgotten when it ends, because they open nothing more.
    plans = make_plans([flow for flow in FLOWS if flow.id == "PAS-J-01"], target, {})[:1]
    played = play([], target, plans=plans)

    written = b"".join(RECORD.dump_json(record) for record in played.records).decode()
    assert len(secrets) > 3
    assert "seen: " in written
    for secret in secrets:
        assert secret not in written
        assert base64.b64encode(secret.encode()).decode().rstrip("=") not in written
