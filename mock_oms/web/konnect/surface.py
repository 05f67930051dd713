"""How touchpoints are authorized, read, refused and journalled."""

from __future__ import annotations

from werkzeug.exceptions import HTTPException, MethodNotAllowed, NotFound

from contracts.konnect.base import DRY_RUN_HEADER
from contracts.konnect.operations import OPERATIONS, TOKEN_HEADER, Operation, operation
from contracts.suggest import nearest
from mock_oms.web import screening, validation
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.call import Call
from mock_oms.web.dispatch import Surface, framework_refusal
from mock_oms.web.journalling import keep
from mock_oms.web.konnect.registry import HANDLERS
from mock_oms.web.rejections import CallRefusal, CallRefusedError
from mock_oms.web.request import Request

PATH_SHOWN = 200
"""Characters of a wrong path that the answer repeats."""
_TOKEN_PATH = operation("generate_token").path


def _authorize(call: Call) -> None:
    """Finds the token's session, then screens the request.

    In this order, because the session names the journal that a refusal belongs to.
    """
    if call.operation and call.operation.needs_token:
        session, token = call.request.session, ""
        if session is None:
            token = call.request.headers.get(TOKEN_HEADER, "")
            session = call.server.store.directory().session(token) if token else None
        if session is None:
            why = "is not known" if token else "is missing"
            raise CallRefusedError(
                _unauthorized(call, f"header {TOKEN_HEADER} {why}; fetch one from {_TOKEN_PATH}")
            )
        call.tenant, call.session = session.tenant, session
        settings = call.settings_of(session.tenant)
        call.profile = settings.profile
        if settings.clock.now() >= session.expires_at:
            raise CallRefusedError(
                _unauthorized(call, f"the token in {TOKEN_HEADER} has expired; fetch a new one")
            )
    refused = screening.refusal(call.request, call.server.hosts)
    if refused is not None:
        raise CallRefusedError(refused)


def _unauthorized(call: Call, message: str) -> CallRefusal:
    return CallRefusal(call.profile.unauthorized_status, message)


def _read(call: Call) -> None:
    operation = call.operation
    if operation is None:
        return
    asked = call.request.headers.get(DRY_RUN_HEADER, "")
    if asked:
        call.dry_run = _dry_run(asked)
    if operation.item and operation.limit:
        call.body = call.request.require_json(call.profile)
        call.orders = validation.bulk(call.body, operation.item, operation.limit, call.profile)
    if operation.query:
        call.query = validation.query(call.parameters, operation.query, call.profile)


def _dry_run(asked: str) -> bool:
    if asked != "1":
        message = f"header {DRY_RUN_HEADER}: expected 1, or no such header, received {asked[:20]!r}"
        raise CallRefusedError(CallRefusal(400, message))
    return True


def _render(refusal: CallRefusal) -> Answer:
    """A refusal in the form of `contracts.konnect.shared.ErrorAnswer`."""
    body = {
        "status": "FAILED",
        "message": refusal.message,
        "errors": [
            {"field": f.field, "rule": f.rule, "expected": f.expected, "received": f.received}
            for f in refusal.errors
        ],
    }
    return json_answer(body, refusal.status, refusal.headers)


def _unrouted(request: Request, error: HTTPException) -> CallRefusal:
    if isinstance(error, NotFound):
        where = f"{request.method} {request.path[:PATH_SHOWN]}"
        near = nearest(request.path, (row.path for row in OPERATIONS))
        hints = [f"; did you mean '{row.method} {row.path}'?" for row in OPERATIONS if row.path == near]
        message = f"{where} is not a touchpoint{''.join(hints)}; GET /openapi.json lists them all"
        return CallRefusal(404, message)
    if isinstance(error, MethodNotAllowed):
        allowed = ", ".join(sorted({row.method for row in OPERATIONS if row.path == request.path} or {"GET"}))
        message = f"{request.path} takes {allowed}, not {request.method}"
        return CallRefusal(405, message, headers={"Allow": allowed})
    return framework_refusal(error)


TOUCHPOINTS: Surface[Call, Operation] = Surface(
    name="touchpoint",
    rows=OPERATIONS,
    handlers=HANDLERS,
    begin=Call,
    authorize=_authorize,
    read=_read,
    render=_render,
    unknown_tenant=lambda call, _: _unauthorized(call, "the token's company is gone"),
    unrouted=_unrouted,
    crashed=CallRefusal(500, "the mock failed; its journal has the details"),
    journal=keep,
)
