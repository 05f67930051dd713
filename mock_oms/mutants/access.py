"""Defects in permissions."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.konnect.operations import TOKEN_HEADER
from mock_oms.domain.users import Session, UserStore
from mock_oms.mutants.hooks import Work
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced
from mock_oms.web.call import Call
from mock_oms.web.konnect import TOUCHPOINTS, documents, orders, queries, returns

_LONG = timedelta(days=36_500)
_EARLY = timedelta(minutes=10)


def _as_company(call: Call) -> Call:
    """Returns a copy of the call with a company token."""
    other = Call(call.server, call.request, call.started, call.operation)
    other.tenant, other.body, other.query, other.orders = call.tenant, call.body, call.query, call.orders
    other.profile, other.session = call.profile, replace(call.caller, location=None)
    return other


def _other_location(module: Any, name: str) -> Apply:
    """Processes one order with a company token."""

    def changed(work: Work, tx: Any, call: Call, *rest: Any) -> Any:
        return work(tx, _as_company(call), *rest)

    return replaced(module, name, changed)


def _life(change: timedelta) -> Apply:
    """Changes the lifetime of tokens."""

    def changed(session: Callable[..., Session | None], users: UserStore, token: str) -> Session | None:
        found = session(users, token)
        return replace(found, expires_at=found.expires_at + change) if found else None

    return replaced(UserStore, "session", changed)


def _as_default(wanted: Callable[[str], bool]) -> Apply:
    """Takes unknown tokens that are `wanted` for the first company's."""

    def changed(authorize: Callable[[Call], None], call: Call) -> None:
        store = call.server.store
        token = call.request.headers.get(TOKEN_HEADER, "")
        known = store.directory().session(token) if token else None
        needed = call.operation is not None and call.operation.needs_token
        if known is not None or not wanted(token) or not needed:
            authorize(call)
            return
        call.tenant = first = store.names()[0]
        call.session = Session(first, first, None, store.settings(first).clock.now() + _LONG)
        call.profile = call.settings.profile

    return replaced(TOUCHPOINTS, "authorize", changed)


def _other_company(method: str) -> Apply:
    """Lets tokens access all companies' orders, in calls with `method`."""

    def changed(authorize: Callable[[Call], None], call: Call) -> None:
        authorize(call)
        if call.session is not None and call.request.method == method:
            owner = _owner(call, _named_orders(call))
            call.tenant = owner or call.tenant
            call.session = replace(call.session, tenant=owner) if owner else call.session

    return replaced(TOUCHPOINTS, "authorize", changed)


def _named_orders(call: Call) -> list[str]:
    named = [value for name, value in call.parameters if name == "orderId"]
    try:
        body = json.loads(call.request.body or b"[]")
    except ValueError:
        return named
    rows = body if isinstance(body, list) else []
    return [*named, *(str(row.get("orderId")) for row in rows if isinstance(row, dict))]


def _owner(call: Call, ids: list[str]) -> str | None:
    store = call.server.store
    for tenant in store.names():
        with store.read(tenant) as tx:
            if any(tx.get(order_id) for order_id in ids):
                return tenant
    return None


_OTHER_LOCATIONS = (
    ("confirms", "confirms the order", orders, "_confirm"),
    ("cancels", "cancels the order", orders, "_cancel"),
    ("invoices", "invoices the order", documents, "_update"),
    ("prints", "prints the order", documents, "_paper"),
    ("accepts-returns", "accepts the return", returns, "_accept"),
)

DEFECTS: Defects = {
    Kind.ACCESS: {
        "other-company-reads: a token of another company reads the order": _other_company("GET"),
        "other-company-writes: a token of another company changes the order": _other_company("POST"),
        **{
            f"other-location-{name}: a token of another store {does}": _other_location(module, function)
            for name, does, module, function in _OTHER_LOCATIONS
        },
        "other-location-reads: a token of another store reads the order": replaced(
            queries,
            "_by_id",
            lambda by_id, call, order_id, wanted: by_id(
                _as_company(call), order_id, wanted._replace(location=None)
            ),
        ),
        "expired-token-accepted: tokens never expire": _life(_LONG),
        "token-ends-early: tokens end ten minutes too early": _life(-_EARLY),
        "any-password-accepted: passwords are not checked": replaced(
            UserStore,
            "authenticate",
            lambda right, users, name, password: right(users, name, password) or users.user(name),
        ),
        "made-up-token-accepted: any text is taken for a token": _as_default(bool),
        "no-token-accepted: a call without token is answered": _as_default(lambda token: not token),
    }
}
