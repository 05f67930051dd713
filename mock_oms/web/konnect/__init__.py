"""Handlers of the touchpoints, one module per group."""

from mock_oms.web.konnect import authorization, documents, orders, queries, returns  # noqa: F401 - they register
from mock_oms.web.konnect.registry import HANDLERS

__all__ = ["HANDLERS"]
