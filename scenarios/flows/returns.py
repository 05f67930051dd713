"""Returns: everything that can happen from the counter to the credit note."""

from __future__ import annotations

from scenarios.flows.passages import RETURNED, SOLD
from scenarios.steps import CREDIT_NOTE, Flow, flow

FLOWS: tuple[Flow, ...] = (
    flow("PAS-R-01", "Everything comes back in good condition", SOLD, RETURNED, varies_by=(CREDIT_NOTE,)),
)
