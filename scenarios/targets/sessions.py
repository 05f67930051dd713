"""HTTP sessions of the runner, with bounded answers."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection

from contracts.bounded_response import BoundedResponse


class _Connection(HTTPConnection):
    response_class = BoundedResponse


class _TlsConnection(HTTPSConnection):
    response_class = BoundedResponse


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


_POOLS = {"http": _Pool, "https": _TlsPool}


class _BoundedAdapter(HTTPAdapter):
    """Sends with connections whose answers are bounded."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _POOLS

    def proxy_manager_for(self, *args: Any, **kwargs: Any) -> Any:
        manager = super().proxy_manager_for(*args, **kwargs)
        manager.pool_classes_by_scheme = _POOLS
        return manager


def open_session(url: str) -> requests.Session:
    """Return a session for the target at `url`.

    The proxy variables of the environment count only for other machines.
    """
    session = requests.Session()
    session.trust_env = not is_loopback(url)
    session.auth = lambda request: request  # else requests looks for a password in .netrc
    for scheme in ("http://", "https://"):
        session.mount(scheme, _BoundedAdapter())
    return session


def is_loopback(url: str) -> bool:
    """Return whether the host of a URL is this machine."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
