"""What is refused before anybody looks at a call: addresses that are too long, and calls made by web pages.

A web page on the internet can make a browser call this machine. What it asks for at a name of its own that
it has pointed here (DNS rebinding) carries that name in `Host`; what it sends from elsewhere carries its
`Origin`.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from urllib.parse import urlsplit

from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import Request

PATH_MAX = 1_024
"""Characters of a path, decoded."""
QUERY_BYTES_MAX = 8 * 1024
"""Bytes of a query string, as sent."""
PARAMETERS_MAX = 100
"""Parameters of a query string."""
HEADERS_MAX = 64
"""Headers of a request; those of the same name count once, or each, as the server hands them over."""
HEADER_BYTES_MAX = 16 * 1024
"""Bytes of their values together; the server itself closes a connection on much larger ones."""

HOST_CHARS_MAX = 253 + len(":65535")
"""Characters of a `Host` header that can name anything: the longest name, and a port."""
ANY_HOST = "*"
_NOBODYS = ("localhost", "internal", "test")
"""Top-level names that nobody can own on the internet."""
_READS = ("GET", "HEAD", "OPTIONS")


def refusal(sent: Request, hosts: frozenset[str] | None) -> CallRefusal | None:
    """Why a call goes no further, if it does not; `hosts` as for `is_ours`, None when any name is fine."""
    query = sent.query
    if query and (len(query) > QUERY_BYTES_MAX or query.count("&") >= PARAMETERS_MAX):
        return _query_too_long(query)
    if len(sent.path) > PATH_MAX:
        return CallRefusal(
            414, f"path: expected at most {PATH_MAX} characters, received {len(sent.path)} characters"
        )
    if sent.method != sent.method.upper():  # "post" is no POST, and the framework would take it for one
        return CallRefusal(400, f"method: expected it in capitals, received {sent.method[:20]}")
    headers = sent.headers
    if len(headers) > HEADERS_MAX or sum(map(len, headers.values())) > HEADER_BYTES_MAX:
        return _headers_too_large(sent)
    if hosts is not None and not is_ours(sent.headers.get("host", ""), hosts):
        return _foreign_host(sent.headers.get("host", ""))
    return None


def _query_too_long(query: str) -> CallRefusal:
    if len(query) > QUERY_BYTES_MAX:
        return CallRefusal(
            414, f"query: expected at most {QUERY_BYTES_MAX} bytes, received {len(query)} bytes"
        )
    return CallRefusal(
        414, f"query: expected at most {PARAMETERS_MAX} parameters, received {query.count('&') + 1}"
    )


def _headers_too_large(sent: Request) -> CallRefusal:
    size = sum(map(len, sent.headers.values()))
    expected = f"at most {HEADERS_MAX} with {HEADER_BYTES_MAX} bytes of values"
    return CallRefusal(431, f"headers: expected {expected}, received {len(sent.headers)} with {size} bytes")


def _foreign_host(host: str) -> CallRefusal:
    return CallRefusal(
        403,
        f"header Host: expected a name of this machine, received {host[:100]!r}; "
        f"start the server with --allowed-hosts to let it in",
    )


def is_ours(host: str, hosts: frozenset[str]) -> bool:
    """Whether a `Host` header can only mean this server, or is one of `hosts` (`*`: any).

    Fine are numeric addresses and names that nobody on the internet can point here: names without a dot, such
    as `localhost` or a service of docker compose, and what ends in `.localhost`, `.internal` or `.test`.
    No header is fine too: browsers always send one. Longer ones than `HOST_CHARS_MAX` are nobody's.
    """
    if not host or ANY_HOST in hosts:
        return True
    return len(host) <= HOST_CHARS_MAX and _means_us(host, hosts)


@lru_cache(maxsize=256)
def _means_us(host: str, hosts: frozenset[str]) -> bool:
    name = _name(host)
    top = name.rpartition(".")[2]
    return name in hosts or _is_address(name) or (name != "" and (top == name or top in _NOBODYS))


def _name(authority: str) -> str:
    """The name in `name:port`, in lower case; empty when it has none."""
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


def foreign_origin(sent: Request, hosts: frozenset[str] | None) -> str | None:
    """The origin of the page that makes this write, when it is not one of this server's pages."""
    origin = sent.headers.get("origin", "")
    if not origin or sent.method in _READS:
        return None
    authority = origin.partition("://")[2].lower()
    own = authority != "" and authority == sent.headers.get("host", "").lower()
    return None if own or _name(authority) in (hosts or ()) else origin
