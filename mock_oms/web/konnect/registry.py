"""The handlers of the touchpoints, by operation."""

from __future__ import annotations

from collections.abc import Callable

from mock_oms.domain.registry import Registry
from mock_oms.web.answers import Answer
from mock_oms.web.call import Call

HANDLERS: Registry[Callable[[Call], Answer]] = Registry(
    "operation", "contracts/konnect/<group>.py", '@handles("{name}") in mock_oms/web/konnect/<group>.py'
)

handles = HANDLERS.named
"""Decorator: registers the handler of an operation."""
