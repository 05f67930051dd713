"""The flows, in the order in which they are listed and run."""

from __future__ import annotations

from scenarios.flows import (
    cancellations,
    credit_notes,
    documents,
    journeys,
    quality,
    reading,
    refusals,
    returns,
    sale,
)
from scenarios.steps import Flow

FLOWS: tuple[Flow, ...] = (
    *journeys.FLOWS,
    *sale.FLOWS,
    *documents.FLOWS,
    *cancellations.FLOWS,
    *returns.FLOWS,
    *quality.FLOWS,
    *credit_notes.FLOWS,
    *refusals.FLOWS,
    *reading.FLOWS,
)
"""A new module of flows is added here."""
