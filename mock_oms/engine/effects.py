"""Effects: changes besides the state. They never refuse; guards run before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from contracts.lifecycle.queries import find
from contracts.lifecycle.table import Event, Initiator, Journey
from mock_oms.domain.registry import Registry
from mock_oms.domain.shipment import Document, Item, Shipment, Step, Stock
from mock_oms.domain.tenant import CREDIT_NOTE, INVOICE, SHIPMENT, conditions
from mock_oms.engine.command import Move, counted
from mock_oms.engine.shelves import another_store

Effect = Callable[[Move], None]

EFFECTS: Registry[Effect] = Registry(
    "effect", "contracts/lifecycle/table.py", "@effect def {name} in mock_oms/engine/effects.py"
)
"""Effects by the name that rows of the table use."""
effect = EFFECTS.own_name

_SERIES = {Journey.SALE: (INVOICE, "I"), Journey.RETURN: (CREDIT_NOTE, "J")}


def _stock(move: Move, item: Item, on_hand: int = 0, reserved: int = 0) -> None:
    location, sku = move.shipment.location, item.product.sku
    before = move.tx.stock(location, sku)
    move.tx.set_stock(location, sku, Stock(before.on_hand + on_hand, before.reserved + reserved))


@effect
def reserve_stock(move: Move) -> None:
    """Reserves all remaining pieces."""
    for item in move.shipment.items:
        _stock(move, item, reserved=item.left)


@effect
def release_stock(move: Move) -> None:
    """Releases the reservation of the cancelled pieces."""
    for item in move.shipment.items:
        _stock(move, item, reserved=-move.picked.get(item.id, 0))


@effect
def consume_stock(move: Move) -> None:
    """Takes the goods out of the stock and its reservation."""
    for item in move.shipment.items:
        _stock(move, item, on_hand=-item.left, reserved=-item.left)


@effect
def restock_good_items(move: Move) -> None:
    """Adds pieces in good condition to the stock of the selling store."""
    for item in move.shipment.items:
        _stock(move, item, on_hand=sum(pieces for reason, pieces in item.results if not reason))


@effect
def cancel_quantities(move: Move) -> None:
    """Counts the cancelled pieces of each item."""
    move.change(move.picked, "cancelled")


@effect
def move_to_another_store(move: Move) -> None:
    """Moves the order to the next store that has its goods free."""
    location = another_store(move.tx, move.shipment)
    if location is None:
        raise LookupError(f"no other store has the goods of {move.shipment.id}")
    declined_by = (*move.shipment.declined_by, move.shipment.location)
    move.shipment = replace(move.shipment, location=location, declined_by=declined_by)


@effect
def record_document(move: Move) -> None:
    """Records a pushed invoice or credit note."""
    pushed = move.command.document
    if pushed is None:  # the control plane fires the event without a document
        document = Document(
            _unused(move, lambda: f"DOC-{move.tx.next_number('driven_document'):06d}"), move.at
        )
    else:
        document = Document(
            pushed.number, move.at, pushed.irn, pushed.ack_number, pushed.ack_date, pushed.qr, pushed.signed
        )
    serials = {pick.item_id: pick.serials for pick in move.command.items if pick.serials}
    items = tuple(replace(item, serials=serials.get(item.id, item.serials)) for item in move.shipment.items)
    parcels = pushed.parcels if pushed and pushed.parcels else move.shipment.parcels
    move.shipment = replace(move.shipment, document=document, items=items, parcels=parcels)
    _claim(move, document.number)


@effect
def issue_document(move: Move) -> None:
    """Issues a document with the next number of the store."""
    series, prefix = _SERIES[move.shipment.journey]
    location = move.shipment.location

    def following() -> str:
        count = move.tx.next_number(f"{series}/{location}")
        return move.tx.settings.document_number(prefix, location, count)

    document = Document(_unused(move, following), move.at)
    move.shipment = replace(move.shipment, document=document)
    _claim(move, document.number)


def _unused(move: Move, following: Callable[[], str]) -> str:
    """Returns the next number of a series that no document has."""
    number = following()
    while move.tx.number_owner(number):  # ends: only finitely many numbers were pushed
        number = following()
    return number


def _claim(move: Move, number: str) -> None:
    for key in move.tx.settings.number_keys(number):
        move.tx.claim_number(key, move.shipment.id)


@effect
def open_return(move: Move) -> None:
    """Creates the return shipment and counts its pieces as returning."""
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


@effect
def record_quality_check(move: Move) -> None:
    """Records the condition of each piece; unnamed pieces are good."""
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


@effect
def count_as_returned(move: Move) -> None:
    """Counts the pieces as returned in the sale."""
    _settle_with_sale(move, returned=True)


@effect
def free_returned_quantity(move: Move) -> None:
    """Makes the pieces of a rejected return returnable again."""
    _settle_with_sale(move, returned=False)


def _settle_with_sale(move: Move, *, returned: bool) -> None:
    sale = move.tx.get(move.shipment.forward_id)
    if sale is None:
        raise LookupError(f"sale {move.shipment.forward_id} of return {move.shipment.id} is gone")
    sale = counted(sale, {item.id: -item.left for item in move.shipment.items}, "returning")
    if returned:
        sale = counted(sale, {item.id: item.left for item in move.shipment.items}, "returned")
    move.tx.put(sale)
