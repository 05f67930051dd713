"""The lifecycle of Pick-At-Store orders and returns: states, events, transition table.

No other module lists states or transitions. Refusals, the control plane's event route, the diagrams, the
structural checks and the state machine of the contract tests are computed from `TABLE`. Another order type
is more rows under another `order_type` condition.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from contracts.evidence import Source, assumed, documented, platform

FINAL = "final"
"""Mark of a state in which a shipment may stay forever."""


class State(StrEnum):
    """States of a shipment, in Fynd OMS spelling."""

    final: bool

    def __new__(cls, value: str, mark: str = "") -> State:
        """Creates a member; the mark `final` makes it a final state."""
        state = str.__new__(cls, value)
        state._value_ = value
        state.final = mark == FINAL
        return state

    PLACED = "placed"
    STORE_REASSIGNED = "store_reassigned"
    BAG_CONFIRMED = "bag_confirmed"
    BAG_INVOICED = "bag_invoiced"
    HANDED_OVER = "handed_over_to_customer", FINAL
    CANCELLED_CUSTOMER = "cancelled_customer", FINAL
    CANCELLED_FYND = "cancelled_fynd", FINAL
    RETURN_INITIATED = "return_initiated"
    RETURN_BAG_DELIVERED = "return_bag_delivered"
    RETURN_ACCEPTED = "return_accepted"
    RETURN_REJECTED = "return_rejected_by_store", FINAL
    CREDIT_NOTE_GENERATED = "credit_note_generated", FINAL
    RETURN_COMPLETED = "return_completed", FINAL


class Actor(StrEnum):
    """Sides that cause events."""

    CUSTOMER = "customer"
    STORE = "store"
    """The shop's staff with POS, Store OS or an ERP at the counter."""
    AGGREGATOR = "aggregator"
    """The integrator's ERP, POS or WMS, through Konnect."""
    OMS = "oms"
    """Fynd OMS, automatically."""


class Event(StrEnum):
    """Events of a shipment; verbs."""

    PLACE = "place"
    CONFIRM = "confirm"
    PUSH_INVOICE = "push_invoice"
    ISSUE_INVOICE = "issue_invoice"
    HAND_OVER = "hand_over"
    CANCEL = "cancel"
    CANCEL_ITEMS = "cancel_items"
    REASSIGN = "reassign"
    """A cancel of the aggregator for which the OMS finds another store."""
    CANCEL_BY_CUSTOMER = "cancel_by_customer"
    CANCEL_ITEMS_BY_CUSTOMER = "cancel_items_by_customer"
    START_RETURN = "start_return"
    OPEN_RETURN = "open_return"
    DELIVER_RETURN = "deliver_return"
    ACCEPT_RETURN = "accept_return"
    REJECT_RETURN = "reject_return"
    PUSH_CREDIT_NOTE = "push_credit_note"
    ISSUE_CREDIT_NOTE = "issue_credit_note"
    COMPLETE_RETURN = "complete_return"


class Initiator(StrEnum):
    """Tools in which a return can be started."""

    STORE_OS = "store_os"
    ERP = "erp"
    FYND_OMS = "fynd_oms"


class Journey(StrEnum):
    """The two kinds of shipment."""

    SALE = "sale"
    RETURN = "return"


BIRTHS = {Event.PLACE: Journey.SALE, Event.OPEN_RETURN: Journey.RETURN}
"""Events that create a shipment -> the kind of that shipment."""


class DocumentMode(StrEnum):
    """The maker of an invoice or a credit note."""

    AGGREGATOR = "aggregator"
    """The integrator pushes it with invoiceUpdate."""
    FYND = "fynd"
    """Fynd OMS issues it automatically."""


PICK_AT_STORE = "PickAtStore"

CONDITIONS: dict[str, tuple[object, ...]] = {
    "order_type": (PICK_AT_STORE,),
    "invoice_mode": tuple(DocumentMode),
    "credit_note_mode": tuple(DocumentMode),
    "return_passes_bag_delivered": (False, True),
    "customer_cancels_after_confirm": (False, True),
    "hand_over_before_invoice": (False, True),
    "cancel_after_invoice": (True, False),
    "return_completes": (True, False),
    "reassign_on_seller_cancel": (False, True),
}
"""Every condition that a row may name -> its possible values. A condition is a field of the behaviour profile
with the same name, or else a field of the shipment."""

CANCELLED_STATES = frozenset({State.CANCELLED_CUSTOMER, State.CANCELLED_FYND})

ITEMS_VARIANT = {Event.CANCEL: Event.CANCEL_ITEMS, Event.CANCEL_BY_CUSTOMER: Event.CANCEL_ITEMS_BY_CUSTOMER}
"""Event for a whole shipment -> event for a part of it."""
BACKWARD = frozenset({Event.REASSIGN})
"""Events that take a shipment back to an earlier state; without them no shipment comes to a state twice."""
ABOUT_ITEMS = (Event.CANCEL_BY_CUSTOMER, Event.CANCEL_ITEMS_BY_CUSTOMER, Event.START_RETURN)
"""Events of the control plane that take items."""


@dataclass(frozen=True, slots=True)
class Transition:
    """One row: `event` by `actor` moves a shipment from `source` to `target`.

    `source` None creates the shipment. The row is in force under the conditions `when`. A state that only a
    switch of the profile leads to is left without the switch: it may be taken back meanwhile. `guards` are
    functions of the engine that may refuse it, `effects` those that change more than the state.
    """

    event: Event
    source: State | None
    target: State
    actor: Actor
    origin: Source
    when: Mapping[str, object] = field(default_factory=dict)
    guards: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()

    @property
    def automatic(self) -> bool:
        """Whether the OMS fires this row automatically, at the tenant's pace."""
        return self.actor is Actor.OMS

    def applies(self, conditions: Mapping[str, object]) -> bool:
        """Whether the row is in force under `conditions`."""
        for name, value in self.when.items():  # noqa: SIM110 - asked in every call; half the time of all()
            if conditions.get(name) != value:
                return False
        return True


_PAS = {"order_type": PICK_AT_STORE}
_PUSHED_INVOICE = _PAS | {"invoice_mode": DocumentMode.AGGREGATOR}
_ISSUED_INVOICE = _PAS | {"invoice_mode": DocumentMode.FYND}
_PUSHED_CREDIT_NOTE = _PAS | {"credit_note_mode": DocumentMode.AGGREGATOR}
_ISSUED_CREDIT_NOTE = _PAS | {"credit_note_mode": DocumentMode.FYND}
_DIRECT_RETURN = _PAS | {"return_passes_bag_delivered": False}
_DELIVERED_RETURN = _PAS | {"return_passes_bag_delivered": True}
_LATE_CUSTOMER = _PAS | {"customer_cancels_after_confirm": True}
_EARLY_HAND_OVER = _PAS | {"hand_over_before_invoice": True}
_LATE_CANCEL = _PAS | {"cancel_after_invoice": True}
_COMPLETES = _PAS | {"return_completes": True}
_REASSIGNS = _PAS | {"reassign_on_seller_cancel": True}

_CANCEL_WINDOW = documented("cancel", "whole until packed; Pick-At-Store has no packing, so until hand-over")
_LATE_CANCEL_WINDOW = documented(
    "cancel",
    "whole until packed; the API reference says: only in a pre-invoiced state, see cancel_after_invoice",
)
_CANCEL_ITEMS_WINDOW = documented("cancel", "single items only before invoicing")
_REASSIGNMENT = platform(
    "order-processing",
    "what a seller cancels goes to another location that can fulfil it; that this ends with the invoice is"
    " assumed",
)
_CUSTOMER_WINDOW = documented("order-events", "the customer cancels before the store's confirmation")
_LATE_CUSTOMER_WINDOW = assumed("no page lets the customer cancel later; some shops do")

_ROWS: tuple[Transition, ...] = (
    # The sale
    Transition(Event.PLACE, None, State.PLACED, Actor.CUSTOMER, documented("pick-at-store"), _PAS),
    Transition(
        Event.CONFIRM,
        State.PLACED,
        State.BAG_CONFIRMED,
        Actor.AGGREGATOR,
        documented("confirm"),
        _PAS,
        guards=("all_that_is_left", "enough_stock"),
        effects=("reserve_stock",),
    ),
    Transition(
        Event.PUSH_INVOICE,
        State.BAG_CONFIRMED,
        State.BAG_INVOICED,
        Actor.AGGREGATOR,
        documented("update-invoice"),
        _PUSHED_INVOICE,
        guards=("all_that_is_left",),
        effects=("record_document",),
    ),
    Transition(
        Event.ISSUE_INVOICE,
        State.BAG_CONFIRMED,
        State.BAG_INVOICED,
        Actor.OMS,
        documented("pick-at-store"),
        _ISSUED_INVOICE,
        effects=("issue_document",),
    ),
    Transition(
        Event.HAND_OVER,
        State.BAG_INVOICED,
        State.HANDED_OVER,
        Actor.STORE,
        documented("pick-at-store"),
        _PAS,
        effects=("consume_stock",),
    ),
    Transition(
        Event.HAND_OVER,
        State.BAG_CONFIRMED,
        State.HANDED_OVER,
        Actor.STORE,
        platform("fdk-order", "the FDK map allows it; the Pick-At-Store page invoices first"),
        _EARLY_HAND_OVER,
        effects=("consume_stock",),
    ),
    # Cancellations
    Transition(Event.CANCEL, State.PLACED, State.CANCELLED_FYND, Actor.AGGREGATOR, _CANCEL_WINDOW, _PAS),
    Transition(
        Event.CANCEL,
        State.BAG_CONFIRMED,
        State.CANCELLED_FYND,
        Actor.AGGREGATOR,
        _CANCEL_WINDOW,
        _PAS,
        effects=("release_stock",),
    ),
    Transition(
        Event.CANCEL,
        State.BAG_INVOICED,
        State.CANCELLED_FYND,
        Actor.AGGREGATOR,
        _LATE_CANCEL_WINDOW,
        _LATE_CANCEL,
        effects=("release_stock",),
    ),
    Transition(
        Event.CANCEL_ITEMS,
        State.PLACED,
        State.PLACED,
        Actor.AGGREGATOR,
        _CANCEL_ITEMS_WINDOW,
        _PAS,
        guards=("some_left_over",),
        effects=("cancel_quantities",),
    ),
    Transition(
        Event.CANCEL_ITEMS,
        State.BAG_CONFIRMED,
        State.BAG_CONFIRMED,
        Actor.AGGREGATOR,
        _CANCEL_ITEMS_WINDOW,
        _PAS,
        guards=("some_left_over",),
        effects=("release_stock", "cancel_quantities"),
    ),
    Transition(
        Event.REASSIGN,
        State.PLACED,
        State.STORE_REASSIGNED,
        Actor.AGGREGATOR,
        _REASSIGNMENT,
        _REASSIGNS,
        guards=("fits_another_store",),
        effects=("move_to_another_store",),
    ),
    Transition(
        Event.REASSIGN,
        State.BAG_CONFIRMED,
        State.STORE_REASSIGNED,
        Actor.AGGREGATOR,
        _REASSIGNMENT,
        _REASSIGNS,
        guards=("fits_another_store",),
        effects=("release_stock", "move_to_another_store"),
    ),
    Transition(
        Event.CANCEL_BY_CUSTOMER,
        State.PLACED,
        State.CANCELLED_CUSTOMER,
        Actor.CUSTOMER,
        _CUSTOMER_WINDOW,
        _PAS,
    ),
    Transition(
        Event.CANCEL_BY_CUSTOMER,
        State.BAG_CONFIRMED,
        State.CANCELLED_CUSTOMER,
        Actor.CUSTOMER,
        _LATE_CUSTOMER_WINDOW,
        _LATE_CUSTOMER,
        effects=("release_stock",),
    ),
    Transition(
        Event.CANCEL_BY_CUSTOMER,
        State.BAG_INVOICED,
        State.CANCELLED_CUSTOMER,
        Actor.CUSTOMER,
        _LATE_CUSTOMER_WINDOW,
        _LATE_CUSTOMER,
        effects=("release_stock",),
    ),
    Transition(
        Event.CANCEL_ITEMS_BY_CUSTOMER,
        State.PLACED,
        State.PLACED,
        Actor.CUSTOMER,
        documented("confirm", "surviving items are confirmed when the customer cancelled some"),
        _PAS,
        guards=("some_left_over",),
        effects=("cancel_quantities",),
    ),
    Transition(
        Event.CANCEL_ITEMS_BY_CUSTOMER,
        State.BAG_CONFIRMED,
        State.BAG_CONFIRMED,
        Actor.CUSTOMER,
        _LATE_CUSTOMER_WINDOW,
        _LATE_CUSTOMER,
        guards=("some_left_over",),
        effects=("release_stock", "cancel_quantities"),
    ),
    # The return
    Transition(
        Event.START_RETURN,
        State.HANDED_OVER,
        State.HANDED_OVER,
        Actor.STORE,
        platform("fdk-order", "the sale stays; a separate return shipment is opened"),
        _PAS,
        guards=("within_sold",),
        effects=("open_return",),
    ),
    Transition(
        Event.OPEN_RETURN, None, State.RETURN_INITIATED, Actor.STORE, documented("pick-at-store"), _PAS
    ),
    Transition(
        Event.DELIVER_RETURN,
        State.RETURN_INITIATED,
        State.RETURN_BAG_DELIVERED,
        Actor.OMS,
        platform("oms-states", "a leg that home-delivery returns have; off for Pick-At-Store"),
        _DELIVERED_RETURN,
    ),
    Transition(
        Event.ACCEPT_RETURN,
        State.RETURN_INITIATED,
        State.RETURN_ACCEPTED,
        Actor.AGGREGATOR,
        documented("return-qc"),
        _DIRECT_RETURN,
        guards=("in_the_return",),
        effects=("record_quality_check", "count_as_returned", "restock_good_items"),
    ),
    Transition(
        Event.ACCEPT_RETURN,
        State.RETURN_BAG_DELIVERED,
        State.RETURN_ACCEPTED,
        Actor.AGGREGATOR,
        documented("return-qc"),
        _PAS,
        guards=("in_the_return",),
        effects=("record_quality_check", "count_as_returned", "restock_good_items"),
    ),
    Transition(
        Event.REJECT_RETURN,
        State.RETURN_INITIATED,
        State.RETURN_REJECTED,
        Actor.STORE,
        platform("oms-states", "no Konnect call rejects a return; the store does"),
        _PAS,
        effects=("free_returned_quantity",),
    ),
    Transition(
        Event.REJECT_RETURN,
        State.RETURN_BAG_DELIVERED,
        State.RETURN_REJECTED,
        Actor.STORE,
        platform("oms-states", "no Konnect call rejects a return; the store does"),
        _PAS,
        effects=("free_returned_quantity",),
    ),
    Transition(
        Event.PUSH_CREDIT_NOTE,
        State.RETURN_ACCEPTED,
        State.CREDIT_NOTE_GENERATED,
        Actor.AGGREGATOR,
        documented("credit-note"),
        _PUSHED_CREDIT_NOTE,
        guards=("all_that_is_left",),
        effects=("record_document",),
    ),
    Transition(
        Event.ISSUE_CREDIT_NOTE,
        State.RETURN_ACCEPTED,
        State.CREDIT_NOTE_GENERATED,
        Actor.OMS,
        documented("pick-at-store"),
        _ISSUED_CREDIT_NOTE,
        effects=("issue_document",),
    ),
    Transition(
        Event.COMPLETE_RETURN,
        State.CREDIT_NOTE_GENERATED,
        State.RETURN_COMPLETED,
        Actor.OMS,
        documented("pick-at-store", "a captured trace stops at credit_note_generated, see return_completes"),
        _COMPLETES,
    ),
)


def _at_another_store(row: Transition) -> Transition:
    """Returns the row of a new order for a reassigned one."""
    target = State.STORE_REASSIGNED if row.target is State.PLACED else row.target
    return replace(row, source=State.STORE_REASSIGNED, target=target)


TABLE = (*_ROWS, *(_at_another_store(row) for row in _ROWS if row.source is State.PLACED))
"""Every transition. A reassigned order has the events of a new one."""
