"""The only writer of shipment state: it places orders and fires events.

`contracts.lifecycle.table.TABLE` decides which transitions exist. This package finds the row, runs its
guards, applies its effects and records the trail. It never checks a mode by name.
"""

from mock_oms.engine.command import NO_DETAILS, Command, Pick, PushedDocument
from mock_oms.engine.driving import drive
from mock_oms.engine.effects import EFFECTS
from mock_oms.engine.firing import (
    FireResult,
    ReadVisit,
    WriteVisit,
    check_journey,
    fire,
    locate,
    settle,
    undone,
    visible,
)
from mock_oms.engine.guards import GUARDS
from mock_oms.engine.placing import Purchase, place
from mock_oms.engine.schedule import reschedule

__all__ = [
    "EFFECTS", "GUARDS", "NO_DETAILS", "Command", "FireResult", "Pick", "Purchase", "PushedDocument",
    "ReadVisit", "WriteVisit", "check_journey", "drive", "fire", "locate", "place", "reschedule", "settle",
    "undone", "visible",
]  # fmt: skip
