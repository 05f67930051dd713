"""Checks of goods in documents, returns and stock."""

from __future__ import annotations

from collections import Counter

from scenarios.checks.base import ANOTHER_TOTAL, BY_ID, CheckContext, CheckResult, check
from scenarios.checks.documents import no_pdf, text_of
from scenarios.language import expectations as e
from scenarios.players.suite import stock_of
from scenarios.session.memory import items_of, quantity_of
from scenarios.targets.answers import Shipment, UnreadableError, number_of
from scenarios.targets.polling import watch

STOCK = "stock"
ON_HAND_AND_RESERVED = ("on hand", "reserved")
PAISE = 100
ITEM_PRICES = ("totalMarkedPrice", "discount", "totalItemPrice")
ORDER_PRICES = ("totalDiscount", "totalPrepaidAmount")
Levels = dict[str, list[int]]
"""SKU -> difference on hand, difference reserved."""


def _skus(context: CheckContext, order_id: str) -> dict[int, str]:
    """Return the SKU of each item of a shipment, by basket position."""
    shipment = context.flow.look(order_id) or {}
    shown = {str(item.get("orderItemId")): str(item.get("sku")) for item in items_of(shipment)}
    known = context.flow.memory.items.get(order_id, [])
    return {place: shown[item] for place, item in enumerate(known) if item in shown}


def _pieces_by_sku(context: CheckContext, order_id: str) -> Counter[str]:
    found: Counter[str] = Counter()
    for item in items_of(context.flow.look(order_id) or {}):
        found[str(item.get("sku"))] += quantity_of(item)
    return found


@check.register
def _brings_back(expectation: e.BringsBack, context: CheckContext) -> CheckResult:
    sales = context.flow.memory.of((expectation.to,))
    for order_id, sale in zip(context.ids(expectation), sales, strict=True):
        skus = _skus(context, sale)
        wanted: Counter[str] = Counter()
        for place, pieces in expectation.pieces.items():
            wanted[skus.get(place, f"item {place + 1}")] += pieces
        seen = _pieces_by_sku(context, order_id)
        if seen != wanted:
            return CheckResult(
                False, dict(wanted), dict(seen), BY_ID, "other pieces", expected_group="holds its pieces"
            )
    return CheckResult(True, "these goods", "these goods", BY_ID)


@check.register
def _keeps_items(expectation: e.KeepsItems, context: CheckContext) -> CheckResult:
    sales = context.flow.memory.of((expectation.to,))
    for order_id, sale in zip(context.ids(expectation), sales, strict=True):
        sold, back = (_item_ids(context.flow.look(each) or {}) for each in (sale, order_id))
        if not back or not back <= sold:
            return CheckResult(False, sorted(sold), sorted(back), BY_ID, "other orderItemIds")
    return CheckResult(True, "the same ids", "the same ids", BY_ID)


def _item_ids(shipment: Shipment) -> set[str]:
    return {str(item.get("orderItemId")) for item in items_of(shipment)}


@check.register
def _stock_known(expectation: e.StockKnown, context: CheckContext) -> CheckResult:
    counted = len(context.flow.memory.shelf)
    return CheckResult(counted > 0, "products in stock", f"{counted} products", STOCK)


@check.register
def _shelf(expectation: e.Shelf, context: CheckContext) -> CheckResult:
    flow = context.flow
    location = flow.location(expectation.at)
    skus = _skus(context, context.ids(expectation)[0])
    places = sorted({*expectation.on_hand, *expectation.reserved})
    wanted = {skus[n]: [expectation.on_hand.get(n, 0), expectation.reserved.get(n, 0)] for n in places}
    counted = flow.memory.shelf
    if any((location, sku) not in counted for sku in wanted):
        raise UnreadableError("the shelf was not counted before")

    def look() -> Levels:
        now = stock_of(flow, location)
        pairs = {sku: zip(now[location, sku], counted[location, sku], strict=True) for sku in wanted}
        return {sku: [n - before for n, before in pair] for sku, pair in pairs.items()}

    seen = watch(look, lambda found: found == wanted, flow.pause(), context.patience)
    cause = "" if seen == wanted else f"other pieces {_kinds(wanted, seen)}"
    return CheckResult(
        seen == wanted, _named(wanted), _named(seen), STOCK, cause, expected_group="leaves the shelf"
    )


@check.register
def _discounts(expectation: e.DiscountsAddUp, context: CheckContext) -> CheckResult:
    for order_id in context.ids(expectation):
        shipment = context.flow.look(order_id) or {}
        wrong = _wrong_sum(shipment)
        if wrong:
            return CheckResult(
                False, "prices that add up", wrong, BY_ID, ANOTHER_TOTAL, expected_group=e.TotalAddsUp.phrase
            )
        wrong = _wrong_price(expectation, shipment)
        if wrong:
            return CheckResult(False, "prices that add up", wrong, BY_ID, "prices that do not add up")
    return CheckResult(True, "prices that add up", "prices that add up", BY_ID)


def _prices_of(shipment: Shipment) -> list[list[int | None]]:
    return [_paise(item.get("orderItemPrice"), *ITEM_PRICES) for item in items_of(shipment)]


def _sums(items: list[list[int | None]]) -> list[int]:
    """Return the sums of discounts and of prices."""
    return [sum(price[place] or 0 for price in items) for place in (1, 2)]


def _wrong_sum(shipment: Shipment) -> str:
    """Describe a wrong sum of prices; empty if it is right."""
    price, order = _sums(_prices_of(shipment))[1], _order_of(shipment)[1]
    return "" if order == price else f"items have a price of {price}, the order of {order} paise"


def _order_of(shipment: Shipment) -> list[int | None]:
    """Return the discount and the price of an order."""
    return _paise(shipment.get("orderPrice"), *ORDER_PRICES)


def _wrong_price(expectation: e.DiscountsAddUp, shipment: Shipment) -> str:
    """Return the first wrong price or discount; empty if all are right."""
    items = _prices_of(shipment)
    for number, (marked, discount, price) in enumerate(items, 1):
        if None in (marked, discount, price) or (marked or 0) - (discount or 0) != price:
            return f"item {number}: {marked} less {discount} is {price} paise"
    sums, order = _sums(items), _order_of(shipment)
    if order != sums:
        return f"items have {sums}, the order {order} paise of discount and price"
    if expectation.rupees is not None and sums[0] != round(expectation.rupees * PAISE):
        return f"{sums[0]} paise of discount instead of {expectation.rupees:.2f} rupees"
    paid = [place + 1 for place in expectation.gifts if place >= len(items) or items[place][2]]
    return f"item {paid[0]}, a gift, has a price" if paid else ""


def _paise(price: object, *names: str) -> list[int | None]:
    """Return amounts in whole paise; None for one that is no number."""
    found = [number_of(price.get(name)) if isinstance(price, dict) else None for name in names]
    return [None if one is None else round(one * PAISE) for one in found]


def _named(levels: Levels) -> dict[str, str]:
    return {
        sku: f"{on_hand:+d} on hand, {reserved:+d} reserved" for sku, (on_hand, reserved) in levels.items()
    }


def _kinds(wanted: Levels, seen: Levels) -> str:
    names = enumerate(ON_HAND_AND_RESERVED)
    return " and ".join(name for n, name in names if any(wanted[sku][n] != seen[sku][n] for sku in wanted))


@check.register
def _pdf_total(expectation: e.PdfShowsTotal, context: CheckContext) -> CheckResult:
    text = text_of(context)
    if text is None:
        return no_pdf(context)
    figures = text.replace(",", "")
    for order_id in context.ids(expectation):
        price = (context.flow.look(order_id) or {}).get("orderPrice")
        total = number_of(price.get("totalPrepaidAmount")) if isinstance(price, dict) else None
        if total is None:
            return CheckResult(False, "a total", "the shipment shows none", BY_ID)
        if f"{total:.2f}" not in figures:
            return CheckResult(
                False, f"{total:.2f}", "a PDF without it", group_key="a PDF with another total"
            )
    return CheckResult(True, "the total", "the total")


@check.register
def _pdf_goods(expectation: e.PdfListsGoods, context: CheckContext) -> CheckResult:
    text = text_of(context)
    if text is None:
        return no_pdf(context)
    left: Counter[str] = Counter()
    for order_id in context.ids(expectation):
        left.update(_pieces_by_sku(context, order_id))
    printed = {sku for sku in left if "".join(sku.split()) in text}
    missing = sorted(sku for sku, pieces in left.items() if pieces > 0 and sku not in printed)
    needless = sorted(sku for sku, pieces in left.items() if pieces <= 0 and sku in printed)
    if missing:
        return CheckResult(
            False, list(left), f"a PDF without {', '.join(missing)}", group_key="a PDF without goods"
        )
    if needless:
        seen = f"a PDF with {', '.join(needless)}, which was cancelled"
        return CheckResult(False, f"no {', '.join(needless)}", seen, group_key="a PDF with cancelled goods")
    return CheckResult(True, "the goods", "the goods")
