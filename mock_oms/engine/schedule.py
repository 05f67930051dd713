"""Schedules automatic steps by the tenant's clock and pace."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.lifecycle.queries import automatic_from
from contracts.lifecycle.table import TABLE
from contracts.vocabulary import Bucket
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import HELD, conditions
from mock_oms.store import Query, Transaction, Waiting

_UNFINISHED = frozenset(
    Bucket(row.source, invoiced)
    for row in TABLE
    if row.automatic and row.source
    for invoiced in (False, True)
)
"""Shipments with an automatic step under some modes and profile."""


def schedule(
    tx: Transaction, shipment: Shipment, since: datetime, not_before: datetime | None = None
) -> None:
    """Schedules the next automatic step of `shipment`, if there is one."""
    row = automatic_from(shipment.state, conditions(shipment, tx.settings.profile))
    if row is None:
        tx.wait(shipment.id, None)
        return
    delay = tx.settings.delay_s(row.event)
    due = None if delay is HELD else max(since + timedelta(seconds=delay), not_before or since)
    tx.wait(shipment.id, Waiting(row.event, since, due))


def reschedule(tx: Transaction) -> None:
    """Schedules all automatic steps again, after a change of pace or profile.

    Steps that the new rules put into the past are due now, because clients may have read the old state.
    """
    waiting = dict(tx.all_waiting())
    for shipment in tx.find(Query(limit=max(1, tx.count()), buckets=_UNFINISHED)):
        known = waiting.get(shipment.id)
        since = known.since if known else shipment.trail[-1].at
        schedule(tx, shipment, since, not_before=tx.now)
