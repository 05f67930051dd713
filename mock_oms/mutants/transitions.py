"""Defects in where events lead, in what the OMS does by itself, and in what is let through."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from contracts.lifecycle.table import CANCELLED_STATES, DocumentMode, Event, Journey, State, Transition
from contracts.problems import Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Shipment
from mock_oms.engine import firing
from mock_oms.engine.command import Command, is_everything
from mock_oms.mutants.hooks import allowed, leads, never, per_order, stays, unasked
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.web.konnect import documents, orders

Work = Callable[..., None]
"""What a bulk call does for one order."""


def _cancelled_confirmed(patch: Patch) -> None:
    def around(confirm: Work) -> Work:
        def changed(tx: Any, call: Any, order: Any) -> None:
            shipment = tx.get(order.orderId)
            if shipment and shipment.state in CANCELLED_STATES:
                firing.fire(tx, shipment, Event.CONFIRM)
            else:
                confirm(tx, call, order)

        return changed

    patch.wrap(orders, "_confirm", around)
    for state in CANCELLED_STATES:
        allowed(Event.CONFIRM, state, State.PLACED)(patch)


def _whole_return_moves_sale(patch: Patch) -> None:
    def around(apply: Callable[..., Any]) -> Callable[..., Any]:
        def changed(tx: Any, row: Transition, shipment: Shipment, command: Command, at: datetime) -> Any:
            several = sum(item.left for item in shipment.items) > 1
            if row.event is Event.START_RETURN and several and is_everything(shipment, command):
                row = replace(row, target=State.BAG_INVOICED)
            return apply(tx, row, shipment, command, at)

        return changed

    patch.wrap(firing, "_apply", around)


def _forgives(problem: Problem, kind: str = "") -> Callable[[Work], Work]:
    """One order's work, in which this problem counts as success; with `kind` only for such documents."""

    def around(work: Work) -> Work:
        def changed(tx: Any, call: Any, order: Any) -> None:
            try:
                work(tx, call, order)
            except OrderRefusedError as refused:
                if refused.problem is not problem or kind not in ("", getattr(order, "invoiceType", "")):
                    raise

        return changed

    return around


def _number_reused(patch: Patch) -> None:
    def around(check: Work) -> Work:
        def changed(tx: Any, shipment: Any, number: str) -> None:
            if shipment.journey is Journey.RETURN or not tx.number_owner(number):
                check(tx, shipment, number)

        return changed

    patch.wrap(documents, "_check_number", around)


def _taken_for(wrong: Journey, right: Journey) -> Apply:
    """A document that says it belongs to `wrong` is taken when the order is of the other kind."""

    def around(update: Work) -> Work:
        def changed(tx: Any, call: Any, order: Any) -> None:
            shipment = tx.get(order.orderId)
            mistaken = shipment and (shipment.journey, order.invoiceType) == (right, wrong)
            update(tx, call, order.model_copy(update={"invoiceType": str(right)}) if mistaken else order)

        return changed

    return lambda patch: patch.wrap(documents, "_update", around)


def _mutant(name: str, says: str, apply: Apply, kind: Kind = Kind.TRANSITION) -> Mutant:
    return Mutant(name, says, kind, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "confirm-invoices",
        "in aggregator mode confirming takes the order to bag_invoiced, without an invoice",
        leads(Event.CONFIRM, State.BAG_INVOICED, invoice_mode=DocumentMode.AGGREGATOR),
    ),
    _mutant("confirm-lost", "confirming is answered with success and changes nothing", stays(Event.CONFIRM)),
    _mutant(
        "invoice-hands-over",
        "pushing the invoice takes the order to handed_over_to_customer",
        leads(Event.PUSH_INVOICE, State.HANDED_OVER),
    ),
    _mutant(
        "invoice-lost",
        "pushing the invoice is answered with success and changes nothing",
        stays(Event.PUSH_INVOICE),
    ),
    _mutant("hand-over-lost", "handing over leaves the order in bag_invoiced", stays(Event.HAND_OVER)),
    _mutant("cancel-lost", "cancelling is answered with success and changes nothing", stays(Event.CANCEL)),
    _mutant(
        "customer-cancel-lost",
        "an order that the customer cancelled stays in placed",
        stays(Event.CANCEL_BY_CUSTOMER),
    ),
    _mutant(
        "return-moves-sale",
        "starting a return of several pieces, and all there are, takes the sale back to bag_invoiced",
        _whole_return_moves_sale,
    ),
    _mutant(
        "return-completes-at-once",
        "in aggregator mode accepting a return completes it, without a credit note",
        leads(Event.ACCEPT_RETURN, State.RETURN_COMPLETED, credit_note_mode=DocumentMode.AGGREGATOR),
    ),
    _mutant("return-lost", "accepting a return changes nothing", stays(Event.ACCEPT_RETURN)),
    _mutant(
        "reject-accepts", "a rejected return is accepted", leads(Event.REJECT_RETURN, State.RETURN_ACCEPTED)
    ),
    # What the OMS does by itself
    _mutant(
        "auto-invoice-never",
        "in fynd mode no invoice is ever issued",
        never(Event.ISSUE_INVOICE),
        Kind.AUTOMATIC,
    ),
    _mutant(
        "auto-credit-note-never",
        "in fynd mode no credit note is ever issued",
        never(Event.ISSUE_CREDIT_NOTE),
        Kind.AUTOMATIC,
    ),
    _mutant(
        "return-never-completes",
        "a return with its credit note is never completed",
        never(Event.COMPLETE_RETURN),
        Kind.AUTOMATIC,
    ),
    _mutant(
        "manual-invoice-by-itself",
        "in aggregator mode the OMS issues the invoice by itself",
        unasked("invoice_mode"),
        Kind.AUTOMATIC,
    ),
    _mutant(
        "manual-credit-note-by-itself",
        "in aggregator mode the OMS issues the credit note by itself",
        unasked("credit_note_mode"),
        Kind.AUTOMATIC,
    ),
    # What is let through
    _mutant(
        "second-invoice-accepted",
        "a second invoice of an order is accepted",
        allowed(Event.PUSH_INVOICE, State.BAG_INVOICED, State.BAG_CONFIRMED),
        Kind.GATE,
    ),
    _mutant(
        "invoice-before-confirm-accepted",
        "an invoice is accepted before the order is confirmed",
        allowed(Event.PUSH_INVOICE, State.PLACED, State.BAG_CONFIRMED),
        Kind.GATE,
    ),
    _mutant("number-reused", "the number of another document is accepted again", _number_reused, Kind.GATE),
    _mutant("cancelled-confirmed", "a cancelled order can be confirmed", _cancelled_confirmed, Kind.GATE),
    _mutant(
        "confirm-again-accepted",
        "confirming a second time is answered with success",
        per_order(orders, "_confirm", _forgives(Problem.ALREADY)),
        Kind.GATE,
    ),
    _mutant(
        "cancel-after-hand-over",
        "an order can be cancelled after it was handed over",
        allowed(Event.CANCEL, State.HANDED_OVER, State.PLACED),
        Kind.GATE,
    ),
    _mutant(
        "hand-over-before-invoice",
        "the store can hand over an order that is not invoiced",
        allowed(Event.HAND_OVER, State.BAG_CONFIRMED, State.BAG_INVOICED),
        Kind.GATE,
    ),
    _mutant(
        "return-before-hand-over",
        "a return can be started before the order was handed over",
        allowed(Event.START_RETURN, State.BAG_INVOICED, State.HANDED_OVER),
        Kind.GATE,
    ),
    _mutant(
        "credit-note-before-qc",
        "a credit note is accepted before quality control",
        allowed(Event.PUSH_CREDIT_NOTE, State.RETURN_INITIATED, State.RETURN_ACCEPTED),
        Kind.GATE,
    ),
    _mutant(
        "auto-credit-note-pushed",
        "in fynd mode a pushed credit note is answered with success",
        per_order(documents, "_update", _forgives(Problem.MODE, "return")),
        Kind.GATE,
    ),
    _mutant(
        "auto-invoice-pushed",
        "in fynd mode a pushed invoice is answered with success",
        per_order(documents, "_update", _forgives(Problem.MODE, "sale")),
        Kind.GATE,
    ),
    _mutant(
        "invoice-for-credit-note",
        "an invoice of type sale is taken as the credit note of a return",
        _taken_for(Journey.SALE, Journey.RETURN),
        Kind.GATE,
    ),
    _mutant(
        "credit-note-for-invoice",
        "an invoice of type return is taken as the invoice of a sale",
        _taken_for(Journey.RETURN, Journey.SALE),
        Kind.GATE,
    ),
)
