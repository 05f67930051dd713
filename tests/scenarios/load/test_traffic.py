"""Judges of load traffic find wrong answers; messages name no order."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from contracts.lifecycle.table import DocumentMode, State
from contracts.profile import DEFAULT
from scenarios.load.aggregator import Aggregator
from scenarios.load.call import Answer, LoadRequest, WrongError
from scenarios.load.chain_day import Day
from scenarios.load.journey import Share
from scenarios.load.latency import SALE_STEPS, Watch
from scenarios.load.shop import Shop
from scenarios.load.tenants import MODE_PAIRS
from scenarios.targets.answers import Reading
from scenarios.targets.konnect import Credentials

T = TypeVar("T")
ID = "12345678901234567890"


class Canned:
    """A line on which answers wait, the first for the first call."""

    def __init__(self, *answers: tuple[int, Any]) -> None:
        self.asked: list[LoadRequest] = []
        self._answers = list(answers)

    def send(self, asked: LoadRequest, judge: Callable[[Answer], T]) -> T:
        self.asked.append(asked)
        status, body = self._answers.pop(0)
        return judge(Answer(status, body if isinstance(body, bytes) else json.dumps(body).encode()))


def aggregator(*answers: tuple[int, Any]) -> Aggregator:
    return Aggregator(Canned(*answers), Credentials("someone", "a-password"), Reading(DEFAULT))


def bulk(success: int, failed: int = 0, **error: str) -> dict[str, Any]:
    return {"successCount": success, "failedCount": failed, "errors": [error] if error else []}


def wrong(act: Callable[[], object]) -> str:
    with pytest.raises(WrongError) as caught:
        act()
    assert ID not in str(caught.value)
    return str(caught.value)


def test_a_refused_order_is_told_by_its_code() -> None:
    refused = aggregator((200, bulk(1, 1, orderId=ID, errorCode="O400", errorMessage=f"{ID} is cancelled")))

    assert wrong(lambda: refused.confirm([ID, "2"])) == "1 of 2 orders refused: O400"


def test_an_order_that_was_not_counted_is_missed() -> None:
    assert wrong(lambda: aggregator((200, bulk(1))).confirm([ID, "2"])) == "successCount 1 came for 2 orders"


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((500, {"error": "crash", "message": f"about {ID}"}), "HTTP 500 came, not 200 (crash)"),
        ((502, b"<html>"), "HTTP 502 with something that is no JSON came"),
        ((200, [1]), "the answer of a bulk call is no object"),
    ],
)
def test_an_answer_of_another_kind_is_wrong(answer: tuple[int, Any], said: str) -> None:
    assert wrong(lambda: aggregator(answer).confirm([ID])) == said


def test_an_order_that_a_list_does_not_show_is_missed() -> None:
    empty = aggregator((200, []))

    assert (
        wrong(lambda: empty.find("get_orders", "CREATED", "S", [ID]))
        == "1 of 1 orders not found under CREATED"
    )


def test_an_order_is_looked_for_on_the_pages_that_follow() -> None:
    others = [{"id": str(number), "orderStatus": "CREATED"} for number in range(DEFAULT.page_size_max)]
    found = aggregator((200, others), (200, [{"id": ID, "orderStatus": "CREATED"}])).find(
        "get_orders", "CREATED", "S", [ID]
    )

    assert [order["id"] for order in found] == [ID]


def test_an_order_listed_under_a_status_that_it_does_not_have_is_wrong() -> None:
    listed = aggregator((200, [{"id": ID, "orderStatus": "CONFIRMED"}]))

    assert (
        wrong(lambda: listed.find("get_orders", "CREATED", "S", [ID]))
        == "an order shows CONFIRMED, not CREATED"
    )


def test_what_is_no_pdf_is_wrong() -> None:
    answer = (200, {"message": "later"})

    assert (
        wrong(lambda: aggregator(answer).fetch("fetch_invoice", "invoice", [ID]))
        == "HTTP 200 without a PDF came"
    )


def test_a_token_that_ran_out_is_renewed_and_no_failure() -> None:
    someone = aggregator((401, {}), (200, {"accessToken": "a-new-one"}), (200, bulk(1)))

    someone.confirm([ID])

    assert isinstance(someone.sender, Canned)
    assert someone.sender.asked[-1].headers["x-access-token"] == "a-new-one"
    assert "a-new-one" not in repr(someone) + repr(someone.sender.asked)
    assert "a-password" not in repr(someone) + repr(someone.sender.asked)


def test_an_order_in_another_state_than_it_should_be_is_wrong() -> None:
    shop = Shop(Canned((200, {"id": ID, "state": "bag_invoiced"})), "default")

    assert (
        wrong(lambda: shop.hand_over(ID)) == "an order is in state bag_invoiced, not handed_over_to_customer"
    )


def step(target: str, second: int, actor: str = "aggregator") -> dict[str, str]:
    return {"to": target, "actor": actor, "at": f"2026-01-05T10:00:{second:02}+00:00"}


def watched(patience_s: float, *orders: dict[str, Any]) -> list[tuple[str, float, str | None]]:
    told: list[tuple[str, float, str | None]] = []
    shop = Shop(Canned(*((200, order) for order in orders)), "default")
    watch = Watch(shop, patience_s, lambda *row: told.append(row), lambda _seconds: None)
    watch.follow(ID, SALE_STEPS)
    return told


PLACED = step("placed", 0, "customer")


def test_the_system_is_timed_by_the_trail_and_not_by_our_looking() -> None:
    confirmed = [PLACED, step("bag_confirmed", 2)]
    waiting = {"id": ID, "state": "placed", "trail": [PLACED]}
    done = {"id": ID, "state": "bag_invoiced", "trail": [*confirmed, step("bag_invoiced", 5)]}

    assert watched(60, waiting, done, done) == [
        ("system: confirms an order", 2000.0, None),
        ("system: invoices an order", 3000.0, None),
    ]


def test_a_step_that_the_oms_takes_is_not_the_systems() -> None:
    trail = [PLACED, step("bag_confirmed", 2), step("bag_invoiced", 2, "oms")]
    done = {"id": ID, "state": "bag_invoiced", "trail": trail}

    assert [name for name, _, _ in watched(60, done, done)] == ["system: confirms an order"]


@pytest.mark.parametrize(
    ("state", "said"),
    [("placed", "not within 0 s; still placed"), ("cancelled_fynd", "it became cancelled_fynd instead")],
)
def test_a_system_that_does_not_act_in_time_fails(state: str, said: str) -> None:
    ((name, _, trouble),) = watched(0, {"id": ID, "state": state, "trail": [PLACED]})

    assert (name, trouble) == ("system: confirms an order", said)


@pytest.mark.parametrize(
    ("percent", "of", "picked"), [(8, 200_000, 16_000), (0, 50, 0), (100, 50, 50), (2.5, 400, 10)]
)
def test_a_share_is_kept_exactly(percent: float, of: int, picked: int) -> None:
    share = Share(percent)

    assert sum(share.picks() for _ in range(of)) == picked


@pytest.mark.parametrize(("orders", "shops", "calls"), [(200_000, 500, 10_000), (2000, 500, 500), (7, 3, 3)])
def test_a_day_is_spread_over_all_shops(orders: int, shops: int, calls: int) -> None:
    batches = list(Day(orders, shops).batches())

    assert sum(size for _, size in batches) == orders
    assert len(batches) == calls
    assert {shop for shop, _ in batches} == set(range(shops))
    assert max(size for _, size in batches) <= 20


def test_all_four_mode_pairs_are_there() -> None:
    assert set(MODE_PAIRS) == {(one, other) for one in DocumentMode for other in DocumentMode}


def test_what_is_watched_are_states_of_the_lifecycle() -> None:
    assert set(SALE_STEPS) <= set(State)
