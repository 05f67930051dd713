"""Orders in every state, placed through the control plane.

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
"""Shares of orders in a `ready` and in a `near` state of the operation; the others are in any state."""
BATCH = 10
"""Number of orders placed at once."""
SECOND_COMPANY_SHARE = 0.25
LOCATION_SHARE = 0.2
LOCATIONS = ("STORE-1", "STORE-2")
FROZEN_AT = "2026-01-05T10:00:00+00:00"
SCARCE = "MUG-STN-350"
"""SKU of which the second company has one piece per store."""
_SECOND: dict[str, Any] = {
    "invoice_mode": "fynd",
    "credit_note_mode": "fynd",
    "profile": {"stock_guard": True, "return_passes_bag_delivered": True},
    "pace": {"deliver_return": "held"},
}


@dataclass(slots=True)
class _Tenant:
    """One company: its callers and its orders by state."""

    control: Control
    callers: list[Caller]
    pool: dict[str, list[Sample]] = field(default_factory=dict)
    barren: set[str] = field(default_factory=set)


class Tenants(UnknownIds):
    """The supply of a target with a control plane."""

    def __init__(self, control: Control, tokens: Tokens, seed: int, *, may_write: bool) -> None:
        self.locations: Sequence[str] = LOCATIONS
        self.may_write = may_write
        self.avoid_lockout = False
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
        """Create a company with its tokens; its clock stands still."""
        clock = {"freeze_at": FROZEN_AT}
        created = self._control.call(
            "create_tenant", body={"locations": list(LOCATIONS), "clock": clock, **options}
        )
        name = str(created["tenant"])
        control = self._control.of(name)
        owners = [(None, created["company"]), *((place["code"], place) for place in created["locations"])]
        callers = []
        for location, place in owners:
            user = Credentials(place["username"], place["password"])
            self._users.append(user)
            callers.append(Caller(self._tokens.fetch(user), location, name))
        return _Tenant(control, callers)

    def close(self) -> None:
        """Delete the companies."""
        for tenant in self._tenants:
            tenant.control.call("delete_tenant")

    def caller(self, rng: Random) -> Caller:
        """Return a caller: mostly the first company, sometimes a store."""
        tenant = self._tenants[rng.random() < SECOND_COMPANY_SHARE]
        return rng.choice(tenant.callers[1:]) if rng.random() < LOCATION_SHARE else tenant.callers[0]

    def caller_of(self, token: str) -> Caller | None:
        """Return the owner of a token."""
        return self._by_token.get(token)

    def credentials(self, rng: Random) -> tuple[str, str]:
        """Return the credentials of any user."""
        user = rng.choice(self._users)
        return user.username, user.password

    def is_user(self, name: str) -> bool:
        """Return whether a user has this name."""
        return any(user.username == name for user in self._users)

    def fits(self, name: str, password: str) -> bool:
        """Return whether the password belongs to the user."""
        return any((user.username, user.password) == (name, password) for user in self._users)

    def sample(self, caller: Caller, operation: str, rng: Random) -> Sample | None:
        """Return an order of the caller's company, mostly in a fitting state."""
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
        """Return the orders from the control plane; None for an invisible one."""
        tenant = self._by_name.get(caller.tenant)
        return {order_id: _seen_by(tenant, caller, order_id) for order_id in order_ids} if tenant else {}

    def secrets(self) -> frozenset[str]:
        """Return all tokens and passwords."""
        return frozenset(self._tokens.secrets)


def _states(name: str, rng: Random) -> tuple[str, ...]:
    """Return possible states of the next order."""
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
    """Convert a shipment of the control plane or of GET shipment."""
    items = {str(item["orderItemId"]): int(item["quantity"]) for item in shown.get("orderItems", ())}
    documents = shown.get("documents") or ()
    number = str(documents[0]["number"]) if documents else None
    return Sample(str(shown["id"]), str(shown.get("state", "")), items, number)
