"""Output as text, in any encoding, also to full or closed outputs."""

from __future__ import annotations

import codecs
import errno
import io
import os
import re
import sys
from collections.abc import Callable
from typing import TextIO

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    "\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
"""Invisible characters, which may change the look of others or control a terminal."""
ESCAPING = "contracts.plain_text"
"""Name of the error handler that escapes characters which an encoding lacks."""


def visible(text: str) -> str:
    """Escape invisible characters as JSON does; safe in terminals, XML and HTML."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found.group()):04x}", text.replace("\r\n", "\n"))


def _escape(error: UnicodeError) -> tuple[str, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    units = error.object[error.start : error.end].encode("utf-16-be", "surrogatepass")
    escaped = "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
    return escaped, error.end


codecs.register_error(ESCAPING, _escape)


class Output(io.TextIOBase):
    """A standard stream; what cannot be written is lost without an exception.

    `lost` is the first error. It has no `buffer`, so that nothing writes around it.
    """

    def __init__(self, stream: TextIO, escape: Callable[[str], str] = visible) -> None:
        self._stream, self._escape = stream, escape
        self.lost: OSError | None = None
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=ESCAPING)

    @property
    def encoding(self) -> str:  # type: ignore[override]  # the base has none
        """The encoding of the stream."""
        return self._stream.encoding

    @property
    def unescaped(self) -> Output:
        """The same stream for text that is visible already, with colours."""
        return Output(self._stream, str)

    def writable(self) -> bool:
        """Return True."""
        return True

    def isatty(self) -> bool:
        """Return whether it is a terminal."""
        return self._stream.isatty()

    def fileno(self) -> int:
        """Return the file descriptor."""
        return self._stream.fileno()

    def write(self, text: str) -> int:
        """Write a text, with invisible characters escaped."""
        try:
            self._stream.write(self._escape(text))
        except OSError as error:
            self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Write what is buffered."""
        try:
            self._stream.flush()
        except OSError as error:
            self._give_up(error)

    def _give_up(self, error: OSError) -> None:
        """Discard what is buffered and all that comes."""
        self.lost = self.lost or error
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, self._stream.fileno())
        os.close(nowhere)


def run_with_plain_output(main: Callable[[], object], lost_status: int) -> None:
    """Run a command on escaped standard streams and exit.

    The exit status is `lost_status` if the command went well but its output was lost. The reader of a pipe
    may stop reading.
    """
    out, err = _open("stdout", 1), _open("stderr", 2)
    status: object = 0
    try:
        main()
    except SystemExit as end:
        status = end.code
    out.flush()
    if out.lost and out.lost.errno != errno.EPIPE:
        err.write(f"Error: the output cannot be written: {out.lost.strerror}\n")
        status = status or lost_status
    err.flush()
    sys.exit(status)  # type: ignore[arg-type]  # as it came


def _open(name: str, number: int) -> Output:
    """Replace a standard stream; a closed one writes nowhere."""
    stream: TextIO | None = getattr(sys, name)
    if stream is None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        if nowhere != number:
            os.dup2(nowhere, number)  # no other file gets the number of a standard stream
            os.close(nowhere)
        stream = os.fdopen(number, "w", encoding="utf-8", closefd=False)
    output = Output(stream)
    setattr(sys, name, output)
    return output
