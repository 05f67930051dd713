"""Waiting for an effect, always with an end: by the tenant's clock where it is ours, else by the real one."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol, TypeVar

LOOKS_LIMIT = 100_000
"""Most looks in one wait, whatever the patience says."""
LONGEST_STRIDE_S = 3_600

Look = TypeVar("Look")


@dataclass(frozen=True, slots=True)
class Patience:
    """How often to look, and when to give up; seconds."""

    poll_every_s: float = 5
    give_up_after_s: float = 900


class Pause(Protocol):
    """Lets time pass between two looks."""

    def begin(self) -> None:
        """A wait begins."""

    def pause(self, patience: Patience) -> bool:
        """Let time pass; False when the patience is at its end."""

    def left_s(self, patience: Patience) -> float:
        """Seconds that are left."""


class RealPause:
    """Sleeps."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._clock, self._sleep = clock, sleep
        self._began = clock()

    def begin(self) -> None:
        """Take the time."""
        self._began = self._clock()

    def pause(self, patience: Patience) -> bool:
        """Sleep until the next look is due."""
        left = self.left_s(patience)
        if left <= 0:
            return False
        self._sleep(min(patience.poll_every_s, left))
        return True

    def left_s(self, patience: Patience) -> float:
        """Seconds of the real clock."""
        return patience.give_up_after_s - (self._clock() - self._began)


class TenantPause:
    """Moves the tenant's clock instead of sleeping, in strides that double."""

    def __init__(self, advance: Callable[[float], None]) -> None:
        self._advance = advance
        self._passed = 0.0
        self._stride = 0.0

    def begin(self) -> None:
        """Nothing has passed yet."""
        self._passed, self._stride = 0.0, 0.0

    def pause(self, patience: Patience) -> bool:
        """Move the clock by the next stride."""
        left = self.left_s(patience)
        if left <= 0:
            return False
        self._stride = min(max(self._stride * 2, patience.poll_every_s), left, LONGEST_STRIDE_S)
        self._advance(self._stride)
        self._passed += self._stride
        return True

    def left_s(self, patience: Patience) -> float:
        """Seconds of the tenant's clock."""
        return patience.give_up_after_s - self._passed


def watch(look: Callable[[], Look], enough: Callable[[Look], bool], pause: Pause, patience: Patience) -> Look:
    """The first look that is enough, or the last one when the patience ends."""
    pause.begin()
    seen = look()
    for _ in range(LOOKS_LIMIT):
        if enough(seen) or not pause.pause(patience):
            break
        seen = look()
    return seen
