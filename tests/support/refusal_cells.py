"""Every refusal of an order, by state, call, mode pair and switch.

    python -m tests.support.refusal_cells            print the distinct sentences
    python -m tests.support.refusal_cells --write    write them to `refusal_sentences.txt`

In the file ids, times, numbers and names of documents are replaced by a word in capitals.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

from contracts.lifecycle.table import DocumentMode, Event, State
from mock_oms.app import create_app
from mock_oms.web.control.shop import PLAYABLE
from tests.support.mock_client import InProcess, Tenant, Transport, control, new_tenant, picks
from tests.support.refusal_recipes import READY, RECIPES, path, request

FILE = Path(__file__).with_name("refusal_sentences.txt")
SWITCHES = (
    "return_passes_bag_delivered",
    "customer_cancels_after_confirm",
    "hand_over_before_invoice",
    "reassign_on_seller_cancel",
)
OPENED = {State.RETURN_BAG_DELIVERED: SWITCHES[0], State.STORE_REASSIGNED: SWITCHES[3]}
"""States that orders reach only with a switch."""
MODES = tuple(product(DocumentMode, DocumentMode))


@dataclass(frozen=True)
class Cell:
    """A call on one order; `message` is None when it was accepted."""

    call: str
    state: str
    settings: str
    order: str
    message: str | None
    code: str | None = None
    allowed: tuple[str, ...] | None = None


def cells(transport: Transport) -> list[Cell]:
    """Returns the answers to every call in every state under every setting."""
    found: list[Cell] = []
    for (invoice, credit_note), switch in product(MODES, (None, *SWITCHES)):
        tenant = new_tenant(
            transport,
            invoice_mode=invoice,
            credit_note_mode=credit_note,
            pace={"*": "held"},
            profile={switch: True} if switch else {},
        )
        name = f"{invoice} {credit_note} {switch or ''}".strip()
        states = [s for s in State if OPENED.get(s, switch) == switch]
        pool = _pool(tenant, states)
        found += [*_bulk_cells(tenant, name, pool), *_event_cells(tenant, name, pool)]
        control(transport, "DELETE", f"/tenants/{tenant.name}")
    return [*found, *_flawed(transport), *_flawed_events(transport)]


Pool = dict[State, list[dict[str, Any]]]
"""Orders that wait in each state, two pieces each."""


def _pool(tenant: Tenant, states: list[State]) -> Pool:
    wish = {"items": [{"sku": "MUG-STN-350", "quantity": 2}], "count": 2 * len(READY) + len(PLAYABLE) + 2}
    return {
        state: tenant.control("POST", "/orders", {**wish, "state": state})["shipments"] for state in states
    }


def _bulk_cells(tenant: Tenant, name: str, pool: Pool) -> Iterator[Cell]:
    for touchpoint, part in product(READY, (False, True)):
        if not part or touchpoint not in ("invoice", "labels"):
            orders = {state: waiting.pop() for state, waiting in pool.items()}
            yield from _asked(tenant, touchpoint, orders, name, part=part)


def _asked(
    tenant: Tenant, touchpoint: str, orders: dict[State, dict[str, Any]], name: str, *, part: bool
) -> Iterator[Cell]:
    more = {"reasonCode": "6"} if touchpoint == "cancel" else {}
    sent = [
        request(touchpoint, one["id"], [pick | more for pick in _one_piece(one)] if part else None)
        for one in orders.values()
    ]
    reply = tenant.post(path(touchpoint), sent)
    errors = reply.json["errors"] if reply.body[:1] == b"{" else _from_journal(tenant)
    refused = {error["orderId"]: error for error in errors}
    for state, order in orders.items():
        error = refused.get(order["id"], {})
        yield Cell(touchpoint, state, name, order["id"], error.get("errorMessage"), error.get("errorCode"))


def _one_piece(order: dict[str, Any]) -> list[dict[str, Any]]:
    return picks({order["orderItems"][0]["orderItemId"]: 1})


def _from_journal(tenant: Tenant) -> list[dict[str, Any]]:
    """Refusals of a call that was answered with a PDF."""
    entry = tenant.control("GET", "/journal", query={"limit": "1"})["entries"][0]
    told = [one for one in entry["outcomes"] if one["code"]]
    return [{**one, "errorCode": one["code"], "errorMessage": one["message"]} for one in told]


def _event_cells(tenant: Tenant, name: str, pool: Pool) -> Iterator[Cell]:
    for state, waiting in pool.items():
        for event in PLAYABLE:
            yield _fired(tenant, event, waiting.pop()["id"], name, state)
        for event in _ABOUT_ITEMS:
            order = waiting.pop()
            yield _fired(tenant, event, order["id"], name, state, items=_one_piece(order))


_ABOUT_ITEMS = (Event.CANCEL_BY_CUSTOMER, Event.START_RETURN)


def _fired(tenant: Tenant, event: str, order: str, name: str, state: str, **details: object) -> Cell:
    reply = tenant.control_reply("POST", f"/shipments/{order}/events/{event}", details)
    if reply.status == 200:
        return Cell(event, state, name, order, None)
    body = reply.json
    assert reply.status == 409, body
    return Cell(event, state, name, order, body["message"], body["error"], tuple(body["allowed"]))


def _flawed(transport: Transport) -> Iterator[Cell]:
    """Calls with unknown ids, wrong quantities, reasons, numbers and types."""
    for recipe in RECIPES:
        tenant = new_tenant(transport, **recipe.settings)
        (sent,) = recipe.prepare(tenant)
        (error,) = tenant.post(path(recipe.touchpoint), [sent], recipe.who).json["errors"]
        yield Cell(
            recipe.touchpoint,
            recipe.name,
            recipe.who,
            sent["orderId"],
            error["errorMessage"],
            error["errorCode"],
        )
        control(transport, "DELETE", f"/tenants/{tenant.name}")


def _flawed_events(transport: Transport) -> Iterator[Cell]:
    """Events about too many pieces, and events of others."""
    tenant = new_tenant(transport)
    placed, sold = tenant.place(), tenant.place(state="handed_over_to_customer")
    much = {"items": [{"orderItemId": next(iter(tenant.items(placed))), "quantity": 99}]}
    yield _fired(tenant, "cancel_items_by_customer", placed, "too much", "placed", **much)
    much["items"][0]["orderItemId"] = next(iter(tenant.items(sold)))
    yield _fired(tenant, "start_return", sold, "too much", "handed over", **much)
    some = tenant.place(items=_TWO_KINDS)
    first = picks({next(iter(tenant.items(some))): 1})
    tenant.fire(some, "cancel_by_customer", items=first)
    yield _fired(tenant, "cancel_by_customer", some, "cancelled item", "placed", items=first)
    some = tenant.place(items=_TWO_KINDS, state="handed_over_to_customer")
    first = picks({next(iter(tenant.items(some))): 1})
    tenant.start_return(some, {first[0]["orderItemId"]: 1})
    yield _fired(tenant, "start_return", some, "item in a return", "handed over", items=first)
    tenant.start_return(sold)
    yield _fired(tenant, "start_return", sold, "nothing left", "handed over")
    for event in Event:
        if str(event) not in PLAYABLE:
            yield _fired(tenant, event, placed, "elsewhere", "placed")
    yield from _changed_rules(transport)
    stock = [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": 1}]
    tenant.control("PUT", "/stock", {"stock": stock})
    tenant.change(profile={"stock_guard": True})
    items = [{"sku": "MUG-STN-350", "quantity": 2}]
    for state in ("bag_confirmed", "return_bag_delivered"):
        tenant.change(profile={"stock_guard": state == "bag_confirmed"})
        body = tenant.control_reply("POST", "/orders", {"state": state, "items": items}).json
        yield Cell("place", state, "place", "", body["message"], body["error"])


_TWO_KINDS = [{"sku": "MUG-STN-350", "quantity": 1}, {"sku": "LAMP-DSK-LED", "quantity": 1}]


def _changed_rules(transport: Transport) -> Iterator[Cell]:
    """Orders without an invoice, returns without a delivery."""
    tenant = new_tenant(transport, profile={"hand_over_before_invoice": True})
    early, back = tenant.place(state="bag_confirmed"), tenant.place(state="return_accepted")
    tenant.hand_over(early)
    for touchpoint in ("update_invoice", "invoice", "labels"):
        (error,) = tenant.post(path(touchpoint), [request(touchpoint, early)]).json["errors"]
        yield Cell(touchpoint, "handed over early", "", early, error["errorMessage"], error["errorCode"])
    tenant.change(profile={"return_passes_bag_delivered": True})
    yield _fired(tenant, "deliver_return", back, "switch came later", "return_accepted")


_REPLACED = (
    (r"\b\d{20}\b", "ID"),
    (r"\b(FY|RT)[0-9A-F]{16,18}\b", "ID"),
    (r"\b1\d{6}\b", "ITEM"),
    (r"\b\d\d:\d\d:\d\d\b", "TIME"),
    (r"\b(DOC|INV|CRN|N|S|C)-\d+\b", "NUMBER"),
    (r"(?<=invoiceNumber )'[^']*'", "NUMBER"),
    (r"\b(1 piece|no pieces(?! left to return)|\d+ pieces)\b", "PIECES"),
    (r"\b\d+(?= on hand| of them| characters)", "COUNT"),
)


def general(message: str) -> str:
    """Returns a sentence with ids, times, numbers and counts replaced."""
    for pattern, word in _REPLACED:
        message = re.sub(pattern, word, message)
    return message


def written(found: Iterable[Cell]) -> str:
    """Returns the distinct sentences by call, one on a line."""
    sentences = {(cell.call, cell.code or "", general(cell.message)) for cell in found if cell.message}
    calls = sorted({call for call, _, _ in sentences})
    return "\n".join(
        "\n".join([call, *(f"  {code:11} {said}" for name, code, said in sorted(sentences) if name == call)])
        + "\n"
        for call in calls
    )


def main() -> None:
    """Prints the sentences, or writes them to the file."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help=f"write {FILE.name}")
    app = create_app()
    app.testing = True
    text = written(cells(InProcess(app)))
    if parser.parse_args().write:
        FILE.write_text(text, encoding="utf-8")
    else:
        print(text)


if __name__ == "__main__":
    main()
