"""Keeps Python's cycle collector from stopping the server while it walks through all orders again and again.

A full collection visits every object. With tens of thousands of orders that takes longer than a hundred
requests, and finds nothing: orders are frozen values and hold no cycles. So whatever a long collection has
looked through is set aside (`gc.freeze`) and not visited again; it is still freed as soon as nobody uses it.
"""

from __future__ import annotations

import gc
from time import thread_time

LONG_S = 0.02
"""A full collection that takes longer is worth avoiding: it has seen some hundred thousand objects. Time of
the processor, not of the clock: where other programs work too, a short one may end late, and what calls that
are under way hold would be set aside for good."""

YOUNG = 10_000
"""New objects after which the newest are looked through. An order confirmed leaves a few dozen that stay, so
that Python's own 700 would have them looked through every other call."""


class SettingAside:
    """A callback of `gc`: after a full collection that took long, sets aside what it has looked through."""

    def __init__(self) -> None:
        self._begun = 0.0

    def __call__(self, phase: str, info: dict[str, int]) -> None:
        """Called by `gc` at the start and the stop of every collection."""
        if info["generation"] < 2:
            return
        if phase == "start":
            self._begun = thread_time()
        elif thread_time() - self._begun > LONG_S:
            gc.freeze()


def pause() -> None:
    """Collects nothing while the program starts: what is made then stays, and looking through it costs."""
    gc.disable()


def install() -> None:
    """Sets aside what the start-up has made, and from now on what long collections have looked through."""
    gc.freeze()
    gc.callbacks.append(SettingAside())
    gc.set_threshold(YOUNG, *gc.get_threshold()[1:])
    gc.enable()
