"""Safety against strangers, foreign web pages and readers of logs."""

from __future__ import annotations

import hmac
import json
import os
import subprocess
import uuid
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from contracts.control.calls import CALLS, Call
from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.domain import users as directory
from mock_oms.options import OptionError
from mock_oms.server.options import resolve
from mock_oms.web.screening import is_ours
from tests.support.mock_client import (
    JSON,
    SHIPMENT,
    InProcess,
    OverHttp,
    Reply,
    Tenant,
    Transport,
    control,
    denied,
    new_tenant,
    rejected,
)
from tests.support.server import Server, start_server

SAFETY = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
KEY = "k3y-that-nobody-may-see"


# Headers for browsers


def _safe(reply: Reply, status: int) -> None:
    assert reply.status == status, reply.body
    assert {name: reply.headers.get(name) for name in SAFETY} == SAFETY
    assert not [name for name in reply.headers if name.startswith("access-control-")]


def test_every_kind_of_answer_of_the_touchpoints_carries_the_headers(shop: Tenant) -> None:
    send, order = shop.transport.send, shop.place(state="bag_invoiced")

    _safe(shop.get({"orderId": order}), 200)
    _safe(shop.post("invoice", [{"orderId": order}]), 200)
    assert shop.post("invoice", [{"orderId": order}]).media == "application/pdf"
    _safe(shop.post("confirm", [{"orderId": order}]), 200)
    _safe(shop.post_raw("confirm", b"no JSON"), 400)
    _safe(shop.post_raw("confirm", b" " * (1024 * 1024 + 1)), 413)
    _safe(send("GET", SHIPMENT), 401)
    _safe(send("GET", "/aggregator/v1/token", {"username": "a", "password": "b"}), 401)
    _safe(send("GET", "/nowhere"), 404)
    _safe(send("DELETE", SHIPMENT), 405)
    _safe(send("OPTIONS", SHIPMENT), 405)
    _safe(send("GET", "/openapi.json"), 200)
    _safe(send("HEAD", "/openapi.json"), 200)


def test_every_kind_of_answer_of_the_control_plane_carries_the_headers(shop: Tenant) -> None:
    send = shop.transport.send

    _safe(send("GET", "/_control/health"), 200)
    _safe(send("GET", "/_control/openapi.json"), 200)
    _safe(shop.control_reply("GET", "/journal"), 200)
    _safe(shop.control_reply("POST", "/orders", {"count": 0}), 400)
    _safe(send("GET", "/_control/tenants/nobody"), 404)
    _safe(send("GET", "/_control/nowhere"), 404)
    _safe(send("PUT", "/_control/tenants"), 405)
    _safe(send("POST", "/_control/tenants", (), b"{}", {"Content-Type": "text/plain"}), 415)
    _safe(send("GET", "/_control/health", (), b"", {"Host": "a.example"}), _foreign(shop.transport))


def _foreign(transport: Transport) -> int:
    """Return the status for a foreign `Host` (in-process calls accept any)."""
    return 403 if isinstance(transport, OverHttp) else 200


def test_a_crash_carries_the_headers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = new_tenant(InProcess(create_app()))
    token = tenant.token()

    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr(engine, "ReadVisit", broken)

    _safe(tenant.transport.send("GET", SHIPMENT, {"orderId": "1"}, b"", {"x-access-token": token}), 500)
    _safe(tenant.control_reply("GET", ""), 500)


def test_the_server_tells_no_version(over_http: OverHttp) -> None:
    headers = over_http.send("GET", "/_control/health").headers

    assert not any(letter.isdigit() for letter in headers["server"])


# Web pages of others


@pytest.mark.parametrize(
    "host",
    ["", "localhost", "LOCALHOST:8080", "127.0.0.1:1", "[::1]:80", "192.168.1.9", "mock-oms", "a.localhost.",
     "host.docker.internal:8080", "mock.test", "known.example:99", "a" * 253 + ":65535"],
)  # fmt: skip
def test_names_that_can_only_mean_this_machine_are_answered(host: str) -> None:
    assert is_ours(host, frozenset({"known.example"}))


@pytest.mark.parametrize(
    "host",
    ["a.example", "a.example:8080", "localhost.a.example", "127.0.0.1.nip.io", "x.local", "a@localhost", "[",
     ".", "sub.known.example", "known.example.a.example", "a" * 254 + ":65535"],
)  # fmt: skip
def test_names_that_somebody_may_own_are_not_answered(host: str) -> None:
    assert not is_ours(host, frozenset({"known.example"}))
    assert is_ours(host, frozenset({"*"}))


def test_a_page_that_points_its_own_name_at_a_loopback_address_gets_nothing(over_http: OverHttp) -> None:
    rebound = {"Host": "rebound.example:8080"}
    before = _names(over_http)

    denied(
        over_http.send("GET", "/_control/tenants", (), b"", rebound), 403, "foreign_host", "--allowed-hosts"
    )
    denied(
        over_http.send("POST", "/_control/tenants", (), b"", rebound), 403, "foreign_host", "rebound.example"
    )
    query = {"username": "default", "password": "default"}
    token = over_http.send("GET", "/aggregator/v1/token", query, b"", rebound)
    assert (token.status, token.json["status"]) == (403, "FAILED")
    assert _names(over_http) == before


def _names(transport: Transport) -> list[str]:
    return [tenant["tenant"] for tenant in control(transport, "GET", "/tenants").json["tenants"]]


def test_further_names_are_answered_when_they_are_allowed() -> None:
    with start_server("--allowed-hosts", "mock.example, Other.example") as server:
        assert server.get("/_control/health", Host="mock.example")[0] == 200
        assert server.get("/_control/health", Host="other.example:1")[0] == 200
        assert server.get("/_control/health", Host="third.example")[0] == 403


FOREIGN = [
    "https://a.example", "null", "nonsense", "http://", "http://localhost", "http://localhost:1",
    "http://127.0.0.1", "http://127.0.0.1:1", "https://localhost:7", "http://localhost:7/", "http://localhost:7.",
    "http://a@localhost:7", "http://localhost:7@a.example", "http://localhost:x", "ftp://localhost:7",
    "http://127.0.0.1:7", "http://[::1]:7", "http://localhost.:7", "//localhost:7",
]  # fmt: skip


@pytest.mark.parametrize("origin", FOREIGN)
def test_a_page_of_another_origin_cannot_write(transport: Transport, tenant: Tenant, origin: str) -> None:
    tenant.place()
    for method, path in (("POST", "/reset"), ("POST", "/orders"), ("DELETE", ""), ("PUT", "/stock")):
        with tenant.unchanged():
            reply = transport.send(
                method,
                f"/_control/tenants/{tenant.name}{path}",
                (),
                b"",
                {"Host": "localhost:7", "Origin": origin},
            )
            denied(reply, 403, "foreign_origin", origin)


def test_a_page_of_this_server_may_write_and_others_may_look(transport: Transport, tenant: Tenant) -> None:
    path = f"/_control/tenants/{tenant.name}"
    own = {"Host": "localhost:7", "Origin": "http://localhost:7", "Content-Type": JSON}

    assert transport.send("POST", f"{path}/orders", (), b"{}", own).status == 201
    assert transport.send("GET", path, (), b"", {"Origin": "https://a.example"}).status == 200


@pytest.mark.parametrize(
    ("host", "origin", "forwarded", "status"),
    [
        ("localhost", "http://localhost", {}, 200),
        ("localhost", "http://localhost:80", {}, 200),
        ("LOCALHOST:80", "http://localhost", {}, 200),
        ("localhost:443", "https://localhost", {}, 403),
        ("[::1]:7", "http://[::1]:7", {}, 200),
        ("oms.test", "https://oms.test", {"X-Forwarded-Proto": "https"}, 200),
        ("oms.test", "https://oms.test", {}, 403),
        ("oms.test", "http://oms.test", {"X-Forwarded-Proto": "https"}, 403),
        ("127.0.0.1:7", "http://oms.test", {"X-Forwarded-Host": "oms.test"}, 200),
        ("127.0.0.1:7", "http://127.0.0.1:7", {"X-Forwarded-Host": "oms.test"}, 403),
    ],
)
def test_an_origin_is_compared_with_the_address_that_was_called(
    transport: Transport, host: str, origin: str, forwarded: dict[str, str], status: int
) -> None:
    sent = {"Host": host, "Origin": origin, "Content-Type": JSON, **forwarded}
    assert transport.send("POST", "/_control/tenants/default/reset", (), b"{}", sent).status == status


def test_a_page_at_the_address_that_the_server_is_bound_to_but_of_another_port_cannot_write() -> None:
    with start_server() as server:
        for origin in ("http://127.0.0.1:1", "https://127.0.0.1", "http://localhost:1"):
            reply = OverHttp(server.url).send(
                "POST", "/_control/tenants/default/reset", (), b"", {"Origin": origin}
            )
            denied(reply, 403, "foreign_origin", origin)


@pytest.mark.parametrize(
    "path", ["//_control/tenants", "///_control/tenants/default", "//aggregator/v1/token"]
)
def test_more_slashes_lead_to_no_call(over_http: Transport, path: str) -> None:
    """A proxy that blocks paths by their beginning lets them through."""
    rejected(over_http.send("GET", path), 404, f"GET {path} is not a touchpoint")


def test_a_form_of_another_page_is_not_read(tenant: Tenant) -> None:
    """Media types that a browser sends without a preflight request are refused."""
    for media in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"):
        with tenant.unchanged():
            reply = tenant.transport.send(
                "POST", f"/_control/tenants/{tenant.name}/orders", (), b"{}", {"Content-Type": media}
            )
            denied(reply, 415, "wrong_content_type")


# The control key


@pytest.fixture(scope="module")
def public() -> Iterator[Server]:
    """A mock that others can reach, with a key from the environment."""
    with start_server("--host", "0.0.0.0", environment={"MOCK_OMS_CONTROL_KEY": KEY}) as server:
        yield server


@pytest.fixture(params=["in_process", "over_http"])
def keyed(request: pytest.FixtureRequest, public: Server) -> Iterator[Transport]:
    """A mock with a control key, both ways."""
    if request.param == "in_process":
        yield InProcess(create_app({"control_key": KEY}))
        return
    transport = OverHttp(public.url)
    with transport.session:
        yield transport


def _called(transport: Transport, call: Call, key: str | None) -> Reply:
    path = call.path.format(tenant="default", shipment="1", event="hand_over")
    return transport.send(call.method, path, (), b"", {} if key is None else {"x-control-key": key})


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_every_control_call_but_health_asks_for_the_key(keyed: Transport, call: Call) -> None:
    for wrong in (None, "", KEY[:-1], KEY + "x", KEY.upper()):
        reply = _called(keyed, call, wrong)
        assert (reply.status == 401) is (call.name != "health"), reply.body
        assert KEY.encode() not in reply.body


def test_the_key_opens_the_control_plane_and_both_journals(keyed: Transport) -> None:
    for path in ("/tenants", "/journal", "/tenants/default/journal"):
        reply = keyed.send("GET", f"/_control{path}", (), b"", {"x-control-key": KEY})
        assert reply.status == 200, reply.body


def test_a_public_mock_answers_to_any_name(public: Server) -> None:
    assert public.get("/_control/health", Host="mock.a.example")[0] == 200
    assert public.get("/_control/tenants", Host="mock.a.example")[0] == 401


def test_the_key_is_compared_in_constant_time(monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []
    real = hmac.compare_digest

    def seen(given: bytes, expected: bytes) -> bool:
        compared.append((given, expected))
        return real(given, expected)

    monkeypatch.setattr(hmac, "compare_digest", seen)
    transport = InProcess(create_app({"control_key": KEY}))
    transport.send("GET", "/_control/tenants", (), b"", {"x-control-key": "wröng"})

    assert [expected for _, expected in compared] == [KEY.encode()]


def test_a_key_in_a_wrong_place_is_in_no_journal(keyed: Transport) -> None:
    token = keyed.send("GET", "/aggregator/v1/token", {"username": "default", "password": "default"}).json
    named = {"x-access-token": token["accessToken"], "Content-Type": JSON, "Authorization": KEY}
    for query in ({"x-control-key": KEY}, {"key": KEY}, {KEY: "1"}, {"orderId": f"a{KEY}"}):
        keyed.send("GET", SHIPMENT, query, b"", named)
    keyed.send("POST", f"{SHIPMENT}/confirm", (), json.dumps([{"orderId": KEY}]).encode(), named)
    keyed.send("POST", f"{SHIPMENT}/confirm", (), json.dumps({"key": KEY}).encode(), named)
    keyed.send("GET", SHIPMENT, {"orderId": "1"}, b"", {"x-access-token": KEY})
    keyed.send("GET", f"/{KEY}", {"key": KEY})
    keyed.send("GET", "/aggregator/v1/token", {"username": KEY, "password": KEY})
    keyed.send("GET", f"/_control/{KEY}", {"key": KEY}, b"", {"x-control-key": KEY})

    for path in ("/journal", "/tenants/default/journal"):
        reply = keyed.send("GET", f"/_control{path}", (), b"", {"x-control-key": KEY})
        assert len(reply.json["entries"]) >= 2
        assert KEY not in reply.body.decode()


def test_the_key_is_in_no_output_and_in_no_list_of_processes(public: Server) -> None:
    public.get("/_control/tenants", x_control_key=KEY)
    public.get(f"/_control/{KEY}")

    assert KEY not in public.output()
    assert KEY not in _processes(public)


def _processes(server: Server) -> str:
    """List the command lines of the server's processes, as any user can."""
    listed = subprocess.run(
        ["ps", "-A", "-o", "pid=,args="], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    own = [line for line in listed if _session(int(line.split()[0])) == server.process.pid]
    assert len(own) >= 2, listed
    return "\n".join(own)


def _session(pid: int) -> int:
    try:
        return os.getsid(pid)
    except ProcessLookupError:  # it has ended since
        return 0


def test_a_key_may_lie_in_a_file(tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text(f"{KEY}\n", encoding="utf-8")

    assert resolve({}, {"MOCK_OMS_CONTROL_KEY_FILE": str(file)}).control_key == KEY
    with pytest.raises(OptionError, match="given twice"):
        resolve({"control_key_file": str(file)}, {"MOCK_OMS_CONTROL_KEY": KEY})


@pytest.mark.parametrize("content", [b"", b"\n", b"two keys here", b"x" * 101, b"\xff\xfe"])
def test_a_file_without_a_key_is_refused_and_not_told(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "key"
    file.write_bytes(content)

    with pytest.raises(OptionError) as refused:
        resolve({"control_key_file": str(file)}, {})

    assert str(refused.value).startswith(
        f"the control key in {file} expects 1 to 100 characters without blanks"
    )
    assert "keys here" not in str(refused.value)


# Tokens and passwords


def test_tokens_are_random_in_122_bits(tenant: Tenant) -> None:
    tokens = [uuid.UUID(tenant.new_token()) for _ in range(64)]

    assert {(token.version, token.variant) for token in tokens} == {(4, uuid.RFC_4122)}
    for bit in set(range(128)) - {62, 63, 76, 77, 78, 79}:  # variant and version are fixed
        assert len({token.int >> bit & 1 for token in tokens}) == 2, f"bit {bit} never changes"


def test_no_token_and_no_password_is_stored() -> None:
    app = create_app()
    tenant = new_tenant(InProcess(app))
    token, password = tenant.token(), tenant.facts["company"]["password"]
    tenant.get({"orderId": token})

    held = set(_texts(app.extensions["mock_oms"].store))

    assert directory.digest(token) in held
    assert directory.digest(password) in held
    assert not [text for text in held if _holds(text, token) or _holds(text, password)]


def _holds(text: str | bytes, secret: str) -> bool:
    return secret in text if isinstance(text, str) else secret.encode() in text


def _texts(thing: object, seen: set[int] | None = None) -> Iterator[str | bytes]:
    """Every text that an object holds, however deep."""
    seen = set() if seen is None else seen
    if id(thing) in seen:
        return
    seen.add(id(thing))
    if isinstance(thing, str | bytes):
        yield thing
        return
    for inner in _inside(thing):
        yield from _texts(inner, seen)


def _inside(thing: object) -> list[Any]:
    if isinstance(thing, Mapping):
        return [*thing.keys(), *thing.values()]
    if isinstance(thing, list | tuple | set | frozenset | deque):
        return list(thing)
    if isinstance(thing, type) or not type(thing).__module__.startswith("mock_oms"):
        return []
    slots = [name for kind in type(thing).__mro__ for name in getattr(kind, "__slots__", ())]
    return [*getattr(thing, "__dict__", {}).values(), *(getattr(thing, name, None) for name in slots)]


def test_an_unknown_name_is_as_much_work_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    users = create_app().extensions["mock_oms"].store.directory()
    work: list[str] = []

    def counted(name: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def called(*arguments: Any) -> Any:
            work.append(name)
            return function(*arguments)

        return called

    monkeypatch.setattr(directory, "digest", counted("digest", directory.digest))
    monkeypatch.setattr(hmac, "compare_digest", counted("compare", hmac.compare_digest))

    assert users.authenticate("default", "wrong") is None
    for_known, work[:] = list(work), []
    assert users.authenticate("nobody", "wrong") is None
    assert users.authenticate("nobody", "") is None

    assert work == for_known * 2 == ["digest", "compare"] * 2
