"""`GET /`: a page for a browser, JSON for other clients."""

from __future__ import annotations

import json
import re
import subprocess
from html.parser import HTMLParser

import pytest

from mock_oms.app import create_app
from tests.support.mock_client import InProcess, Reply, Transport, control, denied, rejected
from tests.support.server import CALL_LIMIT_S, clean_environment, start_server

BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
KEY = "k3y-of-a-page-test"


class Page(HTMLParser):
    """Tags, addresses and texts of a page."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[str] = []
        self.addresses: list[str] = []
        self.commands: list[str] = []
        self.feed(reply.body.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [name for name, _ in attrs]
        self.addresses += [value or "" for name, value in attrs if name in ("href", "src")]
        if tag == "pre":
            self.commands.append("")

    def handle_data(self, data: str) -> None:
        if self.commands and self.tags[-1] == "code" and self.tags[-2] == "pre":
            self.commands[-1] += data.strip()


def page_of(transport: Transport, **headers: str) -> Reply:
    """The page as a browser gets it."""
    return transport.send("GET", "/", (), b"", {"Accept": BROWSER, **headers})


def test_a_browser_gets_a_page_that_loads_only_its_own_stylesheet(transport: Transport) -> None:
    reply = page_of(transport)
    page = Page(reply)

    assert (reply.status, reply.media, reply.headers["vary"]) == (200, "text/html", "Accept")
    assert {"/openapi.json", "/_control/openapi.json", "/_control/health", "/home.css"} == set(page.addresses)
    assert not {"script", "style", "img", "iframe", "form"} & set(page.tags)
    assert not [name for name in page.attributes if name == "style" or name.startswith("on")]
    assert reply.headers["content-security-policy"].split("; ") == [
        "default-src 'none'", "style-src 'self'", "base-uri 'none'", "form-action 'none'",
        "frame-ancestors 'none'",
    ]  # fmt: skip
    for address in page.addresses:
        assert transport.send("GET", address).status == 200, address
    assert transport.send("GET", "/home.css").media == "text/css"


def test_the_stylesheet_names_no_other_address(transport: Transport) -> None:
    style = transport.send("GET", "/home.css").body.decode()

    assert "url(" not in style
    assert "@import" not in style


@pytest.mark.parametrize(
    "accept", ["", "*/*", "application/json", "text/plain", "text/html;q=x", ",,,", "a/b;" * 500]
)
def test_any_other_client_gets_the_same_as_json(transport: Transport, accept: str) -> None:
    reply = transport.send("GET", "/", (), b"", {"Accept": accept})

    assert (reply.status, reply.media, reply.headers["vary"]) == (200, "application/json", "Accept")
    assert set(reply.json) == {"about", "control_plane", "first_calls", "links"}
    assert [call["command"] for call in reply.json["first_calls"]] == Page(page_of(transport)).commands


def test_neither_form_is_journalled(transport: Transport) -> None:
    before = control(transport, "GET", "/journal").json
    token = transport.send("GET", "/aggregator/v1/token", {"username": "default", "password": "default"})
    named = {"x-access-token": token.json["accessToken"]}
    for path in ("/", "/home.css", "/openapi.json"):
        transport.send("GET", path, (), b"", {"Accept": BROWSER, **named})
        transport.send("HEAD", path, (), b"", named)

    assert control(transport, "GET", "/journal").json == before
    entries = control(transport, "GET", "/tenants/default/journal").json["entries"]
    assert not [entry for entry in entries if entry["path"] in ("/", "/home.css", "/openapi.json")]


@pytest.mark.parametrize("path", ["//", "///", "//a.example"])
def test_more_slashes_redirect_nowhere(transport: Transport, path: str) -> None:
    reply = transport.send("GET", path, (), b"", {"Accept": BROWSER})

    assert reply.status in (200, 404)
    assert "location" not in reply.headers


def test_other_methods_are_refused(transport: Transport) -> None:
    for method in ("POST", "PUT", "DELETE", "OPTIONS"):
        rejected(transport.send(method, "/"), 405, f"/ takes GET, not {method}")
    assert transport.send("HEAD", "/").body == b""


@pytest.mark.parametrize("host", ['"><script>', "$(id)", "a b", "a!b", "';id;'", "`id`"])
def test_a_host_that_no_command_can_repeat_is_not_shown(host: str) -> None:
    reply = page_of(InProcess(create_app()), Host=host)

    assert host not in reply.body.decode()
    assert "http://localhost:8080/aggregator/v1/token" in Page(reply).commands[0]


def test_the_commands_name_the_address_of_the_server() -> None:
    commands = Page(page_of(InProcess(create_app()), Host="mock.test:1234")).commands

    assert all("http://mock.test:1234/" in command for command in commands)
    assert len(commands) == 4


def test_a_foreign_host_gets_no_page(over_http: Transport) -> None:
    for path in ("/", "/home.css"):
        reply = over_http.send("GET", path, (), b"", {"Accept": BROWSER, "Host": "a.example"})
        rejected(reply, 403, "header Host")


def test_the_page_says_whether_the_control_plane_needs_the_key_and_never_shows_it() -> None:
    keyed, open_ = (InProcess(create_app({"control_key": key})) for key in (KEY, None))

    page = page_of(keyed).body.decode()
    assert "Needs header x-control-key" in page
    assert "x-control-key: $MOCK_OMS_CONTROL_KEY" in page
    assert KEY not in page
    assert "x-control-key" not in page_of(open_).body.decode()
    denied(control(keyed, "GET", "/tenants"), 401, "key_needed")


def test_the_commands_work_as_they_stand() -> None:
    with start_server(environment={"MOCK_OMS_CONTROL_KEY": KEY}) as server:
        commands = json.loads(server.get("/")[1])["first_calls"]
        script = "set -eu\n" + "\necho\n".join(call["command"] for call in commands)
        ran = subprocess.run(
            ["sh", "-c", script],
            env=clean_environment({"MOCK_OMS_CONTROL_KEY": KEY, "NO_PROXY": "*"}),
            capture_output=True,
            text=True,
            timeout=4 * CALL_LIMIT_S,
            check=True,
        )

    read, confirmed = (json.loads(line) for line in ran.stdout.splitlines() if line)
    assert re.fullmatch(r"\d+", read[0]["id"])
    assert confirmed["successCount"] == 1
