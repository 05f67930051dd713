"""Journals calls: each to a touchpoint, and requests that match none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from pydantic_core import from_json, to_json

from contracts.konnect.operations import TOKEN_HEADER
from contracts.masking import MASK, is_secret_name, mask_value
from mock_oms.context import AppContext
from mock_oms.domain.journal import Entry, masked, shortened
from mock_oms.domain.tenant import Clock
from mock_oms.store.errors import StoreUnavailableError, UnknownTenantError
from mock_oms.web.answers import JSON, Answer
from mock_oms.web.call import Call
from mock_oms.web.request import Request

PATH_KEPT = 500
"""Characters of a path that the journal keeps."""
CRASH_KEPT = 2000
"""Characters of a crash's message that the journal keeps."""
VALUE_KEPT = 200
"""Characters of a query parameter that the journal keeps."""


def keep(call: Call, answer: Answer, failure: Exception | None = None) -> None:
    """Journals a call for its tenant, with the error of a crash."""
    session, request = call.session, call.request
    token = request.headers.get(TOKEN_HEADER, "")
    entry = Entry(
        at=_clock(call).now(),
        took_ms=(perf_counter() - call.started) * 1000,
        operation=call.operation.name if call.operation else None,
        method=request.method,
        path=request.path[:PATH_KEPT],
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


def keep_unrouted(
    server: AppContext, request: Request, answer: Answer, failure: Exception | None = None
) -> None:
    """Journals a request that matched no touchpoint.

    It belongs to the tenant of its token, or to no tenant.
    """
    call = Call(server, request, perf_counter())
    token = request.headers.get(TOKEN_HEADER, "")
    with suppress(StoreUnavailableError):
        call.session = server.store.directory().session(token) if token else None
    call.tenant = call.session.tenant if call.session else None
    keep(call, answer, failure)


def _answer_kept(call: Call, answer: Answer) -> bytes:
    if answer.media != JSON:
        return b"%d bytes" % len(answer.body)
    if call.operation is not None and not call.operation.needs_token:  # the answer holds a new token
        return to_json(mask_value(from_json(answer.body), (call.profile.token_field,)))
    return shortened(answer.body)


def _repeats(call: Call, secret: str) -> bool:
    """Whether path, query or body of a call contain a secret."""
    if secret in call.request.path or secret.encode("utf-8", "replace") in call.body:
        return True
    for name, value in call.parameters:  # noqa: SIM110 - runs in every call; half the time of any()
        if secret in name or secret in value:
            return True
    return False


def _clock(call: Call) -> Clock:
    try:
        return call.settings_of(call.tenant).clock if call.tenant else Clock()
    except (UnknownTenantError, StoreUnavailableError):
        return Clock()


def _masked(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name: MASK if is_secret_name(name) else value[:VALUE_KEPT] for name, value in pairs}
