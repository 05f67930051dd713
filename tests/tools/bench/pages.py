"""Cost of the first page of a long and a short list."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from tests.tools.bench import calls, machine
from tests.tools.bench.calls import WrongAnswerError, ask
from tests.tools.bench.contenders import ours
from tests.tools.bench.running import running

FEW = 1_000
PAGE = 100
VISITS = 300
AIM = 1.5
_PLACE_AND_TELL = 50_000


def measure(store: str, orders: int, say: Callable[[str], None]) -> dict[str, object]:
    """Measure the first page by status in two tenants of one server.

    Returns the median of each and their ratio; the tenants take turns.
    """
    with running(ours(store), calls.sample()) as served:
        few = _tenant(served.url, FEW, say)
        many = _tenant(served.url, orders, say)
        pairs = [(_visit(served.url, few), _visit(served.url, many)) for _ in range(VISITS)]
        memory = machine.memory_mb(served.pid)
    short, long = (statistics.median(times) * 1000 for times in zip(*pairs, strict=True))
    ratio = statistics.median(many / few for few, many in pairs)
    result = "met" if ratio <= AIM else "not met"
    say(f"first page of {PAGE}: {short:.2f} ms among {FEW:,}, {long:.2f} ms among {orders:,} orders")
    say(f"ratio {ratio:.2f}, aim at most {AIM}: {result}; resident memory {memory:,.0f} MB")
    return {
        "store": store.partition(":")[0],
        "machine": machine.described(),
        "orders": [FEW, orders],
        "median_ms": [short, long],
        "ratio": ratio,
        "memory_mb": memory,
    }


def _tenant(url: str, orders: int, say: Callable[[str], None]) -> tuple[str, str]:
    """Create a company with new orders; return its token and their location."""
    made = ask(url, "/_control/tenants", {"locations": [calls.LOCATION]}).json()
    begun = time.monotonic()
    for first in range(0, orders, _PLACE_AND_TELL):
        calls.place(url, min(_PLACE_AND_TELL, orders - first), f"/_control/tenants/{made['tenant']}")
        say(f"{min(orders, first + _PLACE_AND_TELL):,} orders after {time.monotonic() - begun:.0f} s")
    user = made["company"]
    path = f"/aggregator/v1/token?username={user['username']}&password={user['password']}"
    return str(ask(url, path).json()["accessToken"]), made["locations"][0]["code"]


def _visit(url: str, caller: tuple[str, str]) -> float:
    token, location = caller
    path = f"{calls.LOOK}?orderStatus=CREATED&locationCode={location}&pageSize={PAGE}"
    begun = time.perf_counter()
    got = ask(url, path, token=token)
    took = time.perf_counter() - begun
    if got.status != 200 or len(got.json()) != PAGE:
        raise WrongAnswerError(f"expected a page of {PAGE}, received {got.status} {got.body[:200]!r}")
    return took
