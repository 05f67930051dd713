"""Contract runs against another OMS send nothing that changes an order."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs

import pytest
import requests
from click.testing import CliRunner

from contracts.konnect.operations import OPERATIONS
from mock_oms.app import create_app
from scenarios.choices import Format, Grade
from scenarios.cli.main import main
from scenarios.contract.options import EXAMPLES_DESCRIBED, ContractOptions, may_be_sent
from scenarios.contract.outlet import Limits, NotAllowedError, Outlet, Sent, named_ids
from scenarios.contract.run import run
from scenarios.contract.unknown_ids import UnknownIds
from scenarios.targets.http import Pacer
from scenarios.targets.opening import Target
from tests.support.contract_targets import app_with_orders, described, held_against, snapshot
from tests.support.server import start_server
from tests.support.threads import serving

REAL = "17954020917926700417"
BULK = [row.path for row in OPERATIONS if row.writes]
DOCUMENTED = {(row.method, row.path) for row in OPERATIONS}


def _outlet(*, writes: bool = False, documented_only: bool = True) -> Outlet:
    limits = Limits(writes, documented_only, UnknownIds().is_made_up, {"default": "default"})
    return Outlet(described(create_app()), limits)


def _send(outlet: Outlet, method: str, path: str, query: str = "", body: object = None) -> None:
    import io

    raw = b"" if body is None else json.dumps(body).encode()
    environ = {
        "REQUEST_METHOD": method,
        "PATH_INFO": path,
        "QUERY_STRING": query,
        "CONTENT_LENGTH": str(len(raw)),
        "CONTENT_TYPE": "application/json",
        "wsgi.input": io.BytesIO(raw),
    }
    b"".join(outlet(environ, lambda _status, _headers: None))


@pytest.mark.parametrize("path", BULK)
@pytest.mark.parametrize(
    "body", [[{"orderId": REAL}], {"orderId": REAL}, [{"x": [{"orderId": REAL}]}], [{"orderId": int(REAL)}]]
)
def test_a_call_that_could_change_an_order_is_stopped_at_the_last_line(path: str, body: object) -> None:
    outlet = _outlet()

    with pytest.raises(NotAllowedError, match="names the order"):
        _send(outlet, "POST", path, body=body)
    assert outlet.calls == 0


@pytest.mark.parametrize("path", BULK)
def test_where_writes_are_allowed_it_goes_out(path: str) -> None:
    outlet = _outlet(writes=True)
    _send(outlet, "POST", path, body=[{"orderId": REAL}])

    assert outlet.calls == 1
    assert outlet.target.wire.pacer.writes == 1


def test_a_made_up_order_may_be_named_anywhere() -> None:
    outlet = _outlet()
    made_up = UnknownIds().made_up_id(Random(1))
    _send(outlet, "POST", BULK[0], body=[{"orderId": made_up}])

    assert (outlet.calls, outlet.target.wire.pacer.writes) == (1, 0)


@pytest.mark.parametrize("method", ["DELETE", "PUT", "PATCH"])
def test_a_method_that_no_page_names_is_stopped(method: str) -> None:
    with pytest.raises(NotAllowedError, match="is no documented call"):
        _send(_outlet(), method, "/oms/v3/shipment")


@pytest.mark.parametrize(
    "query",
    [
        "username=default&password=guess",
        "username=default",
        "username=nobody&username=default&password=x",
        "username=default&password=default&password=x",
    ],
)
def test_a_real_user_never_goes_with_a_wrong_password(query: str) -> None:
    with pytest.raises(NotAllowedError, match="a real user with a wrong password"):
        _send(_outlet(), "GET", "/aggregator/v1/token", query)


def test_ids_are_found_wherever_they_stand_in_a_body() -> None:
    body = {"a": [{"orderId": "1"}, {"orderId": " "}, {"orderId": 7}], "orderId": {"orderId": REAL}}

    assert list(named_ids(json.dumps(body).encode())) == ["1", REAL]
    assert list(named_ids(b"no JSON")) == []


def _watched(target: Target, folder: Path, monkeypatch: pytest.MonkeyPatch) -> list[Sent]:
    """Every call of a whole run: all phases."""
    seen: list[Sent] = []
    forward = Outlet._forward

    def watching(self: Outlet, *given: Any) -> Sent:
        seen.append(forward(self, *given))
        return seen[-1]

    monkeypatch.setattr(Outlet, "_forward", watching)
    phases = ("examples", "coverage", "fuzzing", "stateful")
    outcome, missed = held_against(target, folder, phases=phases, examples=6)
    assert (outcome.exit_status, missed) == (0, [])
    return seen


def test_a_whole_run_changes_nothing_and_names_no_order_that_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = app_with_orders()
    before = snapshot(app)
    seen = _watched(described(app), tmp_path, monkeypatch)

    assert snapshot(app) == before
    assert {(sent.method, sent.path) for sent in seen} == DOCUMENTED
    named = {order_id for sent in seen if sent.path in BULK for order_id in named_ids(sent.body)}
    assert named
    assert all(UnknownIds().is_made_up(order_id) for order_id in named)
    tokens = [parse_qs(sent.query) for sent in seen if sent.path == "/aggregator/v1/token"]
    right = [query for query in tokens if query.get("username") in (["default"], ["STORE-1"])]
    assert right
    assert all(query["username"] == query["password"] for query in right)
    _no_secret_is_kept(tmp_path, seen)


def _no_secret_is_kept(folder: Path, seen: list[Sent]) -> None:
    """Tokens stand in no file of the run."""
    tokens = {sent.reply.body["accessToken"] for sent in seen if "accessToken" in str(sent.reply.body)[:40]}
    assert tokens
    kept = "".join(path.read_text(encoding="utf-8") for path in folder.iterdir() if path.is_file())
    assert [token for token in tokens if token in kept] == []


def test_allowed_writes_reach_orders_and_end_at_writes_max(tmp_path: Path) -> None:
    app = app_with_orders()
    before = snapshot(app)
    pacer = Pacer(writes_max=60)
    outcome, missed = held_against(
        described(app, pacer=pacer), tmp_path, only=["confirm", "cancel"], allow_writes=True
    )

    assert (outcome.exit_status, missed) == (0, [])
    assert snapshot(app) != before
    assert 0 < pacer.writes <= 60


def _options(folder: Path, **more: Any) -> ContractOptions:
    return ContractOptions(run="test", folder=folder, seed=1, **more)


def test_what_may_be_sent_is_told_first(tmp_path: Path) -> None:
    target = described(create_app(), pacer=Pacer(requests_per_s_max=2, writes_max=200))
    lines = list(may_be_sent(_options(tmp_path), target))
    allowed = list(may_be_sent(_options(tmp_path, allow_writes=True), target))

    assert lines[0] == "target: sandbox, seed 1"
    assert (
        "  POST /oms/v3/shipment/confirm: made-up orders only; malformed bodies; with and without a token"
        in lines
    )
    assert "at most 2 per second" in lines[-2]
    assert lines[-1] == "nothing that could change an order is sent (--allow-writes would)"
    assert "any orders that are there" in "".join(allowed)
    assert allowed[-1] == "orders MAY BE CHANGED, by at most 200 calls: --allow-writes was given"
    assert _options(tmp_path).examples_for(target) == EXAMPLES_DESCRIBED


FILE = """
[target]
url = "{url}"
locations = ["STORE-1"]
[credentials]
company = {{ username = "CT_USER", password = "CT_PASSWORD" }}
[pace]
requests_per_s_max = 2000
"""


def _target_file(folder: Path, url: str) -> Path:
    path = folder / "sandbox.toml"
    path.write_text(FILE.format(url=url), encoding="utf-8")
    return path


@pytest.fixture
def credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CT_USER", "default")
    monkeypatch.setenv("CT_PASSWORD", "default")


@pytest.mark.usefixtures("credentials")
def test_the_command_runs_against_a_target_file_and_reports(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with start_server() as server:
        path = _target_file(tmp_path, server.url)
        options = ["--only", "confirm", "--only", "get_shipments", "--phase", "fuzzing", "--examples", "5"]
        told = CliRunner().invoke(main, ["contract", "--target", str(path), "--out", str(out), *options])

    assert told.exit_code == 0, told.output
    first, second = told.output.index("nothing that could change"), told.output.index("Run ")
    assert first < second
    assert {"report.html", "report.json", "junit.xml", "run.jsonl", "reach.json"} <= {
        path.name for path in out.iterdir()
    }
    assert "CONTRACT confirm" in told.output
    report = json.loads((out / "report.json").read_text(encoding="utf-8"))
    assert [flow["id"] for flow in report["flows"]] == ["CONTRACT get_shipments", "CONTRACT confirm"]


@pytest.mark.usefixtures("credentials")
def test_a_dry_run_sends_nothing(tmp_path: Path) -> None:
    path = _target_file(tmp_path, "http://127.0.0.1:9")
    told = CliRunner().invoke(main, ["contract", "--target", str(path), "--dry-run"])

    assert told.exit_code == 0, told.output
    assert "nothing that could change an order is sent" in told.output


@pytest.mark.parametrize("allowed", [False, True])
def test_on_a_mock_at_an_address_companies_are_made_and_removed(allowed: bool, tmp_path: Path) -> None:
    options = ["--only", "confirm", "--phase", "fuzzing", "--examples", "40", "--seed", "7"]
    options += ["--out", str(tmp_path)]
    options += ["--allow-writes"] if allowed else []
    with start_server() as server:
        told = CliRunner().invoke(main, ["contract", "--target", server.url, *options])
        tenants = requests.get(f"{server.url}/_control/tenants", timeout=10).json()["tenants"]

    assert told.exit_code == 0, told.output
    assert [(row["tenant"], row["shipments"]) for row in tenants] == [("default", 0)]
    reach = json.loads((tmp_path / "reach.json").read_text(encoding="utf-8"))["touchpoints"]["confirm"]
    assert bool(reach["taken"]) is allowed
    assert reach["codes"]["O422"]


def test_missing_credentials_are_told_before_anything_is_sent(tmp_path: Path) -> None:
    told = CliRunner().invoke(
        main, ["contract", "--target", str(_target_file(tmp_path, "http://127.0.0.1:9"))]
    )

    assert told.exit_code == 2
    assert "CT_PASSWORD, CT_USER" in told.output


@pytest.mark.usefixtures("credentials")
def test_a_target_that_does_not_answer_is_an_error_in_one_line(tmp_path: Path) -> None:
    path = _target_file(tmp_path, "http://127.0.0.1:9")
    told = CliRunner().invoke(main, ["contract", "--target", str(path), "--out", str(tmp_path / "out")])

    assert told.exit_code == 3
    assert "Error: Nothing answers at http://127.0.0.1:9 (connection refused)" in told.output
    assert "Traceback" not in told.output


def test_a_production_host_is_refused(tmp_path: Path) -> None:
    told = CliRunner().invoke(main, ["contract", "--target", "https://api.konnect.fynd.com"])

    assert told.exit_code == 2
    assert "looks like production" in told.output


class _Broken(BaseHTTPRequestHandler):
    """Issues tokens, and answers everything else with what no page shows."""

    def do_GET(self) -> None:
        """A token, or a page for people."""
        token = self.path.startswith("/aggregator")
        body = b'{"token": "abcdefgh-token"}' if token else b"<html>not found</html>"
        self._answer(200 if token else 503, body, "application/json" if token else "text/html")

    def do_POST(self) -> None:
        """A page for people."""
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self._answer(200, b"<html>ok</html>", "text/html")

    def _answer(self, status: int, body: bytes, media: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", media)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Nothing is logged."""


@pytest.mark.usefixtures("credentials")
def test_a_target_that_is_no_konnect_fails_without_breaking_the_run(tmp_path: Path) -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Broken)
    with serving(server):
        path = _target_file(tmp_path, f"http://127.0.0.1:{server.server_port}")
        options = ["--phase", "fuzzing", "--examples", "4", "--out", str(tmp_path / "out")]
        told = CliRunner().invoke(main, ["contract", "--target", str(path), *options])

    assert told.exit_code == 1, told.output
    assert "abcdefgh-token" not in (tmp_path / "out" / "run.jsonl").read_text(encoding="utf-8")


def test_a_grade_may_be_chosen_for_the_mock_of_our_own(tmp_path: Path) -> None:
    import io

    from scenarios.contract.run import open_for

    options = _options(tmp_path, phases=("fuzzing",), only=("confirm",), examples=3, grade=Grade.EVIDENCE)
    outcome = run(options, open_for(options), io.StringIO(), Format.TEXT)

    assert outcome.exit_status == 0
    assert outcome.reach.counts["confirm"].taken > 0
