"""Shipments as GET shipment and GET shipment info show them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tests.support.other_oms.choices import Choices
from tests.support.other_oms.orders import INDIA, PRODUCTS, Item, Ledger, Shipment

WORDS = {
    "placed": "CREATED",
    "bag_confirmed": "CONFIRMED",
    "bag_invoiced": "PROCESSING",
    "cancelled_customer": "CANCELLED",
    "cancelled_fynd": "CANCELLED",
    "return_initiated": "RETURN_PROCESSING",
    "return_bag_delivered": "RETURN_DELIVERED",
    "return_accepted": "RETURN_ACCEPTED",
    "credit_note_generated": "CREDIT_NOTE_GENERATED",
    "return_completed": "RETURN_COMPLETED",
}
FILTERS = (
    "CREATED", "CONFIRMED", "PROCESSING", "COMPLETED", "TRANSIT", "DELIVERED", "CANCELLED",
    "RETURN_PROCESSING", "RETURN_DELIVERED", "RETURN_ACCEPTED", "RETURN_COMPLETED", "CREDIT_NOTE_GENERATED",
)  # fmt: skip


def word(shipment: Shipment, choices: Choices) -> str:
    """`orderStatus` of a shipment."""
    if shipment.state == "handed_over_to_customer":
        return choices.handed_over_word
    if shipment.state == "return_rejected_by_store":
        return choices.rejected_word
    return WORDS[shipment.state]


def listed_under(shipment: Shipment, choices: Choices) -> set[str]:
    """Filters that list a shipment."""
    found = {word(shipment, choices)}
    if shipment.state == "handed_over_to_customer":
        found = {"DELIVERED", "HANDED_OVER_TO_CUSTOMER"}
    if shipment.state in ("return_accepted", "credit_note_generated"):
        found.add("RETURN_COMPLETED")
    if shipment.state.startswith("cancelled") and shipment.invoiced_once and choices.cancelled_in_returns:
        found.add("RETURN_DELIVERED")
    return found


def order_date(at: datetime, choices: Choices) -> str:
    """`orderDate`: Indian wall-clock time under a false `+00:00`, unless chosen otherwise."""
    local = at.astimezone(INDIA if choices.zone == "india" else UTC)
    timespec = "milliseconds" if choices.milliseconds else "seconds"
    return local.replace(tzinfo=None).isoformat(timespec=timespec) + choices.date_suffix


def wall_clock(at: datetime, choices: Choices) -> datetime:
    """The moment that date filters compare, without a zone."""
    return at.astimezone(INDIA if choices.zone == "india" else UTC).replace(tzinfo=None, microsecond=0)


def _money(value: float, choices: Choices) -> Any:
    return f"{value:.2f}" if choices.money == "text" else value


def _price(item: Item, choices: Choices) -> dict[str, Any]:
    price = PRODUCTS[item.sku][1]
    one, all_of_it = _money(price, choices), _money(price * item.quantity, choices)
    if choices.price_names == "konnect":
        nothing = _money(0.0, choices)
        return {
            "totalMarkedPrice": all_of_it,
            "discount": nothing,
            "totalItemPrice": all_of_it,
            "transferPrice": nothing,
            "shippingCharges": nothing,
        }
    return {"currency": "INR", "sellingPrice": one, "totalPrice": all_of_it, "discount": _money(0.0, choices)}


def _item(item: Item, shipment: Shipment, ledger: Ledger) -> dict[str, Any]:
    choices = ledger.choices
    shown: dict[str, Any] = {
        "orderItemId": item.id,
        "sku": item.sku,
        "title": PRODUCTS[item.sku][0],
        "quantity": item.quantity,
        "cancelledQuantity": item.cancelled,
        "returnedQuantity": item.returned,
        "status": word(shipment, choices),
        "orderItemPrice": _price(item, choices),
    }
    if item.serials:
        shown["imeiSerialNumber"] = item.serials
    return shown


def _address(choices: Choices) -> dict[str, Any]:
    if choices.address == "none":
        return {}
    return {
        "name": "Meera Nair",
        "addressLine1": "12 Residency Road",
        "city": "Bengaluru",
        "pincode": "560025",
    }


def _forward_id(shipment: Shipment, ledger: Ledger) -> str:
    if shipment.is_return:
        return shipment.id if ledger.wrong("return-not-linked") else shipment.forward_id
    return "" if ledger.wrong("forward-id-missing") else shipment.forward_id


def shown(shipment: Shipment, ledger: Ledger) -> dict[str, Any]:
    """A shipment as GET shipment shows it."""
    choices, wrong = ledger.choices, ledger.wrong
    total = sum(PRODUCTS[item.sku][1] * item.quantity for item in shipment.items)
    crossed = wrong("names-crossed") and shipment.state == "bag_confirmed"
    return_id: Any = shipment.return_id or None
    if return_id and choices.return_id_kind == "number":
        return_id = int(return_id)
    number = f"{shipment.number}-X" if wrong("invoice-number-changed") else shipment.number
    body: dict[str, Any] = {
        "id": shipment.id,
        "forwardId": _forward_id(shipment, ledger),
        "marketplaceOrderId": f"FY{shipment.id[:18]}" if crossed else shipment.order_id,
        "marketplaceReturnId": return_id,
        "marketplaceInvoiceNumber": number if shipment.number else None,
        "shippingAddress": _address(choices),
        "billingAddress": _address(choices),
        "multiPackShipment": False,
        "packages": [],
        "fulfillmentType": "marketplaceFulfilled",
        "sellerInvoiced": ledger.account.invoice == "aggregator",
        "courierName": "",
        "courierCode": "",
        "awbNumber": [],
        "additionalInfo": "",
        "orderPrice": {"currency": "INR", "totalPrepaidAmount": _money(total, choices)},
        "orderItems": [_item(item, shipment, ledger) for item in shipment.items],
        "orderStatus": word(shipment, choices),
        "orderDate": order_date(shipment.at, choices),
        "orderingChannel": shipment.channel,
        "is_self_ship": False,
        choices.order_type_key: "HomeDelivery" if wrong("order-type-home") else "PickAtStore",
        "lockStatus": choices.lock,
    }
    if choices.credit_note_key != "marketplaceInvoiceNumber" and shipment.is_return:
        body["marketplaceInvoiceNumber"] = None
        body[choices.credit_note_key] = shipment.number or None
    if choices.sla != "absent":
        deadline = shipment.at.timestamp() + 3600
        text = order_date(datetime.fromtimestamp(deadline, UTC), choices)
        body[choices.sla_key] = int(deadline) if choices.sla == "epoch" else text
    if choices.documents and shipment.number:
        body["documents"] = [{"type": "credit_note" if shipment.is_return else "invoice"}]
    if choices.extra:
        body["modifiedDate"], body["meta"] = order_date(shipment.at, choices), {"v": [1, {"deep": None}]}
    for defect, key in (
        ("order-date-missing", "orderDate"),
        ("order-type-missing", choices.order_type_key),
        ("items-missing", "orderItems"),
        ("channel-missing", "orderingChannel"),
    ):
        if wrong(defect):
            del body[key]
    return body


def info(shipment: Shipment, ledger: Ledger) -> dict[str, Any]:
    """A shipment as GET shipment info shows it."""
    full = shown(shipment, ledger)
    keys = ("id", "forwardId", "orderStatus", "lockStatus", ledger.choices.sla_key)
    body = {key: full[key] for key in keys if key in full}
    body["orderType"] = "PickAtStore"
    if ledger.wrong("info-disagrees") and shipment.state == "bag_confirmed":
        body["orderStatus"] = "CREATED"
    return body
