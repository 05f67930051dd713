"""The two measured calls, checks of their answers, and the stubs' answers.

The stubs answer with the bytes of one order of the mock for any id: none of them has 10,000 orders.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

LOCATION, SKU = "STORE-1", "SHIRT-BLU-M"
LOOK = "/oms/v3/shipment"
CONFIRM = "/oms/v3/shipment/confirm"
TOKEN = "/aggregator/v1/token?username=default&password=default"
CONTROL = "/_control/tenants/default"
ANY_TOKEN = "5c2fdd0c-9b4f-4a53-8b39-0c0f2f0f7a10"
ANY_ID = "17328629784861446350"
CALL_LIMIT_S = 120.0
PLACE_AT_ONCE = 1000


class WrongAnswerError(RuntimeError):
    """A server gave a wrong answer, so its numbers would be meaningless."""


@dataclass(frozen=True, slots=True)
class Got:
    """An answer."""

    status: int
    media: str
    body: bytes

    def json(self) -> Any:
        """The body, which is JSON."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Sample:
    """The mock's answers to both calls, for the stubs."""

    order: str
    confirmed: str


def ask(url: str, path: str, body: object = None, method: str = "", token: str = ANY_TOKEN) -> Got:
    """Make one call on a separate connection, without a proxy.

    Raises OSError when there is no answer.
    """
    address = urlsplit(url)
    connection = HTTPConnection(address.hostname or "", address.port, timeout=CALL_LIMIT_S)
    sent = None if body is None else json.dumps(body).encode()
    headers = {"x-access-token": token, "Content-Type": "application/json"}
    try:
        connection.request(method or ("GET" if sent is None else "POST"), path, sent, headers)
        answer = connection.getresponse()
        return Got(answer.status, answer.getheader("Content-Type", ""), answer.read())
    except HTTPException as error:
        raise ConnectionError(str(error)) from error
    finally:
        connection.close()


def sample() -> Sample:
    """Return both answers of the in-process mock."""
    from mock_oms.app import create_app

    client = create_app().test_client()
    wish = {"location": LOCATION, "items": [{"sku": SKU, "quantity": 1}]}
    order = client.post(f"{CONTROL}/orders", json=wish).get_json()["shipments"][0]["id"]
    headers = {"x-access-token": client.get(TOKEN).get_json()["accessToken"]}
    seen = client.get(f"{LOOK}?orderId={order}", headers=headers).text
    confirmed = client.post(CONFIRM, json=[{"orderId": order}], headers=headers).text
    return Sample(seen, confirmed)


def check_order(got: Got, order_id: str | None) -> None:
    """Raise `WrongAnswerError` unless `got` lists one order (with the given id)."""
    _check_json(got, "GET one order")
    found = got.json()
    if not (isinstance(found, list) and len(found) == 1 and found[0].get("orderItems")):
        raise WrongAnswerError(f"GET one order: expected a list of one order, received {got.body[:200]!r}")
    if order_id is not None and found[0]["id"] != order_id:
        raise WrongAnswerError(f"GET one order: expected order {order_id}, received {found[0]['id']}")


def check_confirmed(got: Got) -> None:
    """Raises `WrongAnswerError` unless `got` says that something was confirmed."""
    _check_json(got, "POST confirm")
    found: Mapping[str, object] = got.json()
    if found.get("status") != "SUCCESS" or not found.get("successCount"):
        raise WrongAnswerError(f"POST confirm: expected SUCCESS, received {got.body[:200]!r}")


def _check_json(got: Got, call: str) -> None:
    if got.status != 200 or not got.media.startswith("application/json"):
        raise WrongAnswerError(f"{call}: expected 200 and JSON, received {got.status} {got.media}")


# Ours only


def token(url: str) -> str:
    """A company-level token of tenant `default`."""
    return str(_ours(ask(url, TOKEN))["accessToken"])


def place(url: str, count: int, tenant_path: str = CONTROL) -> list[str]:
    """Place `count` orders of one piece each and return their ids."""
    ids: list[str] = []
    wish: dict[str, object] = {"location": LOCATION, "items": [{"sku": SKU, "quantity": 1}]}
    while len(ids) < count:
        several = wish | {"count": min(PLACE_AT_ONCE, count - len(ids))}
        ids += [shipment["id"] for shipment in _ours(ask(url, f"{tenant_path}/orders", several))["shipments"]]
    return ids


def start_afresh(url: str) -> None:
    """Empties tenant `default`; its tokens stay."""
    _ours(ask(url, f"{CONTROL}/reset", {}))


def confirmed_orders(url: str) -> int:
    """Count the orders confirmed since the reset, by their reserved pieces."""
    levels = _ours(ask(url, f"{CONTROL}/stock"))["stock"]
    return next(
        int(level["reserved"]) for level in levels if (level["location"], level["sku"]) == (LOCATION, SKU)
    )


def _ours(got: Got) -> Any:
    if got.status not in (200, 201):
        raise WrongAnswerError(f"expected 200 or 201, received {got.status} {got.body[:300]!r}")
    return got.json()
