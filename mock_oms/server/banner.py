"""Output of a started server: a banner for people, JSON for programs."""

from __future__ import annotations

import os

from contracts.control.defaults import DEFAULT_LOCATIONS, DEFAULT_TENANT
from mock_oms import __version__
from mock_oms.server.options import ServerOptions
from mock_oms.server.port import Address
from mock_oms.store import opening


def ready_facts(url: str) -> dict[str, object]:
    """Return the content of the ready file; `pid` is the parent process."""
    return {
        "url": url,
        "pid": os.getpid(),
        "version": __version__,
        "tenant": DEFAULT_TENANT,
        "username": DEFAULT_TENANT,
        "password": DEFAULT_TENANT,
    }


def welcome(options: ServerOptions, address: Address, *, key_is_new: bool = False) -> str:
    """Format the banner: address, credentials, and a first call to try."""
    rows = [
        ("address", address.url if address.is_loopback else f"{address.url} (listens on {address.host})"),
        ("company", f"username {DEFAULT_TENANT}, password {DEFAULT_TENANT}"),
        ("locations", f"{' and '.join(DEFAULT_LOCATIONS)}: the code is username and password"),
        ("documents", f"invoice by {options.invoice_mode}, credit note by {options.credit_note_mode}"),
    ]
    if options.store_is_shared:
        rows.append(("store", opening.described(options.store)))
    if options.profile is not None:
        rows.append(("profile", str(options.profile)))
    if options.mutant is not None:
        rows.append(("mutant", f"{options.mutant}: this server is wrong on purpose"))
    if key_is_new:
        rows.append(("control", f"send header x-control-key: {options.control_key}"))
    token_call = f"{address.url}/aggregator/v1/token?username={DEFAULT_TENANT}&password={DEFAULT_TENANT}"
    rows += [("try", f"curl '{token_call}'"), ("stop", "Ctrl-C")]
    head = f"mock-oms {__version__} is ready"
    return "\n".join([head, *(f"  {name:<10}{text}" for name, text in rows)])
