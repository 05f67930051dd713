"""Refusals: refused calls, their codes, and that nothing changed."""

from __future__ import annotations

from scenarios.flows.refusals import access, batches, codes, moments, returns, shapes, stores
from scenarios.language.flow import Flow

FLOWS: tuple[Flow, ...] = (
    *codes.FLOWS,
    *batches.FLOWS,
    *access.FLOWS,
    *moments.FLOWS,
    *returns.FLOWS,
    *shapes.FLOWS,
    *stores.FLOWS,
)
