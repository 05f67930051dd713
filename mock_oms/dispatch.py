"""The way of every call to a touchpoint: token, shape, handler, answer, journal.

Built from the rows of `contracts.endpoints`: start-up fails when a row has no handler or a handler no row.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import perf_counter

from flask import Flask, Response, request
from werkzeug.exceptions import HTTPException

from contracts.endpoints import OPERATIONS, TOKEN_HEADER, Operation
from contracts.secrets import MASK, is_secret_name
from mock_oms import shapes
from mock_oms.calls import JSON, Answer, Call, Server, rejection_answer
from mock_oms.directory import Session
from mock_oms.journal import Entry, Outcome, shortened
from mock_oms.refusals import Rejected, Rejection
from mock_oms.store import UnknownTenantError
from mock_oms.world import Clock

Handler = Callable[[Call], Answer]

PATH_KEPT = 500
"""Characters of a path that the journal keeps."""


def install(app: Flask, server: Server, handlers: Mapping[str, Handler]) -> None:
    """Adds a route for every operation; raises LookupError when rows and handlers differ."""
    rows = {operation.name for operation in OPERATIONS}
    if rows != set(handlers):
        raise LookupError(f"operations without handler or handlers without operation: {rows ^ set(handlers)}")
    for operation in OPERATIONS:
        app.add_url_rule(
            operation.path,
            endpoint=operation.name,
            view_func=_view(server, operation, handlers[operation.name]),
            methods=[operation.method],
            provide_automatic_options=False,
        )


def _view(server: Server, operation: Operation, handler: Handler) -> Callable[[], Response]:
    def view() -> Response:
        started = perf_counter()
        call = Call(server, operation, server.profile)
        body = b""
        try:
            _authenticate(call)
            body = _read_body(operation)
            _read(call, body)
            answer = handler(call)
        except Rejected as refused:
            answer = rejection_answer(refused.rejection)
        except UnknownTenantError:  # removed while the call was under way
            answer = rejection_answer(_unauthorized(call, "the token's company is gone"))
        keep(server, Note(operation.name, call.tenant, call.session, answer, started, body, call.outcomes))
        return respond(answer)

    return view


def _authenticate(call: Call) -> None:
    if not call.operation.needs_token:
        return
    token = request.headers.get(TOKEN_HEADER, "")
    session = call.server.store.directory().session(token) if token else None
    if session is None:
        why = "is not known" if token else "is missing"
        raise Rejected(
            _unauthorized(call, f"header {TOKEN_HEADER} {why}; fetch one from /aggregator/v1/token")
        )
    call.tenant = session.tenant
    call.session = session
    world = call.world
    call.profile = world.profile
    if world.clock.now() >= session.expires_at:
        raise Rejected(_unauthorized(call, f"the token in {TOKEN_HEADER} has expired; fetch a new one"))


def _unauthorized(call: Call, message: str) -> Rejection:
    return Rejection(call.profile.unauthorized_status, message)


def _read_body(operation: Operation) -> bytes:
    if operation.item is None:
        return b""
    if request.mimetype != JSON:
        received = request.mimetype or "nothing"
        raise Rejected(Rejection(415, f"header Content-Type: expected {JSON}, received {received}"))
    try:
        return request.get_data(cache=False)
    except HTTPException as error:
        raise Rejected(http_rejection(error)) from None


def _read(call: Call, body: bytes) -> None:
    operation = call.operation
    if operation.item and operation.limit:
        call.orders = shapes.bulk(body, operation.item, operation.limit, call.profile)
    if operation.query:
        call.query = shapes.query(request.args.items(multi=True), operation.query, call.profile)


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


@dataclass(frozen=True, slots=True)
class Note:
    """What the journal keeps of a call besides what the request itself says."""

    operation: str | None
    tenant: str | None
    session: Session | None
    answer: Answer
    started: float
    body: bytes = b""
    outcomes: Sequence[Outcome] = ()
    crash: str | None = None


def keep(server: Server, note: Note) -> None:
    """Notes the present request in the journal of the tenant that it belongs to."""
    journal = server.journals.of(note.tenant)
    answer, session = note.answer, note.session
    journal.append(
        Entry(
            number=journal.next_number(),
            at=_clock(server, note.tenant).now(),
            took_ms=(perf_counter() - note.started) * 1000,
            operation=note.operation,
            method=request.method,
            path=request.path[:PATH_KEPT],
            query=masked_query(),
            caller=session.username if session else None,
            location=session.location if session else None,
            status=answer.status,
            request=shortened(note.body, request.headers.get(TOKEN_HEADER, "")),
            answer=shortened(answer.body, "") if answer.media == JSON else b"%d bytes" % len(answer.body),
            media=answer.media,
            outcomes=tuple(note.outcomes),
            crash=note.crash,
        )
    )


def _clock(server: Server, tenant: str | None) -> Clock:
    try:
        return server.store.world(tenant).clock if tenant else Clock()
    except UnknownTenantError:
        return Clock()


def masked_query() -> dict[str, str]:
    """The query of the present request, secrets masked."""
    if not request.query_string:
        return {}
    return {name: MASK if is_secret_name(name) else value[:200] for name, value in request.args.items()}


def session_of_request(server: Server) -> Session | None:
    """Whose token the present request carries, if it is known."""
    token = request.headers.get(TOKEN_HEADER, "")
    return server.store.directory().session(token) if token else None
