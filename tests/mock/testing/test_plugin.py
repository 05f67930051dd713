"""The pytest plugin, in a project that has packages named like ours."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.server import Server, clean_environment, start_server

pytestmark = pytest.mark.xdist_group("processes")

TESTS = """
import pytest
from contracts import OURS
from scenarios import OURS as ALSO_OURS


def test_a_company_of_its_own(oms):
    assert (OURS, ALSO_OURS) == ("of the project", "of the project")
    assert oms.place({"SHIRT-BLU-M": 2}).state == "placed"
    assert oms.control("GET", "")["shipments"] == 1
    assert oms.calls().never()


@pytest.mark.oms(invoice_mode="fynd", locations=["BLR-1"], seed=7)
class TestSettings:
    def test_of_the_class(self, oms):
        assert list(oms.stores) == ["BLR-1"]

    @pytest.mark.oms(invoice_mode="aggregator")
    def test_of_the_function(self, oms):
        settings = oms.control("GET", "")
        assert (settings["invoice_mode"], list(oms.stores)) == ("aggregator", ["BLR-1"])


def test_several_companies(oms_factory, oms_server):
    first, second = oms_factory(), oms_factory(credit_note_mode="fynd")
    first.place()
    assert second.control("GET", "")["shipments"] == 0
    assert first.url == second.url == oms_server


@pytest.mark.parametrize("number", range(5))
def test_only_its_orders_are_seen(oms, number):
    oms.place_many(number + 1)
    assert len(oms.control("GET", "/shipments")["shipments"]) == number + 1
"""
SEEN = """
import os
from pathlib import Path


def test_seen(oms):
    lines = [path.read_bytes().decode() for path in Path("/proc").glob("[0-9]*/cmdline")]
    assert any(os.environ["TMPDIR"] in line for line in lines)
"""
FAILING = """
import json
import urllib.request


def test_fails(oms):
    login = f"username={oms.company.username}&password={oms.company.password}"
    token = json.load(urllib.request.urlopen(f"{oms.url}/aggregator/v1/token?{login}"))["accessToken"]
    request = urllib.request.Request(
        f"{oms.url}/oms/v3/shipment/confirm", b'[{"orderId": "1"}]',
        {"x-access-token": token, "content-type": "application/json"},
    )
    urllib.request.urlopen(request).close()
    assert oms.calls("confirm", outcome="accepted").once()
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    for name in ("contracts", "scenarios"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text('OURS = "of the project"\n')
    (tmp_path / "conftest.py").write_text("")
    (tmp_path / "test_sale.py").write_text(TESTS)
    return tmp_path


def run(project: Path, *flags: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run pytest in a project."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *flags]
    environment = {**clean_environment(), "PYTHONPATH": ".", **variables}
    return subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


def running(folder: Path) -> list[str]:
    """Command lines with a folder, of processes that run now."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            found.append((entry / "cmdline").read_bytes().decode(errors="replace"))
    return [text for text in found if str(folder) in text]


@pytest.mark.parametrize("flags", [(), ("-n", "2")], ids=["one process", "two processes"])
def test_a_project_is_green_and_leaves_nothing(project: Path, flags: tuple[str, ...]) -> None:
    folder = project / "temporary"
    folder.mkdir()
    done = run(project, *flags, "--basetemp", str(project / "base"), TMPDIR=str(folder))
    assert "9 passed" in done.stdout, done.stdout + done.stderr
    assert running(folder) == []
    assert list(folder.iterdir()) == []


def test_servers_of_a_project_can_be_seen(project: Path) -> None:
    """The check for running servers finds one."""
    (project / "test_sale.py").write_text(SEEN)
    folder = project / "temporary"
    folder.mkdir()
    done = run(project, TMPDIR=str(folder))
    assert "1 passed" in done.stdout, done.stdout


def test_a_failed_test_shows_the_calls_to_its_company(project: Path) -> None:
    (project / "test_sale.py").write_text(FAILING)
    done = run(project)
    assert done.returncode == 1
    section = done.stdout.split("mock-oms: calls to ")[1]
    assert re.search(r"POST  confirm  200  1  O422: order 1 is not known", section), section
    assert "expected 1 call to confirm with outcome accepted, found 0" in done.stdout


def test_a_running_server_is_used(project: Path) -> None:
    server: Server
    with start_server("--control-key", "k3y") as server:
        refused = run(project, "--oms-url", server.url, "-x")
        assert "the control key" in refused.stdout
        done = run(project, "--oms-url", server.url, MOCK_OMS_CONTROL_KEY="k3y")
        assert "9 passed" in done.stdout, done.stdout
        status, body = server.get("/_control/tenants", x_control_key="k3y")
        assert status == 200
        assert body.count(b'"tenant":') == 1  # only the default one is left


def test_options_of_the_server_come_from_the_project(project: Path) -> None:
    (project / "pytest.ini").write_text("[pytest]\noms_serve = --no-such-option\n")
    done = run(project, "-x")
    assert "No such option" in done.stdout
