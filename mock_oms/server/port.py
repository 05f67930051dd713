"""Reserves a port before granian opens it.

granian neither refuses a port that another program uses nor reports the free one that it chose.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass


class PortError(OSError):
    """The address belongs to no interface, or the port is used."""


@dataclass(frozen=True)
class Address:
    """A numeric address with a reserved port."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only programs on this machine can reach the address."""
        return ipaddress.ip_address(self.host).is_loopback

    @property
    def url(self) -> str:
        """URL for this machine: loopback where the server listens on all addresses."""
        ip = ipaddress.ip_address(self.host)
        if ip.is_unspecified:
            ip = ipaddress.ip_address("127.0.0.1" if ip.version == 4 else "::1")
        return f"http://[{ip}]:{self.port}" if ip.version == 6 else f"http://{ip}:{self.port}"


@contextmanager
def held(host: str, port: int) -> Iterator[Address]:
    """Reserve a port while the body runs; 0 reserves any.

    Raises `PortError`.
    """
    family, address = _numeric(host)
    with socket.socket(family, socket.SOCK_STREAM) as holder:
        _bind(holder, address, host, port)
        taken = Address(address, holder.getsockname()[1])
        if sys.platform == "linux":
            _share_with_our_server(holder)
        else:  # there a bound socket would keep granian out as well
            holder.close()
        yield taken


def _share_with_our_server(holder: socket.socket) -> None:
    """Admit sockets that share the port on purpose, as granian's does.

    A second reservation of the port is refused.
    """
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 0)
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)


def _bind(holder: socket.socket, address: str, host: str, port: int) -> None:
    # Without this option a port stays in use for a minute after an earlier server closed its connections.
    holder.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        holder.bind((address, port))
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PortError(f"cannot listen on {host} port {port}: {reason}") from None


def _numeric(host: str) -> tuple[socket.AddressFamily, str]:
    """Return family and numeric form of a host; IPv4 is preferred."""
    try:
        found = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise PortError(f"cannot listen on {host}: {reason}") from None
    family, _, _, _, address = min(found, key=lambda entry: entry[0] != socket.AF_INET)
    return family, str(address[0])
