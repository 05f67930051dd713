"""The way of every call to a touchpoint: token, shape, handler, answer, journal.

Built from the rows of `contracts.konnect.operations`: start-up fails when a row has no handler or a handler
no row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from time import perf_counter

from flask import Flask, Response
from pydantic_core import from_json, to_json
from werkzeug.exceptions import HTTPException

from contracts.konnect.operations import OPERATIONS, TOKEN_HEADER, Operation, operation
from contracts.masking import MASK, is_secret_name, mask_value
from mock_oms.context import AppContext
from mock_oms.domain.journal import Entry, masked, shortened
from mock_oms.domain.registry import Registry
from mock_oms.domain.tenant import Clock
from mock_oms.store.errors import StoreUnavailableError, UnknownTenantError
from mock_oms.store.locking import WouldWaitError
from mock_oms.web import screening, validation
from mock_oms.web.call import JSON, PDF, Answer, Call, json_answer, rejection_answer
from mock_oms.web.rejections import CallRefusal, CallRefusedError
from mock_oms.web.request import Request, present_request, too_large

Handler = Callable[[Call], Answer]
View = Callable[[Request], Answer]

PATH_KEPT = 500
"""Characters of a path that the journal keeps."""
CRASH_KEPT = 2000
"""Characters of a crash's message that the journal keeps."""
VALUE_KEPT = 200
"""Characters of a query parameter that the journal keeps."""
_TOKEN_PATH = operation("generate_token").path


def install(app: Flask, server: AppContext, handlers: Registry[Handler]) -> None:
    """Adds a route for every operation; raises LookupError when rows and handlers differ."""
    handlers.check(row.name for row in OPERATIONS)
    views = {row.name: _view(app, server, row, handlers[row.name]) for row in OPERATIONS}
    for row in OPERATIONS:
        app.add_url_rule(
            row.path,
            endpoint=row.name,
            view_func=_routed(views[row.name]),
            methods=[row.method],
            provide_automatic_options=False,
        )
    app.extensions[VIEWS] = views


VIEWS = "mock_oms.views"
"""Key of the application's extensions under which the views lie by operation, for `mock_oms.server.front`."""


def _routed(view: View) -> Callable[[], Response]:
    return lambda: respond(view(present_request()))


def _view(app: Flask, server: AppContext, operation: Operation, handler: Handler) -> View:
    def view(sent: Request) -> Answer:
        call = Call(server, sent, perf_counter(), operation)
        failure: Exception | None = None
        try:
            _authenticate(call)
            _enter(call)
            _read(call)
            answer = handler(call)
        except CallRefusedError as refused:
            answer = rejection_answer(refused.rejection)
        except UnknownTenantError:  # removed while the call was under way
            answer = rejection_answer(_unauthorized(call, "the token's company is gone"))
        except StoreUnavailableError as reason:
            answer = unavailable(reason)
        except WouldWaitError:  # nothing has happened yet; the call is taken up again where it may wait
            raise
        except Exception as error:  # noqa: BLE001 - the last resort of touchpoints: journalled, and 500
            answer, failure = crash(app, sent, error), error
        keep(call, answer, failure)
        if failure and app.testing:
            raise failure
        return answer

    return view


RETRY_AFTER_S = 1
"""After how many seconds a client may try again when the store was not available."""


def unavailable(reason: StoreUnavailableError) -> Answer:
    """What is answered while the store cannot do its work; nothing has happened then."""
    return rejection_answer(CallRefusal(503, reason.message, headers={"Retry-After": str(RETRY_AFTER_S)}))


CRASHED = "the mock failed; its journal has the details"


def crash(app: Flask, sent: Request, error: Exception) -> Answer:
    """What is answered when the mock itself fails; the log gets the traceback, a test the error itself."""
    if not app.testing:
        app.logger.error("the mock failed at %s %s", sent.method, sent.path, exc_info=error)
    return json_answer({"status": "FAILED", "message": CRASHED, "errors": []}, 500)


def _authenticate(call: Call) -> None:
    if call.operation is None or not call.operation.needs_token:
        return
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


def _enter(call: Call) -> None:
    refused = screening.refusal(call.request, call.server.hosts)
    if refused:
        raise CallRefusedError(refused)


def _unauthorized(call: Call, message: str) -> CallRefusal:
    return CallRefusal(call.profile.unauthorized_status, message)


def _read(call: Call) -> None:
    operation = call.operation
    if operation is None:
        return
    if operation.item and operation.limit:
        call.body = _read_body(call.request)
        call.orders = validation.bulk(call.body, operation.item, operation.limit, call.profile)
    if operation.query:
        call.query = validation.query(call.parameters, operation.query, call.profile)


def _read_body(sent: Request) -> bytes:
    if sent.media != JSON:
        raise CallRefusedError(
            CallRefusal(415, f"header Content-Type: expected {JSON}, received {sent.media or 'nothing'}")
        )
    return sent.require_body()


def http_rejection(error: HTTPException) -> CallRefusal:
    """What the framework refused (too large, not found, wrong method), in our shape."""
    status = error.code or 500
    if status == 413:
        return too_large()
    return CallRefusal(status, error.description or error.name)


_SAFETY = [
    ("x-content-type-options", "nosniff"),
    ("cache-control", "no-store"),
    ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
]
"""Tells browsers to guess, keep, run, frame and pass on nothing of an answer."""
_HEADERS = {media: [("content-type", media), *_SAFETY] for media in (JSON, PDF)}


def headers_of(answer: Answer) -> list[tuple[str, str]]:
    """The headers of an answer, but for those that belong to the connection."""
    fixed = _HEADERS.get(answer.media) or [("content-type", answer.media), *_SAFETY]
    return [*fixed, *answer.headers.items()] if answer.headers else fixed


def respond(answer: Answer) -> Response:
    """The answer as Flask sends it."""
    return Response(answer.body, answer.status, headers_of(answer))


def keep(call: Call, answer: Answer, failure: Exception | None = None) -> None:
    """Notes a call in the journal of the tenant that it belongs to; `failure` is the mock's own."""
    session, sent = call.session, call.request
    token = sent.headers.get(TOKEN_HEADER, "")
    entry = Entry(
        at=_clock(call).now(),
        took_ms=(perf_counter() - call.started) * 1000,
        operation=call.operation.name if call.operation else None,
        method=sent.method,
        path=sent.path[:PATH_KEPT],
        query=_masked(call.parameters) if call.parameters else {},
        caller=session.username if session else None,
        location=session.location if session else None,
        status=answer.status,
        request=shortened(call.body),
        answer=_answer_kept(call, answer),
        media=answer.media,
        outcomes=tuple(call.outcomes),
        crash=f"{type(failure).__name__}: {failure}"[:CRASH_KEPT] if failure else None,
    )
    journal = call.server.store.journal(call.tenant)
    for secret in (token, call.server.control_key):
        if secret and _repeats(call, secret):
            entry = masked(entry, secret)
    journal.append(entry)


def _answer_kept(call: Call, answer: Answer) -> bytes:
    if answer.media != JSON:
        return b"%d bytes" % len(answer.body)
    if (
        call.operation is not None and not call.operation.needs_token
    ):  # its answer is a token, which nobody keeps
        return to_json(mask_value(from_json(answer.body), (call.profile.token_field,)))
    return shortened(answer.body)


def _repeats(call: Call, token: str) -> bool:
    """Whether the token, or the control key, stands in other places of the call than its header."""
    if token in call.request.path or token.encode("utf-8", "replace") in call.body:
        return True
    for name, value in call.parameters:  # noqa: SIM110 - asked in every call; half the time of any()
        if token in name or token in value:
            return True
    return False


def _clock(call: Call) -> Clock:
    try:
        return call.settings_of(call.tenant).clock if call.tenant else Clock()
    except (UnknownTenantError, StoreUnavailableError):
        return Clock()


def _masked(parameters: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name: MASK if is_secret_name(name) else value[:VALUE_KEPT] for name, value in parameters}


def stray(server: AppContext, answer: Answer, failure: Exception | None = None) -> Answer:
    """Journals the present request, which no handler answered; its token may name the tenant."""
    call = Call(server, present_request(), perf_counter())
    token = call.request.headers.get(TOKEN_HEADER, "")
    with suppress(StoreUnavailableError):
        call.session = server.store.directory().session(token) if token else None
    call.tenant = call.session.tenant if call.session else None
    keep(call, answer, failure)
    return answer
