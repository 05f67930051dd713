"""Limits: the allowed maximum works, one more is refused and changes nothing."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import TypeAdapter

from contracts.control.models import (
    ANY_EVENT,
    AUTOMATIC_EVENTS,
    CATALOGUE_LIMIT,
    COUNT_LIMIT,
    LOCATIONS_LIMIT,
    STOCK_LIMIT,
)
from contracts.konnect.base import BULK_LIMIT
from contracts.konnect.shared import ITEMS_LIMIT, LONG_TEXT_LIMIT, TEXT_LIMIT, ShipmentId
from contracts.profile import Profile
from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.context import RENDERED_LIMIT
from mock_oms.documents import PARALLEL_MAX
from mock_oms.domain import limits as bounds
from mock_oms.domain.journal import BODY_KEPT, ENTRIES_LIMIT, Wanted
from mock_oms.domain.users import TOKENS_LIMIT
from mock_oms.engine import limits
from mock_oms.server.body import BODIES_MAX, BODY_WAIT_S, STRANGER_WAIT_S
from mock_oms.server.front import FEW, LARGE_BODY, WAITING_PDFS_MAX
from mock_oms.web import screening
from mock_oms.web.control import shop as shop_calls
from mock_oms.web.validation import BODY_LIMIT, BULK_VALUES_LIMIT, JSON_DEPTH_MAX, VALUES_LIMIT
from tests.conftest import NewTenant
from tests.support.mock_client import (
    JSON,
    SHIPMENT,
    InProcess,
    OverHttp,
    Tenant,
    Transport,
    control,
    denied,
    new_tenant,
    rejected,
)
from tests.support.server import ROOT, start_server

TENANTS, ORDERS = 4, 6


@pytest.fixture(scope="module", params=["in_process", "over_http"])
def narrow(request: pytest.FixtureRequest) -> Iterator[Transport]:
    """A mock with room for few tenants, with few orders each."""
    if request.param == "in_process":
        app = create_app({"tenants_max": TENANTS, "orders_max": ORDERS})
        app.testing = True
        yield InProcess(app)
        return
    with start_server("--tenants-max", str(TENANTS), "--orders-max", str(ORDERS)) as server:
        transport = OverHttp(server.url)
        with transport.session:
            yield transport


@pytest.fixture
def guest(narrow: Transport) -> Iterator[Tenant]:
    """A tenant in the narrow mock."""
    tenant = new_tenant(narrow)
    yield tenant
    control(narrow, "DELETE", f"/tenants/{tenant.name}")


# What a server and a tenant hold


def test_a_server_takes_as_many_tenants_as_it_has_room_for(narrow: Transport) -> None:
    made = [new_tenant(narrow) for _ in range(TENANTS - 1)]
    names = _names(narrow)

    reply = control(narrow, "POST", "/tenants", {"name": "late"})

    denied(reply, 409, "limit_reached", f"room for {TENANTS} tenants", "DELETE", "--tenants-max")
    assert _names(narrow) == names
    assert control(narrow, "DELETE", f"/tenants/{made[0].name}").status == 200
    assert control(narrow, "POST", "/tenants", {"name": "late"}).status == 201
    for name in ("late", *(tenant.name for tenant in made[1:])):
        control(narrow, "DELETE", f"/tenants/{name}")


def _names(transport: Transport) -> list[str]:
    return [tenant["tenant"] for tenant in control(transport, "GET", "/tenants").json["tenants"]]


def test_one_of_several_that_come_at_once_gets_the_last_place() -> None:
    app = create_app({"tenants_max": 2})
    statuses: list[int] = []
    together = threading.Barrier(6)

    def come() -> None:
        together.wait()
        statuses.append(control(InProcess(app), "POST", "/tenants", {}).status)

    threads = [threading.Thread(target=come) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(statuses) == [201, 409, 409, 409, 409, 409]
    assert len(_names(InProcess(app))) == 2


def test_a_tenant_takes_as_many_orders_as_it_has_room_for(guest: Tenant) -> None:
    guest.place_many(ORDERS - 2)

    with guest.unchanged():
        reply = guest.control_reply("POST", "/orders", {"count": 3})
        found = denied(reply, 409, "limit_reached", f"{ORDERS} orders", f"holds {ORDERS - 2}", "--orders-max")
        assert found["field"] == "count"
    guest.place_many(2)
    with guest.unchanged():
        denied(guest.control_reply("POST", "/orders", {}), 409, "limit_reached", "reset")


def test_a_return_needs_room_like_an_order(guest: Tenant) -> None:
    sale = guest.place(state="handed_over_to_customer")
    items = guest.items(sale)
    guest.place_many(ORDERS - 2)
    guest.start_return(sale, {next(iter(items)): 1})

    with guest.unchanged():
        reply = guest.control_reply("POST", f"/shipments/{sale}/events/start_return", {})
        denied(reply, 409, "limit_reached", f"{ORDERS} orders and returns")


def test_an_order_driven_to_a_return_needs_room_for_two(guest: Tenant) -> None:
    guest.place_many(ORDERS - 1)

    with guest.unchanged():
        denied(guest.control_reply("POST", "/orders", {"state": "return_initiated"}), 409, "limit_reached")


def test_a_full_tenant_goes_on_with_the_orders_that_it_has_and_is_emptied_by_a_reset(guest: Tenant) -> None:
    first, *_ = guest.place_many(ORDERS)

    guest.confirm(first)
    guest.control("POST", "/reset")
    guest.place_many(ORDERS)


def test_a_tenant_that_holds_more_than_a_lowered_limit_goes_on_with_its_orders() -> None:
    app = create_app()
    new = new_tenant(InProcess(app))
    new.place_many(3)

    lowered = bounds.Limits(orders_max=1)
    with (
        engine.WriteVisit(app.extensions["mock_oms"].store, new.name) as tx,
        limits.room_for_orders(tx, lowered),
    ):
        held = tx.count()

    assert held == 3


def test_stock_levels_of_a_tenant_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = new_tenant(InProcess(create_app()))
    monkeypatch.setattr(shop_calls, "STOCK_LEVELS_MAX", len(tenant.control("GET", "/stock")["stock"]) + 2)

    with tenant.unchanged():
        reply = tenant.control_reply("PUT", "/stock", _levels(3))
        assert denied(reply, 409, "limit_reached", "stock levels")["field"] == "stock"
    tenant.control("PUT", "/stock", _levels(2))


def test_products_of_a_tenant_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    tenant = new_tenant(InProcess(create_app()))
    known = {level["sku"] for level in tenant.control("GET", "/stock")["stock"]}
    monkeypatch.setattr(shop_calls, "CATALOGUE_LIMIT", len(known) + 2)

    with tenant.unchanged():
        reply = tenant.control_reply("PUT", "/stock", _levels(3))
        assert denied(reply, 409, "limit_reached", "products")["field"] == "stock"
    tenant.control("PUT", "/stock", _levels(2))
    tenant.control("PUT", "/stock", _levels(2))


def _levels(count: int) -> dict[str, Any]:
    return {"stock": [{"location": "STORE-1", "sku": f"NEW-{n}", "on_hand": 1} for n in range(count)]}


def test_locations_of_a_tenant_are_bounded(transport: Transport, new_tenant: NewTenant) -> None:
    codes = [f"S{n}" for n in range(LOCATIONS_LIMIT + 1)]

    denied(control(transport, "POST", "/tenants", {"locations": codes}), 400, "bad_request", "at most 500")
    assert len(new_tenant(locations=codes[1:]).facts["locations"]) == LOCATIONS_LIMIT


def test_a_profile_is_bounded(tenant: Tenant) -> None:
    room = bounds.PROFILE_BYTES_MAX - len(Profile(extra_fields={"x": ""}).model_dump_json())

    with tenant.unchanged():
        reply = tenant.control_reply("PATCH", "", {"profile": {"extra_fields": {"x": "y" * (room + 1)}}})
        assert denied(reply, 400, "bad_request", "16384 bytes", "16385")["field"] == "profile"
    tenant.change(profile={"extra_fields": {"x": "y" * room}})
    denied(
        tenant.control_reply("PATCH", "", {"profile": {"token_ttl_s": 36000}}), 400, "bad_request", "16384"
    )


def test_a_pace_names_each_automatic_event_at_most_once(tenant: Tenant) -> None:
    tenant.change(pace=dict.fromkeys((ANY_EVENT, *AUTOMATIC_EVENTS), "held"))

    with tenant.unchanged():
        denied(
            tenant.control_reply("PATCH", "", {"pace": {"one_more": "held"}}), 400, "bad_request", "one_more"
        )


def test_logins_push_out_the_oldest_unused_token_of_a_tenant_and_none_that_is_in_use() -> None:
    """A page can make a browser log in many times."""
    tenant = new_tenant(InProcess(create_app()))
    in_use, oldest, second = (tenant.new_token() for _ in range(3))
    assert _knows(tenant, in_use)
    newest = [tenant.new_token() for _ in range(TOKENS_LIMIT - 1)][-1]

    known = [_knows(tenant, token) for token in (in_use, oldest, second, newest)]
    assert known == [True, False, True, True]


def _knows(tenant: Tenant, token: str) -> bool:
    query = {"orderStatus": "CREATED", "locationCode": "STORE-1"}
    return tenant.transport.send("GET", SHIPMENT, query, b"", {"x-access-token": token}).status == 200


@pytest.mark.parametrize("more", [0, 1])
def test_the_journal_keeps_the_beginning_of_a_body(more: int) -> None:
    app = create_app()
    tenant = new_tenant(InProcess(app))
    tenant.post_raw("confirm", b"x" * (BODY_KEPT + more))

    (entry,), _ = app.extensions["mock_oms"].store.journal(tenant.name).read(Wanted(1))
    assert len(entry.request) == BODY_KEPT


# What one call may bring


def _status(transport: Transport, path: str, query: str = "", headers: dict[str, str] | None = None) -> int:
    return transport.send("GET", f"{path}?{query}" if query else path, (), b"", headers or {}).status


def test_a_query_string_is_bounded(shop: Tenant) -> None:
    for path in (SHIPMENT, "/_control/health"):
        fits = "a=" + "b" * (screening.QUERY_BYTES_MAX - 2)
        headers = {"x-access-token": shop.token()}

        assert _status(shop.transport, path, fits, headers) == 400  # an unknown parameter, and not more
        assert _status(shop.transport, path, fits + "b", headers) == 414


def test_parameters_are_bounded(shop: Tenant) -> None:
    for path in (SHIPMENT, "/_control/health"):
        fits = "&".join(["a=b"] * screening.PARAMETERS_MAX)
        headers = {"x-access-token": shop.token()}

        assert _status(shop.transport, path, fits, headers) == 400
        assert _status(shop.transport, path, fits + "&a=b", headers) == 414


def test_what_is_too_long_is_told_in_the_shape_of_each_interface_and_kept_in_the_journal(
    shop: Tenant,
) -> None:
    query = "username=" + "b" * screening.QUERY_BYTES_MAX
    headers = {"x-access-token": shop.token()}

    reply = shop.transport.send("GET", f"{SHIPMENT}?{query}", (), b"", headers)
    rejected(reply, 414, "at most 8192 bytes", f"received {len(query)}")
    (entry,) = shop.control("GET", "/journal", query={"limit": "1"})["entries"]
    assert (entry["status"], len(entry["query"]["username"])) == (414, 200)
    denied(
        shop.transport.send("GET", f"/_control/health?{query}"),
        414,
        "too_long",
        "query: expected at most 8192",
    )


def test_a_path_is_bounded(transport: Transport) -> None:
    fits = "/" + "x" * (screening.PATH_MAX - 1)

    assert _status(transport, fits) == 404
    rejected(transport.send("GET", fits + "x"), 414, "path: expected at most 1024 characters")
    denied(transport.send("GET", "/_control" + fits), 414, "too_long", "path: expected at most 1024")


def test_headers_are_bounded_in_size(over_http: OverHttp, in_process: InProcess) -> None:
    for transport in (over_http, in_process):
        for path in ("/_control/health", SHIPMENT):
            enough = {"x-long": "y" * (screening.HEADER_BYTES_MAX // 2)}
            assert _status(transport, path, headers=enough) in (200, 401)
    reply = over_http.send("GET", "/_control/health", headers={"x-long": "y" * screening.HEADER_BYTES_MAX})
    denied(reply, 431, "too_long", "16384 bytes of values")


def test_headers_are_bounded_exactly() -> None:
    transport = InProcess(create_app())
    own = _own_headers()
    names = [f"x-{n}" for n in range(screening.HEADERS_MAX + 1 - own[0])]
    values = screening.HEADER_BYTES_MAX - own[1]

    assert _status(transport, "/_control/health", headers=dict.fromkeys(names[1:], "")) == 200
    assert _status(transport, "/_control/health", headers=dict.fromkeys(names, "")) == 431
    assert _status(transport, "/_control/health", headers={"x-long": "y" * values}) == 200
    assert _status(transport, "/_control/health", headers={"x-long": "y" * (values + 1)}) == 431


def _own_headers() -> tuple[int, int]:
    """Count the headers that the test client adds, and their values' bytes."""
    with create_app().test_request_context("/") as context:
        headers = [value for name, value in context.request.headers if name != "User-Agent"]
        agent = create_app().test_client().environ_base["HTTP_USER_AGENT"]
        return len(headers) + 1, sum(map(len, headers)) + len(agent)


def test_a_body_is_bounded(shop: Tenant) -> None:
    ids = b'[{"orderId": "1"}]'
    full = ids + b" " * (BODY_LIMIT - len(ids))

    assert shop.post_raw("confirm", full).status == 200
    rejected(shop.post_raw("confirm", full + b" "), 413, "at most 1048576 bytes")
    path = f"/_control/tenants/{shop.name}/orders"
    denied(
        shop.transport.send("POST", path, (), b" " * (BODY_LIMIT + 1), {"Content-Type": JSON}),
        413,
        "too_large",
    )


def test_a_batch_is_bounded(shop: Tenant) -> None:
    orders = [{"orderId": str(n)} for n in range(BULK_LIMIT)]

    assert shop.post("confirm", orders).json["payloadCount"] == BULK_LIMIT
    rejected(shop.post("confirm", [*orders, {"orderId": "more"}]), 400, "at most 20 elements")


def test_the_depth_of_json_is_bounded(transport: Transport, new_tenant: NewTenant) -> None:
    def nested(levels: int) -> dict[str, Any]:
        inner: list[Any] = []
        for _ in range(levels - 4):
            inner = [inner]
        return {"extra_fields": {"x": inner}}

    tenant = new_tenant(profile=nested(JSON_DEPTH_MAX))
    order = tenant.place()

    assert tenant.get({"orderId": order}).status == 200
    reply = control(transport, "POST", "/tenants", {"profile": nested(JSON_DEPTH_MAX + 1)})
    denied(reply, 400, "bad_request", f"JSON of at most {JSON_DEPTH_MAX} levels")
    rejected(tenant.post_raw("confirm", b"[" * 1000 + b"]" * 1000), 400, f"at most {JSON_DEPTH_MAX} levels")


@pytest.mark.parametrize(("method", "path"), [("PUT", "/stock"), ("POST", "/orders"), ("PATCH", "")])
def test_the_values_of_a_control_call_are_bounded(shop: Tenant, method: str, path: str) -> None:
    body = b'{"items": [%s]}' % b",".join([b"{}"] * (VALUES_LIMIT + 1))
    url = f"/_control/tenants/{shop.name}{path}"

    reply = shop.transport.send(method, url, (), body, {"Content-Type": JSON})

    denied(reply, 400, "bad_request", f"at most {VALUES_LIMIT} values, received {VALUES_LIMIT + 1} values")


# What the guide says


def test_the_guide_names_every_limit_with_its_number() -> None:
    section = (
        (ROOT / "mock_oms" / "README.md")
        .read_text(encoding="utf-8")
        .split("\n## Limits\n", 1)[1]
        .split("\n#", 1)[0]
    )
    rows = dict(re.findall(r"^\| ([^|]+?) \| ([^|]+?) \|", section, re.MULTILINE))

    assert {name: rows.get(name) for name in _TOLD} == _TOLD


_TOLD = {
    "body of a request": "1 MiB" if BODY_LIMIT == 1024 * 1024 else "?",
    "items named in one order of a bulk call": str(ITEMS_LIMIT),
    "ids of orders and items": f"{TypeAdapter(ShipmentId).json_schema()['maxLength']} characters",
    "signed invoice or QR content": f"{LONG_TEXT_LIMIT:,} characters",
    "other text of a bulk call": f"{TEXT_LIMIT} characters",
    "nesting of JSON": f"{JSON_DEPTH_MAX} levels",
    "values in JSON": f"{BULK_VALUES_LIMIT:,} in a bulk call, {VALUES_LIMIT:,} in a control call",
    "orders in a bulk call": str(BULK_LIMIT),
    "orders placed by a control call": f"{COUNT_LIMIT:,}",
    "stock levels set by a control call": f"{STOCK_LIMIT:,}",
    "path": f"{screening.PATH_MAX:,} characters",
    "query string": f"{screening.QUERY_BYTES_MAX:,} bytes, {screening.PARAMETERS_MAX} parameters",
    "headers": f"{screening.HEADERS_MAX}, values of {screening.HEADER_BYTES_MAX:,} bytes together",
    "`Host`, where it is checked": f"{screening.HOST_CHARS_MAX} characters: the longest name, and a port",
    "tenants of a server": f"{bounds.TENANTS_MAX:,}",
    "orders and returns of a tenant": f"{bounds.ORDERS_MAX:,}",
    "locations of a tenant": str(LOCATIONS_LIMIT),
    "products of a tenant": f"{CATALOGUE_LIMIT:,}",
    "stock levels of a tenant": f"{bounds.STOCK_LEVELS_MAX:,}",
    "behaviour profile of a tenant": f"{bounds.PROFILE_BYTES_MAX:,} bytes of JSON",
    "PDFs printed at the same time": str(PARALLEL_MAX),
    "document calls of a tenant that wait": str(WAITING_PDFS_MAX),
    "bodies of open requests together": f"{BODIES_MAX // BODY_LIMIT} MiB",
    "waiting for the rest of a body": f"{BODY_WAIT_S:g} s",
    "waiting for the rest of a body without a known token or control key": f"{STRANGER_WAIT_S:g} s; it is"
    " dropped as it comes",
    f"large bodies, from {LARGE_BODY // 1024} KiB, processed at the same time": str(FEW),
    "cached JSON of orders": f"{RENDERED_LIMIT:,} orders",
    "tokens of a tenant": f"{TOKENS_LIMIT:,} in use, and those of the last {TOKENS_LIMIT:,} logins",
    "reads, and writes, in a tenant's journal": f"{ENTRIES_LIMIT:,} each",
    "journalled body": f"{BODY_KEPT:,} bytes",
}
