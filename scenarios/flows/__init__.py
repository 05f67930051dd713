"""The flows, in the order in which they are listed and run."""

from __future__ import annotations

from scenarios.flows import cancellations, documents, journeys, reading, refusals, returns, sale
from scenarios.steps import Flow

FLOWS: tuple[Flow, ...] = (
    *journeys.FLOWS,
    *sale.FLOWS,
    *documents.FLOWS,
    *cancellations.FLOWS,
    *returns.FLOWS,
    *refusals.FLOWS,
    *reading.FLOWS,
)
"""A new module of flows is added here."""
