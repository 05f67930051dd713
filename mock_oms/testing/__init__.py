"""Tests an integration with pytest fixtures or a context manager.

This package imports the standard library only, so that it can be used beside packages of any name. The server
is another process.
"""

from mock_oms.testing.calls import Calls
from mock_oms.testing.company import MockOms
from mock_oms.testing.http import MockOmsError
from mock_oms.testing.order import Order
from mock_oms.testing.server import Server

__all__ = ["Calls", "MockOms", "MockOmsError", "Order", "Server"]
