"""A small integrator's system that polls the mock, with optional defects.

Arguments: the mock's address, and the defect: `nothing` (none), `sleeps` (makes no call but its login),
`only-reads` (reads lists), `bad-list` (reads lists with a wrong page size), `bad-body` (confirms with an
empty list of items).
"""

from __future__ import annotations

import sys
import time
from typing import Any

import requests

LOCATIONS = ("STORE-1", "STORE-2")
POLL_EVERY_S = 0.05
LIFE_S = 120.0


class Integrator:
    """The company `default` at one mock."""

    def __init__(self, url: str, fault: str) -> None:
        self._url, self._fault = url, fault
        self._session = requests.Session()
        query = {"username": "default", "password": "default"}
        told = self._session.get(f"{url}/aggregator/v1/token", params=query, timeout=10).json()
        self._session.headers["x-access-token"] = told["accessToken"]
        self._printed: set[str] = set()

    def work(self) -> None:
        """One round: everything that is due."""
        if self._fault == "sleeps":
            return
        if self._fault in ("only-reads", "bad-list"):
            query = {"orderStatus": "CREATED", "locationCode": "STORE-1"}
            more = {"pageSize": "0"} if self._fault == "bad-list" else {}
            self._session.get(f"{self._url}/oms/v3/shipment", params=query | more, timeout=10)
            return
        for order in self._listed("CREATED"):
            self._post("confirm", self._confirmation(order))
        for order in self._listed("CONFIRMED"):
            self._post("invoiceUpdate", self._document(order, "sale"))
        for order in self._listed("PROCESSING"):
            self._print(order)
        for order in self._listed("RETURN_PROCESSING"):
            self._post("return", {"orderId": order})
        for order in self._listed("RETURN_ACCEPTED"):
            self._post("invoiceUpdate", self._document(order, "return"))

    def _confirmation(self, order: str) -> dict[str, Any]:
        return {"orderId": order, **({"orderItems": []} if self._fault == "bad-body" else {})}

    def _document(self, order: str, kind: str) -> dict[str, Any]:
        return {"orderId": order, "invoiceNumber": f"{kind[0].upper()}-{order[-12:]}", "invoiceType": kind}

    def _print(self, order: str) -> None:
        if order not in self._printed:
            self._printed.add(order)
            self._post("invoice", {"orderId": order})
            self._post("labels", {"orderId": order})

    def _listed(self, status: str) -> list[str]:
        found: list[str] = []
        for location in LOCATIONS:
            query = {"orderStatus": status, "locationCode": location}
            answer = self._session.get(f"{self._url}/oms/v3/shipment", params=query, timeout=10)
            found += [shipment["id"] for shipment in answer.json()]
        return found

    def _post(self, call: str, row: dict[str, Any]) -> None:
        self._session.post(f"{self._url}/oms/v3/shipment/{call}", json=[row], timeout=10)


def main(url: str, fault: str) -> None:
    """Work until the end of life."""
    integrator, end = Integrator(url, fault), time.monotonic() + LIFE_S
    while time.monotonic() < end:
        integrator.work()
        time.sleep(POLL_EVERY_S)


if __name__ == "__main__":
    main(*sys.argv[1:])
