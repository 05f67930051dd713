"""All flows, in the order of lists and runs."""

from __future__ import annotations

from scenarios.flows import journeys, reading, refusals
from scenarios.flows.documents import credit_notes, invoices
from scenarios.flows.orders import cancellations, partial_cancellations, sale, stores
from scenarios.flows.orders import followed as followed_sales
from scenarios.flows.returns import followed, partial, quality, whole
from scenarios.language.flow import Flow

FLOWS: tuple[Flow, ...] = (
    *journeys.FLOWS,
    *sale.FLOWS,
    *followed_sales.FLOWS,
    *stores.FLOWS,
    *invoices.FLOWS,
    *partial_cancellations.FLOWS,
    *cancellations.FLOWS,
    *whole.FLOWS,
    *partial.FLOWS,
    *followed.FLOWS,
    *quality.FLOWS,
    *credit_notes.FLOWS,
    *refusals.FLOWS,
    *reading.FLOWS,
)
"""A new module of flows is added here."""
