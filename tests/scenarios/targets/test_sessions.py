"""Tokens, passwords and keys go to the target only."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from mock_oms.server.http import send
from scenarios.records import RunLog
from scenarios.records.recorder import StepRecorder
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.opening import open_target
from scenarios.targets.sessions import is_loopback, open_session
from tests.support.hostile_server import hostile_server
from tests.support.spellings import shows, spellings

PROXY_VARIABLES = ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY")
KEY = "control-key-of-the-target"


@pytest.fixture
def stranger() -> Iterator[socket.socket]:
    """A port that nobody may call."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        yield listener
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("no_proxy", "NO_PROXY", *PROXY_VARIABLES):
        monkeypatch.delenv(name, raising=False)


def address(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}"


def control_of(url: str) -> Control:
    return Control(open_target(url).wire, StepRecorder(lambda _record: None, "flow", 1), api_key=KEY)


def test_a_target_on_this_machine_is_called_without_the_proxy(
    server_url: str, stranger: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in PROXY_VARIABLES:
        monkeypatch.setenv(name, address(stranger))
    assert control_of(server_url).call("profile")["values"]


def test_another_machine_is_called_through_the_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    profile = {"digest": "a", "values": {}, "fields": []}
    body = json.dumps(profile).encode()
    answer = b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)
    with hostile_server(lambda: iter([answer])) as url:
        monkeypatch.setenv("http_proxy", url)
        assert control_of("http://oms.example").call("profile") == profile


@pytest.mark.parametrize("host", ["127.0.0.1", "oms.example"])
def test_no_password_of_a_netrc_file_is_sent(
    host: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "netrc"
    file.write_text(f"machine {host} login user password secret\n", encoding="utf-8")
    file.chmod(0o600)
    monkeypatch.setenv("NETRC", str(file))
    monkeypatch.setenv("HOME", str(tmp_path))
    request = requests.Request("GET", f"http://{host}/")
    with requests.Session() as usual, open_session(f"http://{host}") as ours:
        assert "authorization" in usual.prepare_request(request).headers
        assert "authorization" not in ours.prepare_request(request).headers


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_no_redirect_is_followed_with_a_key(status: int, stranger: socket.socket) -> None:
    head = f"HTTP/1.1 {status} Moved\r\nlocation: {address(stranger)}/\r\ncontent-length: 0\r\n\r\n".encode()
    with hostile_server(lambda: iter([head])) as url:
        with pytest.raises(ControlRefusedError, match=f"HTTP {status}"):
            control_of(url).call("profile")
        assert send("GET", url, headers={"x-control-key": KEY}).status == status


@pytest.mark.parametrize(
    ("url", "loopback"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.8.8.8", True),
        ("http://[::1]:8080", True),
        ("http://localhost:8080", True),
        ("http://LOCALHOST.", True),
        ("http://mock.localhost", True),
        ("http://192.0.2.1", False),
        ("http://localhost.example", False),
        ("https://fyndkonnect.konnect.uat.fyndx1.de", False),
    ],
)
def test_which_hosts_are_this_machine(url: str, loopback: bool) -> None:
    assert is_loopback(url) is loopback


TOKEN = "0b6a2a3e-77aa-4a8e-9d0e-token0000001"


@pytest.mark.parametrize(
    "body",
    [
        {"accessToken": TOKEN, "copy": TOKEN, "inner": [{"again": f"Bearer {TOKEN}"}]},
        {"session": TOKEN},
        TOKEN,
    ],
)
def test_a_token_is_masked_wherever_the_token_answer_holds_it(body: object, tmp_path: Path) -> None:
    content = json.dumps(body).encode()
    head = f"HTTP/1.1 200 OK\r\nx-session: {TOKEN}\r\ncontent-length: {len(content)}\r\n\r\n".encode()
    path = tmp_path / "run.jsonl"
    with hostile_server(lambda: iter([head + content])) as url, RunLog(path) as log:
        recorder = StepRecorder(log.write, "PAS-S-01", 1, log.masking.hide)
        open_target(url).wire.send(recorder, "GET", "/aggregator/v1/token", touchpoint="generate_token")

    assert not shows(path.read_text(encoding="utf-8"), TOKEN)
    assert '"status":200' in path.read_text(encoding="utf-8")


def is_inside_json(text: str) -> bool:
    try:
        return bool(json.loads(f'"{text}"'))
    except ValueError:
        return False


@pytest.mark.parametrize("spelling", spellings(KEY).values(), ids=spellings(KEY))
def test_a_refusal_of_the_control_plane_does_not_repeat_the_key(spelling: str) -> None:
    inside = spelling if is_inside_json(spelling) else json.dumps(spelling)[1:-1]
    body = f'{{"error": "{inside}", "message": "not {inside} here"}}'.encode()
    head = b"HTTP/1.1 401 Unauthorized\r\ncontent-length: %d\r\n\r\n" % len(body)
    with (
        hostile_server(lambda: iter([head + body])) as url,
        pytest.raises(ControlRefusedError) as refused,
    ):
        control_of(url).call("profile")
    assert not shows(str(refused.value), KEY)
    assert "here" in str(refused.value)
