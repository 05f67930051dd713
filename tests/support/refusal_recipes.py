"""Recipes for refusals of bulk calls, one per touchpoint and problem."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.problems import Problem
from tests.support.mock_client import Tenant, picks, pushed

Orders = list[dict[str, Any]]
UNKNOWN_ID = "17000000000000000000"
HELD_DELIVERY: dict[str, Any] = {
    "profile": {"return_passes_bag_delivered": True},
    "pace": {"deliver_return": "held"},
}


@dataclass(frozen=True)
class Recipe:
    """A recipe for one refusal of a touchpoint.

    `prepare` makes all calls before the refused one and returns its orders (always one). `code` is the
    expected error code, `says` an expected part of the message.
    """

    touchpoint: str
    problem: Problem
    code: str
    says: str
    prepare: Callable[[Tenant], Orders]
    who: str = "company"
    settings: Mapping[str, Any] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Name of the test."""
        return f"{self.touchpoint}-{self.problem}-{self.prepare.__name__.strip('_')}"


PATHS = {"update_invoice": "invoiceUpdate", "credit_note": "invoiceUpdate"}
"""Touchpoint -> last part of the path, where they differ."""


def path(touchpoint: str) -> str:
    """Last part of a touchpoint's path."""
    return PATHS.get(touchpoint, touchpoint)


def request(touchpoint: str, order: str, items: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """A plain request about one order."""
    plain: dict[str, Any] = {"orderId": order}
    if touchpoint in PATHS:
        plain = pushed(order, f"N-{order}", "sale" if touchpoint == "update_invoice" else "return")
    return plain | ({"orderItems": items} if items else {})


def _about(touchpoint: str, state: str) -> Callable[[Tenant], Orders]:
    def in_state(tenant: Tenant) -> Orders:
        return [request(touchpoint, tenant.place(state=state))]

    in_state.__name__ = state
    return in_state


def _unknown(touchpoint: str) -> Callable[[Tenant], Orders]:
    def nowhere(tenant: Tenant) -> Orders:
        tenant.place()
        return [request(touchpoint, UNKNOWN_ID)]

    return nowhere


READY = {
    "confirm": "placed",
    "cancel": "placed",
    "update_invoice": "bag_confirmed",
    "credit_note": "return_accepted",
    "invoice": "bag_invoiced",
    "labels": "bag_invoiced",
    "return": "return_initiated",
}
"""The state in which a touchpoint accepts an order."""


def _elsewhere(touchpoint: str) -> Callable[[Tenant], Orders]:
    def at_another_location(tenant: Tenant) -> Orders:
        return [request(touchpoint, tenant.place(location="STORE-2", state=READY[touchpoint]))]

    return at_another_location


def _with_items(
    touchpoint: str, change: Callable[[dict[str, int]], dict[str, int]], name: str, **more: object
) -> Callable[[Tenant], Orders]:
    def prepare(tenant: Tenant) -> Orders:
        order = tenant.place(state=READY[touchpoint])
        items = [pick | more for pick in picks(change(tenant.items(order)))]
        return [request(touchpoint, order, items)]

    prepare.__name__ = name
    return prepare


def _foreign(items: dict[str, int]) -> dict[str, int]:
    return {"999": 1}


def _first_only(items: dict[str, int]) -> dict[str, int]:
    return dict(list(items.items())[:1])


def _one_more(items: dict[str, int]) -> dict[str, int]:
    return {item: quantity + 1 for item, quantity in items.items()}


def _one_less(items: dict[str, int]) -> dict[str, int]:
    return {item: max(1, quantity - 1) for item, quantity in items.items()}


def _cancelled_item(touchpoint: str, **more: object) -> Callable[[Tenant], Orders]:
    def cancelled_item(tenant: Tenant) -> Orders:
        order = tenant.place(state=READY[touchpoint])
        first = next(iter(tenant.items(order).items()))
        tenant.cancel(order, dict([first]))
        return [request(touchpoint, order, [pick | more for pick in picks(dict([first]))])]

    return cancelled_item


def _out_of_stock(tenant: Tenant) -> Orders:
    level = {"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 1}
    tenant.control("PUT", "/stock", {"stock": [level]})
    return [request("confirm", tenant.place(items=[{"sku": "MUG-STN-350", "quantity": 2}]))]


def _numbered(touchpoint: str, number: str, name: str) -> Callable[[Tenant], Orders]:
    def prepare(tenant: Tenant) -> Orders:
        order = tenant.place(state=READY[touchpoint])
        return [request(touchpoint, order) | {"invoiceNumber": number}]

    prepare.__name__ = name
    return prepare


def _used_number(touchpoint: str, by: str, name: str) -> Callable[[Tenant], Orders]:
    def prepare(tenant: Tenant) -> Orders:
        tenant.place(state=by)
        used = next(s for s in tenant.control("GET", "/shipments")["shipments"] if s["state"] == by)
        order = tenant.place(state=READY[touchpoint])
        return [request(touchpoint, order) | {"invoiceNumber": used["documents"][0]["number"]}]

    prepare.__name__ = name
    return prepare


def _neither(tenant: Tenant) -> Orders:
    order = tenant.place(state="bag_confirmed")
    return [request("update_invoice", order) | {"invoiceType": "SALE"}]


_P = Problem
_QUALITY = {"reasonCode": "tag_missing"}
_OUT = {"reasonCode": "6"}


def _everywhere(touchpoint: str, code: str) -> list[Recipe]:
    store = "STORE-1"
    return [
        Recipe(touchpoint, _P.UNKNOWN, code, "is not known to this company", _unknown(touchpoint)),
        Recipe(touchpoint, _P.UNKNOWN, code, "is not known to store STORE-1", _unknown(touchpoint), store),
        Recipe(touchpoint, _P.UNKNOWN, code, "is not known to store STORE-1", _elsewhere(touchpoint), store),
    ]


def _in(
    touchpoint: str, problem: Problem, code: str, says: str, *states: str, **settings: Any
) -> list[Recipe]:
    return [
        Recipe(touchpoint, problem, code, says, _about(touchpoint, state), settings=settings)
        for state in states
    ]


def _item(touchpoint: str, code: str, **more: object) -> Recipe:
    prepare = _with_items(touchpoint, _foreign, "foreign_item", **more)
    return Recipe(touchpoint, _P.UNKNOWN_ITEM, code, "item 999 is not in ", prepare)


CONFIRM = [
    *_everywhere("confirm", "O422"),
    _item("confirm", "O422"),
    *_in("confirm", _P.CANCELLED, "O400", "was cancelled by the ", "cancelled_customer", "cancelled_fynd"),
    Recipe("confirm", _P.CANCELLED, "O400", "was cancelled; leave it out", _cancelled_item("confirm")),
    *_in(
        "confirm", _P.WRONG_TYPE, "CF400", "only orders are confirmed", "return_initiated", "return_completed"
    ),
    *_in(
        "confirm",
        _P.ALREADY,
        "CF409",
        "a second confirmation is refused",
        "bag_confirmed",
        "bag_invoiced",
        "handed_over_to_customer",
    ),
    Recipe(
        "confirm",
        _P.QUANTITY,
        "CF422",
        "the call names no pieces",
        _with_items("confirm", _first_only, "part_of_it"),
    ),
    Recipe(
        "confirm", _P.QUANTITY, "CF422", "all that is left", _with_items("confirm", _one_more, "one_more")
    ),
    Recipe(
        "confirm", _P.QUANTITY, "CF422", "all that is left", _with_items("confirm", _one_less, "one_less")
    ),
    Recipe(
        "confirm",
        _P.STOCK,
        "CF423",
        "STORE-1 has 1 on hand",
        _out_of_stock,
        settings={"profile": {"stock_guard": True}},
    ),
]
CANCEL = [
    *_everywhere("cancel", "CN422"),
    _item("cancel", "CN422", reasonCode="6"),
    *_in("cancel", _P.CANCELLED, "CN400", "was cancelled by the ", "cancelled_customer", "cancelled_fynd"),
    Recipe("cancel", _P.CANCELLED, "CN400", "was cancelled; leave it out", _cancelled_item("cancel", **_OUT)),
    *_in("cancel", _P.WRONG_TYPE, "CN403", "a return cannot be cancelled", "return_initiated"),
    Recipe(
        "cancel",
        _P.REASON,
        "CN424",
        "it can be 6, 7, 8, 9 or NA",
        _with_items("cancel", _first_only, "odd_reason", reasonCode="5"),
    ),
    Recipe(
        "cancel",
        _P.REASON,
        "CN424",
        "has no reasonCode",
        _with_items("cancel", _first_only, "blank_reason", reasonCode=" "),
    ),
    *_in("cancel", _P.TOO_LATE, "CN403", "can be cancelled only until hand-over", "handed_over_to_customer"),
    Recipe(
        "cancel",
        _P.QUANTITY,
        "CN409",
        "cancel at most ",
        _with_items("cancel", _one_more, "one_more", reasonCode="6"),
    ),
]
UPDATE_INVOICE = [
    *_everywhere("update_invoice", "IN400"),
    _item("update_invoice", "IN400"),
    *_in(
        "update_invoice",
        _P.CANCELLED,
        "IN401",
        "was cancelled by the ",
        "cancelled_customer",
        "cancelled_fynd",
    ),
    Recipe(
        "update_invoice",
        _P.CANCELLED,
        "IN401",
        "was cancelled; leave it out",
        _cancelled_item("update_invoice"),
    ),
    *_in(
        "update_invoice",
        _P.WRONG_TYPE,
        "IN422",
        "send invoiceType return",
        "return_initiated",
        "return_accepted",
    ),
    Recipe("update_invoice", _P.WRONG_TYPE, "IN422", "neither sale nor return", _neither),
    *(
        Recipe(touchpoint, _P.NUMBER, "IN422", says, _numbered(touchpoint, number, name))
        for touchpoint in ("update_invoice", "credit_note")
        for number, says, name in (
            ("", "1 to 64", "no_number"),
            (" S-1", "1 to 64", "blank_before"),
            ("S\n1", "cannot be printed", "line_break"),
            ("9" * 65, "1 to 64", "long_number"),
        )
    ),
    *(
        Recipe(touchpoint, _P.NUMBER, "IN422", "used by another", _used_number(touchpoint, by, name))
        for touchpoint in ("update_invoice", "credit_note")
        for by, name in (("bag_invoiced", "of_a_sale"), ("return_completed", "of_a_return"))
    ),
    *_in(
        "update_invoice",
        _P.MODE,
        "IN453",
        "invoice mode fynd, set when the order was placed at 15:30:00",
        "placed",
        "bag_invoiced",
        invoice_mode="fynd",
    ),
    *_in(
        "update_invoice",
        _P.ALREADY,
        "IN453",
        "a second one is refused",
        "bag_invoiced",
        "handed_over_to_customer",
    ),
    *_in("update_invoice", _P.TOO_EARLY, "IN403", "confirm it first", "placed"),
    Recipe(
        "update_invoice",
        _P.QUANTITY,
        "IN422",
        "the call names no pieces",
        _with_items("update_invoice", _first_only, "part_of_it"),
    ),
    Recipe(
        "update_invoice",
        _P.QUANTITY,
        "IN422",
        "all that is left",
        _with_items("update_invoice", _one_more, "one_more"),
    ),
]
CREDIT_NOTE = [
    *_everywhere("credit_note", "IN400"),
    _item("credit_note", "IN400"),
    *_in(
        "credit_note", _P.CANCELLED, "IN401", "was cancelled by the ", "cancelled_customer", "cancelled_fynd"
    ),
    *_in("credit_note", _P.WRONG_TYPE, "IN422", "is a sale", "bag_confirmed", "handed_over_to_customer"),
    *_in(
        "credit_note",
        _P.MODE,
        "IN453",
        "credit note mode fynd, set when",
        "return_initiated",
        credit_note_mode="fynd",
    ),
    *_in("credit_note", _P.ALREADY, "IN453", "a second one is refused", "return_completed"),
    *_in("credit_note", _P.TOO_EARLY, "IN403", "too early for its credit note", "return_initiated"),
    *_in(
        "credit_note",
        _P.TOO_LATE,
        "IN403",
        "a rejected return gets no credit note",
        "return_rejected_by_store",
    ),
    Recipe(
        "credit_note",
        _P.QUANTITY,
        "IN422",
        "the call names no pieces",
        _with_items("credit_note", _first_only, "part_of_it"),
    ),
]
INVOICE = [
    *_everywhere("invoice", "IN400"),
    *_in(
        "invoice",
        _P.TOO_EARLY,
        "IN403",
        "no invoice or credit note to print",
        "placed",
        "bag_confirmed",
        "cancelled_fynd",
        "return_initiated",
        "return_accepted",
    ),
]
LABELS = [
    *_everywhere("labels", "L400"),
    *_in(
        "labels",
        _P.TOO_EARLY,
        "L403",
        "a label is printed only with",
        "placed",
        "bag_confirmed",
        "cancelled_customer",
    ),
]
RETURN = [
    *_everywhere("return", "R422"),
    _item("return", "R400"),
    *_in("return", _P.CANCELLED, "R400", "was cancelled by the ", "cancelled_customer", "cancelled_fynd"),
    *_in("return", _P.WRONG_TYPE, "R400", "is a sale", "placed", "handed_over_to_customer"),
    Recipe(
        "return",
        _P.REASON,
        "R424",
        "or tag_missing, package_damaged",
        _with_items("return", _first_only, "odd_reason", reasonCode="dirty"),
    ),
    Recipe(
        "return",
        _P.REASON,
        "R424",
        "did you mean 'tag_missing'?",
        _with_items("return", _first_only, "misspelt_reason", reasonCode="tag_mising"),
    ),
    *_in("return", _P.ALREADY, "R409", "accepted only once", "return_accepted", "return_completed"),
    *_in(
        "return", _P.TOO_EARLY, "R403", "only after its goods came back", "return_initiated", **HELD_DELIVERY
    ),
    *_in(
        "return",
        _P.TOO_LATE,
        "R403",
        "a rejected return can no longer be accepted",
        "return_rejected_by_store",
    ),
    Recipe(
        "return",
        _P.QUANTITY,
        "R425",
        "accept at most ",
        _with_items("return", _one_more, "one_more", **_QUALITY),
    ),
]
RECIPES = [*CONFIRM, *CANCEL, *UPDATE_INVOICE, *CREDIT_NOTE, *INVOICE, *LABELS, *RETURN]
