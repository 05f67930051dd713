"""A client of the mock for tests, in-process or over HTTP."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol
from urllib.parse import urlencode

import requests
from flask import Flask

from contracts.lifecycle.table import CONDITIONS, PICK_AT_STORE
from contracts.profile import DEFAULT, Profile

CALL_LIMIT_S = 30.0
FROZEN_AT = "2026-01-05T10:00:00+00:00"
"""Where the time of a test's tenant stands, unless the test wants it to run."""
JSON = "application/json"
SHIPMENT = "/oms/v3/shipment"

Query = Mapping[str, str] | Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Reply:
    """An answer as it came; header names in lower case."""

    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        """The body as strict JSON: NaN and the like are no JSON."""
        return json.loads(self.body, parse_constant=_no_json)

    @property
    def media(self) -> str:
        """Content type without parameters."""
        return self.headers["content-type"].split(";")[0]


def _no_json(constant: str) -> Any:
    raise AssertionError(f"the answer holds {constant}, which is no JSON")


class Transport(Protocol):
    """A way to the mock."""

    def send(
        self, method: str, path: str, query: Query = (), body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Reply:
        """One call."""
        ...


@dataclass
class InProcess:
    """Calls the application without a server."""

    app: Flask

    def send(
        self, method: str, path: str, query: Query = (), body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Reply:
        """One call."""
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        answer = self.app.test_client().open(
            path, method=method, query_string=_encoded(pairs) or None, data=body, headers=dict(headers)
        )
        return Reply(answer.status_code, answer.data, {k.lower(): v for k, v in answer.headers.items()})


def _encoded(pairs: Sequence[tuple[str, str]]) -> str:
    return urlencode(pairs)


@dataclass
class OverHttp:
    """A transport over HTTP, one per thread; `limit_s` is the timeout."""

    url: str
    session: requests.Session = field(default_factory=requests.Session)
    limit_s: float = CALL_LIMIT_S

    def __post_init__(self) -> None:
        self.session.trust_env = False

    def send(
        self, method: str, path: str, query: Query = (), body: bytes = b"", headers: Mapping[str, str] = {}
    ) -> Reply:
        """One call."""
        pairs = list(query.items()) if isinstance(query, Mapping) else list(query)
        answer = self.session.request(
            method, self.url + path, params=pairs, data=body, headers=dict(headers), timeout=self.limit_s
        )
        return Reply(answer.status_code, answer.content, {k.lower(): v for k, v in answer.headers.items()})


@dataclass
class Tenant:
    """A tenant with the calls of its shop and its aggregator."""

    transport: Transport
    facts: dict[str, Any]
    tokens: dict[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The tenant's name."""
        return str(self.facts["tenant"])

    # Calls

    def control(
        self, method: str, path: str, body: object = None, query: Query = (), expect: int | None = None
    ) -> Any:
        """Make a control call below the tenant and return the answer's JSON.

        `expect` defaults to 200 or 201.
        """
        reply = self.control_reply(method, path, body, query)
        assert reply.status in ((200, 201) if expect is None else (expect,)), reply.body
        return reply.json

    def control_reply(self, method: str, path: str, body: object = None, query: Query = ()) -> Reply:
        """Make a control call below the tenant."""
        return control(self.transport, method, f"/tenants/{self.name}{path}", body, query)

    def credentials(self, who: str = "company") -> dict[str, str]:
        """Return the token call's query for the company or a location."""
        places = {place["code"]: place for place in self.facts["locations"]}
        chosen = self.facts["company"] if who == "company" else places[who]
        return {"username": chosen["username"], "password": chosen["password"]}

    def token(self, who: str = "company") -> str:
        """Return the cached token of the company or a location."""
        if who not in self.tokens:
            self.tokens[who] = self.new_token(who)
        return self.tokens[who]

    def new_token(self, who: str = "company") -> str:
        """A token fetched now."""
        reply = self.transport.send("GET", "/aggregator/v1/token", self.credentials(who))
        assert reply.status == 200, reply.body
        return str(next(value for name, value in reply.json.items() if name != "status"))

    def headers(self, who: str = "company") -> dict[str, str]:
        """Headers of a call to a touchpoint."""
        return {"x-access-token": self.token(who), "Content-Type": JSON}

    def post(self, touchpoint: str, orders: object, who: str = "company", **headers: str) -> Reply:
        """A bulk call, e.g. `post("confirm", [{"orderId": ...}])`."""
        return self.post_raw(touchpoint, json.dumps(orders).encode(), who, **headers)

    def post_raw(self, touchpoint: str, body: bytes, who: str = "company", **headers: str) -> Reply:
        """A bulk call with any bytes as its body; `content_encoding` is `Content-Encoding`."""
        more = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.transport.send("POST", f"{SHIPMENT}/{touchpoint}", (), body, self.headers(who) | more)

    def get(self, query: Query = (), who: str = "company", path: str = "") -> Reply:
        """GET shipment, or what lies below it."""
        return self.transport.send("GET", SHIPMENT + path, query, b"", {"x-access-token": self.token(who)})

    # Looking

    def look(self, order: str) -> Any:
        """A shipment as the control plane shows it."""
        return self.control("GET", f"/shipments/{order}")

    def state(self, order: str) -> str:
        """OMS state of a shipment."""
        return str(self.look(order)["state"])

    def word(self, order: str) -> str:
        """The payload's `orderStatus`."""
        (shipment,) = self.get({"orderId": order}).json
        return str(shipment["orderStatus"])

    def listed(self, status: str, location: str = "STORE-1", **more: str) -> list[str]:
        """Ids under a filter at a location."""
        reply = self.get({"orderStatus": status, "locationCode": location, **more})
        assert reply.status == 200, reply.body
        return [shipment["id"] for shipment in reply.json]

    def items(self, order: str) -> dict[str, int]:
        """Order items of a shipment and what is left of each."""
        return {item["orderItemId"]: item["quantity"] for item in self.look(order)["orderItems"]}

    def stock(self, sku: str, location: str = "STORE-1") -> tuple[int, int]:
        """On hand and reserved."""
        for level in self.control("GET", "/stock")["stock"]:
            if (level["location"], level["sku"]) == (location, sku):
                return level["on_hand"], level["reserved"]
        raise AssertionError(f"{location} knows no {sku}")

    def snapshot(self) -> Any:
        """Everything that a refused call must leave as it was."""
        return {
            "shipments": self.control("GET", "/shipments"),
            "stock": self.control("GET", "/stock"),
            "settings": self.control("GET", ""),
        }

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """What happens inside must leave no trace in this tenant."""
        before = self.snapshot()
        yield
        assert self.snapshot() == before

    # The customer, the store, and time

    def place(self, **wishes: object) -> str:
        """The customer buys; the new shipment's id."""
        return str(self.place_many(1, **wishes)[0])

    def place_many(self, count: int, **wishes: object) -> list[str]:
        """So many orders at once."""
        placed = self.control("POST", "/orders", {"count": count, **wishes})
        return [shipment["id"] for shipment in placed["shipments"]]

    def fire(self, order: str, event: str, **details: object) -> Any:
        """An event of the customer, the store or the OMS."""
        return self.control("POST", f"/shipments/{order}/events/{event}", details)

    def hand_over(self, order: str) -> None:
        """The store gives the goods to the customer."""
        self.fire(order, "hand_over")

    def start_return(self, order: str, items: Mapping[str, int] | None = None, **details: object) -> str:
        """The store takes goods back; the return shipment's id."""
        if items is not None:
            details["items"] = picks(items)
        return str(self.fire(order, "start_return", **details)["id"])

    def advance(self, seconds: float) -> None:
        """Advance the clock and drop the tokens, which may have expired."""
        self.tokens.clear()
        self.control("POST", "/clock", {"advance_s": seconds})

    def change(self, **settings: object) -> Any:
        """Other modes, pace or profile."""
        return self.control("PATCH", "", settings)

    # The aggregator

    def confirm(self, *orders: str) -> None:
        """Confirms whole orders."""
        accepted(self.post("confirm", [{"orderId": order} for order in orders]))

    def cancel(self, order: str, items: Mapping[str, int] | None = None, reason: object = "6") -> None:
        """Cancels a whole order, or pieces of it."""
        named = [pick | {"reasonCode": reason} for pick in picks(items or {})]
        accepted(self.post("cancel", [{"orderId": order, **({"orderItems": named} if named else {})}]))

    def push_invoice(self, order: str, number: str | None = None, **more: object) -> str:
        """Pushes an invoice; its number."""
        return self._push(order, number or f"S-{order}", "sale", more)

    def push_credit_note(self, order: str, number: str | None = None, **more: object) -> str:
        """Pushes a credit note; its number."""
        return self._push(order, number or f"C-{order}", "return", more)

    def _push(self, order: str, number: str, kind: str, more: Mapping[str, object]) -> str:
        accepted(self.post("invoiceUpdate", [pushed(order, number, kind) | dict(more)]))
        return number

    def accept_return(self, order: str, results: Sequence[tuple[str, int, str | None]] = ()) -> None:
        """Accepts a return; `results` are (item, quantity, reason)."""
        named = [
            {"orderItemId": item, "quantity": quantity, "reasonCode": reason}
            for item, quantity, reason in results
        ]
        accepted(self.post("return", [{"orderId": order, **({"orderItems": named} if named else {})}]))


def control(transport: Transport, method: str, path: str, body: object = None, query: Query = ()) -> Reply:
    """A control call; `path` without `/_control`."""
    raw = b"" if body is None else json.dumps(body).encode()
    return transport.send(method, f"/_control{path}", query, raw, {"Content-Type": JSON} if raw else {})


def new_tenant(transport: Transport, **settings: object) -> Tenant:
    """Create a tenant; its clock stands still unless `clock` is given.

    None lets the clock run.
    """
    wishes = {"clock": {"freeze_at": FROZEN_AT}, **settings}
    wishes = {name: value for name, value in wishes.items() if value is not None}
    reply = control(transport, "POST", "/tenants", wishes)
    assert reply.status == 201, reply.body
    return Tenant(transport, reply.json)


def picks(items: Mapping[str, int]) -> list[dict[str, Any]]:
    """Order items as calls name them."""
    return [{"orderItemId": item, "quantity": quantity} for item, quantity in items.items()]


def pushed(order: str, number: str, kind: str = "sale") -> dict[str, Any]:
    """One element of an invoiceUpdate call."""
    return {"orderId": order, "invoiceNumber": number, "invoiceType": kind}


def accepted(reply: Reply) -> None:
    """Assert that every order of the call was accepted."""
    assert reply.status == 200, reply.body
    body = reply.json
    assert (body["failedCount"], body["errors"], body["status"]) == (0, [], "SUCCESS"), body
    assert body["payloadCount"] == body["successCount"]


def refusals(reply: Reply) -> list[tuple[str, str]]:
    """Return order and code of each refusal; assert that the counts fit."""
    assert reply.status == 200, reply.body
    body = reply.json
    assert body["payloadCount"] == body["successCount"] + body["failedCount"]
    assert body["failedCount"] == len(body["errors"])
    return [(error["orderId"], error["errorCode"]) for error in body["errors"]]


def refused(reply: Reply, code: str, says: str) -> None:
    """Assert that the only order was refused with this code and message."""
    ((_, found),) = refusals(reply)
    message = reply.json["errors"][0]["errorMessage"]
    assert (found, reply.json["status"]) == (code, "FAILED"), reply.body
    assert says in message, message


def rejected(reply: Reply, status: int, *says: str) -> None:
    """Assert that the call was refused with this status and message parts."""
    assert reply.status == status, (reply.status, reply.body)
    body = reply.json
    assert body["status"] == "FAILED"
    for words in says:
        assert words in body["message"], body["message"]


def denied(reply: Reply, status: int, error: str, *says: str) -> dict[str, Any]:
    """Assert the status, error word and message parts of a refusal."""
    assert reply.status == status, (reply.status, reply.body)
    body: dict[str, Any] = reply.json
    assert body["error"] == error, body
    for words in says:
        assert words in body["message"], body["message"]
    return body


def conditions(shipment: Mapping[str, Any]) -> dict[str, object]:
    """Return the shipment's conditions for the table, with switches at their defaults."""
    switches = {name: getattr(DEFAULT, name) for name in CONDITIONS if name in Profile.model_fields}
    modes = {f"{name}_mode": mode for name, mode in shipment["modes"].items()}
    return {"order_type": PICK_AT_STORE, **modes, **switches}
