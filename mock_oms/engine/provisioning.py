"""Creates and empties tenants, with their users and their opening stock."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.control.defaults import DEFAULT_LOCATIONS, DEFAULT_TENANT
from contracts.lifecycle.table import DocumentMode
from contracts.profile import Profile
from mock_oms.domain import catalogue
from mock_oms.domain.limits import LimitReachedError, Limits
from mock_oms.domain.shipment import Stock
from mock_oms.domain.tenant import Clock, TenantSettings
from mock_oms.domain.users import User, digest, new_password
from mock_oms.engine.limits import check_tenants
from mock_oms.store import Store, Transaction


@dataclass(frozen=True, slots=True)
class TenantSpec:
    """Settings of a new tenant; its name is random by default."""

    name: str | None = None
    invoice_mode: DocumentMode = DocumentMode.AGGREGATOR
    credit_note_mode: DocumentMode = DocumentMode.AGGREGATOR
    locations: tuple[str, ...] = DEFAULT_LOCATIONS
    seed: int = 0
    freeze_at: datetime | None = None
    pace: Mapping[str, float | None] = field(default_factory=dict)
    profile: Profile = field(default_factory=Profile)


@dataclass(frozen=True, slots=True)
class Login:
    """A new user's credentials, with the password in plain text."""

    username: str
    password: str
    location: str | None


def create(store: Store, spec: TenantSpec, limits: Limits) -> tuple[TenantSettings, list[Login]]:
    """Creates a tenant, a company user, and a user for each location.

    Raises `TenantExistsError` when the name is taken, `LimitReachedError` when there are too many tenants.
    """
    name = spec.name or f"t-{secrets.token_hex(6)}"
    clock = Clock().frozen(spec.freeze_at) if spec.freeze_at else Clock()
    settings = TenantSettings(
        tenant=name,
        invoice_mode=spec.invoice_mode,
        credit_note_mode=spec.credit_note_mode,
        locations=spec.locations,
        seed=spec.seed,
        clock=clock,
        start=clock,
        pace=spec.pace,
        profile=spec.profile,
    )
    logins = _logins(settings)
    users = [User(login.username, name, login.location, digest(login.password)) for login in logins]
    store.create(settings, opening_stock(settings), users)
    try:
        check_tenants(name, store.names(), limits)
    except LimitReachedError:
        store.delete(name)
        raise
    return settings, logins


def opening_stock(settings: TenantSettings) -> dict[tuple[str, str], Stock]:
    """Makes ample stock of every product at every location."""
    ample = Stock(on_hand=catalogue.AMPLE)
    return {(location, sku): ample for location in settings.locations for sku in settings.products()}


def _logins(settings: TenantSettings) -> list[Login]:
    if settings.tenant == DEFAULT_TENANT:  # bare names, and passwords that are no secret
        own = Login(DEFAULT_TENANT, DEFAULT_TENANT, None)
        return [own, *(Login(code, code, code) for code in settings.locations)]
    own = Login(f"{settings.tenant}/company", new_password(), None)
    return [own, *(Login(f"{settings.tenant}/{code}", new_password(), code) for code in settings.locations)]


def reset(tx: Transaction) -> TenantSettings:
    """Empties a tenant: opening stock, and the clock of its creation."""
    fresh = replace(tx.settings, clock=tx.settings.start, extra_products=())
    tx.empty(fresh, opening_stock(fresh))
    return fresh
