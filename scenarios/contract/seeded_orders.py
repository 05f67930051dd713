"""Useful orders in every state, made through the control plane in companies of our own.

Two companies: in one both documents are the aggregator's; in the other they are Fynd's, stock is guarded,
and returns wait for their delivery. Together their orders can be refused for every reason there is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any

from contracts.checks.supply import Caller, Sample
from contracts.konnect.operations import WRITES, operation
from contracts.lifecycle.table import State
from scenarios.contract.tokens import Tokens
from scenarios.contract.unknown_ids import UnknownIds
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.konnect import Credentials

READY_SHARE = 0.5
NEAR_SHARE = 0.35
"""Orders that are in one of the first, in one of the second; the others are in any state."""
BATCH = 10
"""Orders that are made at a time."""
SECOND_COMPANY_SHARE = 0.25
LOCATION_SHARE = 0.2
LOCATIONS = ("STORE-1", "STORE-2")
FROZEN_AT = "2026-01-05T10:00:00+00:00"
SCARCE = "MUG-STN-350"
"""What the second company has one piece of at a store."""
_SECOND: dict[str, Any] = {
    "invoice_mode": "fynd",
    "credit_note_mode": "fynd",
    "profile": {"stock_guard": True, "return_passes_bag_delivered": True},
    "pace": {"deliver_return": "held"},
}


@dataclass(slots=True)
class _Tenant:
    """One company: its orders by state, what its users may see, and its callers."""

    control: Control
    callers: list[Caller]
    pool: dict[str, list[Sample]] = field(default_factory=dict)
    barren: set[str] = field(default_factory=set)


class Tenants(UnknownIds):
    """The supply of a target with a control plane."""

    def __init__(self, control: Control, tokens: Tokens, seed: int, *, may_write: bool) -> None:
        self.locations: Sequence[str] = LOCATIONS
        self.may_write = may_write
        self.careful = False
        self._control = control
        self._tokens = tokens
        self._users: list[Credentials] = []
        first = self._found({"seed": seed})
        second = self._found({"seed": seed + 1, **_SECOND})
        stock = [{"location": code, "sku": SCARCE, "on_hand": 1} for code in LOCATIONS]
        second.control.call("set_stock", body={"stock": stock})
        self._tenants = (first, second)
        self._by_token = {caller.token: caller for tenant in self._tenants for caller in tenant.callers}
        self._by_name = {tenant.control.tenant: tenant for tenant in self._tenants}

    def _found(self, options: dict[str, Any]) -> _Tenant:
        """A new company with its tokens. Its time stands still, so that no token expires."""
        clock = {"freeze_at": FROZEN_AT}
        told = self._control.call(
            "create_tenant", body={"locations": list(LOCATIONS), "clock": clock, **options}
        )
        name = str(told["tenant"])
        control = self._control.of(name)
        owners = [(None, told["company"]), *((place["code"], place) for place in told["locations"])]
        callers = []
        for location, place in owners:
            user = Credentials(place["username"], place["password"])
            self._users.append(user)
            callers.append(Caller(self._tokens.fetch(user), location, name))
        return _Tenant(control, callers)

    def close(self) -> None:
        """Remove what was made."""
        for tenant in self._tenants:
            tenant.control.call("delete_tenant")

    def caller(self, rng: Random) -> Caller:
        """Mostly the first company, at times one of its stores, or the second company."""
        tenant = self._tenants[rng.random() < SECOND_COMPANY_SHARE]
        return rng.choice(tenant.callers[1:]) if rng.random() < LOCATION_SHARE else tenant.callers[0]

    def caller_of(self, token: str) -> Caller | None:
        """Whose token it is."""
        return self._by_token.get(token)

    def credentials(self, rng: Random) -> tuple[str, str]:
        """Any user of ours."""
        user = rng.choice(self._users)
        return user.username, user.password

    def is_user(self, name: str) -> bool:
        """Whether it is one of ours."""
        return any(user.username == name for user in self._users)

    def fits(self, name: str, password: str) -> bool:
        """Whether it is this user's password."""
        return any((user.username, user.password) == (name, password) for user in self._users)

    def sample(self, caller: Caller, operation: str, rng: Random) -> Sample | None:
        """An order of the caller's company, in a fitting state more often than not."""
        tenant = self._by_name.get(caller.tenant)
        if tenant is None or (operation in WRITES and not self.may_write):
            return None
        states = [state for state in _states(operation, rng) if state not in tenant.barren]
        state = rng.choice(states or [State.PLACED])
        pool = tenant.pool.setdefault(state, [])
        if not pool:
            pool += self._make(tenant, state, rng)
        if not pool:
            return None
        return pool.pop() if operation in WRITES else rng.choice(pool)

    def _make(self, tenant: _Tenant, state: str, rng: Random) -> list[Sample]:
        options: dict[str, Any] = {"location": rng.choice(LOCATIONS), "state": state, "count": BATCH}
        if state == State.PLACED and rng.random() < 0.5:
            options["items"] = [{"sku": SCARCE, "quantity": 2}]
        try:
            made = tenant.control.place(options)
        except ControlRefusedError:
            tenant.barren.add(state)
            return []
        return [sample_of(shown) for shown in made if shown["state"] == state]

    def look(self, caller: Caller, order_ids: Sequence[str]) -> Mapping[str, Any]:
        """The orders as the control plane shows them; None for one that the caller cannot see."""
        tenant = self._by_name.get(caller.tenant)
        return {order_id: _seen_by(tenant, caller, order_id) for order_id in order_ids} if tenant else {}

    def secrets(self) -> frozenset[str]:
        """Tokens and passwords of ours."""
        return frozenset(self._tokens.secrets)


def _states(name: str, rng: Random) -> tuple[str, ...]:
    """States that the next order may be in."""
    row, every, chance = operation(name), tuple(State), rng.random()
    if chance < READY_SHARE:
        return row.ready or every
    if chance < READY_SHARE + NEAR_SHARE:
        return row.near or every
    return every


def _seen_by(tenant: _Tenant, caller: Caller, order_id: str) -> Any:
    if not order_id.isdigit():
        return None
    try:
        shown = tenant.control.shipment(order_id)
    except ControlRefusedError:
        return None
    return shown if caller.location in (None, shown["location"]) else None


def sample_of(shown: Mapping[str, Any]) -> Sample:
    """A shipment as the control plane, or GET shipment, shows it."""
    items = {str(item["orderItemId"]): int(item["quantity"]) for item in shown.get("orderItems", ())}
    documents = shown.get("documents") or ()
    number = str(documents[0]["number"]) if documents else None
    return Sample(str(shown["id"]), str(shown.get("state", "")), items, number)
