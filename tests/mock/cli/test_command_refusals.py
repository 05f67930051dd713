"""Client commands with a server that refuses, is absent or foreign."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from mock_oms.cli.client import refusal
from tests.support.commands import done, mock_oms
from tests.support.spellings import shows, spellings
from tests.support.threads import serving

Seen = list[tuple[str, str, str | None]]
"""Method, path and control key of each call that came."""


def canned_handler(status: int, body: bytes, seen: Seen) -> type[BaseHTTPRequestHandler]:
    """Answers every call with `body`."""

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            seen.append((self.command, self.path, self.headers.get("x-control-key")))
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = answer  # noqa: N815 - the names that http.server asks for

        def log_message(self, *_details: object) -> None:
            """Nothing is printed."""

    return Handler


@contextmanager
def canned(status: int, body: bytes) -> Iterator[tuple[str, Seen]]:
    """Run a server with one answer; yield its address and its calls."""
    seen: Seen = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), canned_handler(status, body, seen))
    with serving(server):
        yield f"http://127.0.0.1:{server.server_port}", seen


@pytest.mark.parametrize(
    "command",
    [
        ("tenant", "list"),
        ("tenant", "create"),
        ("order", "place"),
        ("order", "hand-over", "1"),
        ("get", "/oms/v3/shipment"),
    ],
    ids=" ".join,
)
def test_a_server_that_is_not_there_is_named_in_one_line(command: tuple[str, ...]) -> None:
    result = mock_oms(*command, MOCK_OMS_URL="http://127.0.0.1:9")

    assert result.exit_code == 1
    assert result.stderr == (
        "Error: nothing answers at http://127.0.0.1:9; start it with mock-oms serve, or name another --url\n"
    )


def test_an_answer_that_is_no_json_is_told_as_such() -> None:
    with canned(404, b"<h1>Not here</h1>") as (url, _):
        result = mock_oms("tenant", "list", "--url", url)

    assert result.exit_code == 1
    assert "status 404, and no JSON: is this a mock-oms? '<h1>Not here</h1>'" in result.stderr


def test_the_control_key_goes_in_its_header_and_names_are_one_segment_of_the_path() -> None:
    with canned(200, b"{}") as (url, seen):
        done("tenant", "delete", "a/../b c", "--url", url, MOCK_OMS_CONTROL_KEY="key-1")

    assert seen == [("DELETE", "/_control/tenants/a%2F..%2Fb%20c", "key-1")]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le"])
def test_a_key_file_of_another_encoding_is_refused_in_one_line(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "key"
    file.write_text("key-2", encoding=encoding)

    refused = mock_oms("tenant", "list", "--control-key-file", str(file))

    assert refused.exit_code == 2
    assert f"Error: the control key in {file} cannot be read: expected text in UTF-8\n" in refused.stderr


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_the_control_key_may_lie_in_a_file_and_is_given_once(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "key"
    file.write_text("key-2\n", encoding=encoding)
    with canned(200, b'{"tenants": []}') as (url, seen):
        done("tenant", "list", "--url", url, "--control-key-file", str(file))
        done("tenant", "list", "--url", url, MOCK_OMS_CONTROL_KEY_FILE=str(file))
        done("wait", url, "--control-key-file", str(file))
        twice = mock_oms("tenant", "list", "--control-key-file", str(file), MOCK_OMS_CONTROL_KEY="key-1")
        missing = mock_oms("tenant", "list", "--control-key-file", str(tmp_path / "none"))

    assert [key for _, _, key in seen] == ["key-2"] * 3
    assert (twice.exit_code, missing.exit_code) == (2, 2)
    assert "the control key was given twice: as itself and in a file; give one" in twice.stderr
    assert "'--control-key-file': File" in missing.stderr


def test_a_query_is_encoded_and_kept() -> None:
    with canned(200, b'{"shipments": []}') as (url, seen):
        done("get", "/_control/a b?x=1&y=%20\u00e9#end", "--url", url)
        done("order", "list", "--url", url, "--location", "A&B 1")

    assert [path for _, path, _ in seen] == [
        "/_control/a%20b?x=1&y=%20%C3%A9",
        "/_control/tenants/default/shipments?location=A%26B+1",
    ]


def test_an_answer_without_a_token_is_told_as_such() -> None:
    with canned(200, b'{"status": "SUCCESS"}') as (url, _):
        result = mock_oms("get", "/oms/v3/shipment", "--url", url)

    assert result.exit_code == 1
    assert "answered the token call without a token" in result.stderr


@pytest.mark.parametrize("command", [("tenant", "list", "--url"), ("wait",)], ids=" ".join)
@pytest.mark.parametrize("url", ["localhost:8080", "ftp://localhost", "http://", "http://localhost:99999"])
def test_an_address_that_is_none_is_wrong_use(command: tuple[str, ...], url: str) -> None:
    result = mock_oms(*command, url)

    assert result.exit_code == 2
    assert f"expected an address like http://127.0.0.1:8080, not {url!r}" in result.stderr


def test_a_proxy_of_the_surroundings_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(variable, "http://127.0.0.1:9")

    with canned(200, b'{"tenants": []}') as (url, _):
        assert done("tenant", "list", "--url", url) == ""


def test_a_refusal_tells_field_possible_events_and_findings_in_one_line() -> None:
    content = {
        "error": "not_allowed",
        "message": "cannot hand over while placed",
        "field": "state",
        "allowed": ["cancel_by_customer"],
        "errors": [{"field": "[0].quantity", "expected": "1 or more", "received": "-1"}],
    }

    assert refusal(409, content) == (
        "409: cannot hand over while placed; field: state; possible now: cancel_by_customer; "
        "[0].quantity: expected 1 or more, received -1"
    )


def test_a_refusal_without_possible_events_says_so() -> None:
    assert refusal(409, {"message": "too late", "allowed": []}) == "409: too late; possible now: nothing"


KEY = "K3y-of-the/control plane"


@pytest.mark.parametrize("spelling", spellings(KEY).values(), ids=spellings(KEY))
@pytest.mark.parametrize("shape", ["JSON", "text", "cut"])
def test_no_error_repeats_the_key_or_the_password_of_the_call(shape: str, spelling: str) -> None:
    said = "x" * 280 + spelling if shape == "cut" else f"not {spelling} here"
    inside = said if "\\" in said else json.dumps(said)[1:-1]
    body = f'{{"error": "{inside}", "message": "{inside}"}}' if shape == "JSON" else said
    with canned(401, body.encode()) as (url, _):
        by_key = mock_oms("tenant", "list", "--url", url, MOCK_OMS_CONTROL_KEY=KEY)
        login = {"MOCK_OMS_USERNAME": "u", "MOCK_OMS_PASSWORD": KEY}
        by_password = mock_oms("get", "/oms/v3/shipment", "--url", url, **login)

    for result in (by_key, by_password):
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: ")
        assert not shows(result.output, KEY)
        assert KEY[:8] not in result.output


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_redirect_is_no_success(status: int) -> None:
    with canned(status, b'{"tenants": []}') as (url, seen):
        result = mock_oms("tenant", "list", "--url", url)

    assert (result.exit_code, len(seen)) == (1, 1)
    assert result.stderr == f"Error: {status}: no reason given\n"


@pytest.mark.parametrize("command", [("tenant", "list"), ("wait",)])
def test_an_address_with_a_password_is_refused_and_not_repeated(command: tuple[str, ...]) -> None:
    address = "http://user:s3cret-w0rd@127.0.0.1:9"
    url = (address,) if command == ("wait",) else ("--url", address)
    result = mock_oms(*command, *url)

    assert result.exit_code == 2
    assert "like http://127.0.0.1:8080, without a user and password" in result.stderr
    assert "s3cret" not in result.output
