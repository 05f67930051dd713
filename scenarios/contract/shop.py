"""Tenants behind a control plane, for generated calls to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from scenarios.targets.control import Control, ControlRefusedError

TENANTS = 4
"""Number of tenants that are kept; a removed one is replaced."""
KEPT_MAX = 25
"""Above this number the oldest tenants are removed, to keep lists short."""


class Companies:
    """A few tenants with orders."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._secrets: set[str] = set()

    def secrets(self) -> frozenset[str]:
        """Return the passwords of the created tenants."""
        return frozenset(self._secrets)

    def _make(self) -> str:
        created = self._control.call("create_tenant", body={})
        self._secrets |= {place["password"] for place in (created["company"], *created["locations"])}
        return str(created["tenant"])

    def tenants(self) -> Sequence[str]:
        """Return all tenants except `default`."""
        names = [row["tenant"] for row in self._control.call("tenants")["tenants"]]
        others = [name for name in names if name != "default"]
        for name in others[:-KEPT_MAX]:
            self._control.of(name).call("delete_tenant")
        while len(others) < TENANTS:
            others.append(self._make())
        return others[-KEPT_MAX:]

    def locations(self, tenant: str) -> Sequence[str]:
        """Return the store codes of a tenant."""
        return [place["code"] for place in self._control.of(tenant).call("tenant")["locations"]]

    def skus(self, tenant: str) -> Sequence[str]:
        """Return the SKUs of a tenant."""
        return sorted({level["sku"] for level in self._control.of(tenant).call("stock")["stock"]})

    def now(self, tenant: str) -> datetime:
        """Return the time of a tenant."""
        return datetime.fromisoformat(self._control.of(tenant).call("clock")["now"])

    def shipment(self, tenant: str, rng: Random) -> Mapping[str, Any] | None:
        """Choose a shipment of a tenant; create one if there is none."""
        control = self._control.of(tenant)
        found = control.call("shipments")["shipments"]
        if not found:
            try:
                found = [*control.place({}), *control.place({"state": "handed_over_to_customer"})]
            except ControlRefusedError:
                return None
        shown: Mapping[str, Any] = rng.choice(found)
        return shown

    def cursor(self, tenant: str) -> str | None:
        """Return the cursor of the second page of shipments."""
        return self._control.of(tenant).call("shipments").get("next_cursor")
