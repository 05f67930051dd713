"""Finds shipments by index: one ordered and limited select per bucket, merged.

The cost of the first page does not depend on the number of shipments.
"""

from __future__ import annotations

from functools import lru_cache
from itertools import product
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, select, tuple_, union_all

from contracts.lifecycle.table import State
from contracts.vocabulary import Bucket
from mock_oms.store import Query
from mock_oms.store.sql.codec import bucket_name, microseconds, storable
from mock_oms.store.sql.tables import shipment

_ALL = frozenset(Bucket(state, invoiced) for state, invoiced in product(State, (False, True)))

_FILTERS: dict[str, ColumnElement[bool]] = {
    "location": shipment.c.location == bindparam("b_location"),
    "channel": shipment.c.channel == bindparam("b_channel"),
    "start": shipment.c.ordered_at >= bindparam("b_start"),
    "end": shipment.c.ordered_at <= bindparam("b_end"),
    "after": tuple_(shipment.c.ordered_at, shipment.c.id)
    > tuple_(bindparam("b_after"), bindparam("b_after_id")),
}
_ORDER = (shipment.c.ordered_at, shipment.c.id)


def found(tenant_id: int, query: Query) -> tuple[Select[str], dict[str, Any]]:
    """Returns the statement for the bodies of matching shipments, and its parameters."""
    buckets = sorted(bucket_name(bucket) for bucket in (_ALL if query.buckets is None else query.buckets))
    filters = tuple(name for name in _FILTERS if getattr(query, name) is not None)
    values = {f"b_bucket_{n}": name for n, name in enumerate(buckets)}
    return _statement(len(buckets), filters), values | _values(tenant_id, query)


def _values(tenant_id: int, query: Query) -> dict[str, Any]:
    values: dict[str, Any] = {
        "b_tenant_id": tenant_id,
        "b_limit": query.limit,
        "b_offset": query.offset,
        "b_stop": query.offset + query.limit,
    }
    if query.location is not None:
        values["b_location"] = storable(query.location)
    if query.channel is not None:
        values["b_channel"] = storable(query.channel)
    if query.start is not None:
        values["b_start"] = microseconds(query.start)
    if query.end is not None:
        values["b_end"] = microseconds(query.end)
    if query.after is not None:
        values |= {"b_after": microseconds(query.after[0]), "b_after_id": storable(query.after[1])}
    return values


@lru_cache(maxsize=1024)
def _statement(buckets: int, filters: tuple[str, ...]) -> Select[str]:
    keys = [_keys(n, filters) for n in range(buckets)]
    if buckets == 1:
        page = keys[0].limit(bindparam("b_limit")).offset(bindparam("b_offset")).subquery("page")
    else:
        parts = [part.limit(bindparam("b_stop")).subquery(f"keys_{n}") for n, part in enumerate(keys)]
        every = union_all(*(select(part) for part in parts)).subquery("every")
        merged = select(every).order_by(every.c.ordered_at, every.c.id)
        page = merged.limit(bindparam("b_limit")).offset(bindparam("b_offset")).subquery("page")
    here = (shipment.c.tenant_id == bindparam("b_tenant_id")) & (shipment.c.id == page.c.id)
    joined = select(shipment.c.body).select_from(page.join(shipment, here))
    return joined.order_by(page.c.ordered_at, page.c.id)


def _keys(number: int, filters: tuple[str, ...]) -> Select[int, str]:
    """Selects the keys of one bucket, in order."""
    where = [
        shipment.c.tenant_id == bindparam("b_tenant_id"),
        shipment.c.bucket == bindparam(f"b_bucket_{number}"),
        *(_FILTERS[name] for name in filters),
    ]
    return select(*_ORDER).where(*where).order_by(*_ORDER)
