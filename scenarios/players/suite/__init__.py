"""The suite as player: it performs actions through Konnect or control calls."""

from scenarios.players.suite import authorization, calls, orders, returns  # noqa: F401 - they register
from scenarios.players.suite.documents import learn_numbers
from scenarios.players.suite.outcome import Outcome, at_once, bind, perform
from scenarios.players.suite.shop import stock_of

__all__ = ["Outcome", "at_once", "bind", "learn_numbers", "perform", "stock_of"]
