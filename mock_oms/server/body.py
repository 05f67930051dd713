"""Reads request bodies, within limits of size and time."""

from __future__ import annotations

from concurrent.futures import Future
from time import monotonic
from typing import Protocol

from mock_oms.server.granian_quirks import Done, ReadCancelledError, Receiver
from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import Request, cut_short, too_large
from mock_oms.web.validation import BODY_LIMIT

BODY_WAIT_S = 30.0
"""Timeout of one body."""
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

    __slots__ = ("begun", "late", "pending")

    def __init__(self) -> None:
        self.begun = monotonic()
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
    """All bodies that are being read."""

    def __init__(self) -> None:
        self._reading: dict[_Reading, None] = {}

    def watch(self, receiver: Receiver) -> None:
        """Give up late bodies, now and at every interval."""
        self.give_up_late()
        receiver.later(LOOK_EVERY_S, lambda: self.watch(receiver))

    def give_up_late(self) -> None:
        """Give up the bodies that have reached their timeout, oldest first."""
        for reading in list(self._reading):
            if monotonic() - reading.begun < BODY_WAIT_S:
                return
            reading.give_up()

    async def read(self, request: Request, incoming: Incoming) -> None:
        """Read the body of a request, or set its `body_problem`."""
        reading = _Reading()
        self._reading[reading] = None
        length = request.headers.get("content-length", "")
        try:
            if length.isdecimal() and int(length) <= BODY_LIMIT:
                request.body = await reading.next(incoming()) if length != "0" else b""
            elif length.isdecimal() and int(length) > READ_ON:
                request.body_problem = too_large()
            elif length or request.headers.get("transfer-encoding", ""):
                await _read_in_chunks(request, incoming, reading)
        except IncompleteBodyError:
            request.body_problem = cut_short()
        except ReadCancelledError:
            request.body_problem = CallRefusal(408, f"body: expected within {BODY_WAIT_S:g} s")
        finally:
            del self._reading[reading]


async def _read_in_chunks(request: Request, incoming: Incoming, reading: _Reading) -> None:
    """Read a body of unknown or too large size in chunks."""
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
        if size <= BODY_LIMIT:
            chunks.append(chunk)
    if size > BODY_LIMIT:
        request.body_problem = too_large()
    elif empty > ENDS:
        request.body_problem = cut_short()
    else:
        request.body = b"".join(chunks)
