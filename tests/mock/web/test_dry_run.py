"""A dry run has the answer of the call, and changes nothing."""

from __future__ import annotations

from typing import Any

import pytest

from contracts.konnect.base import DRY_RUN_HEADER
from mock_oms.app import create_app
from tests.support.databases import KINDS, Databases
from tests.support.mock_client import InProcess, Reply, Tenant, new_tenant, pushed, rejected

DRY = {DRY_RUN_HEADER: "1"}


@pytest.fixture(params=KINDS)
def tenant(request: pytest.FixtureRequest, databases: Databases) -> Any:
    with databases.fresh(request.param) as address:
        app = create_app({"store": address})
        yield new_tenant(InProcess(app))
        app.extensions["mock_oms"].store.close()


def dry(tenant: Tenant, touchpoint: str, orders: list[dict[str, Any]]) -> Reply:
    """Sends a call with the header of a dry run."""
    return tenant.post(touchpoint, orders, **DRY)


def seen(tenant: Tenant) -> list[Any]:
    """Everything that a call could change."""
    return [tenant.control("GET", path) for path in ("/shipments", "/stock")]


def test_a_dry_run_is_answered_as_the_call_and_changes_nothing(tenant: Tenant) -> None:
    orders = [{"orderId": tenant.place()}, {"orderId": tenant.place(state="bag_invoiced")}]
    before = seen(tenant)

    tried = dry(tenant, "confirm", orders)

    assert tried.headers[DRY_RUN_HEADER] == "1"
    assert seen(tenant) == before
    real = tenant.post("confirm", orders)
    assert (tried.status, tried.json) == (real.status, real.json)
    assert DRY_RUN_HEADER not in real.headers
    assert seen(tenant) != before


def test_a_number_of_a_dry_run_stays_free(tenant: Tenant) -> None:
    first, second = (tenant.place(state="bag_confirmed") for _ in range(2))
    assert dry(tenant, "invoiceUpdate", [pushed(first, "INV/1", "sale")]).json["successCount"] == 1
    assert tenant.post("invoiceUpdate", [pushed(second, "INV/1", "sale")]).json["successCount"] == 1


def test_the_journal_marks_a_dry_run(tenant: Tenant) -> None:
    order = tenant.place()
    dry(tenant, "confirm", [{"orderId": order}])
    tenant.post("confirm", [{"orderId": order}])
    entries = tenant.control("GET", "/journal", query={"order": order})["entries"]
    assert [entry.get("dry_run") for entry in entries] == [True, None]


def test_a_token_of_a_dry_run_opens_nothing(tenant: Tenant) -> None:
    login = tenant.credentials()
    reply = tenant.transport.send("GET", "/aggregator/v1/token", login, headers=DRY)
    assert reply.status == 200
    token = reply.json["accessToken"]
    answer = tenant.transport.send(
        "GET", "/oms/v3/shipment", {"orderId": "1"}, headers={"x-access-token": token}
    )
    rejected(answer, 401)


def test_another_value_of_the_header_is_refused_and_changes_nothing(tenant: Tenant) -> None:
    order = tenant.place()
    reply = tenant.post("confirm", [{"orderId": order}], **{DRY_RUN_HEADER: "yes"})
    rejected(reply, 400, f"header {DRY_RUN_HEADER}: expected 1, or no such header, received 'yes'")
    assert tenant.control("GET", f"/shipments/{order}")["state"] == "placed"
