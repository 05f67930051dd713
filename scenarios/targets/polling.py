"""Polls for an effect, by the tenant's clock or the real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

LOOKS_LIMIT = 100_000
"""Most polls of one wait, regardless of the patience."""
LONGEST_STRIDE_S = 3_600

Look = TypeVar("Look")


@dataclass(frozen=True, slots=True)
class Patience:
    """Polling interval and timeout, in seconds."""

    poll_every_s: float = 5
    give_up_after_s: float = 900


class Pause(Protocol):
    """The wait between two polls."""

    def begin(self) -> None:
        """Start a wait."""

    def pause(self, patience: Patience) -> bool:
        """Let time pass; return False at the timeout."""

    def left_s(self, patience: Patience) -> float:
        """Return the remaining seconds."""


class RealPause:
    """A wait in real time."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._began = clock()

    def begin(self) -> None:
        """Remember the start."""
        self._began = self._clock()

    def pause(self, patience: Patience) -> bool:
        """Sleep until the next poll."""
        left = self.left_s(patience)
        if left <= 0:
            return False
        self._sleep(min(patience.poll_every_s, left))
        return True

    def left_s(self, patience: Patience) -> float:
        """Return the remaining seconds of the real clock."""
        return patience.give_up_after_s - (self._clock() - self._began)


class TenantPause:
    """A wait by the tenant's clock, advanced in doubling steps."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        self._advance = advance
        self._passed = 0.0
        self._stride = 0.0

    def begin(self) -> None:
        """Reset the passed time."""
        self._passed, self._stride = 0.0, 0.0

    def pause(self, patience: Patience) -> bool:
        """Advance the clock by the next step."""
        left = self.left_s(patience)
        if left <= 0:
            return False
        self._stride = min(max(self._stride * 2, patience.poll_every_s), left, LONGEST_STRIDE_S)
        self._advance(self._stride)
        self._passed += self._stride
        return True

    def left_s(self, patience: Patience) -> float:
        """Return the remaining seconds of the tenant's clock."""
        return patience.give_up_after_s - self._passed


def watch(look: Callable[[], Look], enough: Callable[[Look], bool], pause: Pause, patience: Patience) -> Look:
    """Poll until `enough`, or to the timeout; return the last value."""
    pause.begin()
    seen = look()
    for _ in range(LOOKS_LIMIT):
        if enough(seen) or not pause.pause(patience):
            break
        seen = look()
    return seen
