"""The control plane plays the customer and the store, and moves time.

Built from the rows of `contracts.control.calls.CALLS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib.resources import files

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from contracts.control.calls import CALLS, Call
from mock_oms.context import AppContext
from mock_oms.engine.limits import LimitReachedError
from mock_oms.store.errors import StoreUnavailableError, UnknownTenantError
from mock_oms.web.call import Answer, json_answer
from mock_oms.web.control import queries, shop, tenants
from mock_oms.web.control.call import ControlCall, ControlRefusedError, authorize, read
from mock_oms.web.dispatch import CRASHED, RETRY_AFTER_S, http_rejection, respond
from mock_oms.web.rejections import CallRefusal, CallRefusedError

Handler = Callable[[ControlCall], Answer]


def document(name: str) -> bytes:
    """The checked-in OpenAPI document `konnect` or `control`."""
    return files("contracts").joinpath(f"{name}.openapi.json").read_bytes()


def _control_document(_: ControlCall) -> Answer:
    return Answer(200, document("control"))


HANDLERS: Mapping[str, Handler] = {
    "health": queries.health,
    "profile": queries.profile,
    "control_document": _control_document,
    "tenants": tenants.tenants,
    "create_tenant": tenants.create_tenant,
    "tenant": tenants.tenant,
    "change_tenant": tenants.change_tenant,
    "delete_tenant": tenants.delete_tenant,
    "reset_tenant": tenants.reset_tenant,
    "place_orders": shop.place_orders,
    "shipments": queries.shipments,
    "shipment": queries.shipment,
    "fire_event": shop.fire_event,
    "clock": queries.clock,
    "move_clock": tenants.move_clock,
    "stock": queries.stock,
    "set_stock": shop.set_stock,
    "journal": queries.journal,
    "clear_journal": tenants.clear_journal,
    "stray_journal": queries.stray_journal,
}
"""Call -> its handler."""


def install(app: Flask, server: AppContext) -> None:
    """Adds a route for every call; raises LookupError when rows and handlers differ."""
    rows = {call.name for call in CALLS}
    if rows != set(HANDLERS):
        raise LookupError(f"control calls without handler or handlers without call: {rows ^ set(HANDLERS)}")
    for call in CALLS:
        app.add_url_rule(
            call.path.replace("{", "<").replace("}", ">"),
            endpoint=f"control_{call.name}",
            view_func=_view(server, call, HANDLERS[call.name]),
            methods=[call.method],
            provide_automatic_options=False,
        )


def _view(server: AppContext, call: Call, handler: Handler) -> Callable[..., Response]:
    def view(**path: str) -> Response:
        try:
            authorize(server)
            answer = handler(read(server, call, path))
        except _REFUSALS as error:
            answer = _refusal(error)
        return respond(answer)

    return view


_REFUSALS = (
    ControlRefusedError,
    CallRefusedError,
    LimitReachedError,
    StoreUnavailableError,
    UnknownTenantError,
)


def _refusal(error: Exception) -> Answer:
    """The answer of a call that is not done; `error` is one of `_REFUSALS`."""
    match error:
        case ControlRefusedError():
            return error.answer
        case CallRefusedError():
            return rejection_answer(error.rejection)
        case LimitReachedError():
            return _error(409, "limit_reached", error.message, error.field)
        case StoreUnavailableError():
            return unavailable(error)
        case _:
            return _error(404, "unknown_tenant", f"there is no tenant {error.args[0]!r}", "tenant")


def rejection_answer(rejection: CallRefusal) -> Answer:
    """A control call refused as a whole."""
    field = rejection.findings[0].field if rejection.findings else None
    word = _WORDS.get(rejection.status, "bad_request")
    return _error(rejection.status, word, rejection.message, field or None)


_WORDS = {403: "foreign_host", 413: "too_large", 414: "too_long", 415: "wrong_content_type", 431: "too_long"}


def _error(status: int, word: str, message: str, field: str | None = None) -> Answer:
    body = {"error": word, "message": message}
    return json_answer(body | ({"field": field} if field else {}), status)


def unavailable(reason: StoreUnavailableError) -> Answer:
    """What a control call is told while the store cannot do its work."""
    answer = _error(503, "store_unavailable", reason.message)
    return Answer(answer.status, answer.body, answer.media, {"Retry-After": str(RETRY_AFTER_S)})


def crash_answer() -> Answer:
    """What a control call is told when the mock itself failed."""
    return _error(500, "crash", CRASHED.replace("its journal", "GET /_control/journal"))


def is_control_path(path: str) -> bool:
    """Whether a path belongs to the control plane."""
    return path == "/_control" or path.startswith("/_control/")


def framework_error(error: HTTPException) -> Answer:
    """What the framework refused below `/_control`, in the control plane's shape."""
    rejection = http_rejection(error)
    if rejection.status == 404:
        known = ", ".join(sorted({call.path for call in CALLS}))
        return _error(404, "unknown_path", f"{request.path} is not a control call; there are {known}")
    if rejection.status == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
        answer = _error(405, "wrong_method", f"{request.path} takes {allowed}, not {request.method}")
        return Answer(answer.status, answer.body, answer.media, {"Allow": allowed})
    return _error(rejection.status, "refused", rejection.message)
