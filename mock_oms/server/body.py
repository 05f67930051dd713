"""Reads request bodies, within limits of size and time."""

from __future__ import annotations

from concurrent.futures import Future
from time import monotonic
from typing import Protocol

from mock_oms.server.granian_quirks import Done, ReadCancelledError, Receiver
from mock_oms.web.dispatch import RETRY_AFTER_S
from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import Request, cut_short, too_large
from mock_oms.web.validation import BODY_LIMIT

BODY_WAIT_S = 30.0
"""Timeout of one body."""
STRANGER_WAIT_S = 2.0
"""Timeout of a body that is dropped because its caller is not known."""
BODIES_MAX = 64 * BODY_LIMIT
"""Bytes of all bodies that are being received or worked on."""
LOOK_EVERY_S = 1.0
"""Interval of the timeout check; a body may exceed its timeout by up to this."""
READ_ON = 16 * BODY_LIMIT
"""Bytes of an oversized body that are read and dropped, so that the client reads the answer."""

ENDS = 1
"""Empty chunks at the end of a complete body; a truncated body ends with one more."""


class IncompleteBodyError(Exception):
    """The connection ended before the body was complete."""


class Incoming(Protocol):
    """granian's access to a body; its futures fail when the connection ends."""

    def __call__(self) -> Future[bytes]:
        """Read the whole body."""

    def __aiter__(self) -> object:
        """Switch to reading in chunks."""

    def __anext__(self) -> Future[bytes]:
        """Read the next chunk; raises StopAsyncIteration after the last."""


class _Reading:
    """One body that is being read: its start, and the pending read."""

    __slots__ = ("begun", "known", "late", "pending")

    def __init__(self, *, known: bool) -> None:
        self.begun = monotonic()
        self.known = known
        self.pending: Future[bytes] | None = None
        self.late = False

    async def next(self, pending: Future[bytes]) -> bytes:
        """Wait for a body or chunk.

        Raises `ReadCancelledError` after the timeout, `IncompleteBodyError` after the connection has ended.
        """
        self.pending = pending
        if self.late:
            pending.cancel()
        await Done(pending)
        if pending.exception() is not None:  # granian's sign of an ended connection
            raise IncompleteBodyError
        return pending.result()

    def give_up(self) -> None:
        """Cancel the pending read, which raises in this thread."""
        self.late = True
        if self.pending is not None:
            self.pending.cancel()


class Bodies:
    """All bodies that are being read or worked on."""

    def __init__(self) -> None:
        self._reading: dict[_Reading, None] = {}
        self._held = 0

    def watch(self, receiver: Receiver) -> None:
        """Give up late bodies, now and at every interval."""
        self.give_up_late()
        receiver.later(LOOK_EVERY_S, lambda: self.watch(receiver))

    def give_up_late(self) -> None:
        """Give up the bodies that have reached their timeout."""
        now = monotonic()
        for reading in list(self._reading):
            if now - reading.begun >= (BODY_WAIT_S if reading.known else STRANGER_WAIT_S):
                reading.give_up()

    async def read(self, request: Request, incoming: Incoming, *, known: bool = True) -> int:
        """Read the body of a request, or set its `body_problem`.

        A body of a caller that is not known, or beyond `BODIES_MAX`, is dropped as it comes. Returns the
        bytes to `release` once the request is answered.
        """
        length = request.headers.get("content-length", "")
        size = int(length) if length.isdecimal() else None
        if size is None and not length and not request.headers.get("transfer-encoding", ""):
            return 0
        held = BODY_LIMIT if size is None else size
        problem = None if known else _not_kept()
        if size is not None and size > BODY_LIMIT:
            problem = problem or too_large()
        elif known and self._held + held > BODIES_MAX:
            problem = _no_room()
        if problem:
            request.body_problem, held = problem, 0
        self._held += held
        reading = _Reading(known=known)
        self._reading[reading] = None
        try:
            if size is None or (problem and 0 < size <= READ_ON):
                await _read_in_chunks(request, incoming, reading)
            elif size and not problem:
                request.body = await reading.next(incoming())
        except IncompleteBodyError:
            request.body_problem = problem or cut_short()
        except ReadCancelledError:
            request.body_problem = problem or CallRefusal(408, f"body: expected within {BODY_WAIT_S:g} s")
        finally:
            del self._reading[reading]
        return held

    def release(self, held: int) -> None:
        """Give back the room of a body whose request is answered."""
        self._held -= held


def _not_kept() -> CallRefusal:
    """Make the refusal of a body whose caller was unknown."""
    return CallRefusal(401, "body: was not kept, because the caller was not known; repeat the call")


def _no_room() -> CallRefusal:
    """Make the refusal of a body beyond the room."""
    most = BODIES_MAX // BODY_LIMIT
    message = f"body: the bodies of open requests have {most} MiB, and no more may; repeat the call"
    return CallRefusal(503, message, headers={"Retry-After": str(RETRY_AFTER_S)}, word="busy")


async def _read_in_chunks(request: Request, incoming: Incoming, reading: _Reading) -> None:
    """Read a body in chunks.

    A body with a problem is dropped.
    """
    chunks: list[bytes] = []
    size = empty = 0
    incoming.__aiter__()
    while size <= READ_ON:
        try:
            pending = incoming.__anext__()
        except StopAsyncIteration:
            break
        chunk = await reading.next(pending)
        size += len(chunk)
        empty += not chunk
        if size <= BODY_LIMIT and not request.body_problem:
            chunks.append(chunk)
    if request.body_problem:
        return
    if size > BODY_LIMIT:
        request.body_problem = too_large()
    elif empty > ENDS:
        request.body_problem = cut_short()
    else:
        request.body = b"".join(chunks)
