"""Keeps full garbage collections from delaying requests.

A full collection visits every object. With tens of thousands of orders it takes longer than a hundred
requests and finds nothing, because orders are frozen values without reference cycles. After a long collection
`gc.freeze` excludes the visited objects from later ones; reference counting still frees them.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from time import thread_time

LONG_S = 0.02
"""Processor time from which a full collection is worth avoiding: several hundred thousand visited objects.

Wall time would be wrong on a busy machine: a short collection may end late, and the objects of open requests
would be frozen."""

YOUNG = 10_000
"""Threshold of generation 0. A confirmed order leaves a few dozen objects, so that Python's default of 700
would start a collection at every other call."""


class FreezeAfterLong:
    """Callback of `gc` that freezes all objects after a long full collection."""

    def __init__(self) -> None:
        self._begun = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Handle the start and the stop of a collection."""
        if info["generation"] < 2:
            return
        if phase == "start":
            self._begun = thread_time()
        elif thread_time() - self._begun > LONG_S:
            gc.freeze()


@contextmanager
def paused() -> Iterator[None]:
    """Disable collections while the body imports modules, whose objects stay."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def pause() -> None:
    """Disable collections during the start, whose objects stay."""
    gc.disable()


def install() -> None:
    """Freeze the objects of the start, and later those of long collections."""
    gc.freeze()
    gc.callbacks.append(FreezeAfterLong())
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    gc.enable()
