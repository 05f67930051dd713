"""Actions of group returns: accept a return."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from contracts.lifecycle.table import Event
from scenarios.language.actions.base import ALL, RETURN, KonnectAction, Names, Pieces


@dataclass(frozen=True, slots=True)
class AcceptReturn(KonnectAction):
    """POST return with the results of quality control.

    `found` maps the index of an item in the return, from 0, to a reason code; other items are good.
    `named_items` False leaves `orderItems` out of the call.
    """

    on: str | Names = RETURN
    pieces: Pieces | None = field(default=ALL, kw_only=True)
    found: Mapping[int, str] = field(default_factory=dict, kw_only=True)
    named_items: bool = field(default=True, kw_only=True)

    touchpoint = "return"
    event = Event.ACCEPT_RETURN
    writes = True


accept_return = AcceptReturn
