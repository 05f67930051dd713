"""Test data of a target without control plane: users and listed orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from contracts.checks.supply import Caller, Sample
from contracts.konnect.operations import TOKEN_HEADER, WRITES, Operation, operation
from contracts.vocabulary import Filter
from scenarios.contract.tokens import Tokens
from scenarios.contract.unknown_ids import UnknownIds
from scenarios.language.actions import Caller as Who
from scenarios.targets.answers import UnreadableError
from scenarios.targets.http import Reply
from scenarios.targets.opening import Target

PAGE_SIZE = 20
"""Orders per status and store that are read."""
_USERS = (Who.COMPANY, Who.LOCATION)


class ListedOrders(UnknownIds):
    """Test data of a target without control plane, read once."""

    def __init__(self, target: Target, tokens: Tokens, *, allow_writes: bool) -> None:
        self.locations: Sequence[str] = target.locations
        self.avoid_lockout = True
        self._target = target
        self._tokens = tokens
        self._allow_writes = allow_writes
        self._users = [target.credentials[who] for who in _USERS if who in target.credentials]
        places = {Who.COMPANY: None, Who.LOCATION: target.locations[0]}
        self._callers = [
            Caller(tokens.fetch(target.credentials[who]), places[who])
            for who in _USERS
            if who in target.credentials
        ]
        self._samples = [sample for status in Filter for sample in self._listed(status)]

    @property
    def may_write(self) -> bool:
        """Whether writes are allowed and left."""
        pacer = self._target.wire.pacer
        return self._allow_writes and (pacer.writes_max is None or pacer.writes < pacer.writes_max)

    @property
    def orders(self) -> int:
        """Number of orders that were found."""
        return len(self._samples)

    def _listed(self, status: str) -> list[Sample]:
        row = operation("get_shipments")
        query = {"orderStatus": status, "locationCode": self.locations[0], "pageSize": PAGE_SIZE}
        token = self._callers[0].token
        reply = self._send(row, query, self._tokens.current(token))
        if reply.status in (401, 403):
            reply = self._send(row, query, self._tokens.renew(token) or token)
        try:
            shown = self._tokens.reading.shipments(reply.body) if reply.status == 200 else []
        except UnreadableError:
            return []
        return [_sample(entry) for entry in shown if entry.get("id")]

    def _send(self, row: Operation, query: Mapping[str, Any], token: str) -> Reply:
        return self._target.wire.send(
            self._tokens.recorder,
            row.method,
            row.path,
            query=query,
            headers={TOKEN_HEADER: token},
            touchpoint="get_orders",
        )

    def caller(self, rng: Random) -> Caller:
        """Choose any of the users."""
        return rng.choice(self._callers)

    def caller_of(self, token: str) -> Caller | None:
        """Return the owner of a token."""
        return next((caller for caller in self._callers if caller.token == token), None)

    def credentials(self, rng: Random) -> tuple[str, str]:
        """Choose the credentials of any user."""
        user = rng.choice(self._users)
        return user.username, user.password

    def is_user(self, name: str) -> bool:
        """Return whether the target file names a user."""
        return any(user.username == name for user in self._target.credentials.values())

    def fits(self, name: str, password: str) -> bool:
        """Return whether a password is right."""
        return any(
            (user.username, user.password) == (name, password) for user in self._target.credentials.values()
        )

    def sample(self, _caller: Caller, operation: str, rng: Random) -> Sample | None:
        """Choose a listed order.

        Returns None for a call that could change it, unless writes are allowed.
        """
        if not self._samples or (operation in WRITES and not self.may_write):
            return None
        return rng.choice(self._samples)

    def look(self, _caller: Caller, _order_ids: Sequence[str]) -> Mapping[str, Any]:
        """Return nothing: there is no control plane."""
        return {}

    def secrets(self) -> frozenset[str]:
        """Return all tokens and passwords."""
        return frozenset(self._tokens.secrets)

    def close(self) -> None:
        """Do nothing: the target keeps its orders."""


def _sample(shown: Mapping[str, Any]) -> Sample:
    rows = shown.get("orderItems")
    items = {
        str(row["orderItemId"]): row["quantity"]
        for row in (rows if isinstance(rows, list) else ())
        if isinstance(row, Mapping) and row.get("orderItemId") and isinstance(row.get("quantity"), int)
    }
    is_return = shown.get("forwardId") not in (None, shown["id"])
    number = shown.get("marketplaceInvoiceNumber")
    return Sample(str(shown["id"]), "return" if is_return else "sale", items, number if number else None)
