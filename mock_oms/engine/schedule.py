"""When automatic steps come: immediately, after a delay of the tenant's clock, or only when fired by hand."""

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
"""Shipments that the OMS takes further by itself, under some modes and profile."""


def schedule(
    tx: Transaction, shipment: Shipment, since: datetime, not_before: datetime | None = None
) -> None:
    """Notes the automatic step that `shipment` now waits for, or that it waits for none."""
    row = automatic_from(shipment.state, conditions(shipment, tx.settings.profile))
    if row is None:
        tx.wait(shipment.id, None)
        return
    delay = tx.settings.delay_s(row.event)
    due = None if delay is HELD else max(since + timedelta(seconds=delay), not_before or since)
    tx.wait(shipment.id, Waiting(row.event, since, due))


def reschedule(tx: Transaction) -> None:
    """After a change of pace or profile: every unfinished shipment waits by the new rules.

    What the new rules would have done before is done now, not in the past: somebody may have looked.
    """
    waiting = dict(tx.all_waiting())
    for shipment in tx.find(Query(limit=max(1, tx.count()), buckets=_UNFINISHED)):
        known = waiting.get(shipment.id)
        since = known.since if known else shipment.trail[-1].at
        schedule(tx, shipment, since, not_before=tx.now)
