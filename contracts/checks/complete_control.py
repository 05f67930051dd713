"""Completes generated control calls by constraints that OpenAPI cannot express.

As in `complete`, rules change only the valid parts of a call.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Protocol

from contracts.checks.complete import Rule
from contracts.control.defaults import DEFAULT_TENANT
from contracts.control.models import LATEST
from contracts.lifecycle.table import ABOUT_ITEMS, Event

KNOWN_SHARE = 0.85
_DETAILS = ("title", "price", "hsn", "gst_percent")
_STEP = timedelta(seconds=1)


class Shop(Protocol):
    """Existing tenants and their data."""

    def tenants(self) -> Sequence[str]:
        """Names the tenants that calls may change, without `default`."""

    def locations(self, tenant: str) -> Sequence[str]:
        """Returns the codes of a tenant's stores."""

    def skus(self, tenant: str) -> Sequence[str]:
        """Returns the SKUs of a tenant."""

    def now(self, tenant: str) -> datetime:
        """Returns a tenant's time."""

    def shipment(self, tenant: str, rng: Random) -> Mapping[str, Any] | None:
        """Returns a shipment in the form of the control plane."""

    def cursor(self, tenant: str) -> str | None:
        """Returns a `next_cursor`, if the tenant has enough shipments."""


@dataclass(slots=True)
class ControlDraft:
    """A generated control call before it is sent; invalid parts are empty.

    With `linked` the path comes from an earlier answer, and checks observe that resource.
    """

    operation: str
    path: dict[str, Any]
    query: dict[str, Any]
    body: dict[str, Any]
    shop: Shop
    rng: Random
    linked: bool = False
    tenant: str = ""
    shipment: Mapping[str, Any] | None = None

    def mostly(self) -> bool:
        """Returns True with probability `KNOWN_SHARE`."""
        return self.rng.random() < KNOWN_SHARE


def _tenant(draft: ControlDraft) -> None:
    known = draft.shop.tenants()
    if "tenant" in draft.path and not draft.linked and draft.mostly():
        draft.path["tenant"] = draft.rng.choice(known)
    name = str(draft.path.get("tenant", ""))
    draft.tenant = name if name in (*known, DEFAULT_TENANT) else ""


def _new_name(draft: ControlDraft) -> None:
    if draft.operation == "create_tenant" and draft.body.get("name"):
        draft.body["name"] = f"g{draft.rng.randrange(10**9)}"


def _shipment(draft: ControlDraft) -> None:
    if "shipment" in draft.path and draft.tenant and not draft.linked and draft.mostly():
        draft.shipment = draft.shop.shipment(draft.tenant, draft.rng)
        if draft.shipment:
            draft.path["shipment"] = draft.shipment["id"]
            possible = draft.shipment["next"]
            if "event" in draft.path and possible and draft.mostly():
                draft.path["event"] = draft.rng.choice(possible)


def _event_details(draft: ControlDraft) -> None:
    if draft.operation != "fire_event":
        return
    event = draft.path.get("event")
    if event != Event.START_RETURN:
        draft.body.pop("initiator", None)
    if event not in ABOUT_ITEMS or draft.shipment is None:
        draft.body.pop("items", None)
        return
    known = [item["orderItemId"] for item in draft.shipment["orderItems"]]
    for item in draft.body.get("items") or ():
        item["orderItemId"] = draft.rng.choice(known)


def _locations(draft: ControlDraft) -> None:
    if not draft.tenant:
        return
    known = draft.shop.locations(draft.tenant)
    entries = draft.body.get("stock") if draft.operation == "set_stock" else None
    holders = [draft.query, *(entries or ())]
    holders += [draft.body] if draft.operation == "place_orders" else []
    for holder in holders:
        if isinstance(holder, dict) and holder.get("location") is not None:
            holder["location"] = (
                holder["location"] if holder["location"] in known else draft.rng.choice(known)
            )


def _different_locations(draft: ControlDraft) -> None:
    codes = draft.body.get("locations")
    if draft.operation == "create_tenant" and codes:
        draft.body["locations"] = [f"L{place}-{code}"[:64] for place, code in enumerate(codes)]


def _goods(draft: ControlDraft) -> None:
    if not draft.tenant:
        return
    known = draft.shop.skus(draft.tenant)
    for item in draft.body.get("items") or () if draft.operation == "place_orders" else ():
        item["sku"] = draft.rng.choice(known)


def _discounts(draft: ControlDraft) -> None:
    if draft.operation != "place_orders":
        return
    items = draft.body.get("items") or ()
    for holder in (draft.body, *items):
        if holder.get("discount"):
            holder["discount"] = 0
    if not items:
        draft.body.pop("discount", None)


def _details_of_new_goods(draft: ControlDraft) -> None:
    for entry in draft.body.get("stock") or () if draft.operation == "set_stock" else ():
        if any(entry.get(name) is not None for name in _DETAILS):
            entry["sku"] = f"NEW-{draft.rng.randrange(10**9)}"


def _time(draft: ControlDraft) -> None:
    if draft.operation == "create_tenant" and draft.body.get("clock"):
        start = datetime(2000 + draft.rng.randrange(190), 3, 1, tzinfo=UTC)
        draft.body["clock"]["freeze_at"] = start.isoformat()
    if draft.operation != "move_clock" or not draft.tenant:
        return
    room = LATEST - draft.shop.now(draft.tenant)
    if draft.body.get("freeze_at"):
        ahead = min(timedelta(days=draft.rng.randrange(1, 30)), max(_STEP, room / 2))
        draft.body["freeze_at"] = (draft.shop.now(draft.tenant) + ahead).isoformat()
    if draft.body.get("advance_s"):
        draft.body["advance_s"] = min(draft.body["advance_s"], max(1.0, room.total_seconds() / 2))


def _cursor(draft: ControlDraft) -> None:
    if draft.operation == "shipments" and "cursor" in draft.query:
        cursor = draft.shop.cursor(draft.tenant) if draft.tenant else None
        if cursor:
            draft.query["cursor"] = cursor
        else:
            del draft.query["cursor"]


def _profile(draft: ControlDraft) -> None:
    profile = draft.body.get("profile")
    if isinstance(profile, dict) and {"page_size_default", "page_size_max"} & set(profile):
        largest = profile.get("page_size_max") or 1000
        profile["page_size_max"] = largest
        profile["page_size_default"] = min(profile.get("page_size_default") or 1, largest)


RULES: tuple[Rule[ControlDraft], ...] = (
    Rule("a document does not list the tenants", _tenant),
    Rule("the name of a new tenant must be unused", _new_name),
    Rule("a document does not list the shipments and their possible events", _shipment),
    Rule("only some events have items and initiator, and items are the shipment's", _event_details),
    Rule("a document does not list the stores of a tenant", _locations),
    Rule("stores of a new tenant have different codes, and none is called company", _different_locations),
    Rule("a document does not list the products of a tenant", _goods),
    Rule("a discount is at most the price, which a document does not list", _discounts),
    Rule("only new products have details", _details_of_new_goods),
    Rule("time only goes forward, and ends in 2199", _time),
    Rule("a cursor comes from the page before", _cursor),
    Rule("a page is no larger than the largest", _profile),
)
"""In order of application."""


def complete(draft: ControlDraft) -> None:
    """Applies every rule."""
    for rule in RULES:
        rule.apply(draft)
