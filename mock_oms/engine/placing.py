"""Places orders: creates the shipment of a purchase in a shop."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from contracts.lifecycle.queries import find
from contracts.lifecycle.table import PICK_AT_STORE, Event
from mock_oms.domain import catalogue
from mock_oms.domain.pricing import Lines, spread
from mock_oms.domain.shipment import Customer, Item, Shipment, Step
from mock_oms.domain.tenant import ORDER_ITEM, SHIPMENT, TenantSettings
from mock_oms.engine.firing import settle
from mock_oms.engine.schedule import schedule
from mock_oms.store import Transaction


@dataclass(frozen=True, slots=True)
class Purchase:
    """A purchase; without `lines` a default basket, without `customer` an invented one.

    `discount` is for the whole order, in rupees; at most its price.
    """

    location: str
    channel: str = "FYND-STORE"
    lines: Lines = ()
    customer: Customer | None = None
    order_type: str = PICK_AT_STORE
    discount: Decimal = Decimal(0)


def place(tx: Transaction, purchase: Purchase) -> Shipment:
    """Creates an order, which keeps the tenant's present modes."""
    settings = tx.settings
    number = tx.next_number(SHIPMENT)
    facts = {
        "order_type": purchase.order_type,
        "invoice_mode": settings.invoice_mode,
        "credit_note_mode": settings.credit_note_mode,
    }
    row = find(Event.PLACE, None, facts)
    if row is None:
        raise LookupError(f"the table places no order of type {purchase.order_type}")
    shipment_id = settings.shipment_id(number, tx.now)
    shipment = Shipment(
        id=shipment_id,
        forward_id=shipment_id,
        order_id=settings.order_id(number, tx.now),
        return_id=None,
        order_type=purchase.order_type,
        location=purchase.location,
        channel=purchase.channel,
        state=row.target,
        invoice_mode=settings.invoice_mode,
        credit_note_mode=settings.credit_note_mode,
        ordered_at=tx.now,
        placed_at=tx.now,
        items=tuple(_items(tx, purchase, number)),
        customer=purchase.customer or _invented(settings, purchase.location, number),
        trail=(Step(row.event, None, row.target, row.actor, tx.now),),
    )
    tx.put(shipment)
    schedule(tx, shipment, tx.now)
    settle(tx)
    return tx.get(shipment.id) or shipment


def _invented(settings: TenantSettings, location: str, number: int) -> Customer:
    return catalogue.customer(settings.mixed("customer", number), settings.shop(location))


def _items(tx: Transaction, purchase: Purchase, number: int) -> list[Item]:
    products = tx.settings.products()
    lines = purchase.lines or tuple(
        (products[sku], quantity) for sku, quantity in catalogue.basket(tx.settings.mixed("basket", number))
    )
    if purchase.discount:
        lines = spread(purchase.discount, lines)
    return [
        Item(tx.settings.item_id(tx.next_number(ORDER_ITEM)), product, quantity)
        for product, quantity in lines
    ]
