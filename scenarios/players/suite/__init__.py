"""How the suite plays an actor: each action, done through Konnect or the control plane."""

from scenarios.players.suite import reads, shop, writes  # noqa: F401 - they register what they can do
from scenarios.players.suite.outcome import Outcome, at_once, bind, perform
from scenarios.players.suite.shop import stock_of
from scenarios.players.suite.writes import learn_numbers

__all__ = ["Outcome", "at_once", "bind", "learn_numbers", "perform", "stock_of"]
