"""Completes the orders of bulk calls with existing values."""

from __future__ import annotations

from itertools import chain
from random import Random
from typing import Any

from contracts.checks.supply import Caller, Sample, Supply
from contracts.konnect.orders import CANCEL_REASONS
from contracts.konnect.returns import RETURN_REASONS

KNOWN_ORDER_SHARE = 0.85
WHOLE_ORDER_SHARE = 0.45
"""Orders without items, which means all remaining pieces."""
EXACT_ITEMS_SHARE = 0.35
ONE_MORE_SHARE = 0.25
"""Shares of the other orders: exactly the remaining pieces, and one more of each item."""
KNOWN_ITEM_SHARE = 0.9
KNOWN_REASON_SHARE = 0.8
ODD_REASON_SHARE = 0.1
FRESH_NUMBER_SHARE = 0.8
RIGHT_TYPE_SHARE = 0.65
OTHER_TYPE_SHARE = 0.25

UNKNOWN_SHARE = 0.25
"""Calls for documents with unknown orders only: their refusals give the reason."""
_PRINTED = ("fetch_invoice", "fetch_labels")
_REASONS = {"cancel": CANCEL_REASONS, "accept_return": ("", *chain.from_iterable(RETURN_REASONS.values()))}
_RETURN_PREFIX = "return"


def complete_orders(body: list[Any], operation: str, caller: Caller, supply: Supply, rng: Random) -> None:
    """Gives most orders of a valid body the ids of existing orders."""
    unknown = operation in _PRINTED and rng.random() < UNKNOWN_SHARE
    for order in body:
        if not isinstance(order, dict):
            continue
        if unknown or rng.random() > KNOWN_ORDER_SHARE:
            order["orderId"] = supply.made_up_id(rng)
            continue
        sample = supply.sample(caller, operation, rng)
        if sample is not None:
            _complete(order, sample, operation, rng)


def _complete(order: dict[str, Any], sample: Sample, operation: str, rng: Random) -> None:
    order["orderId"] = sample.id
    if isinstance(order.get("orderItems"), list):
        if rng.random() < WHOLE_ORDER_SHARE:
            del order["orderItems"]
        else:
            _items(order["orderItems"], sample, operation, rng)
    if operation == "invoice_update":
        _document(order, sample, rng)


def _items(items: list[Any], sample: Sample, operation: str, rng: Random) -> None:
    chance = rng.random() if sample.items else 1.0
    if chance < EXACT_ITEMS_SHARE + ONE_MORE_SHARE:
        more = int(chance >= EXACT_ITEMS_SHARE)
        pattern = dict(items[0]) if items and isinstance(items[0], dict) else {}
        items[:] = [
            pattern | {"orderItemId": item, "quantity": max(1, left + more)}
            for item, left in sample.items.items()
        ]
    else:
        _known_items(items, sample, rng)
    for item in items:
        if isinstance(item, dict):
            _reason(item, operation, rng)


def _known_items(items: list[Any], sample: Sample, rng: Random) -> None:
    for item in items:
        if isinstance(item, dict) and sample.items and rng.random() < KNOWN_ITEM_SHARE:
            item["orderItemId"] = rng.choice(list(sample.items))


def _reason(item: dict[str, Any], operation: str, rng: Random) -> None:
    if operation not in _REASONS or ("reasonCode" not in item and operation == "cancel"):
        return
    chance = rng.random()
    if chance < KNOWN_REASON_SHARE:
        item["reasonCode"] = rng.choice(_REASONS[operation])
    elif chance < KNOWN_REASON_SHARE + ODD_REASON_SHARE:
        item["reasonCode"] = f"unheard-of-{rng.randrange(100)}"


def _document(order: dict[str, Any], sample: Sample, rng: Random) -> None:
    is_return = sample.state.startswith(_RETURN_PREFIX) or sample.state == "credit_note_generated"
    chance = rng.random()
    if chance < RIGHT_TYPE_SHARE:
        order["invoiceType"] = "return" if is_return else "sale"
    elif chance < RIGHT_TYPE_SHARE + OTHER_TYPE_SHARE:
        order["invoiceType"] = "sale" if is_return else "return"
    if rng.random() < FRESH_NUMBER_SHARE:
        order["invoiceNumber"] = f"G-{rng.randrange(10**12):012}"
    elif sample.number:
        order["invoiceNumber"] = sample.number


def use_unknown_ids(value: Any, supply: Supply, rng: Random) -> None:
    """Replaces all order ids in a body by unknown ones."""
    if isinstance(value, list):
        for inner in value:
            use_unknown_ids(inner, supply, rng)
    elif isinstance(value, dict):
        for name, inner in value.items():
            if name == "orderId" and may_name_order(inner, supply):
                value[name] = supply.made_up_id(rng)
            else:
                use_unknown_ids(inner, supply, rng)


SMALL = 1_000_000
"""Numbers below this are no order ids, which have about twenty digits."""


def may_name_order(value: Any, supply: Supply) -> bool:
    """Whether an `orderId` may exist: a text or large number."""
    if isinstance(value, str):
        return bool(value.strip()) and not supply.is_made_up(value)
    return isinstance(value, int | float) and abs(value) >= SMALL
