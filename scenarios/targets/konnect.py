"""The Konnect client: tokens, and a method per kind of call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from contracts.konnect.operations import TOKEN_HEADER, Operation, operation
from contracts.konnect.operations import Reply as Kind
from scenarios.language.actions import UNKNOWN_ID, Caller
from scenarios.records.recorder import StepRecorder
from scenarios.targets.answers import Reading, Shipment, UnreadableError
from scenarios.targets.http import Reply, Wire
from scenarios.targets.open_points import AFTER_END_STATUSES, Call
from scenarios.targets.paging import pages_of

MADE_UP_TOKEN = "00000000-0000-4000-8000-000000000000"  # noqa: S105 - an unknown token
OF_THE_COMPANY = (Caller.AGED, Caller.EXPIRED, Caller.KEPT)
"""Further tokens of the company."""
NEVER_RENEWED = (*OF_THE_COMPANY, Caller.MADE_UP, Caller.NOBODY)
"""Callers whose token is meant to be refused."""
TOKENS_TRIED = 8
"""Most texts of a token answer that are tried as token."""
RENEWALS = 2
"""Fresh tokens for a call; a login of a parallel flow may end the first one at once."""
PAGE_SIZE = 100
"""Default number of shipments per page."""


class NoCredentialsError(Exception):
    """No credentials are known for this caller."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """A user of the token call, without secrets in its repr.

    `variables` are the names of the environment variables that hold both.
    """

    username: str = field(repr=False)
    password: str = field(repr=False)
    variables: tuple[str, ...] = ()


@dataclass(slots=True)
class Tokens:
    """Tokens by caller; shared by threads."""

    held: dict[Caller, str] = field(default_factory=dict)
    asked: dict[str, tuple[str, float]] = field(default_factory=dict, repr=False)
    """User -> its newest token, and when it came."""
    lock: threading.RLock = field(default_factory=threading.RLock)


@dataclass(frozen=True, slots=True)
class Konnect:
    """The aggregator's client of one target, for one step."""

    wire: Wire
    credentials: Mapping[Caller, Credentials]
    reading: Reading
    recorder: StepRecorder
    tokens: Tokens = field(default_factory=Tokens)

    def at(self, recorder: StepRecorder) -> Konnect:
        """Return this client, recording into another step."""
        reading = self.reading.at(recorder.flow, recorder.step)
        return replace(self, recorder=recorder, reading=reading)

    def ask_token(self, by: Caller, password: str | None = None, without: str = "") -> Reply:
        """Call the token operation.

        `password` replaces the right one; the parameter `without` is left out.
        """
        known = self._credentials(by)
        query = {"username": known.username, "password": known.password if password is None else password}
        query.pop(without, None)
        reply = self._send("generate_token", "generate_token", query=query)
        if reply.status == 200 and password is None and not without:
            self._remember_login(by, reply.body)
        return reply

    def _remember_login(self, by: Caller, answer: Any) -> None:
        """Remember a user's newest token; use it only as `KEPT`."""
        found = self._texts(answer)
        if found:
            self.tokens.asked[self._credentials(by).username] = (found[0], time.monotonic())
        if found and by is Caller.KEPT:
            self.tokens.held[by] = self._right_token(answer)

    def _texts(self, answer: Any) -> list[str]:
        """Return the texts of a token answer that may be the token."""
        try:
            return [text for _, text in self.reading.tokens(answer)]
        except UnreadableError:
            return []

    def token(self, by: Caller) -> str:
        """Return a cached token, or fetch one; raises `UnreadableError`."""
        if by is Caller.MADE_UP:
            return MADE_UP_TOKEN
        with self.tokens.lock:
            if by not in self.tokens.held:
                self.tokens.held[by] = self._fresh_token(by)
            return self.tokens.held[by]

    def call(
        self,
        name: str,
        touchpoint: str,
        *,
        by: Caller = Caller.COMPANY,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
    ) -> Reply:
        """Call an operation with a token; renew a refused token.

        It may have expired, or a newer login may have ended it.
        """
        token = None if by is Caller.NOBODY else self.token(by)
        left = 0 if by in NEVER_RENEWED else RENEWALS
        refusals: list[tuple[int, str, tuple[str, float]]] = []
        while True:
            reply = self._send(name, touchpoint, by=by, token=token, query=query, body=body, key=key)
            if not left or token is None or reply.status not in (401, 403):
                break
            refusals.append((reply.status, token, self._newest(by)))
            token, is_fresh = self._renewed(by, token)
            left -= is_fresh
        for status, refused, last in refusals:
            if status != reply.status:
                self._meet_renewal(status, refused, last)
        if by is Caller.KEPT:
            self.reading.meet("newer_login_ends_token", reply.status in (401, 403))
        return reply

    def _renewed(self, by: Caller, refused: str) -> tuple[str, bool]:
        """Return another token than the refused one, and whether it is fresh.

        One that another thread has fetched since may be refused too: it is then replaced in turn.
        """
        with self.tokens.lock:
            if self.tokens.held.get(by) not in (None, refused):
                return self.tokens.held[by], False
            self.forget(by)
            return self.token(by), True

    def _meet_renewal(self, refusal: int, refused: str, last: tuple[str, float]) -> None:
        """Note why a token was refused: a newer login, or its age."""
        self.reading.meet("unauthorized_status", refusal)
        newest, since = last
        age_s = round(time.monotonic() - since)
        if newest and newest != refused:
            self.reading.meet("newer_login_ends_token", True)
        elif newest and age_s and not self.reading.has_met("token_ttl_s"):
            self.reading.meet("token_ttl_s", age_s)

    def _newest(self, by: Caller) -> tuple[str, float]:
        """Return the newest token of the user, and when it came."""
        return self.tokens.asked.get(self._credentials(by).username, ("", 0.0))

    def forget(self, by: Caller) -> None:
        """Discard the cached token of a caller."""
        with self.tokens.lock:
            self.tokens.held.pop(by, None)

    def order(self, order_id: str, by: Caller = Caller.COMPANY) -> Shipment | None:
        """Read a shipment by id; None if it is unknown; raises `UnreadableError`."""
        reply = self.call("get_shipments", "get_order_by_id", by=by, query={"orderId": order_id})
        return self.reading.order(reply.status, reply.body, order_id)

    def listed(
        self,
        filter_word: str,
        location: str | None,
        *,
        touchpoint: str = "get_orders",
        by: Caller = Caller.COMPANY,
        channel: str | None = None,
    ) -> list[Shipment]:
        """List all shipments of a filter; raises `UnreadableError`."""
        query = {"orderStatus": filter_word, "pageSize": self.page_size()}
        query |= {"locationCode": location} if location else {}
        query |= {"orderingChannel": channel} if channel else {}

        def page(number: int) -> list[Shipment]:
            numbered = {**query, "pageNumber": number}
            return self.page(self.call("get_shipments", touchpoint, by=by, query=numbered), number)

        return [entry for found in self.pages(page) for entry in found]

    def pages(
        self, fetch: Callable[[int], list[Shipment]], wanted: int = PAGE_SIZE
    ) -> Iterator[list[Shipment]]:
        """Yield the pages of a list; `fetch` gets their numbers."""
        asked = self.page_size(wanted)
        return pages_of(fetch, asked, lambda size: self.reading.meet_page_size(asked, size))

    def page_size(self, wanted: int = PAGE_SIZE) -> int:
        """Limit a page size to that of the profile."""
        return min(wanted, self.reading.profile.page_size_max) if self.reading.profile else wanted

    def page(self, reply: Reply, number: int) -> list[Shipment]:
        """Return the shipments on a page; raises `UnreadableError`."""
        if number > 1 and reply.status in AFTER_END_STATUSES:
            return []
        if reply.status != 200:
            raise UnreadableError(f"HTTP {reply.status} came")
        return self.reading.shipments(reply.body)

    def _send(
        self,
        name: str,
        touchpoint: str,
        *,
        by: Caller | None = None,
        token: str | None = None,
        query: Mapping[str, Any] | None = None,
        body: Any = None,
        key: str | None = None,
    ) -> Reply:
        row = operation(name)
        headers = {} if token is None else {TOKEN_HEADER: token}
        reply = self._exchange(row, touchpoint, headers, query, body=body, key=key)
        self.reading.see(
            Call(
                row,
                by,
                query or {},
                body,
                reply.status,
                reply.headers,
                reply.body,
                reply.content,
                self.reading.place,
            )
        )
        return reply

    def _exchange(
        self,
        row: Operation,
        touchpoint: str,
        headers: Mapping[str, str],
        query: Mapping[str, Any] | None,
        *,
        body: Any = None,
        key: str | None = None,
    ) -> Reply:
        secrets = self._texts if row.reply is Kind.TOKEN else lambda _answer: []
        return self.wire.send(
            self.recorder,
            row.method,
            row.path,
            query=query,
            headers=headers,
            body=body,
            touchpoint=touchpoint,
            key=key,
            secrets=secrets,
        )

    def _fresh_token(self, by: Caller) -> str:
        reply = self.ask_token(by)
        if reply.status != 200:
            raise UnreadableError(f"the token call was answered HTTP {reply.status}")
        return self._right_token(reply.body)

    def _right_token(self, answer: Any) -> str:
        """Return the token of an answer; raises `UnreadableError`."""
        found = self.reading.tokens(answer)
        path, token = found[0] if len(found) == 1 else self._tried(found)
        self.reading.meet_token(path)
        return token

    def _tried(self, found: list[tuple[str, str]]) -> tuple[str, str]:
        """Return the text of a token answer that works as token.

        A field of a usual name is taken as it is. Raises `UnreadableError` if none works.
        """
        if self.reading.is_usual(found[0][0]):
            return found[0]
        row = operation("get_shipments")
        for path, token in found[:TOKENS_TRIED]:
            reply = self._exchange(row, "get_order_by_id", {TOKEN_HEADER: token}, {"orderId": UNKNOWN_ID})
            if reply.status not in (401, 403):
                return path, token
        names = ", ".join(path for path, _ in found[:TOKENS_TRIED])
        raise UnreadableError(
            f"none of the fields {names} works as {TOKEN_HEADER}. Name the right one as token_field in the "
            "profile of the target file"
        )

    def _credentials(self, by: Caller) -> Credentials:
        asked = Caller.COMPANY if by in OF_THE_COMPANY else by
        known = self.credentials.get(asked)
        if known is None and asked is Caller.COMPANY:
            known = self.credentials.get(Caller.LOCATION)
        if known is None:
            raise NoCredentialsError(f"there are no credentials of the kind {by}")
        return known
