"""Instructions for a person: the task, its ids, the expected effect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from contracts.lifecycle.table import Event, Initiator
from scenarios.language import actions as a
from scenarios.language.flow import Step

PLACES = {Initiator.STORE_OS: "Store OS", Initiator.ERP: "the shop's ERP", Initiator.FYND_OMS: "Fynd OMS"}


def instruction(step: Step, shipment: str | None, items: Iterable[Mapping[str, Any]], location: str) -> str:
    """Describe a task: `In Store OS, as staff of BLR-01: ...`."""
    goods = _goods(list(items))
    staff = f"In Store OS, as staff of {location}:"
    match step.action.event:
        case Event.PLACE:
            return f"{staff} create an order with {goods}."
        case Event.HAND_OVER:
            return f"{staff} open order {shipment} and hand it over to the customer."
        case Event.START_RETURN:
            tool = PLACES[step.action.started_in] if isinstance(step.action, a.StartReturn) else "Store OS"
            return f"In {tool}, as staff of {location}: open order {shipment} and start a return of {goods}."
        case Event.REJECT_RETURN:
            return f"{staff} open return {shipment} and reject it after quality control."
        case Event.CANCEL_BY_CUSTOMER:
            return f"As the customer of {location}: cancel {goods} of order {shipment}."
    about = f" (shipment {shipment})" if shipment else ""
    return f"At {location}: the {step.actor} {step.says}{about}."


def _goods(items: list[Mapping[str, Any]]) -> str:
    """Describe items: `2 x SHIRT-M and 1 x another product`."""
    named = []
    for number, item in enumerate(items):
        other = "one product" if number == 0 else "another product"
        extra = " as a free gift" if item.get("free") else ""
        extra += f" with Rs {item['discount']} off each" if item.get("discount") else ""
        named.append(f"{item['quantity']} x {item.get('sku') or other}{extra}")
    return " and ".join(named) or "everything"


def watched_for(step: Step, shipment: str | None) -> str:
    """Describe the effect that ends the wait."""
    effects = [expectation.says() for expectation in step.expects if not expectation.about_answer]
    what = shipment or ("the new return" if step.action.event is Event.START_RETURN else "a new order")
    return f"{what} {', '.join(effects)}" if effects else what
