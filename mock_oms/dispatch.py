"""The way of every call to a touchpoint: token, shape, handler, answer, journal.

Built from the rows of `contracts.endpoints`: start-up fails when a row has no handler or a handler no row.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from time import perf_counter
from typing import TYPE_CHECKING

from flask import Flask, Request, Response, request
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from contracts.endpoints import OPERATIONS, TOKEN_HEADER, Operation, operation
from contracts.secrets import MASK, is_secret_name
from mock_oms import shapes
from mock_oms.calls import JSON, Answer, Call, Server, json_answer, rejection_answer
from mock_oms.journal import Entry, shortened, without
from mock_oms.refusals import Rejected, Rejection
from mock_oms.store import UnknownTenantError
from mock_oms.world import Clock

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Handler = Callable[[Call], Answer]
View = Callable[[Request], Response]

PATH_KEPT = 500
"""Characters of a path that the journal keeps."""
CRASH_KEPT = 2000
"""Characters of a crash's message that the journal keeps."""
VALUE_KEPT = 200
"""Characters of a query parameter that the journal keeps."""
_TOKEN_PATH = operation("generate_token").path


def install(app: Flask, server: Server, handlers: Mapping[str, Handler]) -> None:
    """Adds a route for every operation; raises LookupError when rows and handlers differ."""
    rows = {row.name for row in OPERATIONS}
    if rows != set(handlers):
        raise LookupError(f"operations without handler or handlers without operation: {rows ^ set(handlers)}")
    views: dict[tuple[str, str], View] = {}
    for row in OPERATIONS:
        view = _view(app, server, row, handlers[row.name])
        views[row.method, row.path] = view
        app.add_url_rule(
            row.path,
            endpoint=row.name,
            view_func=_routed(view),
            methods=[row.method],
            provide_automatic_options=False,
        )
    app.wsgi_app = FastLane(app.wsgi_app, views)  # type: ignore[method-assign] # Flask's way to add a layer


class FastLane:
    """Takes calls to exactly a touchpoint's method and path straight to its view.

    The same view as by Flask's route, without the contexts and the routing that it does not use: they were
    measured at half of the time of a GET. Everything else goes to Flask.
    """

    def __init__(self, wsgi_app: WSGIApplication, views: Mapping[tuple[str, str], View]) -> None:
        self._wsgi_app = wsgi_app
        self._views = views

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """The answer to one request."""
        view = self._views.get((environ["REQUEST_METHOD"], environ["PATH_INFO"]))
        if view is None:
            return self._wsgi_app(environ, start_response)
        sent = Request(environ)
        sent.max_content_length = shapes.BODY_LIMIT + 1
        return view(sent)(environ, start_response)


def _routed(view: View) -> Callable[[], Response]:
    return lambda: view(present_request())


def _view(app: Flask, server: Server, operation: Operation, handler: Handler) -> View:
    def view(sent: Request) -> Response:
        call = Call(server, sent, perf_counter(), operation)
        failure: Exception | None = None
        try:
            _authenticate(call)
            _read(call)
            answer = handler(call)
        except Rejected as refused:
            answer = rejection_answer(refused.rejection)
        except UnknownTenantError:  # removed while the call was under way
            answer = rejection_answer(_unauthorized(call, "the token's company is gone"))
        except Exception as error:  # noqa: BLE001 - the last resort of touchpoints: journalled, and 500
            answer, failure = crash(app, sent, error), error
        if not call.body:
            drain(sent)
        keep(call, answer, failure)
        if failure and app.testing:
            raise failure
        return respond(answer)

    return view


CRASHED = "the mock failed; its journal has the details"


def crash(app: Flask, sent: Request, error: Exception) -> Answer:
    """What is answered when the mock itself fails; the log gets the traceback, a test the error itself."""
    if not app.testing:
        app.logger.error("the mock failed at %s %s", sent.method, sent.path, exc_info=error)
    return json_answer({"status": "FAILED", "message": CRASHED, "errors": []}, 500)


def present_request() -> Request:
    """The request itself; Flask's `request` looks it up anew at every access."""
    found: Request = request._get_current_object()  # type: ignore[attr-defined] # werkzeug's public name for it
    return found


def _authenticate(call: Call) -> None:
    if call.operation is None or not call.operation.needs_token:
        return
    token = call.request.headers.get(TOKEN_HEADER, "")
    session = call.server.store.directory().session(token) if token else None
    if session is None:
        why = "is not known" if token else "is missing"
        raise Rejected(_unauthorized(call, f"header {TOKEN_HEADER} {why}; fetch one from {_TOKEN_PATH}"))
    call.tenant = session.tenant
    call.session = session
    world = call.world
    call.profile = world.profile
    if world.clock.now() >= session.expires_at:
        raise Rejected(_unauthorized(call, f"the token in {TOKEN_HEADER} has expired; fetch a new one"))


def _unauthorized(call: Call, message: str) -> Rejection:
    return Rejection(call.profile.unauthorized_status, message)


def _read(call: Call) -> None:
    operation = call.operation
    if operation is None:
        return
    if operation.item and operation.limit:
        call.body = _read_body(call.request)
        call.orders = shapes.bulk(call.body, operation.item, operation.limit, call.profile)
    if operation.query:
        call.query = shapes.query(call.parameters, operation.query, call.profile)


def _read_body(sent: Request) -> bytes:
    if sent.mimetype != JSON:
        received = sent.mimetype or "nothing"
        raise Rejected(Rejection(415, f"header Content-Type: expected {JSON}, received {received}"))
    return body_of(sent)


def body_of(sent: Request) -> bytes:
    """The body of a request; one over the limit is refused.

    A body whose length was told is read as it is. Otherwise the framework reads it: of a chunked body no more
    than its limit, which is therefore set one byte higher than ours.
    """
    told = sent.environ.get("CONTENT_LENGTH", "")
    if told.isdecimal() and int(told) <= shapes.BODY_LIMIT and "HTTP_TRANSFER_ENCODING" not in sent.environ:
        whole: bytes = sent.environ["wsgi.input"].read(int(told))
        if len(whole) == int(told):
            return whole
    try:
        body = sent.get_data(cache=False)
    except HTTPException as error:
        raise Rejected(http_rejection(error)) from None
    if len(body) > shapes.BODY_LIMIT:
        raise Rejected(http_rejection(RequestEntityTooLarge()))
    return body


def drain(sent: Request) -> None:
    """Reads the body of a request at which nobody looked, such as one without a token.

    A server closes a connection on which something is left unread, and the client's next call on it fails.
    """
    if sent.environ.get("CONTENT_LENGTH") or "HTTP_TRANSFER_ENCODING" in sent.environ:
        with suppress(HTTPException):
            sent.get_data(cache=False)


def http_rejection(error: HTTPException) -> Rejection:
    """What the framework refused (too large, not found, wrong method), in our shape."""
    status = error.code or 500
    if status == 413:
        return Rejection(413, f"body: expected at most {shapes.BODY_LIMIT} bytes, received more")
    return Rejection(status, error.description or error.name)


def respond(answer: Answer) -> Response:
    """The answer as Flask sends it."""
    response = Response(answer.body, answer.status, mimetype=answer.media)
    for name, value in answer.headers.items():
        response.headers[name] = value
    return response


def keep(call: Call, answer: Answer, failure: Exception | None = None) -> None:
    """Notes a call in the journal of the tenant that it belongs to; `failure` is the mock's own."""
    journal = call.server.journals.of(call.tenant)
    session = call.session
    token = call.request.headers.get(TOKEN_HEADER, "")
    entry = Entry(
        number=journal.next_number(),
        at=_clock(call).now(),
        took_ms=(perf_counter() - call.started) * 1000,
        operation=call.operation.name if call.operation else None,
        method=call.request.method,
        path=call.request.path[:PATH_KEPT],
        query=_masked(call.parameters),
        caller=session.username if session else None,
        location=session.location if session else None,
        status=answer.status,
        request=shortened(call.body, token),
        answer=shortened(answer.body, "") if answer.media == JSON else b"%d bytes" % len(answer.body),
        media=answer.media,
        outcomes=tuple(call.outcomes),
        crash=f"{type(failure).__name__}: {failure}"[:CRASH_KEPT] if failure else None,
    )
    journal.append(without(entry, token) if token and _repeats(call, token) else entry)


def _repeats(call: Call, token: str) -> bool:
    """Whether the token stands in other places of the call than its header too."""
    places = (call.request.path, *(text for pair in call.parameters for text in pair))
    return token.encode("utf-8", "replace") in call.body or any(token in place for place in places)


def _clock(call: Call) -> Clock:
    try:
        return call.server.store.world(call.tenant).clock if call.tenant else Clock()
    except UnknownTenantError:
        return Clock()


def _masked(parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name: MASK if is_secret_name(name) else value[:VALUE_KEPT] for name, value in parameters}


def stray(server: Server, answer: Answer, failure: Exception | None = None) -> Answer:
    """Journals the present request, which no handler answered; its token may name the tenant."""
    call = Call(server, present_request(), perf_counter())
    token = call.request.headers.get(TOKEN_HEADER, "")
    call.session = server.store.directory().session(token) if token else None
    call.tenant = call.session.tenant if call.session else None
    keep(call, answer, failure)
    return answer
