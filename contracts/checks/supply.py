"""What generated calls are completed with: who may call, and which orders there are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Caller:
    """A token and whose it is: of the company, or of one location. `tenant` tells companies apart."""

    token: str = field(repr=False)
    location: str | None = None
    tenant: str = ""


@dataclass(frozen=True, slots=True)
class Sample:
    """An order, or a return, that is there: its items with the pieces left of each."""

    id: str
    state: str
    items: Mapping[str, int] = field(default_factory=dict)
    number: str | None = None


class Supply(Protocol):
    """Useful things for calls to the touchpoints."""

    locations: Sequence[str]
    careful: bool
    """Whether wrong passwords must not be tried with a user that exists."""

    @property
    def may_write(self) -> bool:
        """Whether calls that could change an order may name one that is there."""
        ...

    def caller(self, rng: Random) -> Caller:
        """Somebody who may call."""
        ...

    def caller_of(self, token: str) -> Caller | None:
        """Whose token it is; None for one that is not known."""
        ...

    def credentials(self, rng: Random) -> tuple[str, str]:
        """A user and the right password."""
        ...

    def is_user(self, name: str) -> bool:
        """Whether a user of this name exists."""
        ...

    def fits(self, name: str, password: str) -> bool:
        """Whether it is this user's password."""
        ...

    def sample(self, caller: Caller, operation: str, rng: Random) -> Sample | None:
        """An order for a call of this operation: often one that it can succeed with, sometimes any other."""
        ...

    def made_up_id(self, rng: Random) -> str:
        """An id that no order has."""
        ...

    def is_made_up(self, order_id: str) -> bool:
        """Whether the id is one of those."""
        ...

    def look(self, caller: Caller, order_ids: Sequence[str]) -> Mapping[str, Any]:
        """How the control plane shows these orders to this caller; empty without one."""
        ...

    def secrets(self) -> frozenset[str]:
        """What no answer may tell."""
        ...
