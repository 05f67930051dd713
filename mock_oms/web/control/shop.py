"""Control calls that play the customer and the store: orders, events, stock."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal

from contracts.control.models import (
    CATALOGUE_LIMIT,
    EventRequest,
    NewItem,
    NewOrder,
    StockEntry,
    StockRequest,
)
from contracts.control.models import Customer as CustomerRequest
from contracts.control.sentences import ELSEWHERE, SENTENCES
from contracts.lifecycle.table import ABOUT_ITEMS, TABLE, Actor, Event, Initiator
from contracts.suggest import suggest
from mock_oms import engine
from mock_oms.domain import catalogue
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.limits import STOCK_LEVELS_MAX
from mock_oms.domain.pricing import price_of, rupees
from mock_oms.domain.sentences import sentence
from mock_oms.domain.shipment import Customer, Product, Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine import Command, Pick, Purchase
from mock_oms.engine.limits import check_stock, room_for_orders
from mock_oms.store import Transaction
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.control.call import ControlCall, handles_control
from mock_oms.web.control.queries import described, playable, stock, unknown_shipment
from mock_oms.web.rejections import refuse
from mock_oms.web.validation import wrong_field

PLAYABLE = tuple(
    str(event)
    for event in Event
    if any(row.event == event and row.source and row.actor is not Actor.AGGREGATOR for row in TABLE)
)
"""Events that the control plane can fire: those of the customer, the store and the OMS."""


@handles_control("place_orders")
def place_orders(call: ControlCall) -> Answer:
    """Places orders as the customer, and drives them to `state` if given."""
    body: NewOrder = call.body
    with engine.WriteVisit(call.server.store, call.tenant) as tx:
        purchase = _purchase(tx.settings, body)
        with _in_words(tx), room_for_orders(tx, call.server.limits, "count"):
            placed = [_place(tx, body, purchase) for _ in range(body.count)]
        settings = tx.settings
    return json_answer({"shipments": (described(one, settings) for one in placed), "next_cursor": None}, 201)


def _place(tx: Transaction, body: NewOrder, purchase: Purchase) -> Shipment:
    shipment = engine.place(tx, purchase)
    return engine.drive(tx, shipment, body.state) if body.state else shipment


def _purchase(settings: TenantSettings, body: NewOrder) -> Purchase:
    location = body.location or settings.locations[0]
    _check_location(settings, location, "location")
    products = settings.products()
    lines = tuple(
        (_discounted(_product(products, item.sku, place), item, place), item.quantity)
        for place, item in enumerate(body.items or [])
    )
    discount = rupees(body.discount or 0)
    if discount > price_of(lines):
        limit = f"at most the price of the items, {price_of(lines)}" if lines else "it only with items"
        raise wrong_field("body", "discount", "less_than_equal", limit, str(discount))
    person = _customer(settings, location, body.customer)
    return Purchase(location, body.ordering_channel, lines, person, discount=discount)


def _discounted(product: Product, item: NewItem, place: int) -> Product:
    if item.free:
        return replace(product, discount=product.price)
    if item.discount is None:
        return product
    discount = rupees(item.discount)
    if discount > product.price:
        expected = f"at most the price of a piece, {product.price}"
        raise wrong_field("body", f"items[{place}].discount", "less_than_equal", expected, str(discount))
    return replace(product, discount=discount)


def _check_location(settings: TenantSettings, code: str, field: str) -> None:
    if code not in settings.locations:
        expected = f"a location of this tenant: {', '.join(settings.locations[:20])}"
        raise wrong_field("body", field, "enum", expected, code)


def _product(products: dict[str, Product], sku: str, place: int) -> Product:
    if sku in products:
        return products[sku]
    known = ", ".join(list(products)[:20])
    expected = f"a SKU of this tenant ({known}{suggest(sku, products)}); PUT stock adds others"
    raise wrong_field("body", f"items[{place}].sku", "enum", expected, sku)


def _customer(settings: TenantSettings, location: str, given: CustomerRequest | None) -> Customer | None:
    if given is None:
        return None
    person = catalogue.customer(settings.mixed("customer", 0), settings.shop(location))
    if given.state not in (None, person.state):
        person = replace(person, city="", pincode="")  # those of the shop are in another state
    wishes = {name: value for name, value in given.model_dump().items() if value is not None}
    return replace(person, **wishes)


@handles_control("fire_event")
def fire_event(call: ControlCall) -> Answer:
    """Fires an event of the customer, the store or the OMS."""
    event = _event(call)
    body: EventRequest = call.body
    command = _command(body, event)
    with engine.WriteVisit(call.server.store, call.tenant) as tx:
        shipment = tx.get(call.path["shipment"])
        if shipment is None:
            raise unknown_shipment(call)
        _check_items(shipment, body)
        with _in_words(tx, shipment), room_for_orders(tx, call.server.limits):
            fired = engine.fire(tx, shipment, event, command)
        return json_answer(described(fired.opened or fired.shipment, tx.settings))


@contextmanager
def _in_words(tx: Transaction, shipment: Shipment | None = None) -> Iterator[None]:
    """Converts the refusal of an order to a refusal of the call.

    The refusal names the events that `shipment` allows, if given.
    """
    try:
        yield
    except OrderRefusedError as refused:
        message = sentence(SENTENCES[refused.event, refused.problem], refused, tx.settings, tx.now)
        more = {"allowed": playable(shipment, tx.settings)} if shipment else {}
        raise refuse(409, message, "not_allowed", **more) from None


def _event(call: ControlCall) -> Event:
    name = call.path["event"]
    if name in PLAYABLE:
        return Event(name)
    if name in tuple(Event):
        message = f"event {name} is not fired with this call: {ELSEWHERE[Event(name)]}"
        raise refuse(409, message, "not_allowed", allowed=list(PLAYABLE))
    message = f"{name[:60]!r} is not an event{suggest(name, PLAYABLE)}"
    raise refuse(404, message, "unknown_event", field="event", allowed=list(PLAYABLE))


def _command(body: EventRequest, event: Event) -> Command:
    if body.initiator and event is not Event.START_RETURN:
        raise wrong_field("body", "initiator", "extra", "it only with start_return", body.initiator)
    items = tuple(Pick(item.orderItemId, item.quantity) for item in body.items or [])
    if items and event not in ABOUT_ITEMS:
        expected = f"items only with {', '.join(ABOUT_ITEMS)}"
        raise wrong_field("body", "items", "extra", expected, f"an array of {len(items)}")
    return Command(items, reason=body.reason, initiator=body.initiator or Initiator.STORE_OS)


def _check_items(shipment: Shipment, body: EventRequest) -> None:
    for place, item in enumerate(body.items or []):
        if shipment.item(item.orderItemId) is None:
            known = ", ".join(one.id for one in shipment.items)
            raise wrong_field(
                "body",
                f"items[{place}].orderItemId",
                "enum",
                f"an item of this shipment: {known}",
                item.orderItemId,
            )


@handles_control("set_stock")
def set_stock(call: ControlCall) -> Answer:
    """Sets stock levels; a new SKU is added to the catalogue."""
    body: StockRequest = call.body
    with engine.WriteVisit(call.server.store, call.tenant) as tx:
        for place, entry in enumerate(body.stock):
            _check_location(tx.settings, entry.location, f"stock[{place}].location")
        tx.set_settings(replace(tx.settings, extra_products=_with_new_products(tx.settings, body.stock)))
        known = {(location, sku) for location, sku, _ in tx.all_stock()}
        levels = len(known | {(entry.location, entry.sku) for entry in body.stock})
        check_stock(levels, STOCK_LEVELS_MAX, "stock levels (product and location)", call.tenant)
        for entry in body.stock:
            level = tx.stock(entry.location, entry.sku)
            tx.set_stock(entry.location, entry.sku, replace(level, on_hand=entry.on_hand))
    return stock(call)


def _with_new_products(settings: TenantSettings, entries: Sequence[StockEntry]) -> tuple[Product, ...]:
    known, new = settings.products(), dict[str, Product]()
    for place, entry in enumerate(entries):
        given = [name for name in _DETAILS if getattr(entry, name) is not None]
        if entry.sku not in known and entry.sku not in new:
            new[entry.sku] = _new_product(entry)
        elif given:
            expected = "product details only with a SKU that is new"
            raise wrong_field("body", f"stock[{place}].{given[0]}", "extra", expected, given[0])
    if new:
        check_stock(len(known) + len(new), CATALOGUE_LIMIT, "products", settings.tenant)
    return (*settings.extra_products, *new.values())


_DETAILS = ("title", "price", "hsn", "gst_percent")


def _new_product(entry: StockEntry) -> Product:
    return Product(
        sku=entry.sku,
        title=entry.title or entry.sku,
        hsn=entry.hsn or "62052000",
        gst_percent=Decimal(str(entry.gst_percent if entry.gst_percent is not None else 5)),
        price=Decimal(str(entry.price or 999)),
    )
