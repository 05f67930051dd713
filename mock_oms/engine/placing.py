"""Placing: the customer buys at the till, and a shipment comes to be."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.lifecycle.queries import find
from contracts.lifecycle.table import PICK_AT_STORE, Event
from mock_oms.domain import catalogue
from mock_oms.domain.shipment import Customer, Item, Product, Shipment, Step
from mock_oms.domain.tenant import ORDER_ITEM, SHIPMENT
from mock_oms.engine.firing import settle
from mock_oms.engine.schedule import schedule
from mock_oms.store import Transaction


@dataclass(frozen=True, slots=True)
class Purchase:
    """What is bought where. No `lines` means a plausible basket, no `customer` a made-up person."""

    location: str
    channel: str = "FYND-STORE"
    lines: tuple[tuple[Product, int], ...] = ()
    customer: Customer | None = None
    order_type: str = PICK_AT_STORE


def place(tx: Transaction, purchase: Purchase) -> Shipment:
    """A new order; the tenant's modes are stamped on it."""
    world = tx.world
    number = tx.next_number(SHIPMENT)
    facts = {
        "order_type": purchase.order_type,
        "invoice_mode": world.invoice_mode,
        "credit_note_mode": world.credit_note_mode,
    }
    row = find(Event.PLACE, None, facts)
    if row is None:
        raise LookupError(f"the table places no order of type {purchase.order_type}")
    shipment_id = world.shipment_id(number, tx.now)
    shipment = Shipment(
        id=shipment_id,
        forward_id=shipment_id,
        order_id=world.order_id(number, tx.now),
        return_id=None,
        order_type=purchase.order_type,
        location=purchase.location,
        channel=purchase.channel,
        state=row.target,
        invoice_mode=world.invoice_mode,
        credit_note_mode=world.credit_note_mode,
        ordered_at=tx.now,
        placed_at=tx.now,
        items=tuple(_items(tx, purchase, number)),
        customer=purchase.customer or catalogue.customer(world.mixed("customer", number)),
        trail=(Step(row.event, None, row.target, row.actor, tx.now),),
    )
    tx.put(shipment)
    schedule(tx, shipment, tx.now)
    settle(tx)
    return tx.get(shipment.id) or shipment


def _items(tx: Transaction, purchase: Purchase, number: int) -> list[Item]:
    products = tx.world.products()
    lines = purchase.lines or tuple(
        (products[sku], quantity) for sku, quantity in catalogue.basket(tx.world.mixed("basket", number))
    )
    return [
        Item(tx.world.item_id(tx.next_number(ORDER_ITEM)), product, quantity) for product, quantity in lines
    ]
