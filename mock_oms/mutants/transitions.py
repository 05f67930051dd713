"""Defects in target states, automatic steps, and acceptance of wrong calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import CANCELLED_STATES, DocumentMode, Event, Journey, State, Transition
from contracts.problems import Problem
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Shipment
from mock_oms.engine import firing
from mock_oms.engine.command import is_everything
from mock_oms.mutants.hooks import Work, allowed, automatic_in_any, leads, never, stays
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced, together
from mock_oms.web.konnect import documents, orders


def _cancelled_confirmed(confirm: Work, tx: Any, call: Any, order: Any) -> None:
    shipment = tx.get(order.orderId)
    if shipment and shipment.state in CANCELLED_STATES:
        firing.fire(tx, shipment, Event.CONFIRM)
    else:
        confirm(tx, call, order)


def _whole_return_moves_sale(
    apply: Callable[..., Any], tx: Any, row: Transition, shipment: Shipment, *rest: Any
) -> Any:
    several = sum(item.left for item in shipment.items) > 1
    if row.event is Event.START_RETURN and several and is_everything(shipment, rest[0]):
        row = replace(row, target=State.BAG_INVOICED)
    return apply(tx, row, shipment, *rest)


def _forgives(module: Any, name: str, problem: Problem, kind: str = "") -> Apply:
    """Reports success for orders with a problem, perhaps of one kind."""

    def changed(work: Work, tx: Any, call: Any, order: Any) -> None:
        try:
            work(tx, call, order)
        except OrderRefusedError as refused:
            if refused.problem is not problem or kind not in ("", getattr(order, "invoiceType", "")):
                raise

    return replaced(module, name, changed)


def _number_reused(check: Work, tx: Any, shipment: Any, number: str) -> None:
    if shipment.journey is Journey.RETURN or not tx.number_owner(number):
        check(tx, shipment, number)


def _taken_for(wrong: Journey, right: Journey) -> Apply:
    """Accepts a document of type `wrong` for an order of type `right`."""

    def changed(update: Work, tx: Any, call: Any, order: Any) -> None:
        shipment = tx.get(order.orderId)
        mistaken = shipment and (shipment.journey, order.invoiceType) == (right, wrong)
        update(tx, call, order.model_copy(update={"invoiceType": str(right)}) if mistaken else order)

    return replaced(documents, "_update", changed)


DEFECTS: Defects = {
    Kind.TRANSITION: {
        "confirm-invoices: in aggregator mode confirming leads to bag_invoiced, without an invoice": leads(
            Event.CONFIRM, State.BAG_INVOICED, invoice_mode=DocumentMode.AGGREGATOR
        ),
        "confirm-lost: confirming is answered with success and changes nothing": stays(Event.CONFIRM),
        "invoice-hands-over: pushing the invoice takes the order to handed_over_to_customer": leads(
            Event.PUSH_INVOICE, State.HANDED_OVER
        ),
        "invoice-lost: pushing the invoice succeeds and changes nothing": stays(Event.PUSH_INVOICE),
        "hand-over-lost: handing over leaves the order in bag_invoiced": stays(Event.HAND_OVER),
        "cancel-lost: cancelling is answered with success and changes nothing": stays(Event.CANCEL),
        "customer-cancel-lost: an order that the customer cancelled stays in placed": stays(
            Event.CANCEL_BY_CUSTOMER
        ),
        "return-moves-sale: returning all pieces, if several, takes the sale back to bag_invoiced": replaced(
            firing, "_apply", _whole_return_moves_sale
        ),
        "return-completes-at-once: in aggregator mode accepting a return completes it": leads(
            Event.ACCEPT_RETURN, State.RETURN_COMPLETED, credit_note_mode=DocumentMode.AGGREGATOR
        ),
        "return-lost: accepting a return changes nothing": stays(Event.ACCEPT_RETURN),
        "reject-accepts: a rejected return is accepted": leads(Event.REJECT_RETURN, State.RETURN_ACCEPTED),
    },
    Kind.AUTOMATIC: {
        "auto-invoice-never: in fynd mode no invoice is ever issued": never(Event.ISSUE_INVOICE),
        "auto-credit-note-never: in fynd mode no credit note is ever issued": never(Event.ISSUE_CREDIT_NOTE),
        "return-never-completes: a return with its credit note is never completed": never(
            Event.COMPLETE_RETURN
        ),
        "manual-invoice-by-itself: in aggregator mode the OMS issues the invoice": automatic_in_any(
            "invoice_mode"
        ),
        "manual-credit-note-by-itself: in aggregator mode the OMS issues the credit note": automatic_in_any(
            "credit_note_mode"
        ),
    },
    Kind.GATE: {
        "second-invoice-accepted: a second invoice of an order is accepted": allowed(
            Event.PUSH_INVOICE, State.BAG_INVOICED, State.BAG_CONFIRMED
        ),
        "invoice-before-confirm-accepted: an invoice is accepted before the order is confirmed": allowed(
            Event.PUSH_INVOICE, State.PLACED, State.BAG_CONFIRMED
        ),
        "number-reused: the number of another document is accepted again": replaced(
            documents, "_check_number", _number_reused
        ),
        "cancelled-confirmed: a cancelled order can be confirmed": together(
            replaced(orders, "_confirm", _cancelled_confirmed),
            *(allowed(Event.CONFIRM, state, State.PLACED) for state in CANCELLED_STATES),
        ),
        "confirm-again-accepted: confirming a second time is answered with success": _forgives(
            orders, "_confirm", Problem.ALREADY
        ),
        "cancel-after-hand-over: an order can be cancelled after it was handed over": allowed(
            Event.CANCEL, State.HANDED_OVER, State.PLACED
        ),
        "hand-over-before-invoice: the store can hand over an order that is not invoiced": allowed(
            Event.HAND_OVER, State.BAG_CONFIRMED, State.BAG_INVOICED
        ),
        "return-before-hand-over: a return can be started before the order was handed over": allowed(
            Event.START_RETURN, State.BAG_INVOICED, State.HANDED_OVER
        ),
        "credit-note-before-qc: a credit note is accepted before quality control": allowed(
            Event.PUSH_CREDIT_NOTE, State.RETURN_INITIATED, State.RETURN_ACCEPTED
        ),
        "auto-credit-note-pushed: in fynd mode a pushed credit note is answered with success": _forgives(
            documents, "_update", Problem.MODE, "return"
        ),
        "auto-invoice-pushed: in fynd mode a pushed invoice is answered with success": _forgives(
            documents, "_update", Problem.MODE, "sale"
        ),
        "invoice-for-credit-note: a return takes an invoice of type sale": _taken_for(
            Journey.SALE, Journey.RETURN
        ),
        "credit-note-for-invoice: a sale takes an invoice of type return": _taken_for(
            Journey.RETURN, Journey.SALE
        ),
    },
}
