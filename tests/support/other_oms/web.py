"""The HTTP face of this OMS: a WSGI application."""

from __future__ import annotations

import gzip
import json
import time
import uuid
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

from tests.support.other_oms import bulk, payload
from tests.support.other_oms.choices import Account, Choices
from tests.support.other_oms.colleagues import Colleagues
from tests.support.other_oms.orders import Ledger, RefusalError, Shipment

PERSON_KEY = "HTTP_X_SHOP_ROBOT"
"""WSGI name of the header that lets the robot act as the shop."""
FORMATS = ("%d-%m-%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")
SHOWN_SIZE = 100
"""`pageSize` of the sample call on Fynd's page; an OMS may answer with a smaller page, not with a refusal."""


class WholeCallError(Exception):
    """The whole call is refused."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status, self.message = status, message


class OtherOms:
    """One account on one OMS. Call it as a WSGI application."""

    def __init__(
        self,
        choices: Choices | None = None,
        defects: Iterable[str] = (),
        account: Account | None = None,
    ) -> None:
        self.choices, self.account = choices or Choices(), account or Account()
        wrong = frozenset(defects)
        if "dates-in-utc" in wrong:
            self.choices = replace(self.choices, zone="utc")
        self.ledger = Ledger(self.account, self.choices, wrong)
        self.rival = Ledger(Account(), self.choices, frozenset())
        self.colleagues = Colleagues(self.ledger)
        self.tells_ids = True
        self.tokens: dict[str, tuple[str, float]] = {}
        self.wrong = self.ledger.wrong

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        status, media, body = self._answer(environ)
        headers = [("Content-Type", media)]
        if (
            self.choices.gzip
            and "gzip" in environ.get("HTTP_ACCEPT_ENCODING", "")
            and media != "application/pdf"
        ):
            body = gzip.compress(body)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(len(body))))
        if self.choices.upper_headers:
            headers = [(name.upper(), value) for name, value in headers]
        start_response(f"{status} X", headers)
        return [body]

    def _answer(self, environ: dict[str, Any]) -> tuple[int, str, bytes]:
        path, method = environ["PATH_INFO"], environ["REQUEST_METHOD"]
        query = {
            k: v[0] for k, v in parse_qs(environ.get("QUERY_STRING", ""), keep_blank_values=True).items()
        }
        raw = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        try:
            with self.ledger.lock:
                self.ledger.settle()
                if PERSON_KEY in environ:
                    done = self._shop(path, json.loads(raw or b"{}"))
                    return _json(200, done if self.tells_ids else {})
                return self._konnect(method, path, query, raw, environ.get("HTTP_X_ACCESS_TOKEN", ""))
        except RefusalError as refused:
            return _json(409, {"message": refused.reason})
        except WholeCallError as wrong:
            return self._refused(wrong)

    def _refused(self, wrong: WholeCallError) -> tuple[int, str, bytes]:
        if self.choices.shape_body == "text":
            return wrong.status, "text/plain", wrong.message.encode()
        more = {} if self.choices.shape_body == "message" else {"status": "FAILED", "errors": []}
        return _json(wrong.status, {"message": wrong.message, **more})

    # Konnect

    def _konnect(
        self, method: str, path: str, query: dict[str, str], raw: bytes, token: str
    ) -> tuple[int, str, bytes]:
        if (method, path) == ("GET", "/aggregator/v1/token"):
            return self._token(query)
        user = self._user(token)
        if (method, path) == ("GET", "/oms/v3/shipment"):
            return self._shipments(query, user)
        if (method, path) == ("GET", "/oms/v3/shipment/info"):
            return self._info(query, user)
        if method == "POST" and path.startswith("/oms/v3/shipment/"):
            return bulk.answer(self, path.rpartition("/")[2], raw, user)
        raise WholeCallError(404, "no such path")

    def _token(self, query: dict[str, str]) -> tuple[int, str, bytes]:
        user, password = query.get("username", ""), query.get("password", "")
        if not user or not password:
            raise WholeCallError(self.choices.shape_status, "username and password are needed")
        if self.account.users.get(user) != password and not self.wrong("wrong-password-accepted"):
            raise WholeCallError(self.choices.bad_credentials_status, "wrong credentials")
        if self.choices.one_token_per_user:
            self.tokens = {t: u for t, u in self.tokens.items() if u[0] != user}
        token = str(uuid.uuid4())
        self.tokens[token] = (user if user in self.account.users else "acme", time.monotonic())
        body: dict[str, Any] = {self.choices.token_field: token, "status": "SUCCESS"}
        if self.wrong("token-status-missing"):
            del body["status"]
        return _json(200, {"status": "SUCCESS", "data": body} if self.choices.token_nested else body)

    def _user(self, token: str) -> str:
        if not token and self.wrong("no-token-needed"):
            return "acme"
        user, since = self.tokens.get(token, ("", 0.0))
        if token and not user and self.wrong("any-token-accepted"):
            return "acme"
        if not user or time.monotonic() - since > self.choices.token_ttl_s:
            raise WholeCallError(self.choices.unauthorized_status, "the token is not valid")
        return user

    def visible(self, shipment_id: str, user: str) -> Shipment | None:
        """The shipment, if the user may see it."""
        found = (self.rival if user == "rival" else self.ledger).shipments.get(shipment_id)
        if found is None or (user in self.account.locations and found.location != user):
            return None
        return found

    # Reading

    def _shipments(self, query: dict[str, str], user: str) -> tuple[int, str, bytes]:
        if query.get("orderId"):
            return self._one(query["orderId"], user)
        found = self._page(self._listed(query, user), query)
        shown = [payload.shown(self._as_listed(s), self.ledger) for s in found]
        return _json(200, _wrapped(shown, self.choices.list_wrapped))

    def _as_listed(self, shipment: Shipment) -> Shipment:
        """The shipment as a list shows it, which may lag."""
        lags = time.monotonic() - shipment.changed < self.choices.list_lag_s
        if not (self.choices.stale_entries and lags and shipment.shown_before):
            return shipment
        return replace(shipment, state=shipment.shown_before)

    def _one(self, order_id: str, user: str) -> tuple[int, str, bytes]:
        found = self.visible(order_id, user)
        if found is None and self.wrong("store-reads-other-store"):
            found = self.ledger.shipments.get(order_id)
        if found is None and self.wrong("unknown-order-other") and self.ledger.shipments:
            found = next(iter(self.ledger.shipments.values()))
        if found is None and self.choices.unknown_order != "empty":
            raise WholeCallError(int(self.choices.unknown_order), "no such order")
        shown = [payload.shown(found, self.ledger)] if found else []
        if shown and found and self.wrong("state-goes-back") and found.state == "bag_invoiced":
            found.reads += 1
            if found.reads % 2:
                shown[0]["orderStatus"] = "CONFIRMED"
        return _json(200, _wrapped(shown, self.choices.list_wrapped))

    def _listed(self, query: dict[str, str], user: str) -> list[Shipment]:
        status = query.get("orderStatus", "")
        if not status:
            raise WholeCallError(self.choices.shape_status, "orderStatus or orderId is needed")
        known = {*payload.FILTERS, self.choices.rejected_word}
        if self.choices.hand_over_filter:
            known.add("HANDED_OVER_TO_CUSTOMER")
        if status not in known:
            raise WholeCallError(self.choices.shape_status, f"orderStatus {status} is not known")
        location = query.get("locationCode", "") or (user if user in self.account.locations else "")
        if not location and not self.wrong("company-needs-no-store"):
            raise WholeCallError(self.choices.shape_status, "locationCode is needed")
        if location and location not in self.account.locations and self.choices.unknown_location == "reject":
            raise WholeCallError(self.choices.shape_status, f"locationCode {location} is not known")
        if user in self.account.locations and location != user and not self.wrong("store-lists-other-store"):
            raise WholeCallError(self.choices.shape_status, "locationCode is of another store")
        if self.choices.strangers and user != "rival":
            self.colleagues.come_and_go()
        if self.choices.colleagues and user != "rival":
            self.colleagues.work()
        start, end = (_date(query.get(name), self.choices, end=end) for name, end in _WINDOW)
        ledger = self.rival if user == "rival" else self.ledger
        now = time.monotonic()
        return [
            one
            for one in ledger.shipments.values()
            if (status in self._filters(one, now) or self.wrong("list-ignores-status"))
            and (one.location == location or not location or self.wrong("list-ignores-store"))
            and (
                one.channel == query.get("orderingChannel", one.channel) or self.wrong("list-ignores-channel")
            )
            and (_inside(one, start, end, self.choices) or self.wrong("list-ignores-date"))
            and not (self.wrong("return-not-listed") and one.is_return and one.state == "return_initiated")
        ]

    def _filters(self, shipment: Shipment, now: float) -> set[str]:
        if now - shipment.changed < self.choices.list_lag_s:
            if not shipment.shown_before:
                return set()
            return payload.listed_under(replace(shipment, state=shipment.shown_before), self.choices)
        found = payload.listed_under(shipment, self.choices)
        if self.wrong("list-shows-cancelled") and shipment.state.startswith("cancelled"):
            found.add("CREATED")
        if self.wrong("list-keeps-confirmed") and shipment.state == "bag_confirmed":
            found.add("CREATED")
        if self.wrong("return-among-sales") and shipment.is_return:
            found.add("DELIVERED")
        for defect, missing in (
            ("delivered-not-listed", "DELIVERED"),
            ("cancelled-not-listed", "CANCELLED"),
            ("credited-not-listed", "RETURN_COMPLETED"),
        ):
            if self.wrong(defect):
                found.discard(missing)
        return found

    def _page(self, found: list[Shipment], query: dict[str, str]) -> list[Shipment]:
        choices = self.choices
        keys: dict[str, Callable[[Shipment], Any]] = {"by_id": lambda s: s.id[::-1]}
        found = sorted(found, key=keys.get(choices.order, lambda s: (s.at, s.id)))
        if choices.order == "descending":
            found.reverse()
        number = _whole(query.get("pageNumber", "1"), choices)
        size = _whole(query.get("pageSize", str(choices.page_default)), choices)
        if number == 0 and choices.page_zero == "first":
            number = 1
        too_large = size > max(choices.page_max, SHOWN_SIZE) and choices.page_over == "reject"
        if number < 1 or size < 1 or too_large:
            raise WholeCallError(choices.shape_status, "pageNumber and pageSize are out of range")
        size = min(size, choices.page_max)
        if self.wrong("page-size-ignored"):
            size += 1
        first = (number - 1) * size
        if number > 1 and self.wrong("page-repeats"):
            first -= 1
        if number > 1 and self.wrong("page-skips"):
            first += 1
        if number > 1 and not found[first:] and choices.page_after_end != "empty":
            raise WholeCallError(int(choices.page_after_end), "the list has no such page")
        page = found[first : first + size]
        if number > 1 and found and self.wrong("page-repeats-first"):
            page = [found[0], *page[:-1]] if page and len(page) == size else page
        return page

    def _info(self, query: dict[str, str], user: str) -> tuple[int, str, bytes]:
        if query.get("orderId"):
            one = self.visible(query["orderId"], user)
            found = [one] if one else []
        elif query.get("orderStatus") or self.wrong("info-needs-nothing"):
            status = query.get("orderStatus", "CREATED")
            ledger = self.rival if user == "rival" else self.ledger
            found = [
                s
                for s in ledger.shipments.values()
                if (status in payload.listed_under(s, self.choices) or self.wrong("info-ignores-status"))
                and (user not in self.account.locations or s.location == user)
            ]
        else:
            raise WholeCallError(self.choices.shape_status, "orderId or orderStatus is needed")
        return _json(200, _wrapped([payload.info(s, self.ledger) for s in found], self.choices.info_wrapped))

    # The shop

    def _shop(self, path: str, task: dict[str, Any]) -> dict[str, Any]:
        """Act as the shop. `task` is the runner's request to a person."""
        items = task.get("items", [])
        if task["event"] == "place":
            bought = [(str(item["sku"] or "SHIRT-BLU-M"), int(item["quantity"])) for item in items]
            return {"orderId": self.ledger.place(task["location"], bought, task["channel"]).id}
        shipment = self.ledger.shipments[task["shipment"]]
        pieces = [(str(item["orderItemId"]), int(item["quantity"])) for item in items]
        if task["event"] == "start_return":
            return {"orderId": self.ledger.start_return(shipment, pieces).id}
        if task["event"] == "cancel_by_customer":
            self.ledger.cancel_by_customer(shipment, pieces)
        else:
            {"hand_over": self.ledger.hand_over, "reject_return": self.ledger.reject_return}[task["event"]](
                shipment
            )
        return {"orderId": shipment.id}


_WINDOW = (("orderDateFrom", False), ("orderDateTo", True))


def _json(status: int, body: Any) -> tuple[int, str, bytes]:
    return status, "application/json", json.dumps(body).encode()


def _wrapped(rows: list[Any], key: str) -> Any:
    return {key: rows} if key else rows


def _whole(text: str, choices: Choices) -> int:
    try:
        return int(text)
    except ValueError:
        raise WholeCallError(choices.shape_status, f"{text} is not a whole number") from None


def _date(text: str | None, choices: Choices, *, end: bool) -> datetime | None:
    if not text:
        return None
    for form in FORMATS:
        try:
            found = datetime.strptime(text, form)
        except ValueError:
            continue
        if end and form != FORMATS[-1] and choices.end_of_day:
            found += timedelta(days=1, seconds=-1)
        return found
    raise WholeCallError(choices.shape_status, f"{text} is not a date")


def _inside(shipment: Shipment, start: datetime | None, end: datetime | None, choices: Choices) -> bool:
    at = payload.wall_clock(shipment.at.astimezone(UTC), choices)
    return (start is None or start <= at) and (end is None or at <= end)
