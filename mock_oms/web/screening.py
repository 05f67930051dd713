"""Refuses oversized requests, and requests of foreign web pages.

Nothing of a request is parsed before it is screened, except the token of a touchpoint: the token names the
tenant in whose journal a refusal belongs.
A web page on the internet can make a browser call this machine. If its own name resolves to this machine
(DNS rebinding), the request carries that name in `Host`. A request from any other page carries the `Origin`
of the page.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from mock_oms.web.rejections import CallRefusal, CallRefusedError
from mock_oms.web.request import Request

PATH_MAX = 1_024
"""Characters of a path, decoded."""
QUERY_BYTES_MAX = 8 * 1024
"""Bytes of a query string, as request."""
PARAMETERS_MAX = 100
"""Parameters of a query string."""
HEADERS_MAX = 64
"""Headers of a request; the server decides whether headers of the same name count once or each."""
HEADER_BYTES_MAX = 16 * 1024
"""Bytes of all header values; the server closes a connection on much larger ones."""

HOST_CHARS_MAX = 253 + len(":65535")
"""Characters of the longest valid `Host` header: the longest name, and a port."""
ANY_HOST = "*"
_RESERVED = ("localhost", "internal", "test")
"""Top-level domains that cannot be registered on the internet."""
_READS = ("GET", "HEAD", "OPTIONS")
_PORTS = {"http": 80, "https": 443}


def check(request: Request, hosts: frozenset[str] | None) -> None:
    """Raises `CallRefusedError` if `refusal` finds a reason."""
    refused = refusal(request, hosts)
    if refused is not None:
        raise CallRefusedError(refused)


def refusal(request: Request, hosts: frozenset[str] | None) -> CallRefusal | None:
    """Returns the refusal of a request, if any.

    `hosts` are the names of this server, as for `is_ours`; None allows any name.
    """
    query = request.query
    if query and (len(query) > QUERY_BYTES_MAX or query.count("&") >= PARAMETERS_MAX):
        return _query_too_long(query)
    if len(request.path) > PATH_MAX:
        return CallRefusal(
            414, f"path: expected at most {PATH_MAX} characters, received {len(request.path)} characters"
        )
    if request.method != request.method.upper():  # "post" is not POST, but the framework would accept it
        return CallRefusal(400, f"method: expected it in capitals, received {request.method[:20]}")
    headers = request.headers
    if len(headers) > HEADERS_MAX or sum(map(len, headers.values())) > HEADER_BYTES_MAX:
        return _headers_too_large(request)
    if hosts is not None and not is_ours(request.headers.get("host", ""), hosts):
        return _foreign_host(request.headers.get("host", ""))
    return None


def _query_too_long(query: str) -> CallRefusal:
    if len(query) > QUERY_BYTES_MAX:
        return CallRefusal(
            414, f"query: expected at most {QUERY_BYTES_MAX} bytes, received {len(query)} bytes"
        )
    return CallRefusal(
        414, f"query: expected at most {PARAMETERS_MAX} parameters, received {query.count('&') + 1}"
    )


def _headers_too_large(request: Request) -> CallRefusal:
    size = sum(map(len, request.headers.values()))
    expected = f"at most {HEADERS_MAX} with {HEADER_BYTES_MAX} bytes of values"
    return CallRefusal(
        431, f"headers: expected {expected}, received {len(request.headers)} with {size} bytes"
    )


def _foreign_host(host: str) -> CallRefusal:
    return CallRefusal(
        403,
        f"header Host: expected a name of this machine, received {host[:100]!r}; "
        f"start the server with --allowed-hosts to let it in",
    )


def is_ours(host: str, hosts: frozenset[str]) -> bool:
    """Whether a `Host` header names this server.

    It does if it is one of `hosts` (`*` allows any), a numeric address, or a name that cannot be registered
    on the internet: one without a dot, such as `localhost` or a service of docker compose, or one that ends
    in `.localhost`, `.internal` or `.test`. A missing header is allowed, because browsers always send one.
    A header longer than `HOST_CHARS_MAX` is not.
    """
    if not host or ANY_HOST in hosts:
        return True
    return len(host) <= HOST_CHARS_MAX and _names_us(host, hosts)


@lru_cache(maxsize=256)
def _names_us(host: str, hosts: frozenset[str]) -> bool:
    name = _name(host)
    top = name.rpartition(".")[2]
    return name in hosts or _is_address(name) or (name != "" and (top == name or top in _RESERVED))


def _name(authority: str) -> str:
    """The name in `name:port`, in lower case; empty if there is none."""
    try:
        return (urlsplit(f"//{authority}").hostname or "").rstrip(".") if "@" not in authority else ""
    except ValueError:
        return ""


def _is_address(name: str) -> bool:
    try:
        ipaddress.ip_address(name)
    except ValueError:
        return False
    return True


def foreign_origin(request: Request) -> str | None:
    """Returns the foreign origin of a writing request, if any.

    Scheme, name and port are compared with those of the called address. A proxy says the address that it was
    called by in `X-Forwarded-Proto` and `X-Forwarded-Host`, which a page can send to its own server only.
    """
    origin = request.headers.get("origin", "")
    if not origin or request.method in _READS:
        return None
    scheme = request.headers.get("x-forwarded-proto", "http")
    called = request.headers.get("x-forwarded-host", "") or request.headers.get("host", "")
    own = _origin(f"{scheme}://{called}")
    return None if own and _origin(origin) == own else origin


def _origin(text: str) -> tuple[str, str, int] | None:
    """Scheme, name and port of an origin; None for any other text."""
    try:
        parts = urlsplit(text.lower())
        port = parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return None
    is_whole = text.lower() == f"{parts.scheme}://{parts.netloc}" and "@" not in parts.netloc
    return (parts.scheme, parts.hostname, port) if is_whole and parts.hostname and port else None
