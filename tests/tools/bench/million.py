"""Memory of the mock over many requests."""

from __future__ import annotations

from collections.abc import Callable

from tests.tools.bench import calls, load, machine
from tests.tools.bench.contenders import ours
from tests.tools.bench.running import running

EVERY = 100_000
ORDERS = 5_000
SLICE_S = 2


def measure(store: str, requests: int, say: Callable[[str], None]) -> dict[str, object]:
    """Measure resident memory of the mock at every 100,000 requests.

    Requests read orders and confirm them repeatedly. An order is confirmed once; every later call is refused,
    also with status 200.
    """
    done = 0
    seen: list[tuple[int, float]] = []
    with running(ours(store), calls.sample()) as served:
        target = load.Target(served.url, served.pid, calls.token(served.url))
        ids = calls.place(served.url, ORDERS)
        while done < requests:
            for mode in ("get", "confirm"):
                done += load.run(target, mode, ids, SLICE_S).requests
            if done // EVERY > len(seen):
                seen += [(done, machine.memory_mb(served.pid))]
                say(f"{done:>9,} requests: {seen[-1][1]:.1f} MB")
    return {"store": store.partition(":")[0], "machine": machine.described(), "memory_mb": seen}
