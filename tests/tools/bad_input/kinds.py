"""Kinds of raw requests: functions, found by name and drawn by weight."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.tools.bad_input.messages import Known, Plan

Make = Callable[[Random, Known], Plan]
USUAL = 10
HEAVY = 1
"""Weight of kinds whose requests are large: a tenth of the others keeps a run short."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of request; `make` draws one of it."""

    weight: int
    make: Make


KINDS: dict[str, Kind] = {}


def kind(weight: int = USUAL) -> Callable[[Make], Make]:
    """Adds a function to the kinds."""

    def add(make: Make) -> Make:
        KINDS[make.__name__] = Kind(weight, make)
        return make

    return add
