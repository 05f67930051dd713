"""Calls with a body: an array of orders, each answered for itself."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tests.support.other_oms import papers
from tests.support.other_oms.choices import Choices
from tests.support.other_oms.orders import RefusalError, Shipment

if TYPE_CHECKING:
    from tests.support.other_oms.web import OtherOms

Refused = tuple[str, RefusalError]
"""Id of an order of the call, and why it is refused."""
LIMIT = 20
CALLS = {
    "confirm": "O422",
    "cancel": "cancel.unknown",
    "invoiceUpdate": "IN400",
    "invoice": "IN400",
    "labels": "L400",
    "return": "return.unknown",
}
"""Last part of the path -> code for an order that is not of the caller's store."""
OWN = {
    "confirm.type": "CF900", "confirm.again": "CF901", "confirm.part": "CF902",
    "cancel.unknown": "CN900", "cancel.type": "CN901", "cancel.cancelled": "CN902", "cancel.item": "CN903",
    "cancel.reason": "CN904", "cancel.late": "CN905", "cancel.quantity": "CN906",
    "return.unknown": "RT900", "return.type": "RT901", "return.item": "RT902", "return.cancelled": "RT903",
    "return.reason": "RT904", "return.quantity": "RT905", "return.again": "RT906",
}  # fmt: skip
"""Refusals without a published code -> the code of this OMS."""
KNOWN = {
    "orderId", "orderItems", "invoiceNumber", "invoiceType", "invoiceQrCode", "irnNumber", "signedInvoice",
    "ackNumber", "ackDate", "packages",
}  # fmt: skip


def answer(oms: OtherOms, call: str, raw: bytes, user: str) -> tuple[int, str, bytes]:
    """The answer to one call with a body."""
    from tests.support.other_oms.web import WholeCallError

    if call not in CALLS:
        raise WholeCallError(404, "no such path")
    try:
        orders = json.loads(raw)
    except ValueError:
        orders = None
    reason = _shape(orders, call, oms.choices, oms.wrong)
    if reason == "empty" and oms.wrong("server-error-on-empty"):
        return 500, "text/plain", b"internal error"
    if reason:
        raise WholeCallError(oms.choices.shape_status, reason)
    if call in ("invoice", "labels"):
        return _papers(oms, call, orders, user)
    refusals = _work(oms, call, orders, user)
    return _counts(oms, call, orders, refusals)


def _shape(orders: Any, call: str, choices: Choices, wrong: Callable[[str], bool]) -> str:
    if not isinstance(orders, list):
        return "an array is needed"
    if not orders:
        return "empty"
    if len(orders) > LIMIT and not wrong("twenty-one-accepted"):
        return f"at most {LIMIT} orders"
    if len(orders) == LIMIT and wrong("twenty-refused"):
        return f"fewer than {LIMIT} orders"
    return next((reason for one in orders if (reason := _order_shape(one, call, choices))), "")


def _order_shape(one: Any, call: str, choices: Choices) -> str:
    if not isinstance(one, dict) or not _is_text(one.get("orderId")):
        return "orderId: a text is needed"
    if choices.unknown_fields == "reject" and set(one) - KNOWN:
        return f"unknown fields {sorted(set(one) - KNOWN)}"
    texts = ("invoiceNumber", "invoiceType") if call == "invoiceUpdate" else ()
    wrong = next((name for name in texts if not isinstance(one.get(name), str)), None)
    if wrong:
        return f"{wrong}: a text is needed"
    items = one.get("orderItems")
    if items is not None and not isinstance(items, list):
        return "orderItems: an array is needed"
    return next((reason for item in items or () if (reason := _item_shape(item, choices))), "")


def _item_shape(item: Any, choices: Choices) -> str:
    if not isinstance(item, dict) or not _is_text(item.get("orderItemId")):
        return "orderItemId: a text is needed"
    count = item.get("quantity")
    if isinstance(count, str) and choices.strings_for_numbers and count.isdigit():
        count = item["quantity"] = int(count)
    if isinstance(count, bool) or not isinstance(count, int) or count < 1:
        return "quantity: a whole number from 1 is needed"
    return ""


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and bool(value)


def _work(
    oms: OtherOms, call: str, orders: list[dict[str, Any]], user: str
) -> list[tuple[str, RefusalError]]:
    before = copy.deepcopy(oms.ledger.shipments) if oms.choices.all_or_nothing else None
    refusals: list[Refused] = []
    done = (
        orders[:-1] if oms.wrong("confirm-drops-last") and call == "confirm" and len(orders) > 1 else orders
    )
    for place, one in enumerate(done):
        target = orders[0] if place and call == "confirm" and oms.wrong("confirm-merges-batch") else one
        mixed = call == "invoiceUpdate" and oms.wrong("invoice-number-mixed") and len(orders) > 1
        number = orders[place - 1]["invoiceNumber"] if mixed else one.get("invoiceNumber", "")
        try:
            _one(oms, call, target, number, user)
        except RefusalError as refused:
            if target is one:
                refusals.append((one["orderId"], refused))
                _break_refused(oms, call, one["orderId"])
    if before is not None and refusals:
        oms.ledger.shipments = before
        named = {order_id for order_id, _ in refusals}
        spoiled = RefusalError("batch", "another order of the call was refused")
        refusals += [(one["orderId"], spoiled) for one in orders if one["orderId"] not in named]
    return refusals


def _break_refused(oms: OtherOms, call: str, order_id: str) -> None:
    shipment = oms.ledger.shipments.get(order_id)
    if call == "confirm" and shipment and oms.wrong("confirm-refused-changes"):
        shipment.state = "bag_confirmed" if shipment.state == "placed" else "placed"


def _one(oms: OtherOms, call: str, one: dict[str, Any], number: str, user: str) -> None:
    shipment = _shipment(oms, call, one["orderId"], user)
    items = one.get("orderItems") or []
    ledger = oms.ledger
    if call == "confirm":
        ledger.confirm(shipment, [(i["orderItemId"], i["quantity"]) for i in items])
    elif call == "invoiceUpdate":
        serials = [(i["orderItemId"], i["quantity"], i.get("imeiSerialNumber") or []) for i in items]
        ledger.push_number(shipment, number, one["invoiceType"], serials)
    else:
        reasons = [(i["orderItemId"], i["quantity"], str(i.get("reasonCode") or "")) for i in items]
        (ledger.cancel if call == "cancel" else ledger.accept)(shipment, reasons)


def _shipment(oms: OtherOms, call: str, order_id: str, user: str) -> Shipment:
    found = oms.visible(order_id, user)
    wrong = oms.wrong
    lets_in = {"confirm": "confirm-other-store", "invoiceUpdate": "invoice-unknown"}.get(call, "")
    lets_in = {"invoice": "invoice-pdf-unknown", "labels": "label-unknown"}.get(call, lets_in)
    if found is None and wrong(lets_in):
        found = oms.ledger.shipments.get(order_id)
    if found is None:
        code = CALLS[call]
        if call == "confirm" and wrong("confirm-other-store-code"):
            code = "O400"
        raise RefusalError(code, "the order is not of this store")
    return found


def _counts(
    oms: OtherOms, call: str, orders: list[dict[str, Any]], refusals: list[tuple[str, RefusalError]]
) -> tuple[int, str, bytes]:
    choices, total, failed = oms.choices, len(orders), len(refusals)
    wrong = oms.wrong if call == "confirm" else lambda _: False
    status, word = 200, "SUCCESS"
    if failed:
        status = choices.refused_status if failed == total else choices.partly_status
        word = choices.word_failed if failed == total else choices.word_partial
    if wrong("confirm-always-success"):
        word = "SUCCESS"
    body: dict[str, Any] = {
        "payloadCount": total + int(wrong("confirm-payload-count")),
        "successCount": total if wrong("confirm-counts-wrong") else total - failed,
        "failedCount": failed,
        "status": word,
        "errors": [] if wrong("confirm-errors-empty") else [_error(oms, call, *one) for one in refusals],
    }
    if oms.wrong("bulk-errors-missing") and not failed:
        del body["errors"]
    if oms.wrong("bulk-counts-as-text"):
        body |= {key: str(body[key]) for key in ("payloadCount", "successCount", "failedCount")}
    return status, "application/json", json.dumps(body).encode()


def _error(oms: OtherOms, call: str, order_id: str, refused: RefusalError) -> dict[str, Any]:
    choices = oms.choices
    code = OWN.get(refused.code, refused.code)
    if choices.own_codes == "numbers" and refused.code in OWN:
        code = str(4000 + list(OWN).index(refused.code))
    if call == "confirm" and oms.wrong("confirm-errors-other-order"):
        order_id = "1" + order_id[1:-1] + "0"
    why = {choices.error_code_key: code, choices.error_reason_key: refused.reason}
    body: dict[str, Any] = {choices.error_order_key: order_id}
    if not choices.item_key_absent:
        body[choices.error_item_key] = refused.item
    return body | ({"error": why} if choices.error_nested else why)


def _papers(oms: OtherOms, call: str, orders: list[dict[str, Any]], user: str) -> tuple[int, str, bytes]:
    found: list[Shipment] = []
    refusals: list[tuple[str, RefusalError]] = []
    early = {
        "invoice": ("IN403", "invoice-pdf-early", "invoice-of-cancelled"),
        "labels": ("L403", "label-early", "labels-of-cancelled"),
    }[call]
    for one in orders:
        try:
            shipment = _shipment(oms, call, one["orderId"], user)
            served = oms.wrong(early[1]) or (shipment.state.startswith("cancelled") and oms.wrong(early[2]))
            if not shipment.number and not served:
                raise RefusalError(early[0], "there is no invoice yet")
            found.append(shipment)
        except RefusalError as refused:
            refusals.append((one["orderId"], refused))
    if not found and oms.choices.nothing_printed == "404":
        code, _, body = _counts(oms, call, orders, refusals)
        return 404 if code == 200 else code, "application/json", body
    if not found or (refusals and oms.choices.partly_printed == "counts"):
        return _counts(oms, call, orders, refusals)
    if oms.wrong("pdf-of-first-only"):
        found = found[:1]
    if oms.wrong({"invoice": "invoice-pdf-of-other", "labels": "label-pdf-of-other"}[call]):
        others = [s for s in oms.ledger.shipments.values() if s.number and s not in found]
        found = others[:1] or found
    printed = papers.pdf(call, found, oms.choices)
    if oms.wrong("invoice-pdf-broken" if call == "invoice" else "label-pdf-broken"):
        printed = b"<html>not a document</html>"
    media = (
        "application/json" if call == "invoice" and oms.wrong("invoice-pdf-as-json") else "application/pdf"
    )
    return 200, media, printed
