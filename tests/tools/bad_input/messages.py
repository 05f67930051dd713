"""Requests as bytes, valid ones first, and known facts of their tenants.

Every server draws new secrets, so requests hold placeholders of the same length until they are sent:
neither seed nor length of a request depends on the server.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from random import Random

from contracts.konnect.operations import TOKEN_HEADER

STILL_TOKEN = "00000000-0000-4000-8000-000000000001"
PLAYED_TOKEN = "00000000-0000-4000-8000-000000000002"
STORE_TOKEN = "00000000-0000-4000-8000-000000000003"
PLAYED_PASSWORD = "stand-in-for-a-password0"
STORE = "STORE-1"
SHIPMENT = b"/oms/v3/shipment"
JSON = b"application/json"
Headers = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Known:
    """The tenants of a run.

    `still` must never change, `doomed` may be removed, the others may change. `orders` are the orders of
    `still` by state, `toys` the orders of `played`, each with an order item.
    """

    still: str
    played: str
    spare: str
    doomed: str
    orders: dict[str, tuple[tuple[str, str], ...]]
    toys: dict[str, tuple[tuple[str, str], ...]]

    def order(self, rng: Random, *states: str) -> tuple[str, str]:
        """Draw an order of the still tenant in these states, with item."""
        return rng.choice(self.orders[rng.choice(states)])


@dataclass(frozen=True, slots=True)
class Message:
    """A request in parts, each written as it is."""

    method: bytes
    target: bytes
    headers: Headers = ()
    body: bytes = b""
    version: bytes = b"HTTP/1.1"

    def wire(self) -> bytes:
        """Return the bytes of the request."""
        return self.head() + self.body

    def head(self) -> bytes:
        """Return the bytes of the request before the body."""
        lines = [b"%s %s %s" % (self.method, self.target, self.version)]
        return b"\r\n".join([*lines, *(name + b": " + value for name, value in self.headers), b"", b""])

    def plus(self, *headers: tuple[bytes, bytes]) -> Message:
        """Return a copy with further headers at the end."""
        return replace(self, headers=(*self.headers, *headers))

    def minus(self, *names: bytes) -> Message:
        """Return a copy without these headers."""
        kept = tuple(header for header in self.headers if header[0].lower() not in names)
        return replace(self, headers=kept)

    def holding(self, body: bytes) -> Message:
        """Return a copy with another body and its length."""
        told = (b"Content-Length", b"%d" % len(body))
        return replace(self.minus(b"content-length").plus(told), body=body)

    def measured(self, length: bytes) -> Message:
        """Return a copy with a wrong length."""
        return self.minus(b"content-length").plus((b"Content-Length", length))

    def chunked(self, body: bytes) -> Message:
        """Return a copy with a body in chunks as given."""
        told = (b"Transfer-Encoding", b"chunked")
        return replace(self.minus(b"content-length").plus(told), body=body)


@dataclass(frozen=True, slots=True)
class Plan:
    """A request to send, and the expected answers.

    `answers`: the expected number, None where the server may send none. `cut`: the request has no end, so the
    wait is short. `methods` are the methods of the answered requests, GET by default; `last` is the status of
    the last answer. `armed`: the request would change an order and must be refused. The bytes are sent in
    `pieces` pieces; `kept`: on a connection that is used again.
    """

    kind: str
    wire: bytes = field(repr=False)
    answers: int | None = None
    cut: bool = False
    methods: tuple[str, ...] = ()
    last: int | None = None
    armed: bool = False
    pieces: int = 1
    kept: bool = False


def get(target: bytes, token: str | None = STILL_TOKEN) -> Message:
    """Return a valid GET request."""
    headers: Headers = ((b"Host", b"localhost"),)
    return Message(b"GET", target, (*headers, *_token(token)))


def post(target: bytes, value: object, token: str | None = STILL_TOKEN, method: bytes = b"POST") -> Message:
    """Return a valid POST request with a JSON value."""
    headers = ((b"Host", b"localhost"), *_token(token), (b"Content-Type", JSON))
    return Message(method, target, headers).holding(json.dumps(value).encode())


def _token(token: str | None) -> Headers:
    return ((TOKEN_HEADER.encode(), token.encode()),) if token else ()


def reading(rng: Random, known: Known) -> Message:
    """Draw a valid call that reads."""
    order, _ = known.order(rng, *known.orders)
    listed = b"?orderStatus=CREATED&locationCode=%s&pageSize=3" % STORE.encode()
    user = b"username=%s/company&password=%s" % (known.played.encode(), PLAYED_PASSWORD.encode())
    below = b"/_control/tenants/%s" % known.still.encode()
    return rng.choice(
        [
            get(SHIPMENT + listed),
            get(SHIPMENT + b"?orderId=" + order.encode()),
            get(SHIPMENT + b"/info?orderId=" + order.encode()),
            get(b"/aggregator/v1/token?" + user, None),
            get(b"/openapi.json", None),
            get(b"/_control/health", None),
            get(below, None),
            get(below + b"/shipments?limit=3", None),
            get(below + b"/stock", None),
        ]
    )


def refused(rng: Random, known: Known) -> Message:
    """Draw a well-formed call that changes nothing.

    Each of its orders is refused, or it prints a label.
    """
    done, item = known.order(rng, "handed_over_to_customer")
    invoiced, _ = known.order(rng, "bag_invoiced")
    items = [{"orderItemId": item, "quantity": 1}]
    return rng.choice(
        [
            post(SHIPMENT + b"/confirm", [{"orderId": done, "orderItems": items}]),
            post(SHIPMENT + b"/confirm", [{"orderId": "17600000000000000000"}]),
            post(SHIPMENT + b"/cancel", [{"orderId": done}]),
            post(SHIPMENT + b"/labels", [{"orderId": invoiced}]),
            post(b"/_control/tenants/%s/clock" % known.still.encode(), {"advance_s": -1}, None),
        ]
    )


def harmless(rng: Random, known: Known) -> Message:
    """Draw a valid call that changes nothing."""
    return reading(rng, known) if rng.random() < 0.5 else refused(rng, known)


def armed(rng: Random, known: Known) -> Message:
    """Draw a valid call whose body would change the still tenant."""
    placed, item = known.order(rng, "placed")
    confirmed, _ = known.order(rng, "bag_confirmed")
    back, _ = known.order(rng, "return_initiated")
    below = b"/_control/tenants/%s" % known.still.encode()
    invoice = {"orderId": confirmed, "invoiceNumber": "S-1", "invoiceType": "sale"}
    level = {"location": STORE, "sku": "MUG-STN-350", "on_hand": 3}
    return rng.choice(
        [
            post(SHIPMENT + b"/confirm", [{"orderId": placed}]),
            post(SHIPMENT + b"/confirm", [{"orderId": placed, "orderItems": [_part(item)]}]),
            post(SHIPMENT + b"/cancel", [{"orderId": placed}]),
            post(SHIPMENT + b"/invoiceUpdate", [invoice]),
            post(SHIPMENT + b"/return", [{"orderId": back}]),
            post(below + b"/stock", {"stock": [level]}, None, b"PUT"),
            post(below + b"/clock", {"advance_s": 5}, None),
        ]
    )


def _part(item: str) -> dict[str, object]:
    return {"orderItemId": item, "quantity": 1}
