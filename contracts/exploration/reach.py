"""Connects schemathesis to a WSGI callable, and its cases to observed calls."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from schemathesis.config import SchemathesisConfig
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case
from schemathesis.specs.openapi.schemas import OpenApiSchema
from schemathesis.transport.wsgi import WSGI_TRANSPORT, WSGITransport

from contracts.checks.violations import ObservedCall, parsed
from contracts.konnect.operations import TOKEN_HEADER

AnyCase = Case[Any]
WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]
_SOCKET_SETTINGS = ("max_redirects", "verify", "cert", "proxies")
_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


class _Transport(WSGITransport):
    """The WSGI transport; it also accepts the socket settings of probes."""

    def send(self, case: AnyCase, *, session: Any = None, **kwargs: Any) -> Response:
        """Sends the case; ignores socket settings."""
        kept = {name: value for name, value in kwargs.items() if name not in _SOCKET_SETTINGS}
        return super().send(case, session=session, **kept)


_TRANSPORT = _Transport()
_TRANSPORT._copy_serializers_from(WSGI_TRANSPORT)


class _Schema(OpenApiSchema):
    @property
    def transport(self) -> _Transport:
        return _TRANSPORT


def reached(document: dict[str, Any], app: WsgiApp, config: SchemathesisConfig) -> OpenApiSchema:
    """Returns the schema of a document, with its calls sent to `app`."""
    schema = _Schema(raw_schema=document, config=config.projects.get(document))
    schema.app = app
    return schema


def operation_names(document: Mapping[str, Any]) -> dict[str, str]:
    """Returns the operationIds by label of schemathesis: method and path."""
    return {
        f"{method.upper()} {path}": operation["operationId"]
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    }


def seen_of(case: AnyCase, response: Response, names: Mapping[str, str]) -> ObservedCall:
    """Returns the observed call of a case."""
    parts = urlsplit(str(response.request.url))
    body = response.request.body or b""
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    headers = {name: ", ".join(values) for name, values in response.headers.items()}
    return ObservedCall(
        operation=names[case.operation.label],
        method=str(response.request.method),
        path=parts.path,
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        sent=parsed(raw),
        status=response.status_code,
        media=headers.get("content-type", "").partition(";")[0].strip().lower(),
        content=response.content,
        headers=headers,
        token=str(response.request.headers.get(TOKEN_HEADER, "")),
    )
