"""What a control call asks for: who may ask, and reading what was sent."""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import request

from contracts.control.calls import KEY_HEADER, Call
from mock_oms.context import AppContext
from mock_oms.web import validation
from mock_oms.web.call import JSON, Answer, json_answer
from mock_oms.web.rejections import CallRefusal, CallRefusedError, FieldError
from mock_oms.web.request import present_request
from mock_oms.web.screening import foreign_origin


class ControlRefusedError(Exception):
    """A control call is refused; carries the answer."""

    def __init__(self, status: int, word: str, message: str, **more: Any) -> None:
        super().__init__(message)
        self.answer: Answer = json_answer({"error": word, "message": message, **more}, status)


@dataclass(frozen=True, slots=True)
class ControlCall:
    """A control call as handlers see it: the parts of its path, its query, its body."""

    server: AppContext
    path: Mapping[str, str]
    query: Mapping[str, str]
    body: Any

    @property
    def tenant(self) -> str:
        """Name of the tenant that the path names."""
        return self.path["tenant"]


def authorize(server: AppContext) -> None:
    """A call must carry the control key where one is set; health is open. Foreign pages write nothing."""
    origin = foreign_origin(present_request(), server.hosts)
    if origin is not None:
        message = f"header Origin: a page of {origin[:100]!r} cannot change things here; leave the header out"
        raise ControlRefusedError(403, "foreign_origin", message)
    if server.control_key is None or request.path == "/_control/health":
        return
    given = request.headers.get(KEY_HEADER, "").encode("utf-8", "replace")
    if not hmac.compare_digest(given, server.control_key.encode()):
        raise ControlRefusedError(
            401, "key_needed", f"header {KEY_HEADER}: expected the control key of this server"
        )


def read(server: AppContext, call: Call, path: Mapping[str, str]) -> ControlCall:
    """Reads a call; raises `CallRefusedError` naming what was wrong."""
    if "tenant" in path:
        server.store.settings(path["tenant"])  # refuses an unknown tenant before anything else
    return ControlCall(server, path, _query(call), _body(call))


def _query(call: Call) -> dict[str, str]:
    known = dict(call.query)
    values: dict[str, str] = {}
    for name, value in request.args.items(multi=True):
        if name not in known:
            expected = f"one of: {', '.join(known)}" if known else "no query parameter"
            raise validation.refusal([FieldError(name, "unknown", expected, name)], "query", 400)
        if name in values:
            raise validation.refusal(
                [FieldError(name, "repeated", "the parameter once", validation.told(name, value))],
                "query",
                400,
            )
        values[name] = value
    return values


def _body(call: Call) -> Any:
    if call.body is None:
        return None
    sent = present_request()
    raw = sent.require_body()
    if raw and sent.media != JSON:
        raise CallRefusedError(
            CallRefusal(415, f"header Content-Type: expected {JSON}, received {sent.media or 'nothing'}")
        )
    return validation.single(raw, call.body)


def whole_number(asked: ControlCall, name: str, default: int, most: int) -> int:
    """A query parameter as a number from 1 to `most`."""
    text = asked.query.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 9 and 1 <= int(text) <= most):
        finding = FieldError(name, "range", f"a whole number from 1 to {most}", text[:60])
        raise validation.refusal([finding], "query", 400)
    return int(text)
