"""Test data of generated calls: callers and existing orders."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Caller:
    """A token of a company (`tenant`), or of one of its locations."""

    token: str = field(repr=False)
    location: str | None = None
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """An existing order or return; `items` has the remaining pieces."""

    id: str
    state: str
    items: Mapping[str, int] = field(default_factory=dict)
    number: str | None = None


class Supply(Protocol):
    """Test data for calls to the touchpoints."""

    locations: Sequence[str]
    avoid_lockout: bool
    """Never send a wrong password for a real user."""

    @property
    def may_write(self) -> bool:
        """Whether calls may change existing orders."""

    def caller(self, rng: Random) -> Caller:
        """Returns a valid caller."""

    def caller_of(self, token: str) -> Caller | None:
        """Returns the caller of a token, or None."""

    def credentials(self, rng: Random) -> tuple[str, str]:
        """Returns a user and the right password."""

    def is_user(self, name: str) -> bool:
        """Whether a user of this name exists."""

    def fits(self, name: str, password: str) -> bool:
        """Whether the password is right."""

    def sample(self, caller: Caller, operation: str, rng: Random) -> Sample | None:
        """Returns an order, mostly one for which the operation can succeed."""

    def made_up_id(self, rng: Random) -> str:
        """Returns an id that no order has."""

    def is_made_up(self, order_id: str) -> bool:
        """Whether `made_up_id` returned the id."""

    def look(self, caller: Caller, order_ids: Sequence[str]) -> Mapping[str, Any]:
        """Returns the control plane's view of orders; empty without a control plane."""

    def secrets(self) -> frozenset[str]:
        """Returns the values that no answer may show."""
