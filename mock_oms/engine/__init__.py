"""The only writer of shipment state: orders are placed, events fired, and automatic steps taken here.

What may happen is decided by `contracts.lifecycle.table.TABLE`; this package finds the row, asks its guards,
applies its effects and keeps the trail. It never asks for a mode by name.
"""

from mock_oms.engine.command import NOTHING_SPECIAL, Command, Pick, PushedDocument
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
    visible,
)
from mock_oms.engine.guards import GUARDS
from mock_oms.engine.placing import Purchase, place
from mock_oms.engine.schedule import reschedule

__all__ = [
    "EFFECTS",
    "GUARDS",
    "NOTHING_SPECIAL",
    "Command",
    "FireResult",
    "Pick",
    "Purchase",
    "PushedDocument",
    "ReadVisit",
    "WriteVisit",
    "check_journey",
    "drive",
    "fire",
    "locate",
    "place",
    "reschedule",
    "settle",
    "visible",
]
