"""The aggregator under load: calls Konnect and checks each answer."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar
from urllib.parse import urlencode

from contracts.konnect.operations import TOKEN_HEADER, operation
from scenarios.load.call import JSON_HEADERS, TITLES, Answer, LoadRequest, Sender, WrongError, json_body
from scenarios.targets.answers import Reading, Shipment, UnreadableError
from scenarios.targets.konnect import Credentials
from scenarios.targets.paging import Pages

T = TypeVar("T")

PAGES_LIMIT = 20
"""Pages of a list that are searched for an order."""


@dataclass(slots=True)
class Aggregator:
    """One integration with its own token."""

    sender: Sender
    credentials: Credentials
    reading: Reading
    _token: str = field(default="", repr=False)

    def log_in(self) -> None:
        """Fetch a token; raises `WrongError`."""
        row = operation("generate_token")
        query = urlencode({"username": self.credentials.username, "password": self.credentials.password})
        request = LoadRequest(TITLES["generate_token"], row.method, f"{row.path}?{query}")
        self._token = self.sender.send(request, lambda answer: self._read(self.reading.token, answer))

    def find(self, touchpoint: str, word: str, location: str, ids: Collection[str]) -> list[Shipment]:
        """Find orders in the list of a status at a store.

        Raises `WrongError` for a missing order.
        """
        missing, found = set(ids), list[Shipment]()
        size = self.reading.profile.page_size_max if self.reading.profile else 100
        query = {"orderStatus": word, "locationCode": location, "pageSize": size}
        pages = Pages(PAGES_LIMIT)
        goes_on = True

        def judge(answer: Answer) -> list[Shipment]:
            nonlocal goes_on
            page = self._read(self.reading.shipments, answer)
            here = [entry for entry in page if str(entry.get("id")) in missing]
            missing.difference_update(str(entry["id"]) for entry in here)
            goes_on = pages.add(page)
            _none_missing(word, missing, len(ids), is_end=not goes_on)
            _all_right(self.reading, word, here)
            return here

        while missing and goes_on:
            found += self._get(touchpoint, {**query, "pageNumber": len(pages.read) + 1}, judge)
        return found

    def expect(self, order_id: str, word: str) -> Shipment:
        """Read an order, which must have the status `word`; raises `WrongError`."""

        def judge(answer: Answer) -> Shipment:
            page = self._read(self.reading.shipments, answer)
            here = [entry for entry in page if str(entry.get("id")) == order_id]
            _none_missing("its id", set() if here else {order_id}, 1, is_end=True)
            _all_right(self.reading, word, here)
            return here[0]

        return self._get("get_order_by_id", {"orderId": order_id}, judge)

    def confirm(self, ids: Sequence[str]) -> None:
        """Confirm orders; raises `WrongError` if one is refused."""
        self._bulk("confirm", "confirm", [{"orderId": one} for one in ids])

    def push(self, ids: Sequence[str], kind: str) -> None:
        """Push invoices (`sale`) or credit notes (`return`).

        Their numbers are made from the ids.
        """
        prefix, touchpoint = {"sale": ("INV", "update_invoice"), "return": ("CN", "credit_note")}[kind]
        rows = [
            {"orderId": one, "invoiceNumber": f"{prefix}-{one}"[-16:], "invoiceType": kind} for one in ids
        ]
        self._bulk("invoice_update", touchpoint, rows)

    def accept(self, returns: Sequence[str]) -> None:
        """Accept complete returns; raises `WrongError` if one is refused."""
        self._bulk("accept_return", "return", [{"orderId": one} for one in returns])

    def fetch(self, name: str, touchpoint: str, ids: Sequence[str]) -> None:
        """Fetch documents as one PDF; raises `WrongError` for any other answer."""
        self._post(name, touchpoint, [{"orderId": one} for one in ids], _is_pdf)

    def _bulk(self, name: str, touchpoint: str, rows: list[dict[str, Any]]) -> None:
        self._post(name, touchpoint, rows, lambda answer: self._all_accepted(answer, len(rows)))

    def _all_accepted(self, answer: Answer, orders: int) -> None:
        body = answer.json(200)
        if not isinstance(body, Mapping):
            raise WrongError("the answer of a bulk call is no object")
        failed, errors = body.get("failedCount"), body.get("errors")
        if failed or errors:
            raise WrongError(f"{failed} of {orders} orders refused: {self._codes(errors)}")
        if body.get("successCount") != orders:
            raise WrongError(f"successCount {body.get('successCount')} came for {orders} orders")

    def _codes(self, errors: Any) -> str:
        key = self.reading.profile.error_code_key if self.reading.profile else "errorCode"
        items = errors if isinstance(errors, list) else []
        codes = {str(item.get(key)) for item in items if isinstance(item, Mapping)}
        return ", ".join(sorted(codes)) or "without a reason"

    def _read(self, read: Callable[[Any], T], answer: Answer) -> T:
        try:
            return read(answer.json(200))
        except UnreadableError as error:
            raise WrongError(str(error)) from None

    def _get(self, touchpoint: str, query: Mapping[str, Any], judge: Callable[[Answer], T]) -> T:
        row = operation("get_shipments")
        path = f"{row.path}?{urlencode(query)}"
        return self._send(
            LoadRequest(TITLES[touchpoint], row.method, path, {TOKEN_HEADER: self._token}), judge
        )

    def _post(self, name: str, touchpoint: str, body: Any, judge: Callable[[Answer], T]) -> T:
        row = operation(name)
        headers = {**JSON_HEADERS, TOKEN_HEADER: self._token}
        return self._send(
            LoadRequest(TITLES[touchpoint], row.method, row.path, headers, json_body(body)), judge
        )

    def _expired(self, status: int) -> bool:
        profile = self.reading.profile
        return status in (401, 403) or bool(profile and status == profile.unauthorized_status)

    def _send(self, request: LoadRequest, judge: Callable[[Answer], T]) -> T:
        """Send with a token; an expired one is renewed without a failure."""
        outcome = self.sender.send(
            request, lambda answer: None if self._expired(answer.status) else (judge(answer),)
        )
        if outcome is None:
            self.log_in()
            again = LoadRequest(
                request.name,
                request.method,
                request.path,
                {**request.headers, TOKEN_HEADER: self._token},
                request.body,
            )
            return self.sender.send(again, judge)
        return outcome[0]


def _none_missing(where: str, missing: Collection[str], of: int, *, is_end: bool) -> None:
    if missing and is_end:
        raise WrongError(f"{len(missing)} of {of} orders not found under {where}")


def _all_right(reading: Reading, word: str, orders: Sequence[Shipment]) -> None:
    try:
        seen = {reading.word(order) for order in orders}
    except UnreadableError as error:
        raise WrongError(str(error)) from None
    if seen - {word}:
        raise WrongError(f"an order shows {', '.join(sorted(seen - {word}))}, not {word}")


def _is_pdf(answer: Answer) -> None:
    if answer.status != 200 or not answer.content.startswith(b"%PDF"):
        raise WrongError(f"HTTP {answer.status} without a PDF came")
