"""When automatic steps come: immediately, after a delay of the world's clock, or only when fired by hand."""

from __future__ import annotations

from datetime import datetime, timedelta

from contracts.lifecycle import automatic_from
from mock_oms.shipments import Shipment
from mock_oms.store import Transaction, Waiting
from mock_oms.world import HELD, conditions


def schedule(tx: Transaction, shipment: Shipment, since: datetime) -> None:
    """Notes the automatic step that `shipment` now waits for, or that it waits for none."""
    row = automatic_from(shipment.state, conditions(shipment, tx.world.profile))
    if row is None:
        tx.wait(shipment.id, None)
        return
    delay = tx.world.delay_s(row.event)
    due = None if delay is HELD else since + timedelta(seconds=delay)
    tx.wait(shipment.id, Waiting(row.event, since, due))


def reschedule(tx: Transaction) -> None:
    """After a change of pace or profile: every unfinished shipment waits by the new rules."""
    for shipment_id, waiting in tx.all_waiting():
        shipment = tx.get(shipment_id)
        if shipment:
            schedule(tx, shipment, waiting.since)
