"""Fills documents from a shipment."""

from __future__ import annotations

from decimal import Decimal

from contracts.konnect import dates
from contracts.lifecycle.table import Journey
from mock_oms.documents.model import Kind, Line, Paper, Party
from mock_oms.domain import catalogue
from mock_oms.domain.shipment import Customer, Item, Shipment
from mock_oms.store import Transaction


def invoice(tx: Transaction, shipment: Shipment) -> Paper:
    """Return the invoice of a sale or credit note of a return."""
    return _paper(tx, shipment, "credit_note" if shipment.journey is Journey.RETURN else "invoice")


def label(tx: Transaction, shipment: Shipment) -> Paper:
    """Return the label of a shipment; it has no AWB."""
    return _paper(tx, shipment, "label")


def _paper(tx: Transaction, shipment: Shipment, kind: Kind) -> Paper:
    document = shipment.document
    shop = tx.settings.shop(shipment.location)
    sale = tx.get(shipment.forward_id) if shipment.journey is Journey.RETURN else None
    supplied_in = shipment.customer.state.strip() or shop.state
    moment = document.at if document else shipment.ordered_at
    return Paper(
        kind=kind,
        number=document.number if document else "",
        date=moment.astimezone(dates.zone(dates.INDIA)),
        shipment_id=shipment.id,
        order_id=shipment.order_id,
        seller=Party(catalogue.SELLER, (), gstin=shop.gstin),
        store=Party(shop.name, (shop.address, f"{shop.city} {shop.pincode}", shop.state), gstin=shop.gstin),
        store_code=shop.code,
        buyer=_buyer(shipment.customer),
        lines=tuple(_line(item) for item in shipment.items if item.left),
        interstate=supplied_in.casefold() != shop.state.casefold(),
        place_of_supply=supplied_in,
        original_number=sale.document.number if sale and sale.document else "",
        original_shipment_id=sale.id if sale else "",
        irn=(document.irn if document else None) or "",
        ack_number=(document.ack_number if document else None) or "",
        ack_date=(document.ack_date if document else None) or "",
        qr=(document.qr if document else None) or "",
    )


def _buyer(customer: Customer) -> Party:
    place = " ".join(part for part in (customer.city, customer.pincode) if part)
    lines = tuple(line for line in (customer.address, place, customer.state) if line)
    return Party(customer.name, lines, customer.phone, customer.gstin)


def _line(item: Item) -> Line:
    product = item.product
    return Line(
        title=product.title,
        sku=product.sku,
        hsn=product.hsn,
        quantity=item.left,
        unit_price=product.price,
        discount=product.discount * Decimal(item.left),
        gst_percent=product.gst_percent,
        serials=item.serials,
    )
