"""Defects in who may see and do what."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from contracts.konnect.operations import TOKEN_HEADER
from mock_oms.domain.users import Session, User, UserStore
from mock_oms.mutants.hooks import as_company, per_order
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.web import dispatch
from mock_oms.web.call import Answer, Call
from mock_oms.web.konnect import documents, orders, queries, returns

_LONG = timedelta(days=36_500)
_EARLY = timedelta(minutes=10)


def _other_location(module: Any, name: str) -> Apply:
    """One order's work is done as if the token were the company's."""

    def around(work: Callable[..., Any]) -> Callable[..., Any]:
        return lambda tx, call, *rest: work(tx, as_company(call), *rest)

    return per_order(module, name, around)


def _other_location_reads(patch: Patch) -> None:
    def around(by_id: Callable[..., Answer]) -> Callable[..., Answer]:
        return lambda call, order_id, wanted: by_id(
            as_company(call), order_id, wanted._replace(location=None)
        )

    patch.wrap(queries, "_by_id", around)


def _life(change: timedelta) -> Apply:
    """Tokens end earlier or later."""

    def around(session: Callable[..., Session | None]) -> Callable[..., Session | None]:
        def changed(directory: UserStore, token: str) -> Session | None:
            found = session(directory, token)
            return replace(found, expires_at=found.expires_at + change) if found else None

        return changed

    return lambda patch: patch.wrap(UserStore, "session", around)


def _any_password(patch: Patch) -> None:
    def around(right: Callable[..., User | None]) -> Callable[..., User | None]:
        def changed(directory: UserStore, username: str, password: str) -> User | None:
            return right(directory, username, password) or directory.user(username)

        return changed

    patch.wrap(UserStore, "authenticate", around)


def _as_default(wanted: Callable[[str], bool]) -> Apply:
    """A call whose token is not known, and is `wanted`, is taken for one of the company that came first."""

    def apply(patch: Patch) -> None:
        def around(authenticate: Callable[[Call], None]) -> Callable[[Call], None]:
            def changed(call: Call) -> None:
                directory = call.server.store.directory()
                token = call.request.headers.get(TOKEN_HEADER, "")
                known = directory.session(token) if token else None
                if (
                    known is not None
                    or not wanted(token)
                    or not (call.operation and call.operation.needs_token)
                ):
                    authenticate(call)
                    return
                first = call.server.store.names()[0]
                call.tenant = first
                call.session = Session(
                    first, first, None, call.server.store.settings(first).clock.now() + _LONG
                )
                call.profile = call.settings.profile

            return changed

        patch.wrap(dispatch, "_authenticate", around)

    return apply


def _other_company(method: str) -> Apply:
    """The token of any company opens the orders of all, in calls with this method."""

    def apply(patch: Patch) -> None:
        def around(authenticate: Callable[[Call], None]) -> Callable[[Call], None]:
            def changed(call: Call) -> None:
                authenticate(call)
                if call.session is not None and call.request.method == method:
                    owner = _owner(call, _asked(call))
                    call.tenant = owner or call.tenant
                    call.session = replace(call.session, tenant=owner) if owner else call.session

            return changed

        patch.wrap(dispatch, "_authenticate", around)

    return apply


def _asked(call: Call) -> list[str]:
    """Ids of orders that a call names; its body is kept for whoever reads it next."""
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


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.ACCESS, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant("other-company-reads", "a token of another company reads the order", _other_company("GET")),
    _mutant("other-company-writes", "a token of another company changes the order", _other_company("POST")),
    _mutant(
        "other-location-confirms",
        "a token of another store confirms the order",
        _other_location(orders, "_confirm"),
    ),
    _mutant(
        "other-location-cancels",
        "a token of another store cancels the order",
        _other_location(orders, "_cancel"),
    ),
    _mutant(
        "other-location-invoices",
        "a token of another store invoices the order",
        _other_location(documents, "_update"),
    ),
    _mutant(
        "other-location-prints",
        "a token of another store prints the order",
        _other_location(documents, "_paper"),
    ),
    _mutant(
        "other-location-accepts-returns",
        "a token of another store accepts the return",
        _other_location(returns, "_accept"),
    ),
    _mutant("other-location-reads", "a token of another store reads the order", _other_location_reads),
    _mutant("expired-token-accepted", "tokens never expire", _life(_LONG)),
    _mutant("token-ends-early", "tokens end ten minutes before their time", _life(-_EARLY)),
    _mutant("any-password-accepted", "passwords are not looked at", _any_password),
    _mutant("made-up-token-accepted", "any text is taken for a token", _as_default(bool)),
    _mutant("no-token-accepted", "a call without token is answered", _as_default(lambda token: not token)),
)
