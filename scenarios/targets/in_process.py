"""Transport to a Python application in this process, for `requests`."""

from __future__ import annotations

import importlib
import io
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

import requests
from requests.adapters import BaseAdapter
from requests.structures import CaseInsensitiveDict

WsgiApp = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

IN_PROCESS_URL = "http://mock.in-process"


class AppImportError(ValueError):
    """An import string without an application; the message names the wrong part."""


def load_app(import_string: str, options: Mapping[str, Any] | None = None) -> WsgiApp:
    """Create the application of `package.module:factory` with `options`; raises `AppImportError`."""
    module_name, _, factory_name = import_string.partition(":")
    try:
        factory = getattr(importlib.import_module(module_name), factory_name)
    except (ImportError, AttributeError) as error:
        raise AppImportError(f"{import_string!r} cannot be imported: {error}") from None
    app: WsgiApp = factory(dict(options or {}))
    return app


class WsgiAdapter(BaseAdapter):
    """An adapter that sends prepared requests to a WSGI application."""

    def __init__(self, app: WsgiApp) -> None:
        super().__init__()
        self._app = app

    def send(  # noqa: PLR0917 - the signature is that of requests
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: Any = True,
        cert: Any = None,
        proxies: Any = None,
    ) -> requests.Response:
        """Return the application's answer; connection options have no effect."""
        started: dict[str, Any] = {}

        def start_response(status: str, headers: list[tuple[str, str]], error: Any = None) -> Any:
            started.update(status=status, headers=headers)
            return io.BytesIO().write

        parts = self._app(environ_of(request), start_response)
        try:
            content = b"".join(parts)
        finally:
            close = getattr(parts, "close", None)
            if close:
                close()
        return _response(request, started, content)

    def close(self) -> None:
        """Do nothing: no connection is open."""


def in_process_session(app: WsgiApp) -> requests.Session:
    """Return a session that sends each call to `app`."""
    session = requests.Session()
    session.trust_env = False
    session.mount("http://", WsgiAdapter(app))
    return session


def environ_of(request: requests.PreparedRequest) -> dict[str, Any]:
    """Build the WSGI environment of a prepared request."""
    parts = urlsplit(request.url or IN_PROCESS_URL)
    body = request.body or b""
    content = body.encode() if isinstance(body, str) else bytes(body)
    environ: dict[str, Any] = {
        "REQUEST_METHOD": request.method or "GET",
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path or "/", "latin-1"),
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname or "mock.in-process",
        "SERVER_PORT": str(parts.port or 80),
        "SERVER_PROTOCOL": "HTTP/1.1",
        "REMOTE_ADDR": "127.0.0.1",
        "CONTENT_LENGTH": str(len(content)),
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(content),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in request.headers.items():
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}"] = value
    return environ


def _response(
    request: requests.PreparedRequest, started: Mapping[str, Any], content: bytes
) -> requests.Response:
    code, _, reason = str(started.get("status", "500 no answer was started")).partition(" ")
    response = requests.Response()
    response.status_code = int(code)
    response.reason = reason
    response.headers = CaseInsensitiveDict(started.get("headers", ()))
    response.raw = io.BytesIO(content)
    response.encoding = "utf-8"
    response.url = request.url or IN_PROCESS_URL
    response.request = request
    return response
