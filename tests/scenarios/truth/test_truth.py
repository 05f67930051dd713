"""Some choices and defects of the second OMS; `make truth` has all."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from scenarios.checks import CheckResult
from scenarios.language.expectations import AllInStatus
from scenarios.players.suite import Outcome
from scenarios.records import Verdict
from scenarios.runner.rereading import _Readings
from scenarios.targets.polling import Patience, RealPause, TenantPause
from tests.tools.truth import playing
from tests.tools.truth.__main__ import show, totals
from tests.tools.truth.cases import RESTLESS, Case, all_cases, mix
from tests.tools.truth.playing import Found, find

CHOICES = {
    "token_nested=true": "PAS-S-05",
    "one_token_per_user=true": "PAS-X-27",
    'unknown_order="400"': "PAS-X-33",
    "all_or_nothing=true": "PAS-X-15",
    "completes=false": "PAS-R-51",
    'cancel_window="pre_invoiced"': "PAS-L-13",
    'return_id_kind="number"': "PAS-R-11",
    'paper_text="none"': "PAS-S-24*",
    "colleagues=true": "PAS-S-47",
}
"""Choices that failed flows once -> the flow."""
DEFECTS = {
    "confirm-always-success": "PAS-X-17",
    "twenty-one-accepted": "PAS-X-14",
    "company-needs-no-store": "PAS-X-28",
    "pdf-of-first-only": "PAS-S-25",
    "return-not-listed": "PAS-L-19",
    "return-among-sales": "PAS-L-12",
    "page-repeats": "PAS-L-01",
}
"""Defects -> the flow that shows each."""


SENTENCES = {
    "state-goes-back": ("PAS-S-06", "does not show an earlier status again"),
    "names-crossed": ("PAS-S-02", "keeps its marketplaceOrderId"),
    "confirm-merges-batch": ("PAS-X-14", "acts on each accepted order of the call"),
    "confirm-refused-changes": ("PAS-X-01", "leaves a refused order unchanged"),
    "list-ignores-channel": ("PAS-L-14", "lists only orders of the requested channel"),
    "list-ignores-store": ("PAS-L-16", "lists only orders of the requested store"),
}
"""Defects -> a flow that shows each, and the statement that it breaks."""
PAIRS = {
    "confirm-errors-empty+confirm-payload-count": ("PAS-X-01", "PAS-S-02"),
    "confirm-counts-wrong+confirm-cancelled-code": ("PAS-X-01",),
    "order-date-missing+confirm-other-store-code": ("PAS-X-03",),
    "list-ignores-store+list-ignores-status": ("PAS-L-16", "PAS-L-17"),
}
"""Two defects -> flows that show both."""


@pytest.mark.parametrize(("defect", "flow", "says"), [(name, *row) for name, row in SENTENCES.items()])
def test_a_cause_says_what_is_broken(defect: str, flow: str, says: str) -> None:
    found = find(all_cases()[defect], [flow])
    assert [cause.sentence for cause in found.failures] == [says]


@pytest.mark.parametrize(("pair", "flows"), PAIRS.items())
def test_two_defects_show_as_two_causes(pair: str, flows: tuple[str, ...]) -> None:
    assert len(find(all_cases()[pair], flows).failures) == 2


@pytest.mark.parametrize(("choice", "flow"), CHOICES.items())
def test_a_choice_that_nobody_documents_fails_no_flow(choice: str, flow: str) -> None:
    found = find(all_cases()[choice], [flow])
    assert found.flows
    assert (found.red, found.failures) == ((), ())


@pytest.mark.parametrize(("defect", "flow"), DEFECTS.items())
def test_a_defect_shows_as_one_cause(defect: str, flow: str) -> None:
    found = find(all_cases()[defect], [flow])
    assert len(found.failures) == 1
    assert found.good


MOVING = {
    "strangers": True,
    "list_lag_s": 0.2,
    "page_default": 1,
    "page_max": 20,
    "page_over": "reject",
    "page_after_end": "404",
}
"""Lists that lag, that other people's orders move, and that refuse a page after the end."""


@pytest.mark.parametrize("order", ["descending", "by_id"])
def test_lists_that_lag_and_move_and_refuse_a_page_after_the_end_fail_no_flow(order: str) -> None:
    found = find(
        Case("moving lists", {"order": order, **MOVING}), ["PAS-X-29", "PAS-L-01", "PAS-L-10", "PAS-S-41"]
    )
    assert found.halted == ()
    assert found.good


@pytest.mark.parametrize("case", RESTLESS)
def test_lists_that_never_stand_still_fail_no_flow(case: str) -> None:
    found = find(all_cases()[case], ["PAS-L-01", "PAS-L-10", "PAS-L-12", "PAS-L-21"])
    assert found.halted == ()
    assert found.good


@pytest.mark.parametrize("order", ["ascending", "by_id"])
def test_an_order_of_others_that_no_page_holds_is_found(order: str) -> None:
    case = Case("page-skips", {"order": order}, ("page-skips",))
    oms = case.build()
    for _ in range(9):
        oms.ledger.place(oms.account.locations[0], [("MUG-WHT", 1)], "FYND-STORE")
    view = playing.play(case, ["PAS-L-01", "PAS-S-4*"], oms=oms)
    assert [cause.sentence for cause in view.causes if cause.verdict is Verdict.FAIL] == [
        "lists each order that fits the filters"
    ]


def test_a_list_of_all_statuses_is_found_among_moving_orders() -> None:
    case = Case("moving", {"colleagues": True, "list_lag_s": 0.2}, ("list-ignores-status",))
    found = find(case, ["PAS-L-10", "PAS-L-12"])
    assert [cause.sentence for cause in found.failures] == ["lists only orders of the requested status"]


@pytest.mark.parametrize(("own", "waits"), [(True, True), (False, False)])
def test_a_list_with_wrong_orders_of_others_is_waited_for_a_share_of_the_patience(
    own: bool, waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Half of the patience is over."""
    suspects = frozenset({"1"})
    memory = SimpleNamespace(everything=lambda: ["1"] if own else [], changed_at=100.0)
    flow = SimpleNamespace(memory=memory, patience=Patience(1, 60), moves_clock=False)
    context: Any = SimpleNamespace(short=False, flow=flow, outcome=Outcome())
    readings = _Readings(context, AllInStatus(("CREATED",)), CheckResult(False, suspects=suspects))
    readings.began = 100.0
    monkeypatch.setattr("scenarios.runner.rereading.time.monotonic", lambda: 130.0)
    assert readings._may_lag is waits


def test_a_list_may_lag_as_long_as_the_patience_since_the_last_change() -> None:
    found = find(Case("slow lists", {"list_lag_s": 2.0}), ["PAS-L-14"])
    assert found.halted == ()
    assert found.good


def test_a_crash_is_the_verdict_of_its_case(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise LookupError("no such shelf")

    monkeypatch.setattr(playing, "play", crash)
    found = find(Case("defaults"))
    assert not found.good
    assert "LookupError: no such shelf" in show(found)
    assert totals([found])[0].split()[-3:] == ["0", "of", "1"]


@pytest.mark.parametrize("flows", [{}, {"PAS-S-01": Verdict.BLOCKED}, {"PAS-S-01": Verdict.FAIL}])
def test_a_choice_whose_flows_do_not_all_end_is_wrong(flows: dict[str, Verdict]) -> None:
    assert not Found(Case("defaults"), flows, (), {}, 0).good
    assert Found(Case("defaults"), {"PAS-S-02": Verdict.PASS, "PAS-S-03": Verdict.WARN}, (), {}, 0).good


@pytest.mark.parametrize("choice", ["list_lag_s", "document_after_s", "token_ttl_s", "strangers"])
def test_a_run_waits_in_real_time_only_where_the_oms_acts_later(choice: str) -> None:
    assert isinstance(playing.pause_for(Case("later", {choice: 2.0}).build()), RealPause)
    assert isinstance(playing.pause_for(Case("at once", {"completes": False}).build()), TenantPause)


def test_equal_seeds_give_equal_mixes() -> None:
    assert mix(7) == mix(7)
    assert mix(7) != mix(8)
