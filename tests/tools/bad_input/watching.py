"""The server's processes from outside: changes, memory, threads, files and objects."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
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
    """Resources of a server's processes together.

    0 objects means not counted. `named` are its threads by name, with each pool as large as it may become.
    """

    memory_mb: float
    threads: int
    files: int
    objects: int = 0
    named: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        told = f"{self.memory_mb:.1f} MB, {self.threads} threads, {self.files} open files"
        return f"{told}, {self.objects:,} objects" if self.objects else told

    def more_than(self, before: Held) -> list[str]:
        """List the threads and files that were not there before."""
        counts = {**{f"threads {name}": (before.named.get(name, 0), has) for name, has in self.named.items()}}
        counts["open files"] = before.files, self.files
        return [f"{had} {what}, now {has}" for what, (had, has) in counts.items() if has > had]


Counting = Callable[[Sequence[int]], tuple[int, Mapping[str, int]]]


class Processes:
    """A server's process and its children.

    `count` counts the objects alive and the threads by name.
    """

    def __init__(self, pid: int, count: Counting = lambda _: (0, {})) -> None:
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
        """Measure all, then objects and named threads.

        Each process first collects its garbage.
        """
        held = self.held()
        objects, named = self._count(self._pids())
        return replace(held, objects=objects, named=named)


@contextmanager
def counting_server() -> Iterator[tuple[Server, Processes]]:
    """Start a server that reports its objects alive and its threads."""
    command = (sys.executable, "-m", inside.__name__)
    with (
        tempfile.TemporaryDirectory(prefix="mock-oms-counts-") as folder,
        socket(AF_UNIX, SOCK_DGRAM) as listener,
    ):
        listener.bind(str(Path(folder) / "counts"))
        listener.settimeout(LIMIT_S)
        with start_server(command=command, environment={inside.LISTENER: listener.getsockname()}) as server:
            yield server, Processes(server.process.pid, partial(_count, listener))


def _count(listener: socket, pids: Sequence[int]) -> tuple[int, Mapping[str, int]]:
    """Count objects and threads; raise TimeoutError without a report."""
    for pid in pids:
        os.kill(pid, inside.ASKED)
    counts = [json.loads(listener.recv(10_000)) for _ in pids]
    return sum(one["objects"] for one in counts), sum((Counter(one["threads"]) for one in counts), Counter())
