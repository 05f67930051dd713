"""Authorizes, reads and refuses calls to the control plane."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from werkzeug.exceptions import HTTPException

from contracts.control import calls
from contracts.control.calls import CALLS, KEY_HEADER
from mock_oms.context import AppContext
from mock_oms.domain.registry import Registry
from mock_oms.web import screening, validation
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.call import parameters
from mock_oms.web.dispatch import Surface, framework_refusal
from mock_oms.web.rejections import CallRefusal, refuse
from mock_oms.web.request import Request


@dataclass(slots=True)
class ControlCall:
    """A call to the control plane.

    `query` and `body` are valid after reading.
    """

    server: AppContext
    request: Request
    started: float
    row: calls.Call
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None

    @property
    def path(self) -> Mapping[str, str]:
        """The parts of the path that the row names."""
        return self.request.path_values or {}

    @property
    def tenant(self) -> str:
        """Name of the tenant in the path."""
        return self.path["tenant"]


HANDLERS: Registry[Callable[[ControlCall], Answer]] = Registry(
    "control call", "contracts/control/calls.py", '@handles_control("{name}") in mock_oms/web/control'
)

handles_control = HANDLERS.named
"""Decorator: registers the handler of a control call."""


def _authorize(call: ControlCall) -> None:
    """Screens the request and checks its origin and control key.

    Pages of other servers may read, but not write. Only `health` needs no key.
    """
    request, server = call.request, call.server
    screening.check(request, server.hosts)
    origin = screening.foreign_origin(request)
    if origin is not None:
        message = f"header Origin: a page of {origin[:100]!r} cannot change things here; leave the header out"
        raise refuse(403, message, "foreign_origin")
    if call.row.name != "health" and not holds_key(request, server):
        raise refuse(401, f"header {KEY_HEADER}: expected the control key of this server", "key_needed")


def is_control(path: str) -> bool:
    """Whether a path belongs to the control plane."""
    return path == "/_control" or path.startswith("/_control/")


def holds_key(request: Request, server: AppContext) -> bool:
    """Whether a request carries the control key, or the server needs none."""
    if server.control_key is None:
        return True
    given = request.headers.get(KEY_HEADER, "").encode("utf-8", "replace")
    return hmac.compare_digest(given, server.control_key.encode())


def _read(call: ControlCall) -> None:
    """Checks that the tenant exists, then reads query and body; raises `CallRefusedError`."""
    if "tenant" in call.path:
        call.server.store.settings(call.tenant)
    call.query = _query(call)
    if call.row.body is not None:
        raw = call.request.require_body()
        call.body = validation.single(call.request.require_json() if raw else raw, call.row.body)


def _query(call: ControlCall) -> dict[str, str]:
    known = dict(call.row.query)
    values: dict[str, str] = {}
    for name, value in parameters(call.request.query):
        if name not in known:
            expected = f"one of: {', '.join(known)}" if known else "no query parameter"
            raise validation.wrong_field("query", name, "unknown", expected, name)
        if name in values:
            shown = validation.masked(name, value)
            raise validation.wrong_field("query", name, "repeated", "the parameter once", shown)
        values[name] = value
    return values


def count_of(call: ControlCall, name: str) -> int | None:
    """Reads a query parameter as a number from 0, or None."""
    text = call.query.get(name)
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= 9):
        raise validation.wrong_field("query", name, "range", "a whole number from 0", text[:60])
    return int(text)


def whole_number(call: ControlCall, name: str, default: int, most: int) -> int:
    """Reads a query parameter as a number from 1 to `most`."""
    text = call.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        raise validation.wrong_field("query", name, "range", f"a whole number from 1 to {most}", text[:60])
    return int(text)


_WORDS = {403: "foreign_host", 413: "too_large", 414: "too_long", 415: "wrong_content_type", 431: "too_long"}


def _render(refusal: CallRefusal) -> Answer:
    word = refusal.word or _WORDS.get(refusal.status, "bad_request")
    body: dict[str, object] = {"error": word, "message": refusal.message}
    if refusal.errors and refusal.errors[0].field:
        body["field"] = refusal.errors[0].field
    return json_answer(body | dict(refusal.members), refusal.status, refusal.headers)


def _unrouted(request: Request, error: HTTPException) -> CallRefusal:
    if error.code == 404:
        known = ", ".join(sorted({row.path for row in CALLS}))
        return CallRefusal(
            404, f"{request.path} is not a control call; there are {known}", word="unknown_path"
        )
    if error.code == 405:
        allowed = ", ".join(sorted(getattr(error, "valid_methods", None) or []))
        message = f"{request.path} takes {allowed}, not {request.method}"
        return CallRefusal(405, message, headers={"Allow": allowed}, word="wrong_method")
    return framework_refusal(error, "refused")


CONTROL: Surface[ControlCall, calls.Call] = Surface(
    name="control",
    rows=CALLS,
    handlers=HANDLERS,
    begin=ControlCall,
    authorize=_authorize,
    read=_read,
    render=_render,
    unknown_tenant=lambda _, name: CallRefusal(
        404, f"there is no tenant {name!r}", word="unknown_tenant", members={"field": "tenant"}
    ),
    unrouted=_unrouted,
    crashed=CallRefusal(500, "the mock failed; GET /_control/journal has the details", word="crash"),
)
