"""The companies behind a control plane, for generated calls to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from random import Random
from typing import Any

from scenarios.targets.control import Control, ControlRefusedError

TENANTS = 4
"""Companies that are kept for generated calls; those that were removed are made anew."""
KEPT_MAX = 25
"""Above this, the oldest companies are removed, or every list would grow with the run."""


class Companies:
    """Keeps a few companies with orders in them."""

    def __init__(self, control: Control) -> None:
        self._control = control
        self._secrets: set[str] = set()

    def secrets(self) -> frozenset[str]:
        """Passwords of companies made here."""
        return frozenset(self._secrets)

    def _make(self) -> str:
        created = self._control.call("create_tenant", body={})
        self._secrets |= {place["password"] for place in (created["company"], *created["locations"])}
        return str(created["tenant"])

    def tenants(self) -> Sequence[str]:
        """All companies but `default`."""
        names = [row["tenant"] for row in self._control.call("tenants")["tenants"]]
        others = [name for name in names if name != "default"]
        for name in others[:-KEPT_MAX]:
            self._control.of(name).call("delete_tenant")
        while len(others) < TENANTS:
            others.append(self._make())
        return others[-KEPT_MAX:]

    def locations(self, tenant: str) -> Sequence[str]:
        """Codes of its stores."""
        return [place["code"] for place in self._control.of(tenant).call("tenant")["locations"]]

    def skus(self, tenant: str) -> Sequence[str]:
        """What it sells."""
        return sorted({level["sku"] for level in self._control.of(tenant).call("stock")["stock"]})

    def now(self, tenant: str) -> datetime:
        """Its time."""
        return datetime.fromisoformat(self._control.of(tenant).call("clock")["now"])

    def shipment(self, tenant: str, rng: Random) -> Mapping[str, Any] | None:
        """One of its shipments; made when there is none."""
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
        """Where its second page of shipments begins."""
        return self._control.of(tenant).call("shipments").get("next_cursor")
