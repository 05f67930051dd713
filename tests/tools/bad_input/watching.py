"""The server's processes from outside: changes, memory, threads, files and objects."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from socket import AF_UNIX, SOCK_DGRAM, socket

import psutil

from tests.support.server import Server, start_server
from tests.tools.bad_input import inside

LIMIT_S = 30.0
"""Within it, a process counts its objects."""


@dataclass(frozen=True, slots=True)
class Held:
    """Resources of a server's processes together; 0 objects means not counted."""

    memory_mb: float
    threads: int
    files: int
    objects: int = 0

    def __str__(self) -> str:
        told = f"{self.memory_mb:.1f} MB, {self.threads} threads, {self.files} open files"
        return f"{told}, {self.objects:,} objects" if self.objects else told


class Processes:
    """A server's process and its children; `count` counts the objects alive."""

    def __init__(self, pid: int, count: Callable[[Sequence[int]], int] = lambda _: 0) -> None:
        self._head = psutil.Process(pid)
        self._count = count
        self.pids = self._pids()

    def _tree(self) -> list[psutil.Process]:
        return [self._head, *self._head.children(recursive=True)]

    def _pids(self) -> list[int]:
        return sorted(process.pid for process in self._tree())

    def changes(self) -> list[str]:
        """List the changes: processes that ended or started."""
        try:
            now = self._pids()
        except psutil.NoSuchProcess:
            return ["the server is gone"]
        return [] if now == self.pids else [f"processes were {self.pids}, are {now}"]

    def held(self) -> Held:
        """Measure all but the objects."""
        tree = self._tree()
        memory = sum(process.memory_info().rss for process in tree) / 2**20
        return Held(memory, sum(p.num_threads() for p in tree), sum(p.num_fds() for p in tree))

    def held_and_counted(self) -> Held:
        """Measure all, then the objects: each process first collects its garbage."""
        return replace(self.held(), objects=self._count(self._pids()))


@contextmanager
def counting_server() -> Iterator[tuple[Server, Processes]]:
    """Start a server that reports its number of objects alive."""
    command = (sys.executable, "-m", inside.__name__)
    with (
        tempfile.TemporaryDirectory(prefix="mock-oms-counts-") as folder,
        socket(AF_UNIX, SOCK_DGRAM) as listener,
    ):
        listener.bind(str(Path(folder) / "counts"))
        listener.settimeout(LIMIT_S)
        with start_server(command=command, environment={inside.LISTENER: listener.getsockname()}) as server:
            yield server, Processes(server.process.pid, partial(_count, listener))


def _count(listener: socket, pids: Sequence[int]) -> int:
    """Count the objects in these processes; raise TimeoutError without a report."""
    for pid in pids:
        os.kill(pid, inside.ASKED)
    return sum(int(listener.recv(100)) for _ in pids)
