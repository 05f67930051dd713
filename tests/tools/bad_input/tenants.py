"""The companies of a run: one that must not change, and others."""

from __future__ import annotations

from typing import Any

from contracts.control.defaults import DEFAULT_TENANT
from tests.support.mock_client import Tenant, Transport, control, new_tenant
from tests.tools.bad_input.messages import (
    PLAYED_PASSWORD,
    PLAYED_TOKEN,
    STILL_TOKEN,
    STORE,
    STORE_TOKEN,
    Known,
)  # fmt: skip

STATES = {
    "placed": 12, "bag_confirmed": 6, "bag_invoiced": 4, "handed_over_to_customer": 4, "return_initiated": 4,
}  # fmt: skip
TOYS = 5
"""Factor for the orders in the `played` tenant."""


class Tenants:
    """Companies with orders that depend on the seed only, and change detection."""

    def __init__(self, transport: Transport, seed: int) -> None:
        self.transport = transport
        self._seed = seed
        self._others = set(self._names())
        self.still = self._made("still")
        self._orders = _stocked(self.still, 1)
        self._before: Any = None
        self.refresh()

    def _names(self) -> list[str]:
        rows = control(self.transport, "GET", "/tenants").json["tenants"]
        return [str(row["tenant"]) for row in rows]

    def named(self, part: str) -> str:
        """Return the name of one of this run's companies."""
        return f"bad-input-{self._seed}-{part}"

    def _made(self, part: str) -> Tenant:
        control(self.transport, "DELETE", f"/tenants/{self.named(part)}")
        return new_tenant(self.transport, name=self.named(part), seed=self._seed)

    def refresh(self) -> None:
        """Recreate all companies but the still one; remove all others."""
        self.tidy()
        self.played, _, _ = (self._made(part) for part in ("played", "spare", "doomed"))
        self.known = Known(
            self.named("still"),
            self.named("played"),
            self.named("spare"),
            self.named("doomed"),
            self._orders,
            _stocked(self.played, TOYS),
        )
        self._secrets = {
            STILL_TOKEN: self.still.token(),
            PLAYED_TOKEN: self.played.token(),
            STORE_TOKEN: self.played.token(STORE),
            PLAYED_PASSWORD: self.played.facts["company"]["password"],
        }

    def with_secrets(self, wire: bytes) -> bytes:
        """Replace the placeholders in a request with the real secrets."""
        for stand_in, secret in self._secrets.items():
            wire = wire.replace(stand_in.encode(), secret.encode())
        return wire

    def tidy(self) -> None:
        """Remove all new companies except the still one, and the default's orders.

        The default tenant is the documents' example: generated requests name it and leave orders in it.
        """
        for name in set(self._names()) - self._others - {self.still.name}:
            control(self.transport, "DELETE", f"/tenants/{name}")
        control(self.transport, "POST", f"/tenants/{DEFAULT_TENANT}/reset")

    def close(self) -> None:
        """Remove all companies of the run."""
        self.tidy()
        control(self.transport, "DELETE", f"/tenants/{self.still.name}")

    def changes(self) -> list[str]:
        """List the changes of the still company since the last call."""
        seen = self.still.snapshot()
        before, self._before = self._before or seen, self._before or seen
        if seen == before:
            return []
        old = {shown["id"]: shown for shown in before["shipments"]["shipments"]}
        new = {shown["id"]: shown for shown in seen["shipments"]["shipments"]}
        found = [f"order {name}" for name in old | new if old.get(name) != new.get(name)]
        self._before = seen
        return found + [part for part in ("stock", "settings") if seen[part] != before[part]]


def _stocked(tenant: Tenant, times: int) -> dict[str, tuple[tuple[str, str], ...]]:
    """Orders of every state in a new tenant, each with an item."""
    for state, count in STATES.items():
        tenant.place_many(count * times, state=state)
    return {state: _with_items(tenant, state) for state in STATES}


def _with_items(tenant: Tenant, state: str) -> tuple[tuple[str, str], ...]:
    shown = tenant.control("GET", "/shipments", query={"state": state})["shipments"]
    return tuple((one["id"], one["orderItems"][0]["orderItemId"]) for one in shown)
