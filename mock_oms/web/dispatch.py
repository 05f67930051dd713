"""Runs every call: authorize, read, handle, render a refusal, journal.

A `Surface` says how the calls of one API do that: touchpoints (`mock_oms.web.konnect`), the control plane
(`mock_oms.web.control`), and pages (`mock_oms.web.pages`). Errors of the store and the engine become
refusals here, and nowhere else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from traceback import format_exception
from typing import Any, Generic, Protocol, TypeVar

from flask import Flask, Response
from werkzeug.exceptions import HTTPException, NotFound

from mock_oms.context import AppContext
from mock_oms.domain.limits import LimitReachedError
from mock_oms.domain.registry import Registry
from mock_oms.store.errors import StoreUnavailableError, UnknownTenantError
from mock_oms.store.locking import WouldWaitError
from mock_oms.web import screening
from mock_oms.web.answers import Answer, respond
from mock_oms.web.concealing import concealed, secrets_of
from mock_oms.web.journalling import keep_unrouted
from mock_oms.web.rejections import CallRefusal, CallRefusedError
from mock_oms.web.request import Request, present_request, too_large

C = TypeVar("C")
R = TypeVar("R", bound="Row")
View = Callable[[Request], Answer]


class Row(Protocol):
    """The row of a call in `contracts`."""

    @property
    def name(self) -> str:
        """Name of the call, unique in its API."""

    @property
    def method(self) -> str:
        """HTTP method."""

    @property
    def path(self) -> str:
        """Path, with `{name}` for a part that differs."""


@dataclass(slots=True)
class Surface(Generic[C, R]):
    """One API: how its calls are authorized, read, refused and journalled.

    `begin` makes a call of context, request, start time and row. `authorize` and `read` raise
    `CallRefusedError`, or an error of the store. Without `journal` only crashes are journalled.
    """

    name: str
    rows: Sequence[R]
    handlers: Registry[Callable[[C], Answer]]
    begin: Callable[[AppContext, Request, float, R], C]
    authorize: Callable[[C], None]
    read: Callable[[C], None]
    render: Callable[[CallRefusal], Answer]
    unknown_tenant: Callable[[C, str], CallRefusal]
    unrouted: Callable[[Request, HTTPException], CallRefusal]
    crashed: CallRefusal
    journal: Callable[[C, Answer, Exception | None], None] | None = None


def install(app: Flask, server: AppContext, surface: Surface[C, R]) -> dict[tuple[str, str], View]:
    """Adds a route for every row of a surface.

    Returns the views by method and path. Raises LookupError when rows and handlers differ.
    """
    surface.handlers.check(row.name for row in surface.rows)
    views: dict[tuple[str, str], View] = {}
    for row in surface.rows:
        view = _view(app, server, surface, row)
        views[row.method, row.path] = view
        app.add_url_rule(
            row.path.replace("{", "<").replace("}", ">"),
            endpoint=f"{surface.name} {row.name}",
            view_func=_routed(view),
            methods=[row.method],
            provide_automatic_options=False,
            strict_slashes=row.path != "/",  # an empty path would be redirected to "/"
        )
    return views


def _routed(view: View) -> Callable[..., Response]:
    def routed(**path_values: str) -> Response:
        request = present_request()
        if request.path.startswith("//"):
            raise NotFound  # one slash for the framework, but not for a proxy that blocks paths
        request.path_values = path_values
        return respond(view(request))

    return routed


def _view(app: Flask, server: AppContext, surface: Surface[C, R], row: R) -> View:
    begin, handler = surface.begin, surface.handlers[row.name]

    def view(request: Request) -> Answer:
        call = begin(server, request, perf_counter(), row)
        failure: Exception | None = None
        try:
            surface.authorize(call)
            surface.read(call)
            answer = handler(call)
        except WouldWaitError:  # nothing has happened yet; the call is repeated on a thread that may wait
            raise
        except Exception as error:  # noqa: BLE001 - the last resort: journalled, and answered with 500
            answer, failure = _failed(app, server, surface, call=call, request=request, error=error)
        if surface.journal:
            surface.journal(call, answer, failure)
        elif failure:
            keep_unrouted(server, request, answer, failure)
        if failure and app.testing:
            raise failure
        return answer

    return view


def _failed(
    app: Flask, server: AppContext, surface: Surface[C, R], *, call: C, request: Request, error: Exception
) -> tuple[Answer, Exception | None]:
    """Answers a call that raised; also returns the error of a crash."""
    refusal = _refusal(surface, call, error)
    if refusal is not None:
        return concealed(surface.render(refusal), request, server.control_key), None
    return _crashed(app, surface, request, error, server.control_key), error


def _refusal(surface: Surface[C, R], call: C, error: Exception) -> CallRefusal | None:
    match error:
        case CallRefusedError():
            return error.rejection
        case StoreUnavailableError():
            return unavailable(error.message)
        case UnknownTenantError():
            return surface.unknown_tenant(call, str(error.args[0]))
        case LimitReachedError():
            field = {"field": error.field} if error.field else {}
            return CallRefusal(409, error.message, word="limit_reached", members=field)
    return None


def _crashed(
    app: Flask, surface: Surface[C, R], request: Request, error: Exception, control_key: str | None
) -> Answer:
    """Answers a crash, and logs it outside of tests."""
    if not app.testing:
        text = f"{request.method} {request.path}\n{''.join(format_exception(error))}"
        app.logger.error("the mock failed at %s", secrets_of(request, control_key).mask(text).rstrip())
    return surface.render(surface.crashed)


RETRY_AFTER_S = 1
"""Seconds after which a client may try again when the store was not available."""


def unavailable(message: str) -> CallRefusal:
    """Makes the refusal of a call that may be repeated: nothing happened."""
    return CallRefusal(503, message, (), {"Retry-After": str(RETRY_AFTER_S)}, "store_unavailable")


def install_errors(app: Flask, server: AppContext, surface_of: Callable[[str], Surface[Any, Any]]) -> None:
    """Registers the answers to requests that reach no view."""

    def unrouted(error: HTTPException) -> Response:
        request = present_request()
        surface = surface_of(request.path)
        refusal = screening.refusal(request, server.hosts) or surface.unrouted(request, error)
        answer = concealed(surface.render(refusal), request, server.control_key)
        if surface.journal:
            keep_unrouted(server, request, answer)
        return respond(answer)

    def crashed(error: Exception) -> Response:
        if app.testing:
            raise error
        request = present_request()
        answer = _crashed(app, surface_of(request.path), request, error, server.control_key)
        keep_unrouted(server, request, answer, error)
        return respond(answer)

    app.register_error_handler(HTTPException, unrouted)
    app.register_error_handler(Exception, crashed)


def framework_refusal(error: HTTPException, word: str = "") -> CallRefusal:
    """Converts an error of the framework to a refusal."""
    status = error.code or 500
    if status == 413:
        return too_large()
    return CallRefusal(status, error.description or error.name, word=word)
