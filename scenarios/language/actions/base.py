"""Common parts of actions, and names for shipments, callers and places."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, ClassVar

from contracts.lifecycle.table import Event

ORDER = "order"
RETURN = "return"
SHOP = "shop"
UNKNOWN = "unknown"
"""Name of a shipment id that does not exist."""
UNKNOWN_ID = "99999999999999999999"
"""A well-formed id without an order."""

Names = tuple[str, ...]
Pieces = Mapping[int, int]
"""Index of an item in the basket, from 0 -> number of its pieces."""
ALL: Pieces | None = None
"""All remaining pieces."""


class Caller(StrEnum):
    """Owners of the token of a Konnect call."""

    COMPANY = "company"
    LOCATION = "location"
    OTHER_LOCATION = "other_location"
    OTHER_COMPANY = "other_company"
    AGED = "aged"
    """The company's token shortly before the end of its lifetime; needs the ability `clock`."""
    EXPIRED = "expired"
    """The company's token after its lifetime; needs the ability `clock`."""
    MADE_UP = "made_up"
    KEPT = "kept"
    """The company's token of `get_token(by=Caller.KEPT)`; it is not renewed when it is refused."""
    NOBODY = "nobody"


class Place(StrEnum):
    """Stores of the target."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Action:
    """The action of a step, as data.

    `on` is the name, or names, that the flow gives to the shipments of the action.
    """

    on: str | Names = ORDER

    touchpoint: ClassVar[str] = SHOP
    """Name in `contracts.konnect.operations`, or `shop` outside Konnect."""
    event: ClassVar[Event | None] = None
    writes: ClassVar[bool] = False
    """Whether a second execution could change something."""
    konnect: ClassVar[bool] = False
    also: ClassVar[Names] = ()
    """Further touchpoints that the same call serves."""

    @classmethod
    def touchpoints(cls) -> Names:
        """Returns the touchpoints that the action uses; none outside Konnect."""
        return () if cls.touchpoint == SHOP else (cls.touchpoint, *cls.also)

    @property
    def names(self) -> Names:
        """The names of `on`, as a tuple."""
        if isinstance(self.on, str):
            return (self.on,) if self.on else ()
        return self.on

    @property
    def births(self) -> str:
        """Name of the shipments that the action creates; empty for none."""
        return ""


@dataclass(frozen=True, slots=True)
class KonnectAction(Action):
    """A call of the aggregator with the token of `by`."""

    by: Caller = field(default=Caller.COMPANY, kw_only=True)

    konnect = True


@dataclass(frozen=True, slots=True)
class WaitOnly(Action):
    """No action: the step waits for its expectations."""


@dataclass(frozen=True, slots=True)
class TimePasses(Action):
    """The tenant's clock moves by `seconds`; needs the ability `clock`."""

    seconds: float = field(default=0, kw_only=True)


@dataclass(frozen=True, slots=True)
class SendBody(KonnectAction):
    """POST `operation` with a given body.

    `operation` is a name of `contracts.konnect.operations.OPERATIONS`.

    The text `{id}` in the body becomes the id of the first shipment of `on`, `{item}` that of its first item.
    """

    on: str | Names = ()
    operation: str = field(default="confirm", kw_only=True)
    body: Any = field(default=None, kw_only=True)

    writes = True


wait_only = WaitOnly


def time_passes(seconds: float) -> TimePasses:
    """Move the tenant's clock by `seconds`."""
    return TimePasses(seconds=seconds)


def send_body(operation: str, body: Any, *, on: str | Names = (), by: Caller = Caller.COMPANY) -> SendBody:
    """POST `operation` with a given body."""
    return SendBody(on, operation=operation, body=body, by=by)
