"""Two frozen tenants with one seed answer the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mock_oms.app import create_app
from tests.conftest import NewTenant
from tests.support.mock_client import InProcess, Reply, Tenant
from tests.support.mock_client import new_tenant as make_tenant

AUTOMATIC = {"invoice_mode": "fynd", "credit_note_mode": "fynd", "pace": {"*": {"after_s": 5}}}


@dataclass
class Recorder:
    """A transport that keeps every answer, without the tenant's name and secrets."""

    inner: Any
    seen: list[bytes] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def send(self, *args: Any, **more: Any) -> Reply:
        """One call, kept."""
        reply: Reply = self.inner.send(*args, **more)
        self.seen.append(b"%d " % reply.status + reply.body)
        return reply

    def denied(self, tenant: Tenant) -> list[bytes]:
        """All answers; what must differ is blanked out."""
        words = [tenant.name, *tenant.tokens.values(), tenant.facts["company"]["password"]]
        words += [place["password"] for place in tenant.facts["locations"]]
        return [_blanked(body, words) for body in self.seen]


def _blanked(body: bytes, words: list[str]) -> bytes:
    for word in words:
        body = body.replace(word.encode(), b"*")
    return body


def journey(tenant: Tenant) -> None:
    """A day in a shop: every touchpoint, good and bad."""
    orders = tenant.place_many(4)
    for order in orders:
        tenant.get({"orderId": order})
    tenant.post("confirm", [{"orderId": order} for order in [*orders, "1"]])
    tenant.post("cancel", [{"orderId": orders[0]}])
    tenant.control("POST", "/clock", {"advance_s": 30})
    tenant.get({"orderStatus": "PROCESSING", "locationCode": "STORE-1"})
    tenant.post("invoice", [{"orderId": order} for order in orders])
    tenant.post("labels", [{"orderId": order} for order in orders])
    for order in orders[1:]:
        tenant.hand_over(order)
        back = tenant.start_return(order)
        tenant.accept_return(back)
    tenant.control("POST", "/clock", {"advance_s": 30})
    tenant.get({"orderStatus": "RETURN_COMPLETED"}, "STORE-1")
    tenant.get({"orderStatus": "RETURN_COMPLETED"}, path="/info")
    for back in tenant.listed("RETURN_COMPLETED"):
        tenant.post("invoice", [{"orderId": back}])
    tenant.control("GET", "/shipments")
    tenant.control("GET", "/stock")


def played(new_tenant: NewTenant, **settings: Any) -> list[bytes]:
    tenant = new_tenant(**AUTOMATIC, **settings)
    recorder = Recorder(tenant.transport)
    tenant.transport = recorder
    journey(tenant)
    return recorder.denied(tenant)


def test_one_seed_gives_the_same_bytes(new_tenant: NewTenant) -> None:
    assert played(new_tenant, seed=42) == played(new_tenant, seed=42)


def test_another_seed_gives_other_orders(new_tenant: NewTenant) -> None:
    assert played(new_tenant, seed=1) != played(new_tenant, seed=2)


def test_two_servers_give_the_same_bytes() -> None:
    def fresh() -> Iterator[list[bytes]]:
        for _ in range(2):
            app = create_app({"seed": 5})
            app.testing = True
            recorder = Recorder(InProcess(app))
            tenant = make_tenant(recorder, **AUTOMATIC, seed=9)
            journey(tenant)
            yield recorder.denied(tenant)

    first, second = fresh()
    assert first == second


def test_a_reset_tenant_begins_again_with_the_same_bytes(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, seed=3)
    recorder = Recorder(tenant.transport)
    tenant.transport = recorder
    journey(tenant)
    first = recorder.denied(tenant)
    tenant.control("POST", "/reset")
    recorder.seen.clear()
    journey(tenant)
    again = recorder.denied(tenant)
    assert again == [body for body in first if b"accessToken" not in body]


def test_a_reset_keeps_credentials_tokens_and_settings_and_nothing_else(new_tenant: NewTenant) -> None:
    tenant = new_tenant(pace={"*": "held"}, seed=11)
    fresh = tenant.snapshot()
    order = tenant.place(state="bag_invoiced")
    tenant.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "NEW", "on_hand": 1}]})
    tenant.advance(60)
    token = tenant.token()
    answer = tenant.control("POST", "/reset")
    assert (answer["shipments"], answer["clock"]["now"]) == (0, "2026-01-05T10:00:00+00:00")
    assert tenant.snapshot() == fresh
    assert tenant.control("GET", "/journal") == {"entries": [], "dropped": 0, "dropped_writes": 0}
    assert tenant.token() == token
    assert tenant.get({"orderId": order}).json == []
    assert tenant.new_token("STORE-2")


def test_ids_are_never_given_twice(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    orders = [*tenant.place_many(1000), *tenant.place_many(1000)]
    assert len(set(orders)) == 2000
    assert all(len(order) == 20 and order.isdigit() for order in orders)
