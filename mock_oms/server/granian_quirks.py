"""The loop on which granian hands requests to the front: it takes every step at once, in granian's thread.

granian has a loop of asyncio run a task for each request, and go on with it when its body has come. In such
a loop both wake another thread, which costs more than answering the call. Here the thread that granian
calls with, one and the same for a server's whole life, does the work itself: the receiving thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Generator
from functools import partial
from typing import Any, Protocol, TypeVar

T_co = TypeVar("T_co", covariant=True)
Step = Callable[..., object]


class ReadCancelledError(Exception):
    """What was waited for was cancelled."""


class Coming(Protocol[T_co]):
    """Something to wait for: a piece of a body, from granian, or what another thread is working on."""

    def done(self) -> bool:
        """Whether it is there, or never will be."""
        ...

    def cancelled(self) -> bool:
        """Whether it never will be."""
        ...

    def exception(self) -> BaseException | None:
        """What was raised instead, if something was."""
        ...

    def result(self) -> T_co:
        """What came; raises what was raised instead."""
        ...

    def cancel(self) -> bool:
        """Waits no longer for what is not there yet."""
        ...

    def add_done_callback(self, step: Callable[[Any], object], /) -> object:
        """Calls `step` with itself as soon as it is done, in the thread that did it."""
        ...


class Done:
    """Awaits that something is done; the work goes on in the thread in which it is.

    Raises `ReadCancelledError` when it was cancelled. The original exception is not re-raised: granian keeps
    a reference to it, and its traceback would form a reference cycle.
    """

    __slots__ = ("_coming",)

    def __init__(self, coming: Coming[Any]) -> None:
        self._coming = coming

    def __await__(self) -> Generator[Coming[Any], None, None]:
        """Waits."""
        if not self._coming.done():
            yield self._coming
        if self._coming.cancelled():
            raise ReadCancelledError


class Receiver:
    """What granian uses of a loop. The real one behind it waits for the end, and for what comes `later`."""

    def __init__(self) -> None:
        self._real = asyncio.new_event_loop()

    def call_soon_threadsafe(self, step: Step, *arguments: object, **told: object) -> None:
        """A request has come, or a piece of a body; granian tells a context then. Else the end has come."""
        if told:
            step(*arguments)
        else:
            self._real.call_soon_threadsafe(step, *arguments)

    def call_soon(self, step: Step, *arguments: object, **_: object) -> None:
        """What is waited for is there already, or was cancelled."""
        step(*arguments)

    def create_task(self, work: Coroutine[Coming[Any], None, None]) -> object:
        """Begins to work on a request; granian keeps what this gives until it is answered."""
        _go_on(work)
        return work

    def later(self, seconds: float, step: Callable[[], object]) -> None:
        """Calls `step` in the main thread; to be asked for there."""
        self._real.call_later(seconds, step)

    def run_until_complete(self, end: Coroutine[Any, Any, None]) -> None:
        """Waits for the end."""
        self._real.run_until_complete(end)

    def is_running(self) -> bool:
        """Whether it waits for the end."""
        return self._real.is_running()

    def is_closed(self) -> bool:
        """Whether it was closed."""
        return self._real.is_closed()

    def close(self) -> None:
        """Gives back what the real loop holds open."""
        self._real.close()


def _go_on(work: Coroutine[Coming[Any], None, None], _: object = None) -> None:
    """Works on a request until something has to be waited for, and goes on as soon as that is there."""
    try:
        awaited = work.send(None)
    except StopIteration:
        return
    awaited.add_done_callback(partial(_go_on, work))
