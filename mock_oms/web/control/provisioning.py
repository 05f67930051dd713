"""Making, emptying and removing tenants: a tenant, its users, and what its shops have in stock."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from contracts.control.defaults import DEFAULT_LOCATIONS, DEFAULT_TENANT
from contracts.lifecycle.table import DocumentMode
from contracts.profile import Profile
from mock_oms.context import AppContext
from mock_oms.domain import catalogue
from mock_oms.domain.shipment import Stock
from mock_oms.domain.tenant import Clock, TenantSettings
from mock_oms.domain.users import User, digest, new_password
from mock_oms.engine.limits import LimitReachedError, check_tenants
from mock_oms.store import Transaction
from mock_oms.web.konnect import rendering


@dataclass(frozen=True, slots=True)
class TenantSpec:
    """What a new tenant should be like; None leaves the choice to us."""

    name: str | None = None
    invoice_mode: DocumentMode = DocumentMode.AGGREGATOR
    credit_note_mode: DocumentMode = DocumentMode.AGGREGATOR
    locations: tuple[str, ...] = DEFAULT_LOCATIONS
    seed: int = 0
    freeze_at: datetime | None = None
    pace: Mapping[str, float | None] = field(default_factory=dict)
    profile: Profile | None = None


@dataclass(frozen=True, slots=True)
class Login:
    """A user's credentials, known in plain text only when they are made."""

    username: str
    password: str
    location: str | None


def create(server: AppContext, wish: TenantSpec) -> tuple[TenantSettings, list[Login]]:
    """A new tenant with users for the company and for each location.

    Raises `TenantExistsError` when the name is taken, and `LimitReachedError` when the server is full.
    """
    name = wish.name or f"t-{secrets.token_hex(6)}"
    clock = Clock().frozen(wish.freeze_at) if wish.freeze_at else Clock()
    settings = TenantSettings(
        tenant=name,
        invoice_mode=wish.invoice_mode,
        credit_note_mode=wish.credit_note_mode,
        locations=wish.locations,
        seed=wish.seed,
        clock=clock,
        start=clock,
        pace=wish.pace,
        profile=wish.profile or server.profile,
    )
    logins = _logins(settings)
    users = [User(login.username, name, login.location, digest(login.password)) for login in logins]
    server.store.create(settings, opening_stock(settings), users)
    try:
        check_tenants(name, server.store.names(), server.limits)
    except LimitReachedError:
        server.store.delete(name)
        raise
    return settings, logins


def opening_stock(settings: TenantSettings) -> dict[tuple[str, str], Stock]:
    """Ample stock of every product at every location."""
    ample = Stock(on_hand=catalogue.AMPLE)
    return {(location, sku): ample for location in settings.locations for sku in settings.products()}


def _logins(settings: TenantSettings) -> list[Login]:
    if settings.tenant == DEFAULT_TENANT:  # bare names, and passwords that are no secret
        own = Login(DEFAULT_TENANT, DEFAULT_TENANT, None)
        return [own, *(Login(code, code, code) for code in settings.locations)]
    own = Login(f"{settings.tenant}/company", new_password(), None)
    return [own, *(Login(f"{settings.tenant}/{code}", new_password(), code) for code in settings.locations)]


def reset(tx: Transaction) -> TenantSettings:
    """Empties a tenant: orders, numbers, stock and journal begin anew, the clock as at the beginning."""
    fresh = replace(tx.settings, clock=tx.settings.start, extra_products=())
    tx.empty(fresh, opening_stock(fresh))
    rendering.forget(fresh.tenant)
    return fresh


def delete(server: AppContext, name: str) -> None:
    """Removes a tenant with everything in it; raises `UnknownTenantError`."""
    server.store.delete(name)
    rendering.forget(name)
