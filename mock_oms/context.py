"""The context of one application: everything that its requests share."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from contracts.profile import Profile
from mock_oms.domain.limits import DEFAULT_LIMITS, Limits
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine import provisioning
from mock_oms.engine.provisioning import Login, TenantSpec
from mock_oms.store import Store, Transaction

RENDERED_LIMIT = 16_384
"""Shipments whose JSON is cached; the oldest are dropped first."""


class ShipmentCache:
    """Cached JSON of shipments.

    A shipment is a frozen value: the same object has the same JSON.
    """

    def __init__(self) -> None:
        self._known: OrderedDict[tuple[str, str], tuple[Shipment, Profile, bytes]] = OrderedDict()
        self._lock = threading.Lock()

    def get(self, shipment: Shipment, settings: TenantSettings) -> bytes | None:
        """Returns the cached JSON; None if the shipment or the profile changed."""
        found = self._known.get((settings.tenant, shipment.id))
        if found and found[0] is shipment and found[1] is settings.profile:
            return found[2]
        return None

    def put(self, shipment: Shipment, settings: TenantSettings, text: bytes) -> bytes:
        """Caches and returns the JSON of a shipment."""
        with self._lock:
            while len(self._known) >= RENDERED_LIMIT:
                self._known.popitem(last=False)
            self._known[settings.tenant, shipment.id] = (shipment, settings.profile, text)
        return text

    def forget(self, tenant: str) -> None:
        """Drops the shipments of a tenant."""
        with self._lock:
            kept = [(key, known) for key, known in self._known.items() if key[0] != tenant]
            self._known = OrderedDict(kept)


@dataclass(frozen=True, slots=True)
class AppContext:
    """The parts of one application that all requests share.

    `profile` is that of new tenants; without `control_key` the control plane is open.
    `hosts` are names of this server besides those that can only mean this machine; None allows any name.
    `views` answer touchpoints without Flask, by method and path.
    """

    store: Store
    profile: Profile
    control_key: str | None = None
    limits: Limits = DEFAULT_LIMITS
    hosts: frozenset[str] | None = None
    views: dict[tuple[str, str], Callable[[Any], Any]] = field(default_factory=dict)
    rendered: ShipmentCache = field(default_factory=ShipmentCache)

    def create_tenant(self, spec: TenantSpec) -> tuple[TenantSettings, list[Login]]:
        """Creates a tenant; raises `TenantExistsError` or `LimitReachedError`."""
        return provisioning.create(self.store, spec, self.limits)

    def reset_tenant(self, tx: Transaction) -> None:
        """Empties the tenant of a transaction."""
        self.rendered.forget(provisioning.reset(tx).tenant)

    def delete_tenant(self, name: str) -> None:
        """Deletes a tenant with all its data; raises `UnknownTenantError`."""
        self.store.delete(name)
        self.rendered.forget(name)
