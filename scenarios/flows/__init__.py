"""The flows, in the order in which they are listed and run."""

from __future__ import annotations

from scenarios.flows import (
    cancellations,
    credit_notes,
    documents,
    followed_returns,
    followed_sales,
    journeys,
    partial_cancellations,
    partial_returns,
    quality,
    reading,
    refusals,
    returns,
    sale,
    stores,
)
from scenarios.steps import Flow

FLOWS: tuple[Flow, ...] = (
    *journeys.FLOWS,
    *sale.FLOWS,
    *followed_sales.FLOWS,
    *stores.FLOWS,
    *documents.FLOWS,
    *partial_cancellations.FLOWS,
    *cancellations.FLOWS,
    *returns.FLOWS,
    *partial_returns.FLOWS,
    *followed_returns.FLOWS,
    *quality.FLOWS,
    *credit_notes.FLOWS,
    *refusals.FLOWS,
    *reading.FLOWS,
)
"""A new module of flows is added here."""
