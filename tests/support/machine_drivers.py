"""The three ways in which the lifecycle machine reaches the mock."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from http.client import HTTPConnection
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit

from flask import Flask

from contracts import vocabulary
from contracts.control.models import PAGE_LIMIT
from contracts.konnect.documents import InvoiceUpdate
from contracts.konnect.orders import CancelOrder, ConfirmOrder
from contracts.konnect.returns import ReturnOrder
from contracts.lifecycle.table import DocumentMode, Event
from contracts.machine.driver import FROZEN_AT, LOCATIONS, PRICES, BulkReply, Order, Pieces, Setting, Shown
from contracts.profile import Profile, parse
from contracts.vocabulary import Bucket
from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.context import AppContext
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Product, Shipment, Stock
from mock_oms.domain.tenant import HELD
from mock_oms.engine.provisioning import TenantSpec
from mock_oms.store import Query as Found
from mock_oms.store import Store, Transaction
from mock_oms.store.memory import MemoryStore
from mock_oms.web.control import queries, shop
from mock_oms.web.konnect.registry import HANDLERS
from tests.support import mock_client
from tests.support.mock_client import CALL_LIMIT_S, Query, Reply, Transport, new_tenant


def _items(order: Order, reason_key: str | None) -> dict[str, Any]:
    named = [
        {"orderItemId": p.item, "quantity": p.quantity, **({reason_key: p.reason} if reason_key else {})}
        for p in order.items
    ]
    return {"orderItems": named} if named else {}


def _told(reply: Reply) -> BulkReply:
    assert reply.status == 200, (reply.status, reply.body)
    body = reply.json
    refusals = tuple((error["orderId"], error["errorCode"]) for error in body["errors"])
    return BulkReply(body["payloadCount"], body["successCount"], body["failedCount"], refusals)


class TouchpointTenant:
    """A tenant reached over touchpoints and control plane, in-process or by HTTP."""

    def __init__(self, transport: Transport, setting: Setting) -> None:
        self._tenant = new_tenant(
            transport,
            invoice_mode=setting.invoice_mode,
            credit_note_mode=setting.credit_note_mode,
            pace=dict(setting.pace),
            profile=setting.profile,
            seed=setting.seed,
            clock={"freeze_at": FROZEN_AT},
            locations=list(LOCATIONS),
        )
        levels = [
            {"location": place, "sku": sku, "on_hand": setting.on_hand}
            | ({"price": float(price)} if place == LOCATIONS[0] else {})
            for place in LOCATIONS
            for sku, price in PRICES.items()
        ]
        self._tenant.control("PUT", "/stock", {"stock": levels})

    def _post(self, touchpoint: str, orders: Sequence[Mapping[str, Any]], who: str | None) -> BulkReply:
        return _told(self._tenant.post(touchpoint, orders, who or "company"))

    def confirm(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        return self._post("confirm", [{"orderId": o.id, **_items(o, None)} for o in orders], who)

    def cancel(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        return self._post("cancel", [{"orderId": o.id, **_items(o, "reasonCode")} for o in orders], who)

    def push(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        sent = [mock_client.pushed(o.id, o.number, o.kind) | _items(o, None) for o in orders]
        return self._post("invoiceUpdate", sent, who)

    def accept_return(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        return self._post("return", [{"orderId": o.id, **_items(o, "reasonCode")} for o in orders], who)

    def place(self, location: str, lines: Sequence[tuple[str, int]]) -> Shown:
        items = [{"sku": sku, "quantity": quantity} for sku, quantity in lines]
        body = {"location": location, "items": items}
        shown: Shown = self._tenant.control("POST", "/orders", body)["shipments"][0]
        return shown

    def fire(self, shipment: str, event: str, items: Sequence[Pieces]) -> Shown | None:
        named = [{"orderItemId": p.item, "quantity": p.quantity} for p in items]
        reply = self._tenant.control_reply(
            "POST", f"/shipments/{shipment}/events/{event}", {"items": named} if named else {}
        )
        if reply.status == 409:
            return None
        assert reply.status == 200, (reply.status, reply.body)
        shown: Shown = reply.json
        return shown

    def advance(self, seconds: int) -> None:
        self._tenant.control("POST", "/clock", {"advance_s": seconds})

    def change(self, **settings: Any) -> None:
        self._tenant.change(**settings)

    def deliver(self, location: str, sku: str, on_hand: int) -> None:
        level = {"location": location, "sku": sku, "on_hand": on_hand}
        self._tenant.control("PUT", "/stock", {"stock": [level]})

    def shipments(self) -> list[Shown]:
        answer = self._tenant.control("GET", "/shipments")
        assert answer["next_cursor"] is None
        shown: list[Shown] = answer["shipments"]
        return shown

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        return {
            (level["location"], level["sku"]): (level["on_hand"], level["reserved"])
            for level in self._tenant.control("GET", "/stock")["stock"]
            if level["sku"] in PRICES
        }

    def get(self, shipment: str, who: str | None) -> list[Shown]:
        reply = self._tenant.get({"orderId": shipment}, who or "company")
        assert reply.status == 200, reply.body
        shown: list[Shown] = reply.json
        return shown

    def listed(self, status: str, location: str) -> list[str]:
        return self._tenant.listed(status, location)

    def info_list(self, status: str) -> list[str]:
        reply = self._tenant.get({"orderStatus": status}, path="/info")
        assert reply.status == 200, reply.body
        return [shipment["id"] for shipment in reply.json["orders"]]

    def close(self) -> None:
        mock_client.control(self._tenant.transport, "DELETE", f"/tenants/{self._tenant.name}")


@dataclass(frozen=True)
class TouchpointDriver:
    """Tenants behind a transport."""

    transport: Transport

    def open(self, setting: Setting) -> TouchpointTenant:
        return TouchpointTenant(self.transport, setting)


class Wsgi:
    """A transport that calls the WSGI application directly.

    A test client would cost most of the time of a call.
    """

    def __init__(self, app: Flask) -> None:
        self._app = app

    def send(
        self, method: str, path: str, query: Query = (), body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Reply:
        """One call."""
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        environ = _SERVER | {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": urlencode(pairs),
            "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": BytesIO(body),
        }
        for name, value in headers.items():
            key = name.upper().replace("-", "_")
            environ[key if key == "CONTENT_TYPE" else f"HTTP_{key}"] = value
        started: list[Any] = []

        def start(
            status: str, told: list[tuple[str, str]], _error: object = None
        ) -> Callable[[bytes], object]:
            started.extend((status, told))
            return lambda _: None

        answer = b"".join(self._app(environ, start))
        return Reply(int(started[0][:3]), answer, {name.lower(): value for name, value in started[1]})


_SERVER = {
    "SCRIPT_NAME": "",
    "SERVER_NAME": "localhost",
    "SERVER_PORT": "80",
    "SERVER_PROTOCOL": "HTTP/1.1",
    "wsgi.version": (1, 0),
    "wsgi.url_scheme": "http",
    "wsgi.errors": sys.stderr,
    "wsgi.multithread": False,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class KeptConnection:
    """Calls a server over one connection; each thread needs its own."""

    def __init__(self, url: str) -> None:
        address = urlsplit(url)
        self._connection = HTTPConnection(address.hostname or "", address.port, timeout=CALL_LIMIT_S)

    def send(
        self, method: str, path: str, query: Query = (), body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Reply:
        """One call."""
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        target = f"{path}?{urlencode(pairs)}" if pairs else path
        self._connection.request(method, target, body=body or None, headers=dict(headers))
        answer = self._connection.getresponse()
        return Reply(answer.status, answer.read(), {k.lower(): v for k, v in answer.headers.items()})

    def close(self) -> None:
        """Ends the connection."""
        self._connection.close()


class EngineTenant:
    """A tenant reached through engine and store, without HTTP, JSON or token."""

    def __init__(self, setting: Setting, store: Store) -> None:
        server = AppContext(store, Profile())
        spec = TenantSpec(
            invoice_mode=DocumentMode(setting.invoice_mode),
            credit_note_mode=DocumentMode(setting.credit_note_mode),
            locations=LOCATIONS,
            seed=setting.seed,
            freeze_at=datetime.fromisoformat(FROZEN_AT),
            pace=_seconds(setting.pace),
            profile=parse(setting.profile),
        )
        tenant, _ = server.create_tenant(spec)
        self._store, self._name, self._profile = server.store, tenant.tenant, tenant.profile
        self._shown: dict[str, tuple[Shipment, Shown]] = {}
        products = tuple(
            Product(sku, sku, "62052000", Decimal(5), Decimal(price)) for sku, price in PRICES.items()
        )
        with self._writing() as tx:
            tx.set_settings(replace(tx.settings, extra_products=products))
            for place in LOCATIONS:
                for sku in PRICES:
                    tx.set_stock(place, sku, Stock(on_hand=setting.on_hand))

    def _writing(self) -> AbstractContextManager[Transaction]:
        return engine.WriteVisit(self._store, self._name)

    def _reading(self) -> AbstractContextManager[Transaction]:
        return engine.ReadVisit(self._store, self._name)

    def _bulk(self, operation: str, requests: Sequence[Any], who: str | None) -> BulkReply:
        caller = SimpleNamespace(tenant=self._name, location=who)
        server = SimpleNamespace(store=self._store, control_key=None)
        request = SimpleNamespace(headers={}, query="")
        call: Any = SimpleNamespace(
            server=server,
            caller=caller,
            profile=self._profile,
            orders=requests,
            request=request,
            dry_run=False,
        )
        HANDLERS[operation](call)
        refusals = tuple((outcome.order_id, outcome.code) for outcome in call.outcomes if outcome.code)
        return BulkReply(len(call.outcomes), len(call.outcomes) - len(refusals), len(refusals), refusals)

    def confirm(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        sent = [ConfirmOrder.model_validate({"orderId": o.id, **_items(o, None)}) for o in orders]
        return self._bulk("confirm", sent, who)

    def cancel(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        sent = [CancelOrder.model_validate({"orderId": o.id, **_items(o, "reasonCode")}) for o in orders]
        return self._bulk("cancel", sent, who)

    def push(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        sent = [
            InvoiceUpdate.model_validate(mock_client.pushed(o.id, o.number, o.kind) | _items(o, None))
            for o in orders
        ]
        return self._bulk("invoice_update", sent, who)

    def accept_return(self, orders: Sequence[Order], who: str | None) -> BulkReply:
        sent = [ReturnOrder.model_validate({"orderId": o.id, **_items(o, "reasonCode")}) for o in orders]
        return self._bulk("accept_return", sent, who)

    def place(self, location: str, lines: Sequence[tuple[str, int]]) -> Shown:
        with self._writing() as tx:
            products = tx.settings.products()
            bought = tuple((products[sku], quantity) for sku, quantity in lines)
            return self._look(engine.place(tx, engine.Purchase(location, lines=bought)), tx)

    def fire(self, shipment: str, event: str, items: Sequence[Pieces]) -> Shown | None:
        if event not in shop.PLAYABLE:
            return None
        command = engine.Command(tuple(engine.Pick(p.item, p.quantity) for p in items))
        try:
            with self._writing() as tx:
                found = tx.get(shipment)
                assert found is not None
                fired = engine.fire(tx, found, Event(event), command)
                return self._look(fired.opened or fired.shipment, tx)
        except OrderRefusedError:
            return None

    def advance(self, seconds: int) -> None:
        with self._writing() as tx:
            tx.set_settings(replace(tx.settings, clock=tx.settings.clock.advanced(seconds)))
            engine.settle(tx)

    def change(self, **settings: Any) -> None:
        changes: dict[str, Any] = {
            name: _seconds(value) if name == "pace" else DocumentMode(value)
            for name, value in settings.items()
        }
        with self._writing() as tx:
            tx.set_settings(replace(tx.settings, **changes))
            engine.reschedule(tx)
            engine.settle(tx)

    def deliver(self, location: str, sku: str, on_hand: int) -> None:
        with self._writing() as tx:
            tx.set_stock(location, sku, replace(tx.stock(location, sku), on_hand=on_hand))

    def shipments(self) -> list[Shown]:
        return self._find(None, None)

    def _find(self, buckets: frozenset[Bucket] | None, location: str | None) -> list[Shown]:
        with self._reading() as tx:
            found = tx.find(Found(limit=PAGE_LIMIT, buckets=buckets, location=location))
            return [self._look(shipment, tx) for shipment in found]

    def _look(self, shipment: Shipment, tx: Transaction) -> Shown:
        """The same frozen shipment looks the same, so it is described once."""
        known = self._shown.get(shipment.id)
        if known is None or known[0] is not shipment:
            known = self._shown[shipment.id] = (shipment, queries.described(shipment, tx.settings))
        return known[1]

    def stock(self) -> dict[tuple[str, str], tuple[int, int]]:
        with self._reading() as tx:
            levels = {(place, sku): tx.stock(place, sku) for place in LOCATIONS for sku in PRICES}
        return {where: (level.on_hand, level.reserved) for where, level in levels.items()}

    def get(self, shipment: str, who: str | None) -> list[Shown]:
        with self._reading() as tx:
            try:
                return [self._look(engine.visible(tx, shipment, who), tx)]
            except OrderRefusedError:
                return []

    def listed(self, status: str, location: str) -> list[str]:
        return [shown["id"] for shown in self._find(vocabulary.buckets(status, self._profile), location)]

    def info_list(self, status: str) -> list[str]:
        return [shown["id"] for shown in self._find(vocabulary.buckets(status, self._profile), None)]

    def close(self) -> None:
        self._store.delete(self._name)


def _seconds(pace: Mapping[str, Any]) -> dict[str, float | None]:
    words = {"immediate": 0.0, "held": HELD}
    return {name: words[wish] if isinstance(wish, str) else wish["after_s"] for name, wish in pace.items()}


@dataclass(frozen=True)
class EngineDriver:
    """Tenants on the engine itself."""

    store: Store = field(default_factory=MemoryStore)

    def open(self, setting: Setting) -> EngineTenant:
        return EngineTenant(setting, self.store)


def in_process() -> TouchpointDriver:
    """Return a driver of an in-process application; its exceptions are raised here."""
    app = create_app()
    app.testing = True
    return TouchpointDriver(Wsgi(app))
