"""What a started server tells: a few lines for a person, one line of JSON for a program."""

from __future__ import annotations

import os

from mock_oms import __version__
from mock_oms.server.options import DEFAULT_LOCATIONS, DEFAULT_TENANT, ServerOptions
from mock_oms.server.port import Address
from mock_oms.store import opening


def ready_facts(url: str) -> dict[str, object]:
    """What the ready file says; `pid` is the process to stop."""
    return {
        "url": url,
        "pid": os.getpid(),
        "version": __version__,
        "tenant": DEFAULT_TENANT,
        "username": DEFAULT_TENANT,
        "password": DEFAULT_TENANT,
    }


def welcome(settings: ServerOptions, address: Address, *, key_is_new: bool = False) -> str:
    """Lines for the terminal: where it is, who may log in, and a first call to try."""
    rows = [
        ("address", address.url if address.is_loopback else f"{address.url} (listens on {address.host})"),
        ("company", f"username {DEFAULT_TENANT}, password {DEFAULT_TENANT}"),
        ("locations", f"{' and '.join(DEFAULT_LOCATIONS)}: the code is username and password"),
        ("documents", f"invoice by {settings.invoice_mode}, credit note by {settings.credit_note_mode}"),
    ]
    if settings.store_is_shared:
        rows.append(("store", opening.described(settings.store)))
    if settings.profile is not None:
        rows.append(("profile", str(settings.profile)))
    if settings.mutant is not None:
        rows.append(("mutant", f"{settings.mutant}: this server is wrong on purpose"))
    if key_is_new:
        rows.append(("control", f"send header x-control-key: {settings.control_key}"))
    token_call = f"{address.url}/aggregator/v1/token?username={DEFAULT_TENANT}&password={DEFAULT_TENANT}"
    rows += [("try", f"curl '{token_call}'"), ("stop", "Ctrl-C")]
    head = f"mock-oms {__version__} is ready"
    return "\n".join([head, *(f"  {name:<10}{text}" for name, text in rows)])
