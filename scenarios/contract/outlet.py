"""Sends generated calls: checked, paced, counted and recorded.

A WSGI callable in front of the target. It is the last check of every call, regardless of the
generator.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import responses
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import requests

from contracts.checks.exploration import NUMBER_HEADER
from contracts.konnect.operations import OPERATIONS, TOKEN_HEADER, WRITE_PATHS, Reply
from scenarios.contract.tokens import Tokens
from scenarios.interruption import Interruption, StoppedError
from scenarios.records import Exchange, Record
from scenarios.targets import http
from scenarios.targets.opening import Target
from scenarios.targets.presence import require_answer, unusable

_ROWS = {(row.method, row.path): row for row in OPERATIONS}
_TOKEN_PATHS = frozenset(path for (_, path), row in _ROWS.items() if row.reply is Reply.TOKEN)
_HOP_HEADERS = ("connection", "keep-alive", "transfer-encoding", "content-length", "content-encoding")


LOST_MAX = 3
"""Calls in a row without a complete answer after which the target counts as lost."""


class NotAllowedError(Exception):
    """A generated call that must not be sent to this target."""


@dataclass(frozen=True, slots=True)
class Sent:
    """A sent call and its answer; `number` identifies it within the run."""

    number: str
    method: str
    path: str
    query: str
    headers: Mapping[str, str]
    body: bytes
    reply: http.Reply
    url: str
    started_at: datetime
    elapsed_ms: float


@dataclass(slots=True)
class Limits:
    """The limits of a contract run.

    `made_up` recognizes unknown ids, `users` maps real users to their passwords.
    """

    writes: bool
    documented_only: bool
    made_up: Callable[[str], bool] = lambda _order_id: False
    users: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Losses:
    """Calls in a row without an answer, also of the run itself."""

    target: Target
    stop: Interruption
    count: int = 0

    def seen(self, record: Record) -> None:
        """Count a recorded call."""
        if isinstance(record, Exchange) and record.answer is not None:
            self.count = 0
        elif isinstance(record, Exchange):
            self.add(http.TargetLostError(f"{record.method} {urlsplit(record.url).path}: {record.trouble}"))

    def add(self, lost: http.TargetLostError) -> None:
        """Stop a run that gets no answers any more."""
        self.count += 1
        try:
            require_answer(self.target)
            if self.count >= LOST_MAX:
                raise unusable(lost)
        except StoppedError as error:
            self.stop.stop(str(error))
            raise


@dataclass(slots=True)
class Outlet:
    """A forwarder of calls to the target; passes each to the `listeners`."""

    target: Target
    limits: Limits
    listeners: list[Callable[[Sent], None]] = field(default_factory=list)
    stop: Interruption = field(default_factory=Interruption)
    tokens: Tokens | None = None
    calls: int = 0
    losses: Losses | None = None
    _forbids: bool = False

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Send one call. Raises `NotAllowedError`, `StoppedError`, or `TargetLostError` without an answer."""
        self.stop.check()
        method, path = environ["REQUEST_METHOD"], environ.get("PATH_INFO", "/")
        query, body = environ.get("QUERY_STRING", ""), _body(environ)
        self._guard(method, path, query, body)
        self.calls += 1
        sent = self._with_token(method, path, query, _headers(environ), body)
        for listener in self.listeners:
            listener(sent)
        status = f"{sent.reply.status} {responses.get(sent.reply.status, 'Unknown')}"
        kept = [(name, value) for name, value in sent.reply.headers.items() if name not in _HOP_HEADERS]
        start_response(status, [*kept, (NUMBER_HEADER, sent.number)])
        return [sent.reply.content]

    def _guard(self, method: str, path: str, query: str, body: bytes) -> None:
        limits = self.limits
        if limits.documented_only and (method, path) not in _ROWS:
            raise NotAllowedError(f"{method} {path} is no documented call")
        if limits.documented_only and path in _TOKEN_PATHS:
            _guard_users(parse_qsl(query, keep_blank_values=True), limits.users)
        if path in WRITE_PATHS and method != "GET" and not limits.writes:
            for order_id in named_ids(body):
                if not limits.made_up(order_id):
                    raise NotAllowedError(f"{method} {path} names the order {order_id[:40]!r}")

    def _with_token(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Sent:
        """Send with the newest token; renew a refused one once.

        Generated tokens are sent as they are. HTTP 403 may also refuse the user: where a fresh token does not
        help, later ones are not renewed.
        """
        given = headers.get(TOKEN_HEADER, "")
        if self.tokens is None or not given:
            return self._forward(method, path, query, headers, body)
        renewed = {**headers, TOKEN_HEADER: self.tokens.current(given)}
        sent = self._forward(method, path, query, renewed, body)
        if sent.reply.status not in ({401} if self._forbids else {401, 403}):
            return sent
        newer = self.tokens.renew(given)
        if newer is None:
            return sent
        again = self._forward(method, path, query, {**headers, TOKEN_HEADER: newer}, body)
        self._forbids = self._forbids or again.reply.status == 403
        return again

    def _forward(self, method: str, path: str, query: str, headers: dict[str, str], body: bytes) -> Sent:
        if path in WRITE_PATHS and self.limits.writes:
            self.target.wire.pacer.write()
        address = self.target.wire.base_url + quote(path.encode("latin-1"), safe="/-._~!$&'()*+,;=:@%")
        plain = requests.Request(method, f"{address}?{query}" if query else address, data=body or None)
        request = self.target.wire.session.prepare_request(plain)
        request.headers.update(headers)
        self.target.wire.pacer.request()
        started_at, began = datetime.now(UTC), time.perf_counter()
        reply, trouble = self.target.wire.exchange(request)
        elapsed_ms = round((time.perf_counter() - began) * 1000, 3)
        if reply is None:
            lost = http.TargetLostError(f"{method} {path}: {trouble}")
            if self.losses:
                self.losses.add(lost)
            raise lost
        if self.losses:
            self.losses.count = 0
        url = str(request.url)
        return Sent(str(self.calls), method, path, query, headers, body, reply, url, started_at, elapsed_ms)


def _guard_users(query: Sequence[tuple[str, str]], users: Mapping[str, str]) -> None:
    """Refuse a real user with a wrong password.

    It could lock the user out.
    """
    passwords = [value for name, value in query if name == "password"]
    for name, user in query:
        if name == "username" and user in users and passwords != [users[user]]:
            raise NotAllowedError("the token call has a real user with a wrong password")


def named_ids(body: bytes) -> list[str]:
    """Return the values of `orderId` in a body that could exist."""
    try:
        value = json.loads(body)
    except ValueError:
        return []
    return list(_named(value))


def _named(value: Any) -> Iterable[str]:
    if isinstance(value, list):
        for inner in value:
            yield from _named(inner)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "orderId" and _could_lead(inner):
                yield str(inner)
            else:
                yield from _named(inner)


SMALL = 1_000_000
"""Smaller numbers are not order ids, which have about twenty digits."""


def _could_lead(value: Any) -> bool:
    if isinstance(value, str):
        return bool(value.strip())
    return isinstance(value, int | float) and abs(value) >= SMALL


def _body(environ: Mapping[str, Any]) -> bytes:
    length = environ.get("CONTENT_LENGTH") or 0
    content: bytes = environ["wsgi.input"].read(int(length)) if int(length) else b""
    return content


def _headers(environ: Mapping[str, Any]) -> dict[str, str]:
    found = {
        name.removeprefix("HTTP_").replace("_", "-").lower(): str(value)
        for name, value in environ.items()
        if name.startswith("HTTP_") and name not in ("HTTP_HOST", "HTTP_CONNECTION")
    }
    if environ.get("CONTENT_TYPE"):
        found["content-type"] = environ["CONTENT_TYPE"]
    return found
