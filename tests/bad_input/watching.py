"""The server's processes from outside: are they the same, and what do they hold?"""

from __future__ import annotations

from dataclasses import dataclass

import psutil


@dataclass(frozen=True, slots=True)
class Held:
    """What the processes of a server hold together."""

    memory_mb: float
    threads: int
    files: int

    def __str__(self) -> str:
        return f"{self.memory_mb:.1f} MB, {self.threads} threads, {self.files} open files"


class Processes:
    """A server's process and those that it started."""

    def __init__(self, pid: int) -> None:
        self._head = psutil.Process(pid)
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
        memory = sum(process.memory_info().rss for process in tree) / 2**20
        return Held(memory, sum(p.num_threads() for p in tree), sum(p.num_fds() for p in tree))
