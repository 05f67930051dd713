"""The Konnect client reads whole lists and renews refused tokens."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import nullcontext
from typing import Any

import pytest
import requests

from contracts.profile import DEFAULT, Profile
from scenarios.language.actions import Caller
from scenarios.records import Masking, Record
from scenarios.records.recorder import StepRecorder
from scenarios.targets.answers import Reading, Shipment, UnreadableError
from scenarios.targets.http import Pacer, Reply, Wire
from scenarios.targets.konnect import Credentials, Konnect
from scenarios.targets.paging import PAGES_LIMIT
from tests.support.other_oms import Choices, OtherOms
from tests.support.other_oms.serving import serve

Serve = Callable[[str, Mapping[str, Any], str], tuple[int, Any]]
"""Path, query and token of a call -> status and body of its answer."""


class Canned(Wire):
    """Answers without a connection and remembers the calls."""

    def __init__(self, serve: Serve) -> None:
        super().__init__("http://oms.example", requests.Session, Pacer())
        self._serve = serve
        self.asked: list[str] = []

    def send(
        self,
        recorder: StepRecorder,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Any = None,
        touchpoint: str | None = None,
        key: str | None = None,
        secrets: Callable[[Any], Iterable[str]] = lambda _answer: (),
    ) -> Reply:
        self.asked.append(path)
        status, answer = self._serve(path, query or {}, (headers or {}).get("x-access-token", ""))
        return Reply(status, {"content-type": "application/json"}, answer, b"")


def client(serve: Serve, profile: Profile | None = None) -> tuple[Konnect, Canned, list[tuple[str, Any]]]:
    notes: list[tuple[str, Any]] = []
    wire = Canned(serve)
    reading = Reading(profile, lambda met: notes.append((met.point, met.value)))
    recorder = StepRecorder(lambda _record: None, "flow", 1)
    return Konnect(wire, {Caller.COMPANY: Credentials("user", "password")}, reading, recorder), wire, notes


def lists(page: Callable[[int], list[int]]) -> Serve:
    def serve(path: str, query: Mapping[str, Any], _token: str) -> tuple[int, Any]:
        if path.endswith("token"):
            return 200, {"accessToken": "a-token"}
        return 200, [{"id": str(number)} for number in page(int(query["pageNumber"]))]

    return serve


def ids(found: list[Shipment]) -> list[int]:
    return [int(entry["id"]) for entry in found]


def cut(number: int) -> list[int]:
    return list(range(5))[2 * number - 2 : 2 * number]


@pytest.mark.parametrize("profile", [None, DEFAULT])
def test_a_list_with_pages_shorter_than_requested_is_read_to_its_end(profile: Profile | None) -> None:
    konnect, _, notes = client(lists(cut), profile)

    assert ids(konnect.listed("CREATED", None)) == [0, 1, 2, 3, 4]
    assert ("page_size_max", 2) in notes


@pytest.mark.parametrize(
    "page",
    [lambda number: [1, 2, 3], lambda number: [[1, 2], [3]][min(number, 2) - 1]],
    ids=["always the same page", "the last page for each number after it"],
)
def test_a_page_that_comes_again_ends_the_list(page: Callable[[int], list[int]]) -> None:
    konnect, _, _ = client(lists(page), DEFAULT)

    assert ids(konnect.listed("CREATED", None)) == [1, 2, 3]


def test_an_order_on_two_pages_is_read_twice() -> None:
    konnect, _, _ = client(lists(lambda number: [[1, 2], [2, 3], [3], []][number - 1]))

    assert ids(konnect.listed("CREATED", None)) == [1, 2, 2, 3, 3]


ARRIVALS = [[1, 2], [3, 4], [2, 3], [4, 5], []]
"""Pages of a list at whose head orders arrive between the second page and the third."""


def test_a_page_of_known_orders_does_not_end_a_list_that_moves() -> None:
    konnect, _, _ = client(lists(lambda number: ARRIVALS[number - 1]))

    assert ids(konnect.listed("CREATED", None)) == [1, 2, 3, 4, 2, 3, 4, 5]


def test_two_pages_in_a_row_without_anything_new_end_a_list() -> None:
    konnect, wire, _ = client(lists(lambda number: [[1, 2], [3, 4], [2, 3], [1, 4], [5]][number - 1]))

    assert ids(konnect.listed("CREATED", None)) == [1, 2, 3, 4, 2, 3, 1, 4]
    assert len(wire.asked) == 1 + 4


@pytest.mark.parametrize(
    ("status", "refused", "is_end"),
    [(404, 2, True), (400, 2, True), (400, 1, False), (500, 2, False), (403, 2, False)],
)
def test_a_refused_page_ends_a_list_unless_it_is_the_first(status: int, refused: int, is_end: bool) -> None:
    whole = lists(lambda number: [1, 2])

    def serve(path: str, query: Mapping[str, Any], token: str) -> tuple[int, Any]:
        return (status, {}) if query.get("pageNumber") == refused else whole(path, query, token)

    konnect, _, _ = client(serve)

    with nullcontext() if is_end else pytest.raises(UnreadableError, match=str(status)):
        assert ids(konnect.listed("CREATED", None)) == [1, 2]


def test_a_single_page_is_no_page_size() -> None:
    konnect, _, notes = client(lists(lambda number: [1, 2] if number == 1 else []), DEFAULT)

    assert ids(konnect.listed("CREATED", None)) == [1, 2]
    assert "page_size_max" not in dict(notes)


def test_a_list_without_end_is_read_up_to_the_limit_of_pages() -> None:
    konnect, wire, _ = client(lists(lambda number: [number]))

    assert len(konnect.listed("CREATED", None)) == PAGES_LIMIT
    assert len(wire.asked) == PAGES_LIMIT + 1


def logins(good_from: int) -> Serve:
    """Serve numbered tokens; those before `good_from` are refused."""
    given = 0

    def serve(path: str, _query: Mapping[str, Any], token: str) -> tuple[int, Any]:
        nonlocal given
        if path.endswith("token"):
            given += 1
            return 200, {"accessToken": f"token-{given}"}
        return (200, []) if token and int(token[-1]) >= good_from else (401, {})

    return serve


@pytest.mark.parametrize("name", ["get_shipments", "confirm"])
def test_a_refused_token_is_renewed_at_any_age_and_the_call_repeated(name: str) -> None:
    konnect, wire, _ = client(logins(2))

    assert konnect.call(name, name).status == 200
    assert [path.rpartition("/")[2] for path in wire.asked[::2]] == ["token", "token"]


def test_a_token_that_a_login_elsewhere_ends_at_once_is_renewed_again() -> None:
    konnect, _, _ = client(logins(3))

    assert konnect.call("get_shipments", "get_orders").status == 200


def test_a_token_is_renewed_twice_at_most_for_a_call() -> None:
    konnect, wire, _ = client(logins(9))

    assert konnect.call("get_shipments", "get_orders").status == 401
    assert len(wire.asked) == 6


@pytest.mark.parametrize("by", [Caller.AGED, Caller.EXPIRED, Caller.MADE_UP, Caller.NOBODY])
def test_a_token_whose_refusal_is_checked_is_not_renewed(by: Caller) -> None:
    konnect, wire, _ = client(
        lambda path, query, _token: (200, {"accessToken": "1"}) if path.endswith("token") else (401, {})
    )

    assert konnect.call("get_shipments", "get_orders", by=by).status == 401
    assert len([path for path in wire.asked if not path.endswith("token")]) == 1


@pytest.mark.parametrize(
    ("good_from", "fetched", "held"),
    [(5, 0, "token-5"), (6, 1, "token-6")],
    ids=["it is good", "it is refused too"],
)
def test_a_token_that_another_thread_renewed_is_tried_first(good_from: int, fetched: int, held: str) -> None:
    given: list[str] = []

    def serve(path: str, _query: Mapping[str, Any], token: str) -> tuple[int, Any]:
        if path.endswith("token"):
            given.append(path)
            return 200, {"accessToken": "token-6"}
        if token == "token-1":
            konnect.tokens.held[Caller.COMPANY] = "token-5"
        return (200, []) if int(token[-1]) >= good_from else (401, {})

    konnect, _, _ = client(serve)
    konnect.tokens.held[Caller.COMPANY] = "token-1"

    assert konnect.call("get_shipments", "get_orders").status == 200
    assert (len(given), konnect.tokens.held) == (fetched, {Caller.COMPANY: held})


def renewed(monkeypatch: pytest.MonkeyPatch, age_s: float) -> list[tuple[str, Any]]:
    """Have a token of this age refused; return what was met."""
    konnect, _, notes = client(logins(2))
    konnect.token(Caller.COMPANY)
    now = time.monotonic() + age_s
    monkeypatch.setattr(time, "monotonic", lambda: now)
    konnect.call("get_shipments", "get_orders")
    return notes


def test_the_age_of_a_token_that_is_refused_is_noted(monkeypatch: pytest.MonkeyPatch) -> None:
    notes = dict(renewed(monkeypatch, 900))
    assert (notes["token_ttl_s"], notes["unauthorized_status"]) == (900, 401)
    assert "newer_login_ends_token" not in notes


def one_login(answers: Callable[[str], Any]) -> Serve:
    """Serve tokens of which only the newest is valid."""
    newest = ""

    def serve(path: str, _query: Mapping[str, Any], token: str) -> tuple[int, Any]:
        nonlocal newest
        if path.endswith("token"):
            newest = f"session-{len(newest)}-{newest[-9:]}"
            return 200, answers(newest)
        return (200, []) if token == newest else (403, {})

    return serve


@pytest.mark.parametrize("by", [Caller.COMPANY, Caller.KEPT])
def test_a_login_that_ends_the_token_before_it_is_noted(by: Caller) -> None:
    konnect, _, notes = client(one_login(lambda token: {"accessToken": token}))
    konnect.ask_token(Caller.KEPT)
    konnect.token(by)
    konnect.ask_token(Caller.COMPANY)

    assert konnect.call("get_shipments", "get_orders", by=by).status == (403 if by is Caller.KEPT else 200)
    assert dict(notes)["newer_login_ends_token"] is True


@pytest.mark.parametrize(
    "answer",
    [
        lambda token: {"status": "SUCCESS", "user": "acme-01", "pass": token},
        lambda token: {"trace": "0123456789abcdef01", "result": {"session": {"bearer": token}}},
        lambda token: {"tokenType": "x-access-token", "refreshToken": "no-token-1", "key": token},
    ],
)
def test_a_token_is_any_text_of_the_answer_that_works(answer: Callable[[str], Any]) -> None:
    konnect, _, notes = client(one_login(answer))

    assert konnect.call("get_shipments", "get_orders").status == 200
    assert dict(notes)["token_field"] in ("pass", "bearer", "key")


def test_an_answer_without_a_token_that_works_says_how_to_name_it() -> None:
    konnect, _, _ = client(one_login(lambda _token: {"user": "acme-01", "trace": "0123456789abcdef01"}))

    with pytest.raises(UnreadableError, match=r"none of the fields trace, user works .* as token_field"):
        konnect.token(Caller.COMPANY)


def test_a_token_in_a_field_of_any_name_is_masked_before_it_is_recorded() -> None:
    masking, records = Masking(), list[Record]()
    recorder = StepRecorder(lambda record: records.append(masking.record(record)), "flow", 1, masking.hide)
    with serve(OtherOms(Choices(token_field="jwt"))) as url:
        wire = Wire(url, requests.Session, Pacer())
        known = {Caller.COMPANY: Credentials("acme", "acme-secret")}
        token = Konnect(wire, known, Reading(), recorder).token(Caller.COMPANY)
    assert len(token) > 20
    assert token not in "".join(record.model_dump_json() for record in records)
