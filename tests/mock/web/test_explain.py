"""The advice about a shipment is right: followed, its calls are accepted."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from contracts.lifecycle.table import DocumentMode, State
from tests.conftest import NewTenant
from tests.support.mock_client import Tenant, control
from tests.support.refusal_cells import OPENED

SWITCHES = (None, *OPENED.values())


def explained(tenant: Tenant, order: str) -> dict[str, Any]:
    """Returns the advice about a shipment."""
    return dict(tenant.control("GET", f"/shipments/{order}/explain"))


def follow(tenant: Tenant, call: dict[str, Any]) -> None:
    """Sends the call of an advice, which must be accepted."""
    path = call["path"]
    if path.startswith("/_control"):
        reply = control(tenant.transport, call["method"], path.removeprefix("/_control"), call["body"])
        assert reply.status == 200, reply.body
        return
    reply = tenant.post(path.rpartition("/")[2], call["body"])
    assert reply.status == 200
    assert reply.media == "application/pdf" or reply.json["successCount"] == 1, reply.body


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("modes", tuple(product(DocumentMode, DocumentMode)), ids="-".join)
def test_each_advice_is_accepted_or_says_why_not(
    new_tenant: NewTenant, modes: tuple[DocumentMode, DocumentMode], switch: str | None
) -> None:
    tenant = new_tenant(
        invoice_mode=modes[0],
        credit_note_mode=modes[1],
        pace={"*": "held"},
        profile={switch: True} if switch else {},
    )
    for state in (state for state in State if OPENED.get(state, switch) == switch):
        first = explained(tenant, tenant.place(state=state))
        assert first["state"] == state
        for place, advice in enumerate(first["next"]):
            order = tenant.place(state=state)
            same = explained(tenant, order)["next"][place]
            assert (same["who"], same["does"]) == (advice["who"], advice["does"])
            follow(tenant, same["call"])
        assert all(advice["because"] for advice in first["impossible"])
        assert {a["does"] for a in first["next"]}.isdisjoint(a["does"] for a in first["impossible"])
        assert len(first["next"]) + len(first["impossible"]) >= 14


def test_explaining_changes_nothing(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    order = tenant.place()
    before = [tenant.control("GET", path) for path in ("/shipments", "/stock", "/journal")]
    explained(tenant, order)
    assert [tenant.control("GET", path) for path in ("/shipments", "/stock", "/journal")] == before


def test_the_last_refusal_is_shown(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    order = tenant.place()
    assert explained(tenant, order)["last_refusal"] is None
    tenant.post("confirm", [{"orderId": order}])
    tenant.post("confirm", [{"orderId": order}])
    refused = explained(tenant, order)["last_refusal"]
    assert refused["path"] == "/oms/v3/shipment/confirm"
    assert "a second confirmation is refused" in refused["message"]


def test_an_automatic_step_says_when_it_comes(new_tenant: NewTenant) -> None:
    tenant = new_tenant(invoice_mode="fynd", pace={"issue_invoice": {"after_s": 30}})
    order = tenant.place(state="bag_confirmed")
    (advice,) = [row for row in explained(tenant, order)["next"] if row["does"] == "issue_invoice"]
    assert advice["who"] == "oms"
    assert advice["after_s"] == 30


def test_an_unknown_shipment_is_refused(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    assert tenant.control_reply("GET", "/shipments/1/explain").json["error"] == "unknown_shipment"
