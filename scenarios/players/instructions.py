"""Instructions for a person: the task, its ids, the expected effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.lifecycle.table import Event, Initiator
from scenarios.language import actions as a
from scenarios.language.flow import Step

PLACES = {Initiator.STORE_OS: "Store OS", Initiator.ERP: "the shop's ERP", Initiator.FYND_OMS: "Fynd OMS"}


def instruction(step: Step, shipment: str | None, items: Iterable[Mapping[str, Any]], location: str) -> str:
    """Describe a step in plain words: `In Store OS at BLR-01: ...`."""
    what = _what(step, shipment, list(items))
    return f"You are the {step.actor}, at {location}: {step.says}. {what}"


def _what(step: Step, shipment: str | None, items: list[Mapping[str, Any]]) -> str:
    goods = _goods(items)
    match step.action.event:
        case Event.PLACE:
            return f"Take a new order in Store OS for {goods}."
        case Event.HAND_OVER:
            return f"Open order {shipment} in Store OS and hand it over to the customer."
        case Event.START_RETURN:
            tool = PLACES[step.action.started_in] if isinstance(step.action, a.StartReturn) else "Store OS"
            return f"Open order {shipment} in {tool} and start a return of {goods}."
        case Event.REJECT_RETURN:
            return f"Open return {shipment} in Store OS and reject it after quality control."
        case Event.CANCEL_BY_CUSTOMER:
            return f"Cancel {goods} of order {shipment} in the customer's name."
    return f"Shipment: {shipment}." if shipment else ""


def _goods(items: list[Mapping[str, Any]]) -> str:
    """Describe items: `2 of SHIRT-M and 1 of another product`."""
    named = []
    for number, item in enumerate(items):
        other = "one product" if number == 0 else "another product"
        extra = " as a free gift" if item.get("free") else ""
        extra += f" with Rs {item['discount']} off each" if item.get("discount") else ""
        named.append(f"{item['quantity']} of {item.get('sku') or other}{extra}")
    return " and ".join(named) or "everything"


def watched_for(step: Step, shipment: str | None) -> str:
    """Describe the effect that ends the wait."""
    effects = [expectation.says() for expectation in step.expects if not expectation.about_answer]
    what = shipment or ("the new return" if step.action.event is Event.START_RETURN else "a new order")
    return f"{what} {', '.join(effects)}" if effects else what
