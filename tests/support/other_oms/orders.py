"""Orders and returns of the account, and the rules that change them."""

from __future__ import annotations

import random
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone

from tests.support.other_oms.choices import Account, Choices

INDIA = timezone(timedelta(hours=5, minutes=30))
PRODUCTS = {
    "SHIRT-BLU-M": ("Oxford shirt", 1499.0),
    "MUG-WHT": ("Coffee mug", 349.0),
    "BAG-CNV-20": ("Canvas bag", 2199.0),
    "SOCK-3PK": ("Socks, three pairs", 499.0),
}
CANCEL_REASONS = ("6", "7", "8", "9", "NA")
GOOD = ""
CONDITIONS = {
    "tag_missing", "package_damaged", "refinish_damaged", "refinish_for_pressing", "seal_opened",
    "wrong_product_received", "lost", "short_received", "empty_box_received", "free_gift_missing",
    "component_missing", "fully_damaged", "customer_abuse", "refinish_package_damaged",
    "refinish_tag_missing",
}  # fmt: skip


@dataclass(slots=True)
class Item:
    """One bag of a shipment."""

    id: str
    sku: str
    quantity: int
    cancelled: int = 0
    returned: int = 0
    serials: list[str] = field(default_factory=list)

    @property
    def left(self) -> int:
        """Pieces that are neither cancelled nor returned."""
        return self.quantity - self.cancelled - self.returned


@dataclass(slots=True)
class Shipment:
    """A sale or a return. `at` is when it began, in UTC."""

    id: str
    forward_id: str
    order_id: str
    location: str
    channel: str
    state: str
    at: datetime
    items: list[Item]
    number: str = ""
    invoiced_once: bool = False
    return_id: str = ""
    due: float | None = None
    changed: float = 0.0
    shown_before: str = ""
    reads: int = 0

    @property
    def is_return(self) -> bool:
        """Whether goods come back with it."""
        return self.id != self.forward_id

    def item(self, item_id: str) -> Item | None:
        """The bag with this id."""
        return next((item for item in self.items if item.id == item_id), None)


class RefusalError(Exception):
    """An order of a call is refused.

    `code` is the published one, or a key of `bulk.OWN` where no code is published.
    """

    def __init__(self, code: str, reason: str, item: str | None = None) -> None:
        super().__init__(reason)
        self.code, self.reason, self.item = code, reason, item


class Ledger:
    """All shipments of one company."""

    def __init__(self, account: Account, choices: Choices, defects: frozenset[str]) -> None:
        self.account, self.choices, self.defects = account, choices, defects
        self.shipments: dict[str, Shipment] = {}
        self.lock = threading.RLock()
        self._chance = random.Random(11)
        self._bags = 3_769_000

    def wrong(self, defect: str) -> bool:
        """Whether this OMS has the defect."""
        return defect in self.defects

    # what the shop does

    def place(self, location: str, items: list[tuple[str, int]], channel: str) -> Shipment:
        """The customer buys."""
        with self.lock:
            at = datetime.now(UTC)
            new_id = self._new_id(at)
            order_id = f"FY{int(at.timestamp()):08X}{self._chance.randrange(16**10):010X}"
            bags = [self._bag(sku or "SHIRT-BLU-M", quantity) for sku, quantity in items]
            made = Shipment(new_id, new_id, order_id, location, channel, "placed", at, bags)
            self.shipments[new_id] = made
            self._changed(made)
            return made

    def _new_id(self, at: datetime) -> str:
        return f"{int(at.timestamp() * 1000):013d}{self._chance.randrange(10**7):07d}"

    def _bag(self, sku: str, quantity: int) -> Item:
        self._bags += 1
        text = str(self._bags)
        return Item(text if self.choices.item_ids == "short" else f"9{text}0000000000", sku, quantity)

    def hand_over(self, shipment: Shipment) -> None:
        """The customer takes the goods."""
        self.settle()
        if shipment.state != "bag_invoiced":
            raise RefusalError("shop", f"the order is {shipment.state}")
        if not self.wrong("hand-over-lost"):
            self._move(shipment, "handed_over_to_customer")

    def cancel_by_customer(self, shipment: Shipment, items: list[tuple[str, int]]) -> None:
        """The customer changes their mind before the store has confirmed."""
        if shipment.state != "placed":
            raise RefusalError("shop", f"the order is {shipment.state}")
        self._cancel_pieces(shipment, items or [(i.id, i.left) for i in shipment.items], "cancelled_customer")

    def start_return(self, sale: Shipment, items: list[tuple[str, int]]) -> Shipment:
        """Goods come back to the counter; a return shipment begins."""
        with self.lock:
            if sale.state != "handed_over_to_customer":
                raise RefusalError("shop", f"the order is {sale.state}")
            at = datetime.now(UTC)
            new_id = self._new_id(at)
            bags = []
            for item_id, quantity in items:
                sold = sale.item(item_id)
                if sold is None or not 0 < quantity <= sold.left:
                    raise RefusalError("shop", "more comes back than was sold")
                sold.returned += quantity
                bags.append(Item(item_id, sold.sku, quantity, serials=list(sold.serials)))
            first = "return_bag_delivered" if self.choices.return_passes_delivered else "return_initiated"
            began = sale.at if self.choices.return_order_date == "sale" else at
            made = Shipment(new_id, sale.id, sale.order_id, sale.location, sale.channel, first, began, bags)
            made.return_id = f"{self._chance.randrange(10**9):09d}"
            self.shipments[new_id] = made
            self._changed(made)
            if self.wrong("return-moves-sale"):
                self._move(sale, "return_initiated")
            return made

    def reject_return(self, back: Shipment) -> None:
        """The store rejects the return; the pieces are the customer's again."""
        if back.state not in ("return_initiated", "return_bag_delivered"):
            raise RefusalError("shop", f"the return is {back.state}")
        sale = self.shipments.get(back.forward_id)
        for bag in back.items:
            sold = sale.item(bag.id) if sale else None
            if sold:
                sold.returned -= bag.quantity
        self._move(back, "return_rejected_by_store")

    # what the aggregator does

    def confirm(self, shipment: Shipment, items: list[tuple[str, int]]) -> None:
        """POST confirm, for one order."""
        if shipment.is_return:
            raise RefusalError("confirm.type", "a return")
        if shipment.state.startswith("cancelled"):
            if self.wrong("confirm-cancelled"):
                self._move(shipment, "bag_confirmed")
                return
            raise RefusalError("O422" if self.wrong("confirm-cancelled-code") else "O400", "cancelled")
        self._check_items(shipment, items, "O422", "O400")
        if shipment.state != "placed":
            if self.choices.confirm_again == "accept" and shipment.state == "bag_confirmed":
                return
            raise RefusalError("confirm.again", f"the order is {shipment.state}")
        if items and dict(items) != {i.id: i.left for i in shipment.items if i.left}:
            raise RefusalError("confirm.part", "not all that is left")
        if self.wrong("confirm-lost"):
            return
        self._move(shipment, "bag_confirmed")
        if self.account.invoice == "fynd" and not self.wrong("invoice-never-issued"):
            shipment.due = time.monotonic() + self.choices.document_after_s
            self.settle()

    def cancel(self, shipment: Shipment, items: list[tuple[str, int, str]]) -> None:
        """POST cancel, for one order."""
        if shipment.is_return:
            raise RefusalError("cancel.type", "a return")
        if shipment.state.startswith("cancelled"):
            raise RefusalError("cancel.cancelled", "cancelled before")
        self._check_items(shipment, [(i, n) for i, n, _ in items], "cancel.item", "cancel.cancelled")
        for _, _, reason in items:
            known = CANCEL_REASONS if self.choices.na_reason else CANCEL_REASONS[:-1]
            if not reason and not self.wrong("cancel-needs-no-reason"):
                raise RefusalError("cancel.reason", "no reason code")
            if reason and reason not in known and self.choices.unknown_reasons == "refuse":
                raise RefusalError("cancel.reason", "unknown reason code")
        pieces = [(i, n) for i, n, _ in items] or [(i.id, i.left) for i in shipment.items]
        part = dict(pieces) != {i.id: i.left for i in shipment.items if i.left}
        window = self._cancel_window(part=part)
        if shipment.state not in window:
            raise RefusalError("cancel.late", f"the order is {shipment.state}")
        if self.wrong("cancel-lost"):
            return
        if self.wrong("cancel-takes-next"):
            self._cancel_next(shipment)
        self._cancel_pieces(shipment, pieces, "cancelled_fynd")

    def _cancel_window(self, *, part: bool) -> list[str]:
        window = ["placed", "bag_confirmed"]
        if part and self.wrong("cancel-part-of-invoiced"):
            window.append("bag_invoiced")
        if not part and self.choices.cancel_window == "pre_packed":
            window.append("bag_invoiced")
        if self.wrong("cancel-after-hand-over"):
            window.append("handed_over_to_customer")
        return window

    def _cancel_next(self, shipment: Shipment) -> None:
        like = [s for s in self.shipments.values() if s is not shipment and s.state == shipment.state]
        if like:
            self._move(max(like, key=lambda other: other.id), "cancelled_fynd")

    def _cancel_pieces(self, shipment: Shipment, pieces: list[tuple[str, int]], target: str) -> None:
        with self.lock:
            for item_id, quantity in pieces:
                item = shipment.item(item_id)
                if item is None or quantity > item.left:
                    raise RefusalError("cancel.quantity", "more than is left")
            if self.wrong("cancel-takes-all"):
                pieces = [(item.id, item.left) for item in shipment.items]
            for item_id, quantity in pieces:
                item = shipment.item(item_id)
                assert item is not None
                item.cancelled += item.left if self.wrong("cancel-forgets-quantity") else quantity
            if not any(item.left for item in shipment.items):
                self._move(shipment, target)
            else:
                self._changed(shipment)

    def push_number(
        self, shipment: Shipment, number: str, kind: str, items: list[tuple[str, int, list[str]]]
    ) -> None:
        """POST invoiceUpdate, for one order."""
        if kind not in ("sale", "return") and not self.wrong("invoice-bad-type"):
            raise RefusalError("IN422", "invoiceType is neither sale nor return")
        if shipment.state.startswith("cancelled"):
            if self.wrong("invoice-cancelled"):
                shipment.number = number
                return
            raise RefusalError("IN400" if self.wrong("invoice-cancelled-code") else "IN401", "cancelled")
        if (kind == "return") != shipment.is_return and not self.wrong("invoice-bad-type"):
            raise RefusalError("IN422", "invoiceType does not fit the shipment")
        known = [(i, n) for i, n, _ in items if shipment.item(i) or not self.wrong("invoice-unknown-item")]
        self._check_items(shipment, known, "IN400", "IN401")
        owner = next((s for s in self.shipments.values() if s.number == number and s is not shipment), None)
        if (not number.strip() or owner is not None) and not self.wrong("invoice-number-used"):
            raise RefusalError("IN422", "the number breaks the rules")
        (self._push_credit_note if shipment.is_return else self._push_invoice)(shipment, number)
        for item_id, _, serials in items:
            item = shipment.item(item_id)
            if item and serials:
                item.serials = serials

    def _push_invoice(self, shipment: Shipment, number: str) -> None:
        if shipment.state == "placed":
            if self.wrong("invoice-unconfirmed"):
                shipment.number, shipment.invoiced_once = number, True
                self._move(shipment, "bag_invoiced")
                return
            raise RefusalError(
                "IN400" if self.wrong("invoice-unconfirmed-code") else "IN403", "not confirmed"
            )
        if self.account.invoice == "fynd":
            raise RefusalError("IN453", "Fynd issues the invoice")
        if shipment.state != "bag_confirmed":
            if self.wrong("invoice-twice"):
                shipment.number = number
                return
            raise RefusalError("IN403" if self.wrong("invoice-twice-code") else "IN453", "invoiced before")
        if self.wrong("invoice-lost"):
            return
        shipment.number = number
        shipment.invoiced_once = True
        self._move(shipment, "bag_invoiced")

    def _push_credit_note(self, back: Shipment, number: str) -> None:
        if back.state in ("return_initiated", "return_bag_delivered"):
            if self.wrong("credit-note-before-acceptance"):
                self._credit(back, number)
                return
            raise RefusalError("IN403", "the return is not accepted")
        if self.account.credit_note == "fynd":
            raise RefusalError("IN453", "Fynd issues the credit note")
        if back.state == "return_rejected_by_store" and self.wrong("credit-note-of-rejected"):
            self._credit(back, number)
            return
        if back.state == "return_rejected_by_store":
            raise RefusalError("IN403", "the return was rejected")
        if back.state != "return_accepted" and not self.wrong("credit-note-twice"):
            raise RefusalError("IN453", "credited before")
        self._credit(back, number)

    def _credit(self, back: Shipment, number: str) -> None:
        if self.wrong("credit-note-lost"):
            return
        if self.wrong("credit-note-marks-sale"):
            self.shipments[back.forward_id].number = number
        back.number = number
        self._move(back, "return_completed" if self.choices.completes else "credit_note_generated")

    def accept(self, back: Shipment, items: list[tuple[str, int, str]]) -> None:
        """POST return, for one return."""
        if not back.is_return:
            raise RefusalError("return.type", "a sale")
        self._check_items(back, [(i, n) for i, n, _ in items], "return.item", "return.cancelled")
        for item_id, quantity, reason in items:
            item = back.item(item_id)
            if reason and self.wrong("return-accept-reason-refused"):
                raise RefusalError("return.reason", "unknown reason code")
            if reason and reason not in CONDITIONS and self.choices.unknown_reasons == "refuse":
                raise RefusalError("return.reason", "unknown reason code")
            if item is None or quantity > item.quantity:
                raise RefusalError("return.quantity", "more than came back")
        if back.state not in ("return_initiated", "return_bag_delivered"):
            raise RefusalError("return.again", f"the return is {back.state}")
        if self.wrong("return-accept-lost"):
            return
        self._move(back, "return_accepted")
        if self.account.credit_note == "fynd" and not self.wrong("credit-note-never-issued"):
            back.due = time.monotonic() + self.choices.document_after_s
            self.settle()

    def _check_items(self, shipment: Shipment, items: list[tuple[str, int]], unknown: str, gone: str) -> None:
        for item_id, _ in items:
            item = shipment.item(item_id)
            if item is None:
                raise RefusalError(unknown, "the item is not in the order", item_id)
            lets_in = {"O400": "confirm-cancelled-item", "IN401": "invoice-cancelled-item"}.get(gone, "")
            if item.cancelled == item.quantity and not self.wrong(lets_in):
                raise RefusalError(gone, "the item is cancelled", item_id)

    # time

    def settle(self) -> None:
        """Issue the documents that are due."""
        with self.lock:
            for one in [
                s for s in self.shipments.values() if s.due is not None and s.due <= time.monotonic()
            ]:
                one.due = None
                if one.is_return and one.state == "return_accepted":
                    self._credit(one, f"J00014066A{len(self.shipments):06d}{one.id[-4:]}")
                elif one.state == "bag_confirmed":
                    one.number, one.invoiced_once = f"I00014066A{int(one.id[-9:]):09d}", True
                    self._move(one, "bag_invoiced")

    def _move(self, shipment: Shipment, state: str) -> None:
        with self.lock:
            shipment.shown_before = shipment.state
            shipment.state = state
            self._changed(shipment)

    def _changed(self, shipment: Shipment) -> None:
        shipment.changed = time.monotonic()
