"""The mock as a Flask application: wiring, and the one place where errors become answers."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import partial
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from contracts.control.defaults import DEFAULT_TENANT
from contracts.konnect.operations import OPERATIONS
from contracts.lifecycle.table import TABLE
from contracts.lifecycle.validation import structural_errors
from contracts.suggest import nearest
from mock_oms import engine
from mock_oms.context import AppContext
from mock_oms.domain.tenant import TenantSettings
from mock_oms.options import AppOptions, app_options
from mock_oms.store import opening
from mock_oms.store.errors import StoreError, StoreUnavailableError, TenantExistsError, UnknownTenantError
from mock_oms.web import control, dispatch, screening
from mock_oms.web.call import Answer, rejection_answer
from mock_oms.web.control import provisioning
from mock_oms.web.konnect import HANDLERS
from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import present_request
from mock_oms.web.validation import BODY_LIMIT

PATH_SHOWN = 200
"""Characters of a wrong path that the answer repeats."""


def create_app(options: Mapping[str, Any] | AppOptions | None = None) -> Flask:
    """Make the application; its tenant `default` is created, unless the store holds it already.

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
    app.config["MAX_CONTENT_LENGTH"] = BODY_LIMIT + 1  # see `mock_oms.web.request.received`
    app.url_map.merge_slashes = False
    app.extensions["mock_oms"] = server
    dispatch.install(app, server, HANDLERS)
    control.install(app, server)
    app.add_url_rule("/openapi.json", "openapi", _openapi, methods=["GET"], provide_automatic_options=False)
    app.before_request(partial(_enter, server))
    _install_errors(app, server)
    return app


def _seed_defect(name: str, store: str) -> None:
    from mock_oms import mutants
    from mock_oms.mutants.patch import Kind

    if mutants.named(name).kind is Kind.RACE and opening.is_shared(store):
        raise ValueError(f"mutant {name} is a defect of the store in memory, and another store was asked for")
    mutants.apply(name)


def _check_engine() -> None:
    faults = structural_errors()
    if faults:
        raise LookupError(f"the lifecycle table is not sound: {'; '.join(faults)}")
    engine.GUARDS.check(name for row in TABLE for name in row.guards)
    engine.EFFECTS.check(name for row in TABLE for name in row.effects)


def _default_tenant(server: AppContext, chosen: AppOptions) -> None:
    wish = provisioning.TenantSpec(
        name=DEFAULT_TENANT,
        invoice_mode=chosen.invoice_mode,
        credit_note_mode=chosen.credit_note_mode,
        seed=chosen.seed,
    )
    try:
        kept = server.store.settings(DEFAULT_TENANT)
    except UnknownTenantError:
        kept = _made(server, wish)
    except StoreUnavailableError as reason:
        raise StoreError(f"tenant {DEFAULT_TENANT} cannot be read: {reason.message}") from None
    _say_what_is_kept(kept, wish)


def _made(server: AppContext, wish: provisioning.TenantSpec) -> TenantSettings:
    """The tenant, made now or by another server that starts at the same moment."""
    try:
        return provisioning.create(server, wish)[0]
    except TenantExistsError:
        return server.store.settings(DEFAULT_TENANT)
    except StoreUnavailableError as reason:
        raise StoreError(f"tenant {DEFAULT_TENANT} cannot be made: {reason.message}") from None


def _say_what_is_kept(kept: TenantSettings, wish: provisioning.TenantSpec) -> None:
    """A tenant that was there before is never changed by options; whoever gave others is told."""
    differences = [
        f"{name} {getattr(kept, name)} (not {getattr(wish, name)})"
        for name in ("invoice_mode", "credit_note_mode", "seed")
        if getattr(kept, name) != getattr(wish, name)
    ]
    if differences:
        sys.stderr.write(
            f"Warning: the store keeps tenant {DEFAULT_TENANT} as it was: {', '.join(differences)}; "
            f"PATCH /_control/tenants/{DEFAULT_TENANT} changes the modes\n"
        )


def _openapi() -> Response:
    return dispatch.respond(Answer(200, control.document("konnect")))


def _enter(server: AppContext) -> Response | None:
    """Refuses what no touchpoint receives, and goes no further either; a touchpoint looks for itself."""
    if request.endpoint in HANDLERS:
        return None
    refused = screening.refusal(present_request(), server.hosts)
    if refused is None:
        return None
    if control.is_control_path(request.path):
        return dispatch.respond(control.rejection_answer(refused))
    return dispatch.respond(dispatch.stray(server, rejection_answer(refused)))


# Errors


def _install_errors(app: Flask, server: AppContext) -> None:
    def framework(error: HTTPException) -> Response:
        if control.is_control_path(request.path):
            return dispatch.respond(control.framework_error(error))
        return dispatch.respond(dispatch.stray(server, rejection_answer(_rejection(error))))

    def crash(error: Exception) -> Response:
        answer = dispatch.crash(app, present_request(), error)
        if control.is_control_path(request.path):
            answer = control.crash_answer()
        dispatch.stray(server, answer, error)
        if app.testing:
            raise error
        return dispatch.respond(answer)

    def unavailable(reason: StoreUnavailableError) -> Response:
        return dispatch.respond(dispatch.unavailable(reason))

    app.register_error_handler(HTTPException, framework)
    app.register_error_handler(StoreUnavailableError, unavailable)
    app.register_error_handler(Exception, crash)


def _rejection(error: HTTPException) -> CallRefusal:
    if isinstance(error, NotFound):
        where = f"{request.method} {request.path[:PATH_SHOWN]}"
        near = nearest(request.path, (row.path for row in OPERATIONS))
        hints = [f"; did you mean '{row.method} {row.path}'?" for row in OPERATIONS if row.path == near]
        return CallRefusal(
            404, f"{where} is not a touchpoint{''.join(hints)}; GET /openapi.json lists them all"
        )
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted({row.method for row in OPERATIONS if row.path == request.path} or {"GET"}))
        message = f"{request.path} takes {allowed}, not {request.method}"
        return CallRefusal(405, message, headers={"Allow": allowed})
    return dispatch.http_rejection(error)
