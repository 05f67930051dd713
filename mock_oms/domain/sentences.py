"""Sentences of refusals: templates filled in with facts of an order."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from contracts.konnect import dates
from contracts.lifecycle.queries import switch_for
from contracts.lifecycle.table import Event, Journey
from contracts.lifecycle.words import STATES, next_step
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings, conditions


def sentence(
    templates: Iterable[str], refused: OrderRefusedError, settings: TenantSettings, now: datetime
) -> str:
    """Returns the first sentence whose facts are all known.

    Raises LookupError when there is none.
    """
    facts = _Facts(refused, settings, now)
    for template in templates:
        try:
            return template.format_map(facts)
        except _UnknownFactError:
            continue
    raise LookupError(f"no sentence for {refused!r}")


def pieces(number: int) -> str:
    """Returns a number of pieces in words."""
    return "1 piece" if number == 1 else f"{number or 'no'} pieces"


def owner(location: str | None) -> str:
    """Returns whose orders a token of `location` shows; None is the company."""
    return f"store {location}" if location else "this company"


class _UnknownFactError(Exception):
    """A sentence names a fact that this order does not have."""


class _Facts(dict[str, object]):
    """Facts by name; those of the shipment are computed on first use."""

    def __init__(self, refused: OrderRefusedError, settings: TenantSettings, now: datetime) -> None:
        super().__init__(refused.facts)
        self.refused = refused
        self.settings = settings
        self.now = now

    def __missing__(self, name: str) -> object:
        shipment = self.refused.shipment
        found = OF_SHIPMENT[name](self, shipment) if shipment and name in OF_SHIPMENT else None
        if found is None:
            raise _UnknownFactError(name)
        return found

    def moment(self, at: datetime) -> str:
        """Returns a moment as the tenant's profile spells it."""
        return dates.spoken(at, self.now, self.settings.profile.date_zone)


def _state(facts: _Facts, shipment: Shipment) -> str:
    entered = (step.at for step in reversed(shipment.trail) if step.source is not step.target)
    return STATES[shipment.state].format(since=facts.moment(next(entered, shipment.placed_at)))


def _done(facts: _Facts, shipment: Shipment) -> str | None:
    done = (step.at for step in reversed(shipment.trail) if step.event is facts.refused.event)
    at = next(done, None)
    return facts.moment(at) if at else None


_ISSUED = (Event.ISSUE_INVOICE, Event.ISSUE_CREDIT_NOTE)


def _documented(facts: _Facts, shipment: Shipment) -> str | None:
    if shipment.document is None:
        return None
    issued = any(step.event in _ISSUED for step in shipment.trail)
    return f"{'issued by Fynd OMS' if issued else 'pushed'} at {facts.moment(shipment.document.at)}"


def _switch(facts: _Facts, shipment: Shipment) -> str | None:
    event = facts.refused.event
    held = conditions(shipment, facts.settings.profile)
    return switch_for(event, shipment.state, held) if event else None


OF_SHIPMENT: Mapping[str, Callable[[_Facts, Shipment], Any]] = {
    "order": lambda _, one: f"{'return' if one.journey is Journey.RETURN else 'order'} {one.id}",
    "sale": lambda _, one: f"order {one.forward_id}",
    "state": _state,
    "next": lambda facts, one: next_step(one.state, conditions(one, facts.settings.profile)),
    "placed": lambda facts, one: facts.moment(one.placed_at),
    "done": _done,
    "document": lambda _, one: one.document.number if one.document else None,
    "documented": _documented,
    "switch": _switch,
}
"""Facts that every shipment has, or None where it lacks one."""
