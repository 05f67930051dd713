"""Journals calls: each to a touchpoint, and requests that match none."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from time import perf_counter

from pydantic_core import from_json, to_json

from contracts.konnect.base import SUITE_AGENT
from contracts.konnect.operations import TOKEN_HEADER
from contracts.masking import MASK, is_secret_name, mask_value
from mock_oms.context import AppContext
from mock_oms.domain.journal import BODY_KEPT, Entry, masked, shortened
from mock_oms.domain.tenant import Clock
from mock_oms.store.errors import StoreUnavailableError, UnknownTenantError
from mock_oms.web.answers import JSON, Answer
from mock_oms.web.call import Call
from mock_oms.web.concealing import secrets_of
from mock_oms.web.request import Request

WINDOW = 2 * BODY_KEPT
"""Bytes of a body that are searched: a secret at the end of the kept ones may go on behind them."""


def keep(call: Call, answer: Answer, failure: Exception | None = None) -> None:
    """Journals a call for its tenant, with the error of a crash."""
    session, request = call.session, call.request
    query = _masked(call.parameters) if call.parameters else {}
    entry = Entry(
        at=_clock(call).now(),
        took_ms=(perf_counter() - call.started) * 1000,
        operation=call.operation.name if call.operation else None,
        method=request.method,
        path=request.path,
        query=query,
        caller=session.username if session else None,
        location=session.location if session else None,
        status=answer.status,
        request=call.body,
        answer=_answer_kept(call, answer),
        media=answer.media,
        outcomes=tuple(call.outcomes),
        dry_run=call.dry_run,
        by_suite=request.headers.get("user-agent", "").startswith(SUITE_AGENT),
        crash=f"{type(failure).__name__}: {failure}" if failure else None,
    )
    texts = _texts(entry, request.query)
    if texts:
        named = call.parameters if MASK in query.values() else ()
        secrets = secrets_of(request, call.server.control_key, named)
        if secrets.are_in(texts):
            entry = masked(entry, secrets)
    call.server.store.journal(call.tenant).append(shortened(entry))


def _texts(entry: Entry, query: str) -> bytes:
    """Returns every text of an entry that may hold a secret."""
    if "%" in query or MASK in entry.query.values():
        query = " ".join([*entry.query, *entry.query.values()])
    if entry.operation and entry.status < 400:  # the path is that of the operation
        text = query.encode("utf-8", "replace") if query else b""
        return b"%b %b" % (text, entry.request[:WINDOW]) if text else entry.request[:WINDOW]
    text = f"{entry.path} {query} {entry.crash or ''} ".encode("utf-8", "replace") + entry.request[:WINDOW]
    return text + entry.answer[:WINDOW] if entry.status >= 400 else text


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
    return answer.body


def _clock(call: Call) -> Clock:
    try:
        return call.settings_of(call.tenant).clock if call.tenant else Clock()
    except (UnknownTenantError, StoreUnavailableError):
        return Clock()


def _masked(pairs: Sequence[tuple[str, str]]) -> dict[str, str]:
    return {name: MASK if is_secret_name(name) else value for name, value in pairs}
