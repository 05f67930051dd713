"""Flows of sales and returns: coverage, and failures that name the defect."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from contracts.requirements import REQUIREMENTS
from mock_oms import mutants
from mock_oms.context import ShipmentCache
from mock_oms.documents import from_shipment
from mock_oms.engine import effects
from mock_oms.web.konnect import rendering
from scenarios.choices import Player
from scenarios.flows import FLOWS
from scenarios.flows.coverage import coverage
from scenarios.language import expectations as e
from scenarios.language.actions import KonnectAction, StartReturn
from scenarios.language.flow import CREDIT_NOTE, INVOICE, Flow, Together, cases, single_steps
from scenarios.language.statuses import ERP, FYND_OMS, STORE_OS
from scenarios.records import Verdict
from scenarios.runner.plan import make_plans
from scenarios.targets.opening import open_target
from tests.support.flow_runs import play

OURS = tuple(flow for flow in FLOWS if flow.journey in {"sale", "returns", "journeys"})
BY_ID = {flow.id: flow for flow in OURS}
AREAS = {"PAS-ORD", "PAS-CNF", "PAS-CAN", "PAS-TRK", "PAS-INV", "PAS-DOC", "PAS-HND"} | {
    "PAS-RET",
    "PAS-QC",
    "PAS-CRN",
    "PAS-CMP",
}
Sabotage = Callable[[pytest.MonkeyPatch], None]


# What the flows are


def test_ids_ascend_in_the_order_in_which_the_flows_are_listed() -> None:
    for journey in ("sale", "returns"):
        ids = [flow.id for flow in OURS if flow.journey == journey]
        assert ids == sorted(ids)


def test_no_documented_statement_about_sale_or_return_is_untouched_without_a_reason() -> None:
    gaps = [gap.name for gap in coverage(FLOWS).gaps if gap.name.rpartition("-")[0] in AREAS]
    assert gaps == []


@pytest.mark.parametrize("flow", OURS, ids=BY_ID)
def test_every_step_proves_a_requirement(flow: Flow) -> None:
    grouped = [s for step in flow.steps if isinstance(step, Together) and step.proves for s in step.steps]
    bare = [step.says for step in single_steps(flow) if not step.proves and step not in grouped]
    # Counting the shelf is no check: a later step compares with it.
    assert [says for says in bare if not says.startswith("counts the")] == []


def test_a_step_that_leans_on_assumed_statements_alone_asserts_nothing_as_documented() -> None:
    grades = {row.id: row.source.evidence for row in REQUIREMENTS}
    weak_answers = (e.Accepted, e.Reaches, e.HasPieces, e.ListedUnder)
    for flow in OURS:
        for step in single_steps(flow):
            weak = step.proves and {grades[name] for name in step.proves} == {Evidence.ASSUMED}
            if weak and isinstance(step.action, KonnectAction) and step.action.writes:
                found = [x for x in step.expects if isinstance(x, weak_answers)]
                assert {x.evidence for x in found} <= {Evidence.ASSUMED}, (flow.id, step.says)


def test_a_return_starts_in_each_of_the_three_places_in_both_modes() -> None:
    seen = Counter(
        (step.action.started_in, case.modes[CREDIT_NOTE])
        for flow in OURS
        if CREDIT_NOTE in flow.varies_by and flow.id in {"PAS-R-01", "PAS-R-02", "PAS-R-03"}
        for case in cases(flow)
        for step in single_steps(flow)
        if isinstance(step.action, StartReturn)
    )
    assert {place for place, _ in seen} == {STORE_OS, ERP, FYND_OMS}
    assert len(seen) == 6


def test_most_flows_are_told_once_so_that_people_need_not_play_them_in_every_mode() -> None:
    told = sum(len(cases(flow)) for flow in OURS)
    assert told < 1.6 * len(OURS)
    assert {len(cases(flow)) for flow in OURS} == {1, 2, 4}


@pytest.mark.parametrize(
    ("cast", "left_out"),
    [
        (
            {Actor.CUSTOMER: Player.PERSON, Actor.STORE: Player.PERSON},
            ("needs an impossible action, which a person cannot try",),
        ),
        (
            {Actor.AGGREGATOR: Player.SYSTEM},
            (
                "needs a deliberate mistake, which a system under test cannot make on request",
                "needs concurrent calls, which a system under test cannot make on request",
            ),
        ),
    ],
    ids=["people at the shop", "a system as aggregator"],
)
def test_other_casts_leave_out_only_what_they_cannot_be_asked(
    cast: Mapping[Actor, Player], left_out: tuple[str, ...]
) -> None:
    target = open_target("http://127.0.0.1:1", cast=cast)
    plans = make_plans(OURS, target, {})
    skipped = [plan for plan in plans if plan.skip]
    assert all(plan.skip.startswith(left_out) for plan in skipped)
    assert len(skipped) < len(plans) / 6


# That they pass, and that each can fail


@pytest.mark.parametrize("flow", OURS, ids=BY_ID)
def test_the_flow_is_green_on_the_mock_in_all_its_modes(flow: Flow) -> None:
    played = play([flow])
    assert [(miss.flow, miss.sentence, miss.seen) for miss in played.missed()] == []
    assert set(played.verdicts.values()) == {Verdict.PASS}


def messages(flow: Flow) -> str:
    """Return the failure messages of a flow, which must fail."""
    played = play([flow])
    assert Verdict.FAIL in played.verdicts.values(), f"{flow.id} stays green"
    ends = [
        step.finished.message
        for f in played.view.flows.values()
        for step in f.steps.values()
        if step.finished
    ]
    return "\n".join(ends)


SEEDED = [
    ("confirm-lost", "PAS-S-01", "order reaches CONFIRMED: expected CONFIRMED, saw CREATED"),
    ("confirm-invoices", "PAS-S-06", "order is now CONFIRMED: expected CONFIRMED, saw PROCESSING"),
    ("invoice-lost", "PAS-S-04", "order reaches PROCESSING: expected PROCESSING, saw CONFIRMED"),
    ("invoice-hands-over", "PAS-S-09", "order is now PROCESSING: expected PROCESSING, saw DELIVERED"),
    ("hand-over-lost", "PAS-S-10", "reaches DELIVERED: expected DELIVERED, saw PROCESSING"),
    ("auto-invoice-never", "PAS-S-03", "order reaches PROCESSING: expected PROCESSING, saw CONFIRMED"),
    ("manual-invoice-by-itself", "PAS-S-07", "order is now CONFIRMED: expected CONFIRMED, saw PROCESSING"),
    ("issued-number-repeats", "PAS-S-03", "show document numbers that differ"),
    ("issued-number-repeats", "PAS-R-13", "show document numbers that differ"),
    ("invoice-number-lost", "PAS-S-01", "order shows the number of its document: expected INV-"),
    ("document-number-cut", "PAS-S-02", "order shows the number of its document: expected INV-"),
    ("last-of-twenty-lost", "PAS-S-02", "order reaches CONFIRMED: expected CONFIRMED, saw CREATED"),
    ("info-lags", "PAS-S-05", "order shows the same status in shipment info: expected CONFIRMED"),
    ("order-type-wrong", "PAS-S-05", '"order_type": "HomeDelivery"'),
    ("order-date-naive", "PAS-S-05", "order shows orderDate as ISO 8601 with an offset: expected"),
    ("total-of-one-each", "PAS-S-04", "order shows a total that is the sum of its items"),
    ("discount-of-one-each", "PAS-S-13", "order shows prices and discounts that add up to the paisa"),
    ("item-price-doubled", "PAS-S-04", "order shows a total that is the sum of its items"),
    ("created-lists-confirmed", "PAS-S-06", "order is not listed under CREATED: expected not listed"),
    ("processing-lists-handed-over", "PAS-S-06", "order is not listed under PROCESSING: expected not listed"),
    ("delivered-empty", "PAS-S-01", "order is listed under DELIVERED: expected listed, saw not listed"),
    ("handed-over-alias-missing", "PAS-S-06", "order is listed under HANDED_OVER_TO_CUSTOMER"),
    ("irn-lost", "PAS-S-21", "saw a PDF without a5c12dca"),
    ("ack-lost", "PAS-S-21", "saw a PDF without 112010036563310"),
    ("irn-lost", "PAS-R-54", "saw a PDF without a5c12dca"),
    ("imei-lost", "PAS-S-22", '{"orderItems.0.imeiSerialNumber": []}'),
    ("invoice-of-another", "PAS-S-25", "comes as a PDF that names the shipment"),
    ("label-of-another", "PAS-S-25", "comes as a PDF that names the shipment"),
    ("pdf-misses-the-last", "PAS-S-25", "order comes as a PDF that names the shipment"),
    ("pdf-cut-off", "PAS-S-24", "saw a PDF that cannot be read"),
    ("invoice-unnumbered", "PAS-S-24", "order comes as a PDF that shows the document's number"),
    ("cancelled-pieces-stay", "PAS-S-31", "order holds 2 of item 1, 1 of item 2"),
    ("cancelled-pieces-stay", "PAS-S-33", "order holds 2 of item 1, 0 of item 2"),
    ("partial-cancel-cancels-all", "PAS-S-32", "order is now CREATED: expected CREATED, saw CANCELLED"),
    ("cancel-lost", "PAS-S-41", "order reaches CANCELLED: expected CANCELLED, saw CREATED"),
    ("cancel-lost", "PAS-S-42", "order reaches CANCELLED: expected CANCELLED, saw CONFIRMED"),
    ("cancel-lost", "PAS-S-43", "order reaches CANCELLED: expected CANCELLED, saw PROCESSING"),
    ("customer-cancel-lost", "PAS-S-45", "order reaches CANCELLED: expected CANCELLED, saw CREATED"),
    ("cancelled-confirmed", "PAS-S-45", "order is refused with O400 and unchanged: expected refused"),
    ("cancelled-misses-customers", "PAS-S-45", "order is listed under CANCELLED"),
    ("cancelled-invoiced-not-among-returns", "PAS-S-43", "order is listed under RETURN_DELIVERED"),
    (
        "cancel-after-hand-over",
        "PAS-S-53",
        "order is refused and unchanged: expected refused, saw accepted",
    ),
    ("forward-id-own", "PAS-R-01", "return points to its sale with forwardId"),
    ("return-moves-sale", "PAS-R-31", "order"),
    ("return-lost", "PAS-R-02", "return reaches RETURN_ACCEPTED"),
    (
        "auto-credit-note-never",
        "PAS-R-03",
        "return leaves RETURN_ACCEPTED: expected no longer RETURN_ACCEPTED",
    ),
    ("manual-credit-note-by-itself", "PAS-R-04", "return is now RETURN_ACCEPTED"),
    ("return-never-completes", "PAS-R-05", "return reaches RETURN_COMPLETED"),
    ("credit-note-number-lost", "PAS-R-01", "return shows the number of its document: expected CN-"),
    ("credit-note-is-the-invoice", "PAS-R-53", "return comes as a PDF that names the shipment"),
    ("partial-return-returns-all", "PAS-R-11", "return brings back 1 of item 2 and nothing else"),
    ("partial-return-returns-all", "PAS-R-12", "return brings back 2 of item 1 and nothing else"),
    ("return-more-than-sold", "PAS-R-15", "is not possible: expected not possible, saw it was done"),
    ("accepted-return-frees-quantity", "PAS-R-15", "is not possible: expected not possible, saw it was done"),
    ("return-before-hand-over", "PAS-R-17", "return is not possible: expected not possible, saw it was done"),
    ("reject-accepts", "PAS-R-35", "return reaches RETURN_REJECTED"),
    ("rejected-return-keeps-quantity", "PAS-R-36", "has no pieces left to return"),
    ("return-completed-misses-accepted", "PAS-R-51", "return is listed under RETURN_COMPLETED"),
    ("return-completed-misses-completed", "PAS-R-01", "return is listed under RETURN_COMPLETED"),
    ("credit-note-before-qc", "PAS-R-55", "return is refused and unchanged: expected refused, saw accepted"),
]
"""Seeded defect of the catalogue, a flow that meets it, and what the flow must say."""


@pytest.mark.parametrize(
    ("defect", "flow", "says"), SEEDED, ids=[f"{flow}-{defect}" for defect, flow, _ in SEEDED]
)
def test_a_seeded_defect_turns_the_flow_red_and_is_named(defect: str, flow: str, says: str) -> None:
    with mutants.applied(defect):
        assert says in messages(BY_ID[flow])


def _effect(name: str, wrong: Callable[..., None]) -> Sabotage:
    return lambda patch: patch.setitem(effects.EFFECTS, name, wrong)


def _shown(change: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> Sabotage:
    right = rendering.shipment

    def shipment(value: Any, tenant: Any) -> dict[str, Any]:
        body = right(value, tenant)
        return {**body, **change(body)}

    return lambda patch: patch.setattr(rendering, "shipment", shipment)


def _cancelled_goods_on_paper(patch: pytest.MonkeyPatch) -> None:
    right = from_shipment._paper

    def paper(tx: Any, shipment: Any, kind: Any) -> Any:
        whole = tuple(replace(item, cancelled=0) for item in shipment.items)
        return right(tx, replace(shipment, items=whole), kind)

    patch.setattr(from_shipment, "_paper", paper)


def _number_changes_at_hand_over(body: Mapping[str, Any]) -> Mapping[str, Any]:
    moved = body["orderStatus"] == "DELIVERED"
    return {"marketplaceInvoiceNumber": f"{body['marketplaceInvoiceNumber']}-A"} if moved else {}


def _everything_restocked(move: Any) -> None:
    for item in move.shipment.items:
        effects._stock(move, item, on_hand=item.left)


SABOTAGED: Iterable[tuple[str, Sabotage, str, str]] = (
    (
        "a cancelled product is printed on the invoice",
        _cancelled_goods_on_paper,
        "PAS-S-32",
        "which was cancelled",
    ),
    (
        "cancelled pieces are printed on the invoice",
        _cancelled_goods_on_paper,
        "PAS-S-31",
        "comes as a PDF that shows the shipment's total",
    ),
    (
        "a pushed number changes later",
        _shown(_number_changes_at_hand_over),
        "PAS-S-01",
        "order shows the number of its document: expected INV-",
    ),
    (
        "an issued number changes later",
        _shown(_number_changes_at_hand_over),
        "PAS-S-07",
        "shows the number of its document: expected I00014000A000001, saw I00014000A000001-A",
    ),
    (
        "confirming reserves nothing",
        _effect("reserve_stock", lambda move: None),
        "PAS-S-12",
        'saw {"BAG-CNV-20": "+0 on hand, +0 reserved"',
    ),
    (
        "hand-over leaves the goods on the shelf",
        _effect("consume_stock", lambda move: None),
        "PAS-S-12",
        "compared with the count",
    ),
    (
        "cancelling keeps the reservation",
        _effect("release_stock", lambda move: None),
        "PAS-S-54",
        "compared with the count",
    ),
    (
        "damaged goods go back on the shelf",
        _effect("restock_good_items", _everything_restocked),
        "PAS-R-37",
        'saw {"BAG-CNV-20": "+0 on hand, +0 reserved", "EARBUD-WHT": "-1 on hand, +0 reserved"}',
    ),
    (
        "good pieces do not go back on the shelf",
        _effect("restock_good_items", lambda move: None),
        "PAS-R-20",
        'saw {"BAG-CNV-20": "-2 on hand, +0 reserved"}',
    ),
    (
        "a return has no number of its own",
        _shown(lambda body: {"marketplaceReturnId": None}),
        "PAS-R-01",
        "return shows marketplaceReturnId str",
    ),
    (
        "the measures of the package are dropped",
        _shown(lambda body: {"packages": []}),
        "PAS-S-23",
        "order shows packages.0.packageId 'BOX-1'",
    ),
    (
        "the reason of quality control is dropped",
        _shown(lambda body: {"orderItems": [{**i, "returnReason": None} for i in body["orderItems"]]}),
        "PAS-R-33",
        "returnReason",
    ),
)


@pytest.mark.parametrize(
    ("sabotage", "flow", "says"),
    [row[1:] for row in SABOTAGED],
    ids=[row[0].replace(" ", "-") for row in SABOTAGED],
)
def test_a_defect_of_the_mock_turns_the_flow_red_and_is_named(
    monkeypatch: pytest.MonkeyPatch, sabotage: Sabotage, flow: str, says: str
) -> None:
    monkeypatch.setattr(ShipmentCache, "get", lambda *_: None)
    monkeypatch.setattr(ShipmentCache, "put", lambda *given: given[-1])
    sabotage(monkeypatch)
    assert says in messages(BY_ID[flow])


def test_a_lost_update_turns_the_flow_of_two_cancellations_red(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = []
    right = effects.EFFECTS["cancel_quantities"]

    def second_is_lost(move: Any) -> None:
        lost.append(move)
        if len(lost) != 2:
            right(move)

    monkeypatch.setitem(effects.EFFECTS, "cancel_quantities", second_is_lost)
    assert "order holds 1 of item 1, 1 of item 2: expected" in messages(BY_ID["PAS-S-37"])


def test_flows_that_vary_by_a_mode_cover_both() -> None:
    for flow in OURS:
        for name in flow.varies_by:
            assert {case.modes[name] for case in cases(flow)} == {"aggregator", "fynd"}
            assert name in (INVOICE, CREDIT_NOTE)
