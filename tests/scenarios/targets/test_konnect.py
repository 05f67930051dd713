"""The Konnect client reads whole lists and renews refused tokens."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
import requests

from contracts.profile import DEFAULT, Profile
from scenarios.language.actions import Caller
from scenarios.records.recorder import StepRecorder
from scenarios.targets.answers import Reading, Shipment
from scenarios.targets.http import Pacer, Reply, Wire
from scenarios.targets.konnect import Credentials, Konnect
from scenarios.targets.paging import PAGES_LIMIT

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
    ) -> Reply:
        self.asked.append(path)
        status, answer = self._serve(path, query or {}, (headers or {}).get("x-access-token", ""))
        return Reply(status, {"content-type": "application/json"}, answer, b"")


def client(serve: Serve, profile: Profile | None = None) -> tuple[Konnect, Canned, list[tuple[str, str]]]:
    notes: list[tuple[str, str]] = []
    wire = Canned(serve)
    reading = Reading(profile, lambda about, text: notes.append((about, text)))
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
    assert ("page_size_max", "a page holds 2 shipments where 100 were requested") in notes


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


def test_a_single_page_is_no_page_size() -> None:
    konnect, _, notes = client(lists(lambda number: [1, 2] if number == 1 else []), DEFAULT)

    assert ids(konnect.listed("CREATED", None)) == [1, 2]
    assert notes == []


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


def test_a_token_is_renewed_once_for_a_call() -> None:
    konnect, wire, _ = client(logins(9))

    assert konnect.call("get_shipments", "get_orders").status == 401
    assert len(wire.asked) == 4


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
