"""Answers, their security headers, and their form for Flask."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from flask import Response
from pydantic_core import to_json

JSON = "application/json"
PDF = "application/pdf"
HTML = "text/html; charset=utf-8"
CSS = "text/css; charset=utf-8"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    """Status, body, media type and further headers."""

    status: int
    body: bytes
    media: str = JSON
    headers: Mapping[str, str] = NO_HEADERS


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] = NO_HEADERS) -> Answer:
    """Makes an answer with `value` as JSON.

    Infinity and NaN, which JSON does not have, are written as text. A generator is written as an array,
    element by element, so that a long list is never in memory as objects.
    """
    return Answer(status, to_json(value, inf_nan_mode="strings"), JSON, headers)


_POLICY = "content-security-policy"
_SAFETY = {
    "x-content-type-options": "nosniff",
    "cache-control": "no-store",
    _POLICY: "default-src 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "cross-origin-resource-policy": "same-origin",
}
"""Security headers of every answer: no sniffing, caching, scripts, framing or referrer."""
_HEADERS = {media: [("content-type", media), *_SAFETY.items()] for media in (JSON, PDF)}
POLICY_OF_A_PAGE = {
    _POLICY: "default-src 'none'; style-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}
"""Header of a page: it may load a stylesheet from this server, and nothing else."""


def headers_of(answer: Answer) -> list[tuple[str, str]]:
    """Lists the headers of an answer, except those of the connection."""
    if answer.headers:
        return list({"content-type": answer.media, **_SAFETY, **answer.headers}.items())
    return _HEADERS.get(answer.media) or [("content-type", answer.media), *_SAFETY.items()]


def respond(answer: Answer) -> Response:
    """Converts an answer to a Flask response."""
    return Response(answer.body, answer.status, headers_of(answer))
