"""Invoices, credit notes and labels as PDF."""

from __future__ import annotations

from fpdf import FPDF

from tests.support.other_oms.choices import Choices
from tests.support.other_oms.orders import PRODUCTS, Shipment


def pdf(kind: str, shipments: list[Shipment], choices: Choices) -> bytes:
    """Print one page for each shipment, with as much text as chosen."""
    document = FPDF(format="A4")
    document.set_font("Helvetica", size=10)
    for shipment in shipments:
        document.add_page()
        if choices.paper_text == "none":
            document.rect(20, 20, 60, 30, style="F")
            continue
        for line in _lines(kind, shipment, full=choices.paper_text == "full"):
            document.cell(0, 7, line, new_x="LMARGIN", new_y="NEXT")
    return bytes(document.output())


def _lines(kind: str, shipment: Shipment, *, full: bool) -> list[str]:
    lines = [f"Shipment {shipment.id}", f"No. {shipment.number}"]
    if not full:
        return lines
    total = 0.0
    for item in shipment.items:
        pieces = item.quantity - item.cancelled
        if not pieces:
            continue
        title, price = PRODUCTS[item.sku]
        total += price * pieces
        lines += [f"{pieces} x {title} {item.sku} {price * pieces:,.2f}", *item.serials]
    titles = {"invoice": "Credit note" if shipment.is_return else "Tax invoice", "labels": "Shipping label"}
    return [titles[kind], *lines, f"Total {total:,.2f}", f"Order {shipment.order_id}"]
