"""Reads the bodies of requests: none that is too large, none cut short, none that takes for ever."""

from __future__ import annotations

from time import monotonic
from typing import Protocol

from mock_oms.server.granian_quirks import Coming, Done, ReadCancelledError, Receiver
from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import Request, cut_short, too_large
from mock_oms.web.validation import BODY_LIMIT

BODY_WAIT_S = 30.0
"""A body that has not come by then is given up."""
LOOK_EVERY_S = 1.0
"""How often that is looked at; one may have so much longer."""
READ_ON = 16 * BODY_LIMIT
"""Bytes of a body over the limit that are read and dropped, so that its sender gets to read the answer."""

ENDS = 1
"""Empty pieces at the end of a body that is whole; where the connection ended before, there is one more."""


class IncompleteBodyError(Exception):
    """The connection ended before a body was there whole."""


class Incoming(Protocol):
    """Where the body of a request is read; what it gives ends in an exception when the connection ended."""

    def __call__(self) -> Coming[bytes]:
        """The whole body."""
        ...

    def __aiter__(self) -> object:
        """Makes it come in pieces."""
        ...

    def __anext__(self) -> Coming[bytes]:
        """The next piece; raises StopAsyncIteration after the last."""
        ...


class _Reading:
    """One body on its way: since when, and what of it is waited for."""

    __slots__ = ("begun", "coming", "late")

    def __init__(self) -> None:
        self.begun = monotonic()
        self.coming: Coming[bytes] | None = None
        self.late = False

    async def next(self, coming: Coming[bytes]) -> bytes:
        """Returns the body or its next chunk.

        Raises `ReadCancelledError` after the timeout, `IncompleteBodyError` when the client has gone.
        """
        self.coming = coming
        if self.late:
            coming.cancel()
        await Done(coming)
        if coming.exception() is not None:  # the server's word for a connection that ended
            raise IncompleteBodyError
        return coming.result()

    def give_up(self) -> None:
        """Waits no longer: what is waited for raises, in the thread that says so."""
        self.late = True
        if self.coming is not None:
            self.coming.cancel()


class Bodies:
    """All bodies on their way."""

    def __init__(self) -> None:
        self._coming: dict[_Reading, None] = {}

    def watch(self, receiver: Receiver) -> None:
        """From now on gives up those that are late."""
        self.give_up_late()
        receiver.later(LOOK_EVERY_S, lambda: self.watch(receiver))

    def give_up_late(self) -> None:
        """Gives up those that should have come by now; the oldest come first."""
        for reading in list(self._coming):
            if monotonic() - reading.begun < BODY_WAIT_S:
                return
            reading.give_up()

    async def read(self, sent: Request, incoming: Incoming) -> None:
        """Reads the body of a request, or notes why it cannot be read whole."""
        reading = _Reading()
        self._coming[reading] = None
        told = sent.headers.get("content-length", "")
        try:
            if told.isdecimal() and int(told) <= BODY_LIMIT:
                sent.body = await reading.next(incoming()) if told != "0" else b""
            elif told.isdecimal() and int(told) > READ_ON:
                sent.body_problem = too_large()
            elif told or sent.headers.get("transfer-encoding", ""):
                await _read_in_pieces(sent, incoming, reading)
        except IncompleteBodyError:
            sent.body_problem = cut_short()
        except ReadCancelledError:
            sent.body_problem = CallRefusal(408, f"body: expected within {BODY_WAIT_S:g} s")
        finally:
            del self._coming[reading]


async def _read_in_pieces(sent: Request, incoming: Incoming, reading: _Reading) -> None:
    """Reads a body whose length is not told, or too large, keeping no more of it than is allowed."""
    pieces: list[bytes] = []
    size = empty = 0
    incoming.__aiter__()
    while size <= READ_ON:
        try:
            coming = incoming.__anext__()
        except StopAsyncIteration:
            break
        piece = await reading.next(coming)
        size += len(piece)
        empty += not piece
        if size <= BODY_LIMIT:
            pieces.append(piece)
    if size > BODY_LIMIT:
        sent.body_problem = too_large()
    elif empty > ENDS:
        sent.body_problem = cut_short()
    else:
        sent.body = b"".join(pieces)
