"""The server as a process: start, banner, stop and errors."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from contracts.control.defaults import DEFAULT_LOCATIONS
from mock_oms import __version__
from mock_oms.server import granian_quirks
from mock_oms.server.ready import answers, ready_file
from tests.support.server import (
    CALL_LIMIT_S,
    COMMAND,
    POLL_EVERY_S,
    ROOT,
    STOP_LIMIT_S,
    DidNotStartError,
    Server,
    clean_environment,
    start_server,
    wait_for_end,
)

ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP]
"""Signals that end a server: of a service manager, of Ctrl-C, of a terminal that is closed."""

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture
def server() -> Iterator[Server]:
    with start_server() as running:
        yield running


def group_is_gone(process: subprocess.Popen[bytes]) -> bool:
    """Whether the whole process group ends in time."""
    deadline = time.monotonic() + STOP_LIMIT_S
    while time.monotonic() < deadline:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(POLL_EVERY_S)
    return False


def worker_of(server: Server) -> int:
    """Process id of the only worker."""
    (worker,) = workers_of(server)
    return worker


def workers_of(server: Server) -> list[int]:
    """Process ids of the workers, the children of the server's process."""
    parent = server.process.pid
    children = Path(f"/proc/{parent}/task/{parent}/children")
    if children.exists():
        return [int(child) for child in children.read_text(encoding="ascii").split()]
    listed = subprocess.run(  # where there is no /proc
        ["pgrep", "-P", str(parent)], check=True, capture_output=True, text=True, timeout=CALL_LIMIT_S
    )
    return [int(child) for child in listed.stdout.split()]


def test_the_ready_file_appears_once_the_server_answers(server: Server) -> None:
    facts = json.loads(server.ready_file.read_text(encoding="utf-8"))

    assert answers(facts["url"])
    assert facts == {
        "url": server.url,
        "pid": server.process.pid,
        "version": __version__,
        "tenant": "default",
        "username": "default",
        "password": "default",
    }


@pytest.mark.parametrize("code", ["", *DEFAULT_LOCATIONS])
def test_the_credentials_that_are_told_give_a_token(server: Server, code: str) -> None:
    login = f"username={code or server.username}&password={code or server.password}"
    status, _ = server.get(f"/aggregator/v1/token?{login}")

    assert status == 200


def test_the_greeting_names_address_credentials_and_a_first_call(server: Server) -> None:
    server.end()

    greeting = server.output()
    assert f"mock-oms {__version__} is ready" in greeting
    assert server.url in greeting
    assert "username default, password default" in greeting
    assert "STORE-1 and STORE-2" in greeting
    assert f"curl '{server.url}/aggregator/v1/token?username=default&password=default'" in greeting


@pytest.mark.parametrize("by", ENDING)
def test_a_signal_stops_it_cleanly(server: Server, by: signal.Signals) -> None:
    status = server.end(by)

    assert status == 0
    assert group_is_gone(server.process)
    assert not server.ready_file.exists()
    assert "Traceback" not in server.output()


@pytest.mark.parametrize("by", ENDING)
def test_a_signal_that_reaches_the_worker_too_stops_both_without_force(
    server: Server, by: signal.Signals
) -> None:
    """As Ctrl-C at a terminal does."""
    began = time.monotonic()

    os.killpg(server.process.pid, by)

    assert wait_for_end(server.process) == 0
    assert time.monotonic() - began < granian_quirks.STOP_LIMIT_S
    assert group_is_gone(server.process)
    assert "Traceback" not in server.output()
    assert "Error: " not in server.output()
    assert "Warning: " not in server.output()


@pytest.mark.parametrize("after_s", [0.0, 0.15, 0.25, 0.35])
def test_a_signal_while_starting_leaves_nothing_behind(tmp_path: Path, after_s: float) -> None:
    ready = tmp_path / "ready.json"
    process = subprocess.Popen(
        [*COMMAND, "serve", "--port", "0", "--ready-file", str(ready)],
        cwd=ROOT,
        env=clean_environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    time.sleep(after_s)
    process.terminate()
    output, _ = process.communicate(timeout=STOP_LIMIT_S)

    assert process.returncode in {0, -signal.SIGTERM}
    assert group_is_gone(process)
    assert not ready.exists()
    assert b"Traceback" not in output


def test_a_server_that_ignores_the_end_of_its_terminal_goes_on_with_all_that_it_holds() -> None:
    """As under `nohup`. New workers would have an empty store in memory."""
    program = (
        "import signal; signal.signal(signal.SIGHUP, signal.SIG_IGN);"
        "from mock_oms.entry_points import run_mock_oms; run_mock_oms()"
    )
    with start_server(command=(sys.executable, "-c", program)) as server:
        token = json.loads(server.get("/aggregator/v1/token?username=default&password=default")[1])
        workers = workers_of(server)
        os.killpg(server.process.pid, signal.SIGHUP)
        status, _ = server.get("/oms/v3/shipment?orderId=1", x_access_token=token["accessToken"])

        assert (status, workers_of(server)) == (200, workers)
        assert server.end() == 0


def test_a_worker_that_dies_ends_the_server_with_a_reason(server: Server) -> None:
    os.kill(worker_of(server), signal.SIGKILL)

    assert wait_for_end(server.process) == 1
    assert "Error: a worker process ended unexpectedly (signal 9)" in server.output()
    assert not server.ready_file.exists()


def test_the_worker_does_not_outlive_its_parent(server: Server) -> None:
    server.process.kill()
    server.process.wait(STOP_LIMIT_S)

    assert group_is_gone(server.process)


def test_it_works_where_processes_are_spawned_instead_of_forked() -> None:
    program = (
        "import multiprocessing; multiprocessing.set_start_method('spawn');"
        "from mock_oms.entry_points import run_mock_oms; run_mock_oms()"
    )
    with start_server(command=(sys.executable, "-c", program)) as spawned:
        assert answers(spawned.url)
        assert spawned.end() == 0


def refused(*flags: str, environment: dict[str, str] | None = None) -> str:
    """Return the output of a start that ends with status 2."""
    ended = subprocess.run(
        [*COMMAND, "serve", *flags],
        cwd=ROOT,
        env=clean_environment(environment),
        capture_output=True,
        text=True,
        timeout=STOP_LIMIT_S,
        check=False,
    )
    assert ended.returncode == 2, ended.stderr
    assert ended.stdout == ""
    return ended.stderr


def test_a_taken_port_is_refused_in_one_line() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]

        assert refused("--port", str(port)) == (
            f"Error: cannot listen on 127.0.0.1 port {port}: address already in use\n"
        )


def test_the_port_of_a_running_mock_is_refused(server: Server) -> None:
    port = server.url.rsplit(":", 1)[1]

    assert refused("--port", port).endswith(f"port {port}: address already in use\n")


def test_a_port_can_be_used_again_right_after_a_server_that_served(server: Server) -> None:
    assert answers(server.url)
    port = server.url.rsplit(":", 1)[1]
    server.end()

    with start_server("--port", port) as next_server:
        assert next_server.url == server.url


def test_an_address_of_another_machine_is_refused() -> None:
    assert "Error: cannot listen on 192.0.2.1 port 0: " in refused("--host", "192.0.2.1", "--port", "0")


def test_a_profile_that_cannot_be_used_is_refused_in_one_line(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.write_text("no_such_choice = 1\n", encoding="utf-8")

    line = refused("--port", "0", "--profile", str(profile))

    assert line.startswith(f"Error: {profile}: ")
    assert "no_such_choice" in line
    assert line.count("\n") == 1


def test_a_mutant_that_nobody_knows_is_refused_in_one_line() -> None:
    line = refused("--port", "0", "--mutant", "no-such-mutant")

    assert line.startswith("Error: ")
    assert "no-such-mutant" in line
    assert line.count("\n") == 1


def test_a_start_that_is_refused_leaves_the_ready_file_of_a_running_server_alone(server: Server) -> None:
    port = server.url.rsplit(":", 1)[1]

    refused("--port", port, "--ready-file", str(server.ready_file))

    assert server.ready_file.exists()


def test_two_servers_never_share_a_ready_file(server: Server) -> None:
    before = server.ready_file.read_bytes()

    line = refused("--port", "0", "--ready-file", str(server.ready_file))

    file = server.ready_file.resolve()
    assert line == f"Error: another server uses the ready file {file}; name another --ready-file\n"
    assert server.ready_file.read_bytes() == before


def test_the_ready_file_of_a_killed_server_is_used_again(server: Server) -> None:
    server.process.kill()  # its worker goes on for a moment
    server.process.wait(STOP_LIMIT_S)
    assert server.ready_file.exists()

    with ready_file(server.ready_file):
        assert not server.ready_file.exists()


def test_a_ready_file_that_is_another_file_is_refused_in_one_line(tmp_path: Path) -> None:
    notes = tmp_path / "notes.txt"
    notes.write_text("notes", encoding="utf-8")

    line = refused("--port", "0", "--ready-file", str(notes))

    reason = f"{notes} exists and is no ready file of a server"
    assert line == f"Error: {reason}; remove it, or name another --ready-file\n"
    assert notes.read_text(encoding="utf-8") == "notes"


def test_an_address_that_others_reach_has_a_control_plane_with_a_key() -> None:
    with start_server("--host", "0.0.0.0") as public:
        (key,) = [line.split()[-1] for line in public.output().splitlines() if "x-control-key" in line]
        without, _ = public.get("/_control/tenants")
        with_key, _ = public.get("/_control/tenants", x_control_key=key)

    assert (without, with_key) == (401, 200)


def test_a_key_that_was_given_is_not_printed() -> None:
    with start_server("--host", "0.0.0.0", environment={"MOCK_OMS_CONTROL_KEY": "given-key"}) as public:
        assert answers(public.url, "given-key")
        assert "given-key" not in public.output()


def test_a_server_that_cannot_start_fails_the_test_with_its_output() -> None:
    with pytest.raises(DidNotStartError, match=r"(?s)exit status 2.*--seed expects a whole number"):
        start_server("--seed", "x")


@pytest.mark.parametrize("workers", ["1", "2"])
def test_the_greeting_tells_what_is_kept(tmp_path: Path, workers: str) -> None:
    address = f"sqlite:///{tmp_path / 'kept.db'}"
    with start_server("--store", address, "--invoice-mode", "fynd", "--workers", workers):
        pass
    with start_server("--store", address, "--workers", workers) as again:
        again.end()
        greeting = again.output()

    assert f"everything is kept in {tmp_path / 'kept.db'}" in greeting
    assert [file.name for file in tmp_path.iterdir()] == ["kept.db"]  # its log is written back at the end
    assert "invoice by fynd" in greeting  # as the first start made it


def test_several_workers_need_a_store_that_they_share() -> None:
    told = refused("--workers", "2")

    assert told.startswith("Error: --workers 2 needs a store that processes can share")
    assert "--store sqlite:///FILE" in told
    assert told.count("\n") == 1


def test_of_several_workers_one_that_dies_ends_the_server(tmp_path: Path) -> None:
    with start_server("--store", f"sqlite:///{tmp_path / 'kept.db'}", "--workers", "3") as server:
        os.kill(workers_of(server)[1], signal.SIGKILL)

        assert wait_for_end(server.process) == 1
        assert "Error: a worker process ended unexpectedly (signal 9)" in server.output()
        assert group_is_gone(server.process)
