"""The touchpoints. Each row of `contracts.konnect.operations` has one handler, marked with `@handles`."""

from mock_oms.web.konnect import authorization, documents, orders, queries, returns  # each registers handlers
from mock_oms.web.konnect.surface import TOUCHPOINTS

__all__ = ["TOUCHPOINTS", "authorization", "documents", "orders", "queries", "returns"]
