"""Commands on standard streams of any encoding, in this process."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from contracts.plain_text import run_with_plain_output


@dataclass(frozen=True)
class Ran:
    """Exit status and both outputs of a command."""

    status: object
    out: str
    err: str


def run_plainly(command: Callable[..., object], arguments: Sequence[str], encoding: str = "utf-8") -> Ran:
    """Run a click command on escaped streams, as its console command does."""
    with pytest.MonkeyPatch.context() as patch:
        streams = [io.TextIOWrapper(io.BytesIO(), encoding=encoding) for _ in range(2)]
        patch.setattr(sys, "stdout", streams[0])
        patch.setattr(sys, "stderr", streams[1])
        with pytest.raises(SystemExit) as end:
            run_with_plain_output(lambda: command(list(arguments), prog_name="command"), 3)
        out, err = (_written(stream) for stream in streams)
    return Ran(end.value.code or 0, out, err)


def _written(stream: io.TextIOWrapper) -> str:
    stream.flush()
    raw = stream.buffer
    assert isinstance(raw, io.BytesIO)
    return raw.getvalue().decode(stream.encoding)
