"""Open points that lists, shipments and documents show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from contracts.konnect.operations import Reply as Kind
from contracts.konnect.shipment import Shipment as ShipmentModel
from scenarios.language import statuses
from scenarios.language.actions import Caller
from scenarios.targets.open_points import (
    AFTER_END_STATUSES,
    LIST_KEYS,
    NUMBER_KEYS,
    ORDER_TYPE_KEYS,
    STRANGERS,
    Call,
    Known,
    Look,
    faults_of,
    is_return,
    items_in,
    list_key,
    outcome_of,
    point,
)

PAPERS = {(595, 842): "A4", (298, 420): "A6"}
"""Width and height in points -> paper."""


# Lists


@point("list_envelope")
def _list_envelope(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is Kind.SHIPMENTS:
        yield from _envelope(call)


@point("info_envelope")
def _info_envelope(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is Kind.INFO:
        yield from _envelope(call)


def _envelope(call: Call) -> Iterator[str]:
    if call.status == 200 and isinstance(call.answer, list):
        yield "bare"
    elif call.status == 200 and isinstance(call.answer, Mapping):
        yield from [key for key in LIST_KEYS if isinstance(call.answer.get(key), list)][:1]


@point("unknown_order")
def _unknown_order(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is not Kind.SHIPMENTS or not call.query.get("orderId") or call.by in STRANGERS:
        return
    if call.status == 200 and not call.entries:
        yield "empty"
    elif call.status in (400, 404):
        yield "not_found" if call.status == 404 else "HTTP 400"


@point("page_zero")
def _page_zero(call: Call, known: Known) -> Iterator[Any]:
    if str(call.query.get("pageNumber")) == "0":
        yield from ("reject",) if call.is_misshapen else ("first",) if call.shipments else ()


@point("page_after_end")
def _page_after_end(call: Call, known: Known) -> Iterator[Any]:
    if call.row.reply is not Kind.SHIPMENTS or _is_first(call) or call.by in STRANGERS or faults_of(call):
        return
    if call.status == 200 and not call.entries:
        yield "empty"
    elif call.status in AFTER_END_STATUSES:
        yield "reject"


@point("page_size_over_max")
def _page_size_over_max(call: Call, known: Known) -> Iterator[Any]:
    size = str(call.query.get("pageSize", ""))
    is_list = call.query.get("orderStatus") and call.query.get("locationCode") and size.isdigit()
    is_own = call.by is Caller.COMPANY and _is_first(call)  # another caller may be refused for the store
    zero = str(call.query.get("pageNumber")) == "0"
    if call.is_misshapen and is_list and is_own and not zero and int(size) > 1 and not faults_of(call):
        yield "reject"


@point("page_size_default")
def _page_size_default(call: Call, known: Known) -> Iterator[Any]:
    key, step, ids = known.lists.get(call.place[0], (None, 0, set()))
    is_same = key == list_key(call) and call.place[1] - step <= 1 and "pageSize" not in call.query
    if is_same and _is_first(call) and 0 < len(call.shipments) < len(ids):
        yield len(call.shipments)


def _is_first(call: Call) -> bool:
    return str(call.query.get("pageNumber", "1")) in ("0", "1")


@point("list_order")
def _list_order(call: Call, known: Known) -> Iterator[Any]:
    dates = [str(entry.get("orderDate")) for entry in call.shipments]
    if len(set(dates)) > 2:
        orders = {"oldest first": sorted(dates), "newest first": sorted(dates, reverse=True)}
        yield next((name for name, ordered in orders.items() if dates == ordered), "another order")


@point("hand_over_filter")
def _hand_over_filter(call: Call, known: Known) -> Iterator[Any]:
    if call.query.get("orderStatus") == statuses.HANDED_OVER_TO_CUSTOMER and call.by not in STRANGERS:
        yield not call.is_misshapen


# Shipments


def _of_shipments(value_of: Callable[[Mapping[str, Any]], Iterator[Any]]) -> Look:
    def look(call: Call, known: Known) -> Iterator[Any]:
        for entry in call.shipments:
            yield from value_of(entry)

    return look


def _handed_over_word(entry: Mapping[str, Any]) -> Iterator[Any]:
    if entry.get("orderStatus") in (statuses.DELIVERED, statuses.HANDED_OVER_TO_CUSTOMER):
        yield entry["orderStatus"]


def is_rejected(word: str) -> bool:
    """Return whether a status may be that of a rejected return."""
    return word.startswith("RETURN") and ("REJECT" in word or "NOT_ACCEPTED" in word)


def _rejected_return_word(entry: Mapping[str, Any]) -> Iterator[Any]:
    if is_rejected(str(entry.get("orderStatus"))):
        yield entry["orderStatus"]


def _order_type_key(entry: Mapping[str, Any]) -> Iterator[Any]:
    keys = [name for name in ORDER_TYPE_KEYS if name in entry]
    yield from ["both"] if len(keys) > 1 else keys


def _credit_note_number_key(entry: Mapping[str, Any]) -> Iterator[Any]:
    if is_return(entry):
        yield from [name for name in NUMBER_KEYS if entry.get(name)][:1]


def _return_completes(entry: Mapping[str, Any]) -> Iterator[Any]:
    words = {statuses.RETURN_COMPLETED: True, statuses.CREDIT_NOTE_GENERATED: False}
    if is_return(entry) and any(entry.get(name) for name in NUMBER_KEYS):
        yield from [completes for word, completes in words.items() if entry.get("orderStatus") == word]


def _unlocked_word(entry: Mapping[str, Any]) -> Iterator[Any]:
    if "lockStatus" in entry:
        yield entry["lockStatus"]


def _sla_s(entry: Mapping[str, Any]) -> Iterator[Any]:
    if is_return(entry):
        return
    begin, end = (moment_of(entry.get(name)) for name in ("orderDate", "sla"))
    if begin and end:
        yield round((end - begin).total_seconds())
    elif begin:
        yield "a number" if isinstance(entry.get("sla"), int | float) else None


def moment_of(text: Any) -> datetime | None:
    """Return the wall-clock time of a date on the wire, or None."""
    try:
        return datetime.fromisoformat(str(text).replace("Z", "+00:00")).replace(tzinfo=None)
    except ValueError:
        return None


_KNOWN_FIELDS = {*ShipmentModel.model_fields, *ORDER_TYPE_KEYS, *NUMBER_KEYS}


def _extra_fields(entry: Mapping[str, Any]) -> Iterator[Any]:
    extra = sorted(set(entry) - _KNOWN_FIELDS)
    if extra:
        yield extra


def _missing_fields(entry: Mapping[str, Any]) -> Iterator[Any]:
    missing = sorted(set(ShipmentModel.model_fields) - set(entry) - {*ORDER_TYPE_KEYS, *NUMBER_KEYS})
    if missing:
        yield missing


def _return_id_type(entry: Mapping[str, Any]) -> Iterator[Any]:
    if entry.get("marketplaceReturnId"):
        yield type_of(entry["marketplaceReturnId"])


def _money_type(entry: Mapping[str, Any]) -> Iterator[Any]:
    price = entry.get("orderPrice")
    if isinstance(price, Mapping) and "totalPrepaidAmount" in price:
        yield type_of(price["totalPrepaidAmount"])


def _item_price_names(entry: Mapping[str, Any]) -> Iterator[Any]:
    for item in items_in(entry)[:1]:
        if isinstance(item.get("orderItemPrice"), Mapping):
            price = item["orderItemPrice"]
            known = {"totalItemPrice": "konnect", "sellingPrice": "lineage"}
            yield next((names for key, names in known.items() if key in price), sorted(map(str, price)))


def _item_id_digits(entry: Mapping[str, Any]) -> Iterator[Any]:
    for item in items_in(entry)[:1]:
        yield len(str(item.get("orderItemId")))


def _address_fields(entry: Mapping[str, Any]) -> Iterator[Any]:
    if isinstance(entry.get("shippingAddress"), Mapping):
        yield sorted(map(str, entry["shippingAddress"]))


def _date_offset(entry: Mapping[str, Any]) -> Iterator[Any]:
    if moment_of(entry.get("orderDate")):
        suffix = re.search(r"(Z|[+-]\d\d:?\d\d)?$", str(entry["orderDate"]))
        yield suffix.group() if suffix else ""


def _date_fraction(entry: Mapping[str, Any]) -> Iterator[Any]:
    if moment_of(entry.get("orderDate")):
        yield "." in str(entry["orderDate"])


def type_of(value: Any) -> str:
    """Return the JSON type of a value."""
    return {str: "text", bool: "boolean", int: "number", float: "number"}.get(type(value), "other")


for _name, _look in {
    "handed_over_word": _handed_over_word,
    "rejected_return_word": _rejected_return_word,
    "order_type_key": _order_type_key,
    "credit_note_number_key": _credit_note_number_key,
    "return_completes": _return_completes,
    "unlocked_word": _unlocked_word,
    "sla_s": _sla_s,
    "extra_fields": _extra_fields,
    "missing_fields": _missing_fields,
    "return_id_type": _return_id_type,
    "money_type": _money_type,
    "item_price_names": _item_price_names,
    "item_id_length": _item_id_digits,
    "address_fields": _address_fields,
    "date_offset": _date_offset,
    "date_fraction": _date_fraction,
}.items():
    point(_name)(_of_shipments(_look))


@point("return_passes_bag_delivered")
def _passes_delivered(call: Call, known: Known) -> Iterator[Any]:
    if any(is_return(e) and e.get("orderStatus") == statuses.RETURN_DELIVERED for e in call.shipments):
        yield True
    if call.is_return and outcome_of(call) == "all":
        for row in call.rows:
            if known.words.get(str(row.get("orderId"))) == {statuses.RETURN_PROCESSING}:
                yield False


# Documents


@point("paper_size")
def _paper_size(call: Call, known: Known) -> Iterator[Any]:
    for box in re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", call.content[:1_000_000])[:1]:
        size = round(float(box[0])), round(float(box[1]))
        near = (name for (w, h), name in PAPERS.items() if abs(w - size[0]) < 3 and abs(h - size[1]) < 3)
        yield next(near, f"{size[0]} x {size[1]} pt")
