"""What all actions have in common, and the words in which flows name things."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import ClassVar

from contracts.lifecycle.table import Event

ORDER = "order"
RETURN = "return"
UNKNOWN = "unknown"
"""Stands for a shipment id that does not exist."""

Names = tuple[str, ...]
Pieces = Mapping[int, int]
"""Place of the item in the basket, from 0 -> how many pieces of it."""
ALL: Pieces | None = None
"""Everything that is left."""


class Caller(StrEnum):
    """Whose token a Konnect call carries."""

    COMPANY = "company"
    LOCATION = "location"
    OTHER_LOCATION = "other_location"
    OTHER_COMPANY = "other_company"
    AGED = "aged"
    """The company's, shortly before the end of its lifetime; needs the ability `clock`."""
    EXPIRED = "expired"
    """The company's, after its lifetime; needs the ability `clock`."""
    MADE_UP = "made_up"
    NOBODY = "nobody"


class Place(StrEnum):
    """Which store of the target is meant."""

    FIRST = "first"
    SECOND = "second"


@dataclass(frozen=True, slots=True)
class Action:
    """What a step does; data only. `on` is the flow's name, or names, for the shipments that it is about."""

    on: str | Names = ORDER

    touchpoint: ClassVar[str] = "shop"
    """Name in `contracts.konnect.operations`, or `shop` for what happens outside Konnect."""
    event: ClassVar[Event | None] = None
    writes: ClassVar[bool] = False
    """Whether doing it twice could do harm."""
    konnect: ClassVar[bool] = False

    @property
    def names(self) -> Names:
        """The names of `on`, also when it is one."""
        if isinstance(self.on, str):
            return (self.on,) if self.on else ()
        return self.on

    @property
    def births(self) -> str:
        """Name given to the shipments that the action brings into being; empty when there are none."""
        return ""


@dataclass(frozen=True, slots=True)
class KonnectAction(Action):
    """A call of the aggregator; `by` says whose token it carries."""

    by: Caller = field(default=Caller.COMPANY, kw_only=True)

    konnect = True


@dataclass(frozen=True, slots=True)
class WaitOnly(Action):
    """Nothing is done: the expectations are waited for."""


@dataclass(frozen=True, slots=True)
class TimePasses(Action):
    """The tenant's clock moves by `seconds`; needs the ability `clock`."""

    seconds: float = field(default=0, kw_only=True)


wait_only = WaitOnly


def time_passes(seconds: float) -> TimePasses:
    """The tenant's clock moves by `seconds`."""
    return TimePasses(seconds=seconds)
