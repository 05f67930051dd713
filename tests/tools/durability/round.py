"""One round: kill a busy server, start it again, check all answers."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import partial
from http.client import HTTPException
from typing import Any

from contracts.machine.invariants import trail_violations
from tests.support.machine_drivers import KeptConnection
from tests.support.mock_client import Tenant, accepted, conditions, new_tenant
from tests.support.server import Server, start_server

SHOPS = 4
"""Callers at work at the same time."""
SOONEST_S, LATEST_S = 0.02, 0.4
"""Bounds of the time between the start of the shops and the kill."""
RETURNED = 3
"""One of this many orders is returned."""
ORDERS_EACH = 200
"""Orders of a shop; the server is killed long before."""
JOURNALLED = {"confirm", "push_invoice", "accept_return", "push_credit_note"}
"""Events that a call to a touchpoint makes happen."""


@dataclass
class Life:
    """A shop's record of one shipment: answered events, and the pending one."""

    id: str = ""
    answered: list[str] = field(default_factory=list)
    asked: str = ""
    number: str = ""


@dataclass
class Told:
    """The answers to a shop.

    `placing` counts the orders being placed, `opening` the returns being opened.
    """

    lives: list[Life] = field(default_factory=list)
    placing: int = 0
    opening: int = 0


@dataclass(frozen=True)
class Result:
    """The number of checked answers, and the violations found."""

    answers: int
    violations: Sequence[str]


class _Shop:
    """A shop that completes orders until the server is gone."""

    def __init__(self, tenant: Tenant, told: Told, name: str) -> None:
        self._tenant, self._told, self._name = tenant, told, name
        self._count = 0

    def work(self, way: KeptConnection) -> None:
        """Sell until a call is not answered."""
        with closing(way), suppress(OSError, HTTPException):
            for _ in range(ORDERS_EACH):
                self._sell()

    def _sell(self) -> None:
        tenant = self._tenant
        self._count += 1
        life = self._begin("place", tenant.place)
        self._do(life, "confirm", partial(tenant.confirm, life.id))
        life.number = f"{self._name}-{self._count}"
        self._do(life, "push_invoice", partial(tenant.push_invoice, life.id, life.number))
        self._do(life, "hand_over", partial(tenant.hand_over, life.id))
        if self._count % RETURNED == 0:
            self._take_back(life)

    def _take_back(self, sale: Life) -> None:
        tenant = self._tenant
        sale.asked = "start_return"
        back = self._begin("open_return", partial(tenant.start_return, sale.id))
        sale.answered.append(sale.asked)
        sale.asked = ""
        self._do(back, "accept_return", partial(tenant.accept_return, back.id))
        back.number = f"{self._name}-C{self._count}"
        self._do(back, "push_credit_note", partial(tenant.push_credit_note, back.id, back.number))

    def _begin(self, event: str, call: Callable[[], str]) -> Life:
        birth = "placing" if event == "place" else "opening"
        setattr(self._told, birth, getattr(self._told, birth) + 1)
        life = Life(call(), [event])
        setattr(self._told, birth, getattr(self._told, birth) - 1)
        self._told.lives.append(life)
        return life

    def _do(self, life: Life, event: str, call: Callable[[], object]) -> None:
        life.asked = event
        call()
        life.answered.append(event)
        life.asked = ""


def play(address: str, seed: int, *flags: str) -> Result:
    """Run a round on the store at `address`.

    The same seed kills at the same moment, though not during the same calls.
    """
    chance = random.Random(seed)
    told = [Told() for _ in range(SHOPS)]
    server = start_server("--store", address, *flags)
    try:
        with closing(KeptConnection(server.url)) as way:
            tenant = new_tenant(way, clock=None)
            tenant.token()
        _work_until_killed(server, tenant, told, chance.uniform(SOONEST_S, LATEST_S))
    finally:
        server.stop()
    with start_server("--store", address, *flags) as again, closing(KeptConnection(again.url)) as way:
        after = Tenant(way, tenant.facts, tenant.tokens)  # with the token of before
        violations = [*_violations(after, told), *_goes_on(after)]
        after.control("DELETE", "")
    return Result(sum(len(life.answered) for one in told for life in one.lives), violations)


def _work_until_killed(server: Server, tenant: Tenant, told: Sequence[Told], after_s: float) -> None:
    threads = []
    for number, one in enumerate(told):
        way = KeptConnection(server.url)
        shop = _Shop(Tenant(way, tenant.facts, tenant.tokens), one, f"N{number}")
        threads.append(threading.Thread(target=shop.work, args=[way]))
    for thread in threads:
        thread.start()
    time.sleep(after_s)  # the moment of the kill is what is tried, not something waited for
    os.killpg(server.process.pid, signal.SIGKILL)
    server.process.wait()
    for thread in threads:
        thread.join()


def _violations(tenant: Tenant, told: Sequence[Told]) -> list[str]:
    lives = [life for one in told for life in one.lives]
    shown = _all_shipments(tenant)
    found: list[str] = []
    for life in lives:
        found += _life_violations(life, shown.get(life.id))
    unheard = len(shown) - len(lives)
    possible = sum(one.placing + one.opening for one in told)
    if not 0 <= unheard <= possible:
        found.append(f"{len(shown)} shipments, {len(lives)} answered for, {possible} under way")
    numbers = Counter(document["number"] for one in shown.values() for document in one["documents"])
    found += [f"number {number} was given {times} times" for number, times in numbers.items() if times > 1]
    return [*found, *_stock_violations(tenant, shown), *_journal_violations(tenant, lives)]


def _all_shipments(tenant: Tenant) -> dict[str, Any]:
    shown: dict[str, Any] = {}
    cursor: dict[str, str] = {}
    while True:
        page = tenant.control("GET", "/shipments", query=cursor)
        shown |= {one["id"]: one for one in page["shipments"]}
        if page["next_cursor"] is None:
            return shown
        cursor = {"cursor": page["next_cursor"]}


def _life_violations(life: Life, shown: Any) -> list[str]:
    if shown is None:
        return [f"{life.id} is lost, with {life.answered}"]
    events = [
        step["event"] for step in shown["trail"] if step["actor"] != "oms" or step["event"] == "open_return"
    ]
    numbers = [document["number"] for document in shown["documents"]]
    violations = [
        f"{life.id}: {fault}" for fault in trail_violations(shown["trail"], conditions(shown), shown["state"])
    ]
    if events not in (life.answered, [*life.answered, life.asked]):
        violations.append(
            f"{life.id} did {events}, answered were {life.answered}, asked {life.asked or 'nothing'}"
        )
    if ({"push_invoice", "push_credit_note"} & set(life.answered)) and numbers != [life.number]:
        violations.append(f"{life.id} has {numbers}, pushed was {life.number}")
    return violations


def _stock_violations(tenant: Tenant, shown: dict[str, Any]) -> list[str]:
    """List stock rows that differ from the shipments' trails."""
    on_hand: Counter[tuple[str, str]] = Counter()
    reserved: Counter[tuple[str, str]] = Counter()
    for one in shown.values():
        events = [step["event"] for step in one["trail"]]
        for item in one["orderItems"]:
            where, pieces = (one["location"], item["sku"]), item["quantity"]
            reserved[where] += pieces * (events.count("confirm") - events.count("hand_over"))
            on_hand[where] += pieces * (events.count("accept_return") - events.count("hand_over"))
    fresh = new_tenant(tenant.transport, clock=None)
    start = {(row["location"], row["sku"]): row["on_hand"] for row in fresh.control("GET", "/stock")["stock"]}
    fresh.control("DELETE", "")
    return [
        f"stock of {where} is {row}, the trails say {on_hand[where]} and {reserved[where]} more"
        for row in tenant.control("GET", "/stock")["stock"]
        for where in [(row["location"], row["sku"])]
        if (row["on_hand"] - start[where], row["reserved"]) != (on_hand[where], reserved[where])
    ]


def _journal_violations(tenant: Tenant, lives: Sequence[Life]) -> list[str]:
    """List answered calls to touchpoints that the journal lacks."""
    entries = tenant.control("GET", "/journal", query={"limit": "1000"})
    accepted_calls = Counter(
        outcome["orderId"]
        for entry in entries["entries"]
        for outcome in entry["outcomes"]
        if outcome["outcome"] == "accepted"
    )
    numbers = [entry["number"] for entry in entries["entries"]]
    violations = [] if numbers == list(range(1, len(numbers) + 1)) else [f"journal numbers {numbers}"]
    if entries["dropped"]:
        return violations  # a long round: the oldest are gone, as they should
    return violations + [
        f"{life.id}: {accepted_calls[life.id]} journalled, answered {life.answered}"
        for life in lives
        if accepted_calls[life.id] < len(JOURNALLED & set(life.answered))
    ]


def _goes_on(tenant: Tenant) -> list[str]:
    """Check that the old token is valid and a new order works."""
    order = tenant.place()
    accepted(tenant.post("confirm", [{"orderId": order}]))
    return [] if tenant.word(order) else [f"{order} cannot be read"]
