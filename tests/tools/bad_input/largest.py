"""The largest calls that a server accepts, from many senders at once.

Memory is compared after them, once when the server is warm and once at the end of a run. The memory of a
process depends on its peak so far, and the largest bad requests come by chance, early or late.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

from contracts.control.models import COUNT_LIMIT, STOCK_LIMIT
from contracts.konnect.base import BULK_LIMIT
from tests.support.mock_client import OverHttp, Tenant, Transport, control, new_tenant

T = TypeVar("T")
LIMIT_S = 180.0
"""Within it, the last of many large calls is answered: they wait for each other."""


@dataclass(frozen=True, slots=True)
class Load:
    """Numbers and sizes of the largest calls.

    There are more printers than a server has threads.
    """

    placers: int = 4
    orders: int = COUNT_LIMIT
    printers: int = 40
    papers: int = BULK_LIMIT
    stockers: int = 4
    rows: int = STOCK_LIMIT


def ask_for_the_largest(transport: Transport, url: str, name: str, load: Load = Load()) -> None:
    """Make the largest calls in a separate tenant, which is removed afterwards."""
    control(transport, "DELETE", f"/tenants/{name}")
    tenant = new_tenant(transport, name=name)
    tenant.token()
    orders, *_ = _at_once(tenant, url, [partial(_place, count=load.orders)] * load.placers)
    starts = range(0, load.printers * load.papers, load.papers)
    _at_once(tenant, url, [partial(_print, orders=orders[start : start + load.papers]) for start in starts])
    for on_hand, status in ((0, 200), (-1, 400)):
        put = partial(_put_stock, rows=load.rows, on_hand=on_hand, status=status)
        _at_once(tenant, url, [put] * load.stockers)
    control(transport, "DELETE", f"/tenants/{name}")


def _at_once(tenant: Tenant, url: str, work: Sequence[Callable[[Tenant], T]]) -> list[T]:
    def one(sender: int) -> T:
        transport = OverHttp(url, limit_s=LIMIT_S)
        with transport.session:
            return work[sender](replace(tenant, transport=transport))

    with ThreadPoolExecutor(len(work)) as pool:
        return list(pool.map(one, range(len(work))))


def _place(tenant: Tenant, count: int) -> list[str]:
    return tenant.place_many(count, state="bag_invoiced")


def _print(tenant: Tenant, orders: Sequence[str]) -> None:
    reply = tenant.post("invoice", [{"orderId": order} for order in orders])
    assert (reply.status, reply.media) == (200, "application/pdf"), reply.body


def _put_stock(tenant: Tenant, rows: int, on_hand: int, status: int) -> None:
    stock = [{"location": "STORE-1", "sku": f"LARGE-{n:034}", "on_hand": on_hand} for n in range(rows)]
    reply = tenant.control_reply("PUT", "/stock", {"stock": stock})
    assert reply.status == status, reply.body
