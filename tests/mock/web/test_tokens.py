"""Tokens: company or location level, lifetime, and limits to their orders."""

from __future__ import annotations

import re

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import Reply, Tenant, Transport, control, rejected

TOKEN = "/aggregator/v1/token"


def call(tenant: Tenant, token: str) -> Reply:
    query = {"orderStatus": "CREATED", "locationCode": "STORE-1"}
    return tenant.transport.send("GET", "/oms/v3/shipment", query, b"", {"x-access-token": token})


@pytest.mark.parametrize("who", ["company", "STORE-1", "STORE-2"])
def test_credentials_give_a_token_that_opens_the_touchpoints(tenant: Tenant, who: str) -> None:
    reply = tenant.transport.send("GET", TOKEN, tenant.credentials(who))
    assert reply.status == 200
    assert set(reply.json) == {"accessToken", "status"}
    assert reply.json["status"] == "SUCCESS"
    assert re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", reply.json["accessToken"])
    assert tenant.get({"orderId": "1"}, who).status == 200


def test_the_default_tenant_has_public_credentials(transport: Transport) -> None:
    for name in ("default", "STORE-1", "STORE-2"):
        reply = transport.send("GET", TOKEN, {"username": name, "password": name})
        assert reply.status == 200


@pytest.mark.every_store
def test_several_tokens_of_one_user_live_side_by_side(tenant: Tenant) -> None:
    first, second = tenant.new_token(), tenant.new_token()
    assert first != second
    assert call(tenant, first).status == call(tenant, second).status == 200


@pytest.mark.parametrize("wrong", [{"password": "guess"}, {"username": "nobody"}, {"username": "default"}])
@pytest.mark.every_store
def test_wrong_credentials_are_refused_alike(tenant: Tenant, wrong: dict[str, str]) -> None:
    reply = tenant.transport.send("GET", TOKEN, tenant.credentials() | wrong)
    rejected(reply, 401, "username or password is wrong")
    assert "accessToken" not in reply.json


@pytest.mark.every_store
def test_credentials_of_two_users_do_not_mix(new_tenant: NewTenant) -> None:
    one, other = new_tenant(), new_tenant()
    for left, right in (
        (one.credentials(), other.credentials()),
        (one.credentials("STORE-1"), one.credentials("STORE-2")),
    ):
        mixed = {"username": left["username"], "password": right["password"]}
        rejected(one.transport.send("GET", TOKEN, mixed), 401, "wrong")


@pytest.mark.parametrize("missing", ["username", "password"])
@pytest.mark.parametrize("blank", [True, False])
def test_missing_credentials_are_named(tenant: Tenant, missing: str, blank: bool) -> None:
    query = {name: value for name, value in tenant.credentials().items() if name != missing}
    rejected(tenant.transport.send("GET", TOKEN, query | ({missing: ""} if blank else {})), 400, missing)


CALLS = [
    ("GET", "/oms/v3/shipment"),
    ("GET", "/oms/v3/shipment/info"),
    *(
        ("POST", f"/oms/v3/shipment/{name}")
        for name in ("confirm", "cancel", "invoiceUpdate", "invoice", "labels", "return")
    ),
]


@pytest.mark.parametrize(("method", "path"), CALLS)
@pytest.mark.parametrize(
    ("headers", "says"),
    [
        ({}, "x-access-token is missing"),
        ({"x-access-token": ""}, "x-access-token is missing"),
        ({"x-access-token": "61780580-3ff6-4dbb-b6d8-7955b5904a45"}, "x-access-token is not known"),
        ({"Authorization": "Bearer 61780580"}, "x-access-token is missing"),
    ],
)
def test_no_touchpoint_opens_without_a_known_token(
    transport: Transport, method: str, path: str, headers: dict[str, str], says: str
) -> None:
    reply = transport.send(method, path, (), b"", {**headers, "Content-Type": "application/json"})
    rejected(reply, 401, says, TOKEN)


def test_the_token_is_asked_for_before_the_body_is_read(transport: Transport) -> None:
    reply = transport.send("POST", "/oms/v3/shipment/confirm", (), b"no json", {"Content-Type": "text/plain"})
    rejected(reply, 401, "x-access-token is missing")


@pytest.mark.every_store
def test_a_token_expires_on_the_clock_of_its_tenant(new_tenant: NewTenant) -> None:
    tenant, other = new_tenant(), new_tenant()
    token, others = tenant.token(), other.token()
    tenant.advance(3599)
    assert call(tenant, token).status == 200
    tenant.advance(1)
    rejected(call(tenant, token), 401, "has expired; fetch a new one")
    assert call(other, others).status == 200
    assert call(tenant, tenant.token()).status == 200


def test_how_long_a_token_lives_is_the_profiles_choice(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"token_ttl_s": 5})
    token = tenant.token()
    tenant.advance(5)
    rejected(call(tenant, token), 401, "has expired")


@pytest.mark.every_store
def test_an_expired_token_still_names_its_tenant(tenant: Tenant) -> None:
    token = tenant.token()
    tenant.advance(3600)
    call(tenant, token)
    entry = tenant.control("GET", "/journal")["entries"][-1]
    assert (entry["status"], entry["caller"]) == (401, f"{tenant.name}/company")


@pytest.mark.every_store
def test_tokens_and_users_go_with_their_tenant(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    token, credentials = tenant.token(), tenant.credentials()
    tenant.control("DELETE", "")
    rejected(call(tenant, token), 401, "is not known")
    rejected(tenant.transport.send("GET", TOKEN, credentials), 401, "wrong")


@pytest.mark.every_store
def test_a_tenant_made_anew_under_an_old_name_knows_no_old_token(new_tenant: NewTenant) -> None:
    old = new_tenant(name="phoenix-1")
    token = old.token()
    order = old.place()
    old.control("DELETE", "")
    new = new_tenant(name="phoenix-1")
    rejected(call(new, token), 401, "is not known")
    assert new.get({"orderId": order}).json == []
    assert new.control("GET", "/journal")["entries"][0]["number"] == 1
    assert new.facts["company"]["password"] != old.facts["company"]["password"]


# locationCode


def test_lists_of_a_company_name_a_location(tenant: Tenant) -> None:
    with tenant.unchanged():
        reply = tenant.get({"orderStatus": "CREATED"})
        rejected(reply, 400, "locationCode", "the store's code")
        assert reply.json["errors"][0]["field"] == "locationCode"


@pytest.mark.every_store
def test_a_company_reads_each_location_by_its_code(tenant: Tenant) -> None:
    here, there = tenant.place(location="STORE-1"), tenant.place(location="STORE-2")
    assert tenant.listed("CREATED", "STORE-1") == [here]
    assert tenant.listed("CREATED", "STORE-2") == [there]


@pytest.mark.every_store
def test_a_location_reads_its_own_orders_with_or_without_its_code(tenant: Tenant) -> None:
    order = tenant.place(location="STORE-2")
    tenant.place(location="STORE-1")
    for more in ({}, {"locationCode": "STORE-2"}):
        (shown,) = tenant.get({"orderStatus": "CREATED", **more}, "STORE-2").json
        assert shown["id"] == order


@pytest.mark.parametrize(
    ("who", "code"), [("STORE-2", "STORE-1"), ("company", "STORE-9"), ("STORE-1", "store-1")]
)
def test_a_code_that_is_not_the_tokens_is_refused(tenant: Tenant, who: str, code: str) -> None:
    rejected(tenant.get({"orderStatus": "CREATED", "locationCode": code}, who), 400, "locationCode", code)


@pytest.mark.parametrize("path", ["", "/info"])
def test_a_code_is_not_needed_by_id(tenant: Tenant, path: str) -> None:
    order = tenant.place(location="STORE-2")
    found = tenant.get({"orderId": order}, path=path).json
    assert [one["id"] for one in (found["orders"] if path else found)] == [order]


@pytest.mark.every_store
def test_info_lists_a_whole_company_and_only_ones_own_location(tenant: Tenant) -> None:
    orders = sorted([tenant.place(location="STORE-1"), tenant.place(location="STORE-2")])
    for who, expected in (("company", orders), ("STORE-1", None), ("STORE-2", None)):
        shown = [one["id"] for one in tenant.get({"orderStatus": "CREATED"}, who, "/info").json["orders"]]
        if expected:
            assert shown == expected
        else:
            assert len(shown) == 1
            assert tenant.look(shown[0])["location"] == who


@pytest.mark.parametrize("path", ["", "/info"])
@pytest.mark.every_store
def test_other_peoples_orders_are_not_there(new_tenant: NewTenant, path: str) -> None:
    tenant, other = new_tenant(seed=1), new_tenant(seed=2)
    order = other.place(location="STORE-2")
    for reader, who in ((tenant, "company"), (other, "STORE-1")):
        found = reader.get({"orderId": order}, who, path).json
        assert (found["orders"] if path else found) == []


@pytest.mark.every_store
def test_orders_with_one_id_in_two_companies_are_two_orders(new_tenant: NewTenant) -> None:
    one, other = new_tenant(seed=4), new_tenant(seed=4)
    order = one.place()
    assert other.place() == order
    one.confirm(order)
    assert (one.word(order), other.word(order)) == ("CONFIRMED", "CREATED")


@pytest.mark.every_store
def test_a_tenant_may_have_locations_of_its_own(new_tenant: NewTenant) -> None:
    tenant = new_tenant(locations=["BLR-01", "MUM.02"])
    order = tenant.place()
    assert tenant.look(order)["location"] == "BLR-01"
    assert tenant.listed("CREATED", "BLR-01") == [order]
    assert tenant.get({"orderStatus": "CREATED"}, "MUM.02").json == []
    assert control(tenant.transport, "GET", f"/tenants/{tenant.name}").json["locations"] == [
        {"code": "BLR-01"},
        {"code": "MUM.02"},
    ]
