"""The server's processes from outside: are they the same, and what do they hold?"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import psutil

from tests.bad_input import inside
from tests.server import Server, start_server

LIMIT_S = 30.0
POLL_EVERY_S = 0.05


@dataclass(frozen=True, slots=True)
class Held:
    """What the processes of a server hold together; 0 objects where nobody counts them."""

    memory_mb: float
    threads: int
    files: int
    objects: int = 0

    def __str__(self) -> str:
        told = f"{self.memory_mb:.1f} MB, {self.threads} threads, {self.files} open files"
        return f"{told}, {self.objects:,} objects" if self.objects else told


class Processes:
    """A server's process and those that it started; `count` tells how many objects are alive in some."""

    def __init__(self, pid: int, count: Callable[[Sequence[int]], int] = lambda _: 0) -> None:
        self._head = psutil.Process(pid)
        self._count = count
        self.pids = self._pids()

    def _tree(self) -> list[psutil.Process]:
        return [self._head, *self._head.children(recursive=True)]

    def _pids(self) -> list[int]:
        return sorted(process.pid for process in self._tree())

    def changes(self) -> list[str]:
        """Whether any of them ended, or came anew."""
        try:
            now = self._pids()
        except psutil.NoSuchProcess:
            return ["the server is gone"]
        return [] if now == self.pids else [f"processes were {self.pids}, are {now}"]

    def held(self) -> Held:
        """What they hold now."""
        tree = self._tree()
        objects = self._count([process.pid for process in tree])
        memory = sum(process.memory_info().rss for process in tree) / 2**20
        return Held(memory, sum(p.num_threads() for p in tree), sum(p.num_fds() for p in tree), objects)


@contextmanager
def counting_server() -> Iterator[tuple[Server, Processes]]:
    """A server that tells how many objects are alive in it, and its processes."""
    command = (sys.executable, "-m", inside.__name__)
    with (
        tempfile.TemporaryDirectory(prefix="mock-oms-counts-") as folder,
        start_server(command=command, environment={inside.FOLDER: folder}) as server,
    ):
        yield server, Processes(server.process.pid, partial(_count, Path(folder)))


def _count(folder: Path, pids: Sequence[int]) -> int:
    """Objects that are alive in these processes, together; raises TimeoutError when one does not tell."""
    told = [folder / str(pid) for pid in pids]
    for file, pid in zip(told, pids, strict=True):
        file.unlink(missing_ok=True)
        os.kill(pid, inside.ASKED)
    deadline = time.monotonic() + LIMIT_S
    while not all(file.exists() for file in told):
        if time.monotonic() > deadline:
            raise TimeoutError("a process of the server does not tell how many objects are alive in it")
        time.sleep(POLL_EVERY_S)
    return sum(int(file.read_text(encoding="ascii")) for file in told)
