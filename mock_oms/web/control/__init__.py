"""The control plane: plays the customer and the store, and moves time.

Each row of `contracts.control.calls` has one handler here, marked with `@handles_control`.
"""

from mock_oms.web.control import explain, journal, queries, shop, tenants  # each registers its handlers
from mock_oms.web.control.call import CONTROL

__all__ = ["CONTROL", "explain", "journal", "queries", "shop", "tenants"]
