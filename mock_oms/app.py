"""Builds the mock as a Flask application."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

from flask import Flask

from contracts.control.defaults import DEFAULT_TENANT
from contracts.lifecycle.table import TABLE
from contracts.lifecycle.validation import structural_errors
from mock_oms import engine
from mock_oms.context import AppContext
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine.provisioning import TenantSpec
from mock_oms.options import AppOptions, app_options
from mock_oms.store import opening
from mock_oms.store.errors import StoreError, StoreUnavailableError, TenantExistsError, UnknownTenantError
from mock_oms.web import dispatch, pages
from mock_oms.web.control import CONTROL
from mock_oms.web.control.call import is_control
from mock_oms.web.konnect import TOUCHPOINTS
from mock_oms.web.validation import BODY_LIMIT


def create_app(options: Mapping[str, Any] | AppOptions | None = None) -> Flask:
    """Builds the application.

    Its tenant `default` is created, unless the store has it already.

    `options` are those of `AppOptions`, by name. Raises ValueError naming a wrong option.
    """
    chosen = app_options(options)
    _check_engine()
    if chosen.mutant:
        _seed_defect(chosen.mutant, chosen.store)
    server = AppContext(
        opening.open_store(chosen.store),
        chosen.load_profile(),
        chosen.control_key,
        chosen.limits,
        chosen.allowed_hosts,
    )
    _default_tenant(server, chosen)
    app = Flask("mock_oms", static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT + 1  # see `mock_oms.web.request.present_request`
    app.url_map.merge_slashes = False
    app.extensions["mock_oms"] = server
    server.views.update(dispatch.install(app, server, TOUCHPOINTS))
    dispatch.install(app, server, CONTROL)
    dispatch.install(app, server, pages.SURFACE)
    dispatch.install_errors(app, server, _surface_of)
    return app


def _surface_of(path: str) -> dispatch.Surface[Any, Any]:
    """The surface whose answers a path gets when no route has it."""
    return CONTROL if is_control(path) else TOUCHPOINTS


def _seed_defect(name: str, store: str) -> None:
    from mock_oms import mutants
    from mock_oms.mutants.patch import Kind

    if mutants.named(name).kind is Kind.RACE and opening.is_shared(store):
        raise ValueError(f"mutant {name} is a defect of the store in memory, and another store was asked for")
    mutants.apply(name)


def _check_engine() -> None:
    violations = structural_errors()
    if violations:
        raise LookupError(f"the lifecycle table is not sound: {'; '.join(violations)}")
    engine.GUARDS.check(name for row in TABLE for name in row.guards)
    engine.EFFECTS.check(name for row in TABLE for name in row.effects)


def _default_tenant(server: AppContext, chosen: AppOptions) -> None:
    spec = TenantSpec(
        name=DEFAULT_TENANT,
        invoice_mode=chosen.invoice_mode,
        credit_note_mode=chosen.credit_note_mode,
        seed=chosen.seed,
        profile=server.profile,
    )
    try:
        kept = server.store.settings(DEFAULT_TENANT)
    except UnknownTenantError:
        kept = _created(server, spec)
    except StoreUnavailableError as reason:
        raise StoreError(f"tenant {DEFAULT_TENANT} cannot be read: {reason.message}") from None
    _warn_of_differences(kept, spec)


def _created(server: AppContext, spec: TenantSpec) -> TenantSettings:
    """Creates the tenant, unless another server has just created it."""
    try:
        return server.create_tenant(spec)[0]
    except TenantExistsError:
        return server.store.settings(DEFAULT_TENANT)
    except StoreUnavailableError as reason:
        raise StoreError(f"tenant {DEFAULT_TENANT} cannot be made: {reason.message}") from None


def _warn_of_differences(kept: TenantSettings, spec: TenantSpec) -> None:
    """Warns when the stored tenant differs from the options."""
    differences = [
        f"{name} {getattr(kept, name)} (not {getattr(spec, name)})"
        for name in ("invoice_mode", "credit_note_mode", "seed")
        if getattr(kept, name) != getattr(spec, name)
    ]
    if differences:
        sys.stderr.write(
            f"Warning: the store keeps tenant {DEFAULT_TENANT} as it was: {', '.join(differences)}; "
            f"PATCH /_control/tenants/{DEFAULT_TENANT} changes the modes\n"
        )
