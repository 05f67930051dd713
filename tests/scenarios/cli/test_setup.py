"""A wrong set-up ends a run with its reason."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scenarios.cli.main import main
from tests.support.other_oms import Choices, OtherOms
from tests.support.other_oms.choices import Account
from tests.support.other_oms.serving import environment, serve, write_target
from tests.support.threads import serving

Edit = Callable[[str], str]
FLOW = "PAS-S-01"


def same(text: str) -> str:
    """Leave a target file as it is."""
    return text


def played(folder: Path, oms: OtherOms, edit: Edit = same, flow: str = FLOW, **variables: str) -> Result:
    """Run a flow with a changed target file or environment."""
    with serve(oms) as url:
        target = write_target(oms, url, folder)
        target.write_text(edit(target.read_text("utf-8")), encoding="utf-8")
        command = ["run", flow, "--target", str(target), "--out", str(folder / "out")]
        return CliRunner().invoke(main, command, env=environment(oms) | variables)


def replaced(before: str, after: str) -> Edit:
    """Return an edit of the target file."""

    def edit(text: str) -> str:
        assert before in text
        return text.replace(before, after)

    return edit


def must_stop(told: Result, folder: Path, *parts: str) -> None:
    """Check that the run ended with this reason and judged nothing."""
    assert told.exit_code == 3, told.output
    report = json.loads((folder / "out" / "report.json").read_text("utf-8"))
    for part in parts:
        assert part in report["message"], report["message"]
        assert part in told.output.replace("\n", "")
    assert (report["totals"]["fail"], report["totals"]["pass"]) == (0, 0)
    assert report["unfinished"] > 0
    junit = (folder / "out" / "junit.xml").read_text("utf-8")
    assert "<error" in junit
    for secret in ("acme-secret", "first-secret", "second-secret", "rival-secret"):
        assert secret not in told.output + junit


def test_a_right_set_up_runs(tmp_path: Path) -> None:
    told = played(tmp_path, OtherOms())
    assert told.exit_code == 0, told.output


@pytest.mark.parametrize("status", [400, 401, 403])
def test_a_wrong_password_stops_the_run_and_names_its_variables(status: int, tmp_path: Path) -> None:
    oms = OtherOms(Choices(bad_credentials_status=status))
    told = played(tmp_path, oms, OTHER_PASSWORD="old")
    must_stop(told, tmp_path, "OTHER_USER and OTHER_PASSWORD", f"HTTP {status}", "Set the right ones")


def test_a_wrong_password_of_a_store_stops_the_run(tmp_path: Path) -> None:
    told = played(tmp_path, OtherOms(), STORE1_PASSWORD="old")
    must_stop(told, tmp_path, "STORE1_USER and STORE1_PASSWORD")


def test_a_user_of_another_store_stops_the_run(tmp_path: Path) -> None:
    told = played(
        tmp_path,
        OtherOms(),
        STORE0_USER="BLR-02",
        STORE0_PASSWORD="second-secret",
        STORE1_USER="BLR-01",
        STORE1_PASSWORD="first-secret",
    )
    must_stop(told, tmp_path, "STORE0_USER", "cannot list store BLR-01", "locationCode is of another store")


def test_one_user_for_two_stores_is_wrong_use(tmp_path: Path) -> None:
    told = played(tmp_path, OtherOms(), STORE1_USER="BLR-01", STORE1_PASSWORD="first-secret")
    assert told.exit_code == 2, told.output
    assert "STORE0_USER and STORE1_USER hold the same user" in told.output


def test_one_code_for_two_stores_is_wrong_use(tmp_path: Path) -> None:
    told = played(tmp_path, OtherOms(), replaced('["BLR-01", "BLR-02"]', '["BLR-01", "BLR-01"]'))
    assert told.exit_code == 2, told.output
    assert "target.locations: each store has a different code; BLR-01 is there twice" in told.output


def test_an_unknown_store_stops_the_run(tmp_path: Path) -> None:
    edit = replaced('["BLR-01", "BLR-02"]', '["BLR-01", "BLR-99"]')
    told = played(tmp_path, OtherOms(Choices(unknown_location="reject")), edit)
    must_stop(
        told, tmp_path, "cannot list store BLR-99", "locationCode BLR-99 is not known", "[target] locations"
    )


@pytest.mark.parametrize(
    ("oms", "declared", "flow", "reason"),
    [
        pytest.param(
            Account(invoice="fynd"),
            'invoice_mode = "fynd"',
            "PAS-S-02",
            "issues the document itself",
            id="invoice",
        ),
        pytest.param(
            Account(invoice="aggregator"),
            'invoice_mode = "aggregator"',
            "PAS-S-07",
            "issues none, and accepts a pushed one",
            id="no invoice",
        ),
        pytest.param(
            Account(credit_note="fynd"),
            'credit_note_mode = "fynd"',
            "PAS-R-01",
            "issues the document itself",
            id="credit note",
        ),
        pytest.param(
            Account(credit_note="aggregator"),
            'credit_note_mode = "aggregator"',
            "PAS-R-01",
            "issues none, and accepts a pushed one",
            id="no credit note",
        ),
    ],
)
def test_a_wrong_document_mode_stops_the_run(
    oms: Account, declared: str, flow: str, reason: str, tmp_path: Path
) -> None:
    name, _, mode = declared.partition(" = ")
    wrong = f'{name} = "{"aggregator" if "fynd" in mode else "fynd"}"'
    told = played(tmp_path, OtherOms(account=oms), replaced(declared, wrong), flow)
    must_stop(told, tmp_path, wrong, reason, "Set the mode of the account")


@pytest.mark.parametrize("command", ["./no-robot", "no-such-robot-anywhere"])
def test_a_persons_command_that_is_missing_stops_the_run(command: str, tmp_path: Path) -> None:
    def edit(text: str) -> str:
        return "\n".join(
            f'command = ["{command}"]' if line.startswith("command") else line for line in text.splitlines()
        )

    told = played(tmp_path, OtherOms(), edit)
    must_stop(told, tmp_path, "the person's command", "cannot be run", "Correct [person] command")


def test_a_persons_command_that_fails_at_its_first_task_stops_the_run(tmp_path: Path) -> None:
    def edit(text: str) -> str:
        return "\n".join(
            'command = ["false"]' if line.startswith("command") else line for line in text.splitlines()
        )

    told = played(tmp_path, OtherOms(), edit)
    must_stop(told, tmp_path, "ended with status 1 at its first task (place)")


@pytest.mark.parametrize("status", [200, 302, 404])
def test_a_wrong_address_stops_the_run(status: int, tmp_path: Path) -> None:
    with _answering(status) as url:
        told = played(tmp_path, OtherOms(), lambda text: _with_url(text, url))
    must_stop(
        told, tmp_path, f"there is no Konnect at {url}", f"HTTP {status} with text/html", "also its path"
    )


def test_https_at_an_http_port_stops_the_run(tmp_path: Path) -> None:
    with _answering(404) as url:
        told = played(tmp_path, OtherOms(), lambda text: _with_url(text, url.replace("http:", "https:")))
    must_stop(told, tmp_path, "is not safe to use: no TLS connection")


def _with_url(text: str, url: str) -> str:
    return "\n".join(f'url = "{url}"' if line.startswith("url") else line for line in text.splitlines())


@contextmanager
def _answering(status: int) -> Iterator[str]:
    """Serve a web page for every request."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("location", "/login")
            self.end_headers()
            self.wfile.write(b"<html>Log in</html>")

        def log_message(self, format: str, *args: object) -> None:
            """Write nothing."""

    server = HTTPServer(("127.0.0.1", 0), Page)
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}"
