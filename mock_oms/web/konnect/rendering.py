"""Renders shipments as JSON, in Fynd's spelling and by the tenant's profile."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from pydantic_core import to_json

from contracts import vocabulary
from contracts.konnect import dates
from contracts.konnect.shipment import LINEAGE_PRICES
from contracts.lifecycle.table import DocumentMode, Journey
from contracts.profile import Profile
from mock_oms.context import ShipmentCache
from mock_oms.domain.shipment import Customer, Item, Parcel, Shipment
from mock_oms.domain.tenant import TenantSettings

CURRENCY = "INR"


def money(amount: Decimal) -> float:
    """Converts rupees to a JSON number with at most two decimals."""
    return float(round(amount, 2))


def shipments(values: Sequence[Shipment], settings: TenantSettings, cache: ShipmentCache) -> bytes:
    """Renders the JSON of GET shipment, in the profile's envelope."""
    texts = [
        cache.get(value, settings) or cache.put(value, settings, to_json(shipment(value, settings)))
        for value in values
    ]
    body = b"[" + b",".join(texts) + b"]"
    return b'{"orders":' + body + b"}" if settings.profile.list_envelope == "orders" else body


def shipment(value: Shipment, settings: TenantSettings) -> dict[str, Any]:
    """Builds the object of GET shipment."""
    profile = settings.profile
    number = value.document.number if value.document else None
    is_return = value.journey is Journey.RETURN
    mode = value.credit_note_mode if is_return else value.invoice_mode
    body: dict[str, Any] = dict(profile.extra_fields)
    body |= {
        "id": value.id,
        "forwardId": value.forward_id,
        "marketplaceOrderId": value.order_id,
        "marketplaceReturnId": value.return_id,
        "marketplaceInvoiceNumber": None if is_return else number,
        "shippingAddress": _address(value.customer),
        "billingAddress": _address(value.customer),
        "multiPackShipment": len(value.parcels) > 1,
        "packages": [_parcel(parcel) for parcel in value.parcels],
        "fulfillmentType": "marketplaceFulfilled",
        "sellerInvoiced": mode is DocumentMode.AGGREGATOR,
        "courierName": None,
        "courierCode": None,
        "awbNumber": [],
        "additionalInfo": value.reason or "",
        "orderPrice": _order_price(value, profile),
        "orderItems": _items(value, profile),
        "orderStatus": vocabulary.word(value.state, profile),
        "orderDate": _time(value.ordered_at, profile),
        **_parsed(profile, modifiedDate=_time(value.trail[-1].at, profile), paymentType="PREPAID"),
        "orderingChannel": value.channel,
        "is_self_ship": False,
        "lockStatus": profile.unlocked_word,
        "sla": _deadline(value, profile),
        "documents": _documents(value, profile),
        "gstin": value.customer.gstin or None,
    }
    if is_return:
        body[profile.credit_note_number_key] = number
    return body | _order_type(value, profile)


def info(value: Shipment, settings: TenantSettings) -> dict[str, Any]:
    """Builds the object of GET shipment info."""
    deadline = _deadline(value, settings.profile)
    return {
        "id": value.id,
        "forwardId": value.forward_id,
        "orderStatus": vocabulary.word(value.state, settings.profile),
        "orderType": value.order_type,
        "sla": deadline,
        "lockStatus": settings.profile.unlocked_word,
        "processingDue": deadline,
    }


def _parsed(profile: Profile, **fields: object) -> dict[str, object]:
    """Returns fields that only the parser of `item_price_names` knows."""
    return fields if profile.item_price_names == "konnect" else {}


def _time(moment: datetime, profile: Profile) -> str:
    return dates.wire(moment, profile.date_zone, profile.date_offset)


def _deadline(value: Shipment, profile: Profile) -> str:
    return _time(value.ordered_at + timedelta(seconds=profile.sla_s), profile)


def _order_type(value: Shipment, profile: Profile) -> dict[str, str]:
    keys = ("order_type", "orderType") if profile.order_type_key == "both" else (profile.order_type_key,)
    return dict.fromkeys(keys, value.order_type)


def _address(person: Customer) -> dict[str, str]:
    return {
        "name": person.name,
        "addressLine1": person.address,
        "addressLine2": "",
        "city": person.city,
        "state": person.state,
        "country": "India",
        "pincode": person.pincode,
        "phone": person.phone,
        "email": person.email,
    }


def _parcel(parcel: Parcel) -> dict[str, Any]:
    return {
        "packageId": parcel.id,
        "packageLengthCm": parcel.length_cm,
        "packageWidthCm": parcel.width_cm,
        "packageHeightCm": parcel.height_cm,
        "packageWeightGms": parcel.weight_g,
    }


def _order_price(value: Shipment, profile: Profile) -> dict[str, Any]:
    paid = sum((item.product.selling_price * item.left for item in value.items), Decimal(0))
    discount = sum((item.product.discount * item.left for item in value.items), Decimal(0))
    return {
        "currency": CURRENCY,
        **_parsed(profile, orderTotalAmount=money(paid)),
        "totalPrepaidAmount": money(paid),
        "totalCashOnDeliveryCharges": 0.0,
        "totalDiscount": money(discount),
        "totalGiftCharges": 0.0,
        "totalStoreCredit": 0.0,
        "totalShippingCharges": 0.0,
    }


def _items(value: Shipment, profile: Profile) -> list[dict[str, Any]]:
    word = vocabulary.word(value.state, profile)
    return [_item(value, item, word if item.left else "CANCELLED", profile) for item in value.items]


def _item(value: Shipment, item: Item, word: str, profile: Profile) -> dict[str, Any]:
    product = item.product
    return {
        "orderItemId": item.id,
        "status": word,
        "sku": product.sku,
        **_parsed(profile, productIdentifiers={"sku_code": product.sku}, packetNumber=1),
        "title": product.title,
        "quantity": item.left,
        "cancelledQuantity": item.cancelled,
        "returnedQuantity": item.returned,
        "orderItemPrice": _item_price(item, profile),
        "imeiSerialNumber": list(item.serials),
        "facilityCode": value.location,
        "returnReason": ", ".join(reason for reason, _ in item.results if reason) or value.reason,
    }


def _item_price(item: Item, profile: Profile) -> dict[str, Any]:
    product = item.product
    prices: dict[str, Any] = {
        "currency": CURRENCY,
        "totalMarkedPrice": money(product.price * item.left),
        "discount": money(product.discount * item.left),
        "totalItemPrice": money(product.selling_price * item.left),
        "transferPrice": 0.0,
        "shippingCharges": 0.0,
    }
    if profile.item_price_names == "konnect":
        return prices
    prices["totalMarkedPrice"] = money(product.selling_price)  # its older name means the price of a piece
    return {LINEAGE_PRICES.get(name, name): value for name, value in prices.items()}


def _documents(value: Shipment, profile: Profile) -> list[dict[str, Any]]:
    document = value.document
    if document is None:
        return []
    return [
        {
            "type": "creditNote" if value.journey is Journey.RETURN else "invoice",
            "number": document.number,
            "date": _time(document.at, profile),
            "irnNumber": document.irn,
            "ackNumber": document.ack_number,
            "ackDate": document.ack_date,
        }
    ]
