"""The journal: calls, callers and outcomes; bounded, per tenant, without secrets."""

from __future__ import annotations

import json
import re
import uuid
from typing import Any
from urllib.parse import quote

import pytest

from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.domain.journal import BODY_KEPT, ENTRIES_LIMIT, Wanted
from tests.conftest import NewTenant
from tests.support.mock_client import InProcess, Tenant, Transport, control, pushed, rejected
from tests.support.spellings import shows, spellings

JSON = {"Content-Type": "application/json"}


def entries(tenant: Tenant, **query: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = tenant.control("GET", "/journal", query=query)["entries"]
    return found


def stray(transport: Transport) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = control(transport, "GET", "/journal").json["entries"]
    return found


UNKNOWN = (
    "order 1 is not known to store STORE-1; send the id of a shipment that GET /oms/v3/shipment lists"
    " (not its marketplaceOrderId)"
)


@pytest.mark.every_store
def test_a_call_is_kept_with_caller_request_answer_and_outcome_per_order(tenant: Tenant) -> None:
    order = tenant.place()
    tenant.token("STORE-1")
    tenant.control("DELETE", "/journal")
    reply = tenant.post("confirm", [{"orderId": order}, {"orderId": "1"}], "STORE-1")
    (entry,) = entries(tenant)
    assert entry.pop("took_ms") >= 0
    assert entry == {
        "number": 1,
        "at": "2026-01-05T10:00:00+00:00",
        "operation": "confirm",
        "method": "POST",
        "path": "/oms/v3/shipment/confirm",
        "query": {},
        "caller": f"{tenant.name}/STORE-1",
        "location": "STORE-1",
        "status": 200,
        "request": [{"orderId": order}, {"orderId": "1"}],
        "answer": reply.json,
        "outcomes": [
            outcome(order, "confirm"),
            outcome("1", "confirm", "O422", UNKNOWN, "unknown"),
        ],
    }


def outcome(
    order: str,
    touchpoint: str,
    code: str | None = None,
    message: str | None = None,
    problem: str | None = None,
) -> dict[str, Any]:
    return {
        "orderId": order,
        "orderItemId": None,
        "touchpoint": touchpoint,
        "outcome": "refused" if code else "accepted",
        "problem": problem,
        "code": code,
        "message": message,
    }


@pytest.mark.every_store
def test_a_sale_and_a_credit_note_are_told_apart(tenant: Tenant) -> None:
    sale, back = tenant.place(state="bag_confirmed"), tenant.place(state="return_accepted")
    tenant.post("invoiceUpdate", [pushed(sale, "1"), pushed(back, "2", "return")])
    assert [one["touchpoint"] for one in entries(tenant)[-1]["outcomes"]] == ["update_invoice", "credit_note"]


@pytest.mark.every_store
def test_a_pdf_is_kept_as_its_size(tenant: Tenant) -> None:
    order = tenant.place(state="bag_invoiced")
    size = len(tenant.post("invoice", [{"orderId": order}, {"orderId": "1"}]).body)
    entry = entries(tenant)[-1]
    assert entry["answer"] == f"PDF of {size} bytes"
    assert [one["code"] for one in entry["outcomes"]] == [None, "IN400"]


@pytest.mark.every_store
def test_a_call_that_was_refused_as_a_whole_is_kept_with_its_findings(tenant: Tenant) -> None:
    tenant.post("confirm", [{"orderId": 1}])
    entry = entries(tenant)[-1]
    assert (entry["status"], entry["outcomes"]) == (400, [])
    assert entry["answer"]["errors"][0]["field"] == "[0].orderId"
    assert entry["request"] == [{"orderId": 1}]


@pytest.mark.every_store
def test_the_journal_is_filtered_by_order(tenant: Tenant) -> None:
    one, other = tenant.place_many(2)
    tenant.get({"orderId": one})
    tenant.get({"orderId": other})
    tenant.get({"orderId": one}, path="/info")
    tenant.confirm(one, other)
    tenant.push_invoice(other)
    operations = [entry["operation"] for entry in entries(tenant, order=one)]
    assert operations == ["get_shipments", "get_shipment_info", "confirm"]
    assert entries(tenant, order="1") == []


@pytest.mark.every_store
def test_the_newest_are_shown_up_to_a_limit(tenant: Tenant) -> None:
    for n in range(5):
        tenant.get({"orderId": str(n)})
    shown = entries(tenant, limit="2")
    assert [entry["query"]["orderId"] for entry in shown] == ["3", "4"]


def test_the_journal_is_bounded_and_tells_how_many_it_dropped(
    in_process: Transport, new_tenant: NewTenant
) -> None:
    tenant = new_tenant()
    tenant.token()
    for n in range(ENTRIES_LIMIT + 9):
        tenant.get({"orderId": str(n)}, path="/info")
    journal = tenant.control("GET", "/journal", query={"limit": "1000"})
    assert len(journal["entries"]) == ENTRIES_LIMIT == 1000
    assert journal["dropped"] == 10
    assert journal["entries"][-1]["number"] == ENTRIES_LIMIT + 10


@pytest.mark.every_store
def test_a_cleared_journal_begins_anew(tenant: Tenant) -> None:
    tenant.get({"orderId": "1"})
    tenant.control("DELETE", "/journal")
    assert tenant.control("GET", "/journal") == {"entries": [], "dropped": 0, "dropped_writes": 0}
    tenant.get({"orderId": "1"})
    assert [entry["number"] for entry in entries(tenant)] == [1]


@pytest.mark.every_store
def test_each_tenant_has_its_own(new_tenant: NewTenant) -> None:
    one, other = new_tenant(), new_tenant()
    one.get({"orderId": "1"})
    assert entries(other) == []


def test_control_calls_are_not_journalled(tenant: Tenant) -> None:
    tenant.place()
    tenant.control("GET", "/stock")
    assert entries(tenant) == []


@pytest.mark.every_store
def test_calls_of_nobody_are_kept_apart(tenant: Tenant) -> None:
    nowhere = f"/nowhere/{tenant.name}"
    rejected(tenant.transport.send("GET", nowhere), 404, "is not a touchpoint")
    rejected(tenant.transport.send("GET", "/oms/v3/shipment", {"orderId": tenant.name}), 401, "missing")
    shown = stray(tenant.transport)
    assert any(entry["path"] == nowhere and entry["status"] == 404 for entry in shown)
    assert any(entry["query"] == {"orderId": tenant.name} and entry["status"] == 401 for entry in shown)
    assert entries(tenant) == []


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nowhere", 404), ("PUT", "/oms/v3/shipment", 405)]
)
@pytest.mark.every_store
def test_a_wrong_path_with_a_token_is_in_its_tenants_journal(
    tenant: Tenant, method: str, path: str, status: int
) -> None:
    tenant.transport.send(method, path, (), b"", {"x-access-token": tenant.token()})
    entry = entries(tenant)[-1]
    assert (entry["status"], entry["operation"], entry["caller"]) == (status, None, f"{tenant.name}/company")


@pytest.mark.every_store
def test_a_failed_log_in_is_in_the_journal_of_the_user_it_names(tenant: Tenant) -> None:
    tenant.transport.send("GET", "/aggregator/v1/token", tenant.credentials() | {"password": "x"})
    (entry,) = entries(tenant)
    assert (entry["operation"], entry["status"]) == ("generate_token", 401)


NO_JSON = [
    b"{",
    b"\xff\xff",
    b'[{"orderId": "\\ud800"}]',
    b"[NaN]",
    b"[" * 900,
    b'"' + b"x" * 40_000,
]


@pytest.mark.parametrize("body", NO_JSON, ids=range(len(NO_JSON)))
@pytest.mark.every_store
def test_whatever_was_sent_can_be_shown(tenant: Tenant, body: bytes) -> None:
    tenant.post_raw("confirm", body)
    entry = entries(tenant)[-1]
    assert entry["status"] == 400
    assert isinstance(entry["request"], str)
    assert len(entry["request"]) <= 200


def test_a_body_in_utf_16_is_refused_and_not_kept(tenant: Tenant) -> None:
    """Its secrets would not be found."""
    tenant.post_raw("confirm", f'[{{"token": "{tenant.token()}"}}]'.encode("utf-16"))
    assert (entries(tenant)[-1]["status"], entries(tenant)[-1]["request"]) == (400, None)


def test_a_number_beyond_all_numbers_is_shown_as_text(tenant: Tenant) -> None:
    tenant.post_raw("confirm", b"[1e999]")
    assert entries(tenant)[-1]["request"] == ["Infinity"]


# Secrets


def told_by_mock(tenant: Tenant) -> str:
    """Return all control answers about this tenant and about unattributed calls."""
    paths = ["", "/journal?limit=1000", "/shipments", "/stock", "/clock"]
    told = [tenant.control_reply("GET", path).body for path in paths]
    told += [
        control(tenant.transport, "GET", path).body
        for path in ("/journal?limit=1000", "/profile", "/tenants")
    ]
    return b"".join(told).decode()


CANARY = "c4n&ry +/%é-7391-secret"


@pytest.mark.every_store
def test_no_password_and_no_token_is_ever_told_again(tenant: Tenant) -> None:
    answers: list[bytes] = []

    def send(*args: Any) -> None:
        answers.append(tenant.transport.send(*args).body)

    company = tenant.credentials()
    token = tenant.token()
    header = {"x-access-token": token}
    body = {**header, **JSON}
    name, path = "/aggregator/v1/token", "/oms/v3/shipment"
    user = company["username"]
    for secret in (CANARY, company["password"]):
        send("GET", name, [("username", user), ("password", secret), ("password", secret)])
        send("GET", name, [("username", ""), ("password", secret)])
        send("GET", name, [("username", user), ("password", secret * 20)])
        send("GET", name, [("username", user), ("Password", secret)])
        send("GET", name, [("username", user), ("passwrd", secret)])
        send("POST", name, [("username", user), ("password", secret)])
        send("GET", "/aggregator/v1/tokens", [("username", user), ("password", secret)])
        send("GET", path, [("x-access-token", secret)], b"", header)
        send("GET", path, [("access_token", secret), ("orderId", "1")], b"", header)
        send("POST", f"{path}/confirm", (), b'[{"orderId": "1", "token": "%s"}]' % secret.encode(), body)
        send("POST", f"{path}/confirm", (), b'{"password": "%s"' % secret.encode(), body)
        send("GET", path, (), b"", {"Authorization": f"Bearer {secret.encode().hex()}"})
    send("GET", name, {"username": user, "password": CANARY})
    send("GET", path, (), b"", {"x-access-token": "c4nary-7391-token"})
    told = told_by_mock(tenant) + b"".join(answers).decode()
    for secret in (CANARY, company["password"], token, "c4nary-7391-token"):
        assert not shows(told, secret)


@pytest.mark.every_store
def test_a_token_put_in_other_places_is_not_kept(tenant: Tenant) -> None:
    token = tenant.token()
    header = {"x-access-token": token}
    send = tenant.transport.send
    send("GET", "/oms/v3/shipment", {"orderId": token}, b"", header)
    send("GET", "/oms/v3/shipment/info", {token: "1"}, b"", header)
    send("GET", f"/oms/v3/{token}", (), b"", header)
    send("POST", "/oms/v3/shipment/confirm", (), b'[{"orderId": "%s"}]' % token.encode(), header | JSON)
    send("POST", "/oms/v3/shipment/confirm", (), b'[{"%s": 1}]' % token.encode(), header | JSON)
    send("POST", "/oms/v3/shipment/confirm", (), b"x" * 30_000 + token.encode(), header | JSON)
    assert len(entries(tenant)) == 7
    assert token not in told_by_mock(tenant)


KEY = "K3y-red_of/the control+plane"


def _requests(written: str) -> list[tuple[Any, ...]]:
    """Requests that repeat a secret, also where a text is cut."""
    shipment, confirm = "/oms/v3/shipment", "/oms/v3/shipment/confirm"
    inside = json.dumps(written) if "\\" not in written else f'"{written}"'
    bodies = [
        f'[{{"orderId": {inside}}}]',
        f"[{{{inside}: 1}}]",
        f'[{{"orderId": "1", "reason": {inside}}}]',
        f'[{{"orderId": 1, "{"x" * 110}{inside[1:]}: 1}}]',
        "x" * (BODY_KEPT - 9) + written + "x" * 99,
        "[" + f"{inside}, " * 900,
    ]
    paths = [f"/oms/v3/{quote(written)}", "/" + "x" * 490 + quote(written), "/" + "x" * 190 + quote(written)]
    return [
        *(("GET", path, (), b"", {}) for path in paths),
        ("GET", shipment, [("orderId", written)], b"", {}),
        ("GET", shipment, [("orderId", "x" * 190 + written)], b"", {}),
        ("GET", shipment, [("orderStatus", "x" * 110 + written)], b"", {}),
        ("GET", f"{shipment}/info", [(written, "1")], b"", {}),
        (
            "GET",
            "/aggregator/v1/token",
            [("username", "u"), ("password", written), ("pin", written)],
            b"",
            {},
        ),
        *(("POST", confirm, (), body.encode(), JSON) for body in bodies),
        ("POST", confirm, (), b"[]", {"Content-Type": quote(written)}),
        ("GET", "/_control/tenants/" + quote(written, safe=""), (), b"", {}),
        ("GET", "/_control/tenants", [(written, "1")], b"", {}),
        ("POST", "/_control/tenants", (), f'{{"name": {inside}, "nam": 1}}'.encode(), JSON),
    ]


@pytest.fixture(scope="module")
def guarded() -> InProcess:
    return InProcess(create_app({"control_key": KEY.replace(" ", "_")}))


@pytest.mark.parametrize("before", [*range(80, 120, 7), 119])
def test_an_encoded_token_that_a_refusal_cuts_is_masked(tenant: Tenant, before: int) -> None:
    for written in ("base64", "base64 twice, URL", "base64 in a URL", "UTF-16 le, base64", "hex"):
        answer = tenant.post("confirm", [{"orderId": "." * before + spellings(tenant.token())[written]}]).body
        (cut,) = re.findall(r"([\w+/=%-]*)…", json.loads(answer)["message"])
        assert len(cut) < 15, written


@pytest.mark.parametrize("spelling", spellings("-"))
@pytest.mark.parametrize("which", ["token", "key", "unknown token", "password"])
def test_no_secret_of_a_request_is_kept_or_repeated_in_any_place_and_spelling(
    guarded: InProcess, which: str, spelling: str
) -> None:
    key = {"x-control-key": KEY.replace(" ", "_")}
    made = guarded.send("POST", "/_control/tenants", (), b"{}", key | JSON).json
    known = guarded.send("GET", "/aggregator/v1/token", made["company"]).json["accessToken"]
    secret = {"token": known, "key": key["x-control-key"]}.get(which, f"{uuid.uuid4()}")
    header = {"x-access-token": known if which in {"key", "password"} else secret}
    written = spellings(secret)[spelling]
    answers = []
    for method, path, query, body, headers in _requests(written):
        login = [("password", secret)] if which == "password" and method == "GET" else []
        if which == "password" and not login:
            continue
        sent = headers | (key if which != "key" and path.startswith("/_control") else {}) | header
        answers.append(guarded.send(method, path, [*query, *login], body, sent).body)
    journals = (f"/_control/tenants/{made['tenant']}/journal", "/_control/journal")
    answers += [guarded.send("GET", path, [("limit", "1000")], b"", key).body for path in journals]

    for answer in answers:
        assert not shows(answer.decode(), secret)
        assert secret[:12] not in answer.decode()


@pytest.mark.every_store
def test_a_token_under_another_name_is_masked_too(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"token_field": "jwt"})
    token = tenant.token()
    (entry,) = entries(tenant)
    assert entry["answer"] == {"jwt": "***", "status": "SUCCESS"}
    assert entry["query"]["password"] == "***"
    assert token not in told_by_mock(tenant)


# Crashes


class BrokenError(Exception):
    """The mock's own fault."""


def broken(*_: Any, **__: Any) -> Any:
    raise BrokenError("out of order: c4nary")


@pytest.fixture
def failing(monkeypatch: pytest.MonkeyPatch) -> InProcess:
    """A mock whose reading and writing fail, as integrators would meet it."""
    app = create_app()
    monkeypatch.setattr(engine, "ReadVisit", broken)
    monkeypatch.setattr(engine, "WriteVisit", broken)
    return InProcess(app)


def token_of(transport: InProcess) -> dict[str, str]:
    reply = transport.send("GET", "/aggregator/v1/token", {"username": "default", "password": "default"})
    return {"x-access-token": reply.json["accessToken"], **JSON}


def journal_of(transport: InProcess, tenant: str | None) -> Any:
    server = transport.app.extensions["mock_oms"]
    return server.store.journal(tenant).read(Wanted(100))[0]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [("GET", "/oms/v3/shipment", b""), ("POST", "/oms/v3/shipment/confirm", b'[{"orderId": "1"}]')],
)
def test_a_crash_is_a_500_that_the_journal_explains(
    failing: InProcess, method: str, path: str, body: bytes
) -> None:
    headers = token_of(failing)
    query = {"orderId": "1"} if method == "GET" else ()
    reply = failing.send(method, path, query, body, headers)
    rejected(reply, 500, "the mock failed; its journal has the details")
    assert b"c4nary" not in reply.body
    entry = journal_of(failing, "default")[-1]
    assert (entry.status, entry.path) == (500, path)
    assert entry.crash == "BrokenError: out of order: c4nary"
    assert headers["x-access-token"].encode() not in entry.answer


def test_a_crash_shows_no_secret_in_journal_and_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    transport = InProcess(create_app({"control_key": KEY.replace(" ", "_")}))
    headers = token_of(transport) | {"x-control-key": KEY.replace(" ", "_")}
    secrets = (headers["x-access-token"], headers["x-control-key"])

    def broken_by_both(*_: Any, **__: Any) -> Any:
        raise BrokenError("x" * 1_990 + " and ".join([*secrets, *map(quote, secrets)]))

    monkeypatch.setattr(engine, "ReadVisit", broken_by_both)
    for path in (f"/oms/v3/shipment?orderId={secrets[0]}", "/_control/tenants/default/stock"):
        assert transport.send("GET", path, (), b"", headers).status == 500

    kept = "".join(str(entry) for tenant in ("default", None) for entry in journal_of(transport, tenant))
    assert caplog.text.count("the mock failed at GET /") == kept.count("BrokenError: xxx") == 2
    for secret in secrets:
        assert not shows(caplog.text + kept, secret)
        assert secret[:8] not in caplog.text + kept


def test_a_crash_of_the_control_plane_is_told_in_its_own_words(failing: InProcess) -> None:
    reply = failing.send("GET", "/_control/tenants/default/stock")
    assert reply.status == 500
    assert set(reply.json) == {"error", "message"}
    assert journal_of(failing, None)[-1].crash == "BrokenError: out of order: c4nary"


@pytest.mark.parametrize("path", ["/oms/v3/shipment?orderId=1", "/_control/tenants/default/stock"])
def test_a_crash_fails_the_test_that_met_it(failing: InProcess, path: str) -> None:
    failing.app.testing = True
    headers = {} if "_control" in path else token_of(failing)
    with pytest.raises(BrokenError, match="out of order"):
        failing.send("GET", path, (), b"", headers)
    tenant = None if "_control" in path else "default"
    assert journal_of(failing, tenant)[-1].crash == "BrokenError: out of order: c4nary"
