"""The same flows with a polling system as aggregator."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

import pytest
import requests

from contracts.lifecycle.table import Actor
from scenarios.choices import Player
from scenarios.flows import FLOWS
from scenarios.records import Verdict
from scenarios.targets.opening import open_target
from tests.support.flow_runs import play
from tests.support.server import start_server

PLAYED = ("PAS-S-01", "PAS-S-05", "PAS-S-06", "PAS-S-07", "PAS-S-25", "PAS-R-13", "PAS-R-19", "PAS-R-51")
LOOKS_EVERY_S = 0.1
CALL_LIMIT_S = 30
WORK: tuple[tuple[str, str, dict[str, str]], ...] = (
    ("CREATED", "confirm", {}),
    ("CONFIRMED", "invoiceUpdate", {"invoiceType": "sale"}),
    ("RETURN_PROCESSING", "return", {}),
    ("RETURN_ACCEPTED", "invoiceUpdate", {"invoiceType": "return"}),
)
"""What the system does about each status: the last part of the path, and fields of its call."""


class Eager:
    """A minimal integration: it polls and makes each call that is due."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._numbers = count(1)
        self._session = requests.Session()
        login = {"username": "default", "password": "default"}
        token = self._get("/aggregator/v1/token", login)["accessToken"]
        self._session.headers["x-access-token"] = token

    def _get(self, path: str, query: dict[str, str]) -> Any:
        return self._session.get(self._url + path, params=query, timeout=CALL_LIMIT_S).json()

    def _post(self, call: str, body: dict[str, str]) -> None:
        self._session.post(f"{self._url}/oms/v3/shipment/{call}", json=[body], timeout=CALL_LIMIT_S)

    def look(self) -> None:
        """One round."""
        for status, call, fields in WORK:
            query = {"orderStatus": status, "locationCode": "STORE-1"}
            for shipment in self._get("/oms/v3/shipment", query):
                self._do(call, {"orderId": shipment["id"], **fields})

    def _do(self, call: str, body: dict[str, str]) -> None:
        if call != "invoiceUpdate":
            self._post(call, body)
            return
        self._post(call, {**body, "invoiceNumber": f"EAGER-{next(self._numbers)}"})
        for printed in ("invoice", "labels"):
            self._post(printed, {"orderId": body["orderId"]})


@contextmanager
def at_work(system: Eager) -> Iterator[None]:
    """Run the system in a separate thread."""
    done = threading.Event()

    def work() -> None:
        while not done.wait(LOOKS_EVERY_S):
            system.look()

    thread = threading.Thread(target=work)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


@pytest.fixture(scope="module")
def served() -> Iterator[str]:
    with start_server() as server, at_work(Eager(server.url)):
        yield server.url


@pytest.mark.parametrize("name", PLAYED)
def test_a_system_that_acts_by_itself_passes_the_flow_uncut(served: str, name: str) -> None:
    flow = next(each for each in FLOWS if each.id == name)
    target = open_target(served, cast={Actor.AGGREGATOR: Player.SYSTEM})
    played = play([flow], target)
    assert [(miss.flow, miss.sentence, miss.seen) for miss in played.missed()] == []
    assert set(played.verdicts.values()) == {Verdict.PASS}
