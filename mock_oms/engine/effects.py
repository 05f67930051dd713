"""Effects: what changes with a row besides the state. Nothing here refuses; guards did that before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.lifecycle.queries import find
from contracts.lifecycle.table import Event, Initiator, Journey
from mock_oms.domain.shipment import Document, Item, Shipment, Step, Stock
from mock_oms.domain.tenant import CREDIT_NOTE, INVOICE, SHIPMENT, conditions
from mock_oms.engine.command import Move, counted

Effect = Callable[[Move], None]

_SERIES = {Journey.SALE: (INVOICE, "INV"), Journey.RETURN: (CREDIT_NOTE, "CRN")}


def _stock(move: Move, item: Item, on_hand: int = 0, reserved: int = 0) -> None:
    location, sku = move.shipment.location, item.product.sku
    before = move.tx.stock(location, sku)
    move.tx.set_stock(location, sku, Stock(before.on_hand + on_hand, before.reserved + reserved))


def reserve_stock(move: Move) -> None:
    """Confirming reserves all that is left."""
    for item in move.shipment.items:
        _stock(move, item, reserved=item.left)


def release_stock(move: Move) -> None:
    """Cancelling after confirming gives the reservation back."""
    for item in move.shipment.items:
        _stock(move, item, reserved=-move.picked.get(item.id, 0))


def consume_stock(move: Move) -> None:
    """Handing over takes the goods out of the shop."""
    for item in move.shipment.items:
        _stock(move, item, on_hand=-item.left, reserved=-item.left)


def restock_good_items(move: Move) -> None:
    """Pieces that came back in good condition can be sold again, by the store that sold them."""
    for item in move.shipment.items:
        _stock(move, item, on_hand=sum(pieces for reason, pieces in item.results if not reason))


def cancel_quantities(move: Move) -> None:
    """Cancelled pieces stay on the item's record."""
    move.change(move.picked, "cancelled")


def record_document(move: Move) -> None:
    """Keeps a pushed invoice or credit note as it came."""
    pushed = move.command.document
    if pushed is None:  # fired by the control plane, which sends no document
        number = f"DOC-{move.tx.next_number('driven_document'):06d}"
        document = Document(_unused(move, number, "DOC", "driven_document"), move.at)
    else:
        document = Document(
            pushed.number, move.at, pushed.irn, pushed.ack_number, pushed.ack_date, pushed.qr, pushed.signed
        )
    serials = {pick.item_id: pick.serials for pick in move.command.items if pick.serials}
    items = tuple(replace(item, serials=serials.get(item.id, item.serials)) for item in move.shipment.items)
    parcels = pushed.parcels if pushed and pushed.parcels else move.shipment.parcels
    move.shipment = replace(move.shipment, document=document, items=items, parcels=parcels)
    move.tx.claim_number(document.number, move.shipment.id)


def issue_document(move: Move) -> None:
    """The OMS numbers the document itself, consecutively in the company."""
    series, prefix = _SERIES[move.shipment.journey]
    number = f"{prefix}-{move.tx.next_number(series):06d}"
    document = Document(_unused(move, number, prefix, series), move.at)
    move.shipment = replace(move.shipment, document=document)
    move.tx.claim_number(document.number, move.shipment.id)


def _unused(move: Move, number: str, prefix: str, series: str) -> str:
    """`number`, or the next of its series that nobody has pushed before."""
    while move.tx.number_owner(number):  # ends: only finitely many numbers were pushed
        number = f"{prefix}-{move.tx.next_number(series):06d}"
    return number


def open_return(move: Move) -> None:
    """The return shipment comes to be; the pieces are on their way back."""
    move.change(move.picked, "returning")
    move.opened = _return_of(move)


def _return_of(move: Move) -> Shipment:
    sale, tx = move.shipment, move.tx
    number = tx.next_number(SHIPMENT)
    row = find(Event.OPEN_RETURN, None, conditions(sale, tx.settings.profile))
    if row is None:
        raise LookupError("the table opens no return under these conditions")
    by_sale_date = tx.settings.profile.return_order_date == "sale"
    return Shipment(
        id=tx.settings.shipment_id(number, move.at),
        forward_id=sale.id,
        order_id=sale.order_id,
        return_id=f"RT{tx.settings.mixed('return', number, 8):016X}",
        order_type=sale.order_type,
        location=sale.location,
        channel=sale.channel,
        state=row.target,
        invoice_mode=sale.invoice_mode,
        credit_note_mode=tx.settings.credit_note_mode,
        ordered_at=sale.placed_at if by_sale_date else move.at,
        placed_at=move.at,
        items=tuple(
            Item(item.id, item.product, move.picked[item.id], serials=item.serials)
            for item in sale.items
            if move.picked.get(item.id)
        ),
        customer=sale.customer,
        trail=(Step(row.event, None, row.target, row.actor, move.at),),
        initiator=move.command.initiator or Initiator.STORE_OS,
        reason=move.command.reason,
    )


def record_quality_check(move: Move) -> None:
    """Notes per item how many pieces came back in which condition; what is not named is good."""
    items = tuple(replace(item, results=_results(move, item)) for item in move.shipment.items)
    move.shipment = replace(move.shipment, items=items)


def _results(move: Move, item: Item) -> tuple[tuple[str, int], ...]:
    found: dict[str, int] = {}
    for pick in move.command.items:
        if pick.item_id == item.id:
            found[pick.reason] = found.get(pick.reason, 0) + pick.quantity
    rest = item.left - sum(found.values())
    if rest:
        found[""] = found.get("", 0) + rest
    return tuple(sorted(found.items()))


def count_as_returned(move: Move) -> None:
    """The sale's record: what was on its way back is back."""
    _settle_with_sale(move, returned=True)


def free_returned_quantity(move: Move) -> None:
    """The sale's record: a rejected return frees its quantity."""
    _settle_with_sale(move, returned=False)


def _settle_with_sale(move: Move, *, returned: bool) -> None:
    sale = move.tx.get(move.shipment.forward_id)
    if sale is None:
        raise LookupError(f"sale {move.shipment.forward_id} of return {move.shipment.id} is gone")
    sale = counted(sale, {item.id: -item.left for item in move.shipment.items}, "returning")
    if returned:
        sale = counted(sale, {item.id: item.left for item in move.shipment.items}, "returned")
    move.tx.put(sale)


EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        reserve_stock,
        release_stock,
        consume_stock,
        restock_good_items,
        cancel_quantities,
        record_document,
        issue_document,
        open_return,
        record_quality_check,
        count_as_returned,
        free_returned_quantity,
    )
}
"""Effects by the name that the table uses."""
