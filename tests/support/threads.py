"""Servers that run in a thread of the test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from socketserver import BaseServer

STOP_LIMIT_S = 10.0
POLL_EVERY_S = 0.01
"""How long a server may take to see that it shall stop; 0.5 s is the default."""


@contextmanager
def serving(server: BaseServer) -> Iterator[None]:
    """Serve in a thread while the block runs, then close the server."""
    with server:
        thread = threading.Thread(target=server.serve_forever, args=(POLL_EVERY_S,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join(STOP_LIMIT_S)
