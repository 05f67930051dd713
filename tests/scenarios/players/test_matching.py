"""Shipments without a reported id are matched by what they hold."""

from __future__ import annotations

from itertools import count

import pytest

from contracts.lifecycle.table import DocumentMode
from scenarios.language.actions import Place, confirm, hand_over, place_order, push_invoice, start_return
from scenarios.language.expectations import accepted, has_pieces, reaches
from scenarios.language.flow import INVOICE, aggregator, customer, flow, store
from scenarios.language.statuses import CONFIRMED, CREATED, DELIVERED, PROCESSING, RETURN_PROCESSING
from scenarios.players.person import PersonDesk
from scenarios.records import RunView, Verdict
from tests.support.other_oms import OtherOms
from tests.tools.truth.cases import Case
from tests.tools.truth.playing import play

ALIKE = ("PAS-S-01", "PAS-S-06", "PAS-X-23", "PAS-X-29", "PAS-X-31", "PAS-R-01", "PAS-L-15")
"""Flows with like orders, at two stores and in two channels."""
CASE = Case("no reported ids")
LONG_S = 20.0
BOTH = ("late", "early")
BOTH_BACK = flow(
    "PAS-R-90",
    "Two sales come back at once",
    customer("buys two pieces", place_order(quantity=2, named="early"), reaches(CREATED)),
    customer("buys two more", place_order(quantity=2, named="late"), reaches(CREATED)),
    aggregator("confirms both", confirm(BOTH), accepted(), reaches(CONFIRMED)),
    aggregator("pushes both invoices", push_invoice(BOTH), accepted(), reaches(PROCESSING)),
    store("hands both over", hand_over(BOTH), reaches(DELIVERED)),
    store(
        "takes both back",
        start_return(BOTH, pieces={0: 1}),
        reaches(RETURN_PROCESSING),
        has_pieces({0: 1}),
    ),
    needs={INVOICE: DocumentMode.AGGREGATOR},
)
TWO_STORES = flow(
    "PAS-S-90",
    "Two stores sell alike",
    customer("buys three here", place_order(count=3, named="here"), reaches(CREATED)),
    customer("buys two there", place_order(count=2, at=Place.SECOND, named="there"), reaches(CREATED)),
)


def silent() -> OtherOms:
    """Build an OMS whose robot reports no ids; later ids are smaller."""
    oms = CASE.build()
    oms.tells_ids = False
    numbers = count(17_328_629_784_861_446_350, -7)
    oms.ledger._new_id = lambda at: str(next(numbers))  # type: ignore[method-assign]
    return oms


def bound(view: RunView) -> list[str]:
    """Return the shipments of all flows."""
    assert {flow.verdict for flow in view.flows.values()} <= {Verdict.PASS, Verdict.WARN, Verdict.SKIP}
    return [order_id for flow in view.flows.values() for order_id in flow.orders.values()]


def test_each_return_belongs_to_the_sale_of_its_task() -> None:
    oms = silent()
    view = play(CASE, flows=[BOTH_BACK], oms=oms, patience_s=LONG_S)
    bound(view)
    orders = next(iter(view.flows.values())).orders
    sales = [oms.ledger.shipments[orders[name]].forward_id for name in ("return/1", "return/2")]
    assert sales == [orders["late"], orders["early"]]


def test_orders_belong_to_the_store_of_their_task() -> None:
    oms = silent()
    view = play(CASE, flows=[TWO_STORES], oms=oms, patience_s=LONG_S)
    for order_name, order_id in next(iter(view.flows.values())).orders.items():
        place = "BLR-02" if order_name.startswith("there") else "BLR-01"
        assert oms.ledger.shipments[order_id].location == place


def test_flows_with_like_orders_run_side_by_side_and_share_none() -> None:
    oms = silent()
    for _ in range(3):
        oms.ledger.place("BLR-01", [("SHIRT-BLU-M", 1)], "FYND-STORE")  # a colleague's, from before
    before = set(oms.ledger.shipments)
    ids = bound(play(CASE, ALIKE, parallel=4, oms=oms, patience_s=LONG_S))
    assert len(ids) == len(set(ids)) > len(ALIKE)
    assert not before & set(ids)


@pytest.mark.parametrize(
    ("told", "fitting", "chosen"),
    [
        (["", ""], [["9", "8"], ["9", "8"]], ["9", "8"]),
        (["", ""], [["5", "9", "8"], ["7"]], ["9", "7"]),
        (["8", ""], [["9", "8"], ["8", "9"]], ["8", "9"]),
        (["", ""], [["5", "9"], ["9"]], []),
        ([""], [["5"]], []),
        (["5"], [[]], ["5"]),
    ],
)
def test_any_free_shipment_that_fits_is_claimed_for_a_task(
    told: list[str], fitting: list[list[str]], chosen: list[str]
) -> None:
    desk = PersonDesk("run", claimed={"5"}, restored={"6": "before", "7": "flow"})
    assert desk.taken("flow") == {"5", "6"}
    assert desk.claim_for(told, fitting) == chosen
    assert desk.claimed == {"5", *chosen}
