"""How the suite plays an actor: each action, done through Konnect or the control plane."""

from scenarios.play import reads, shop, writes  # noqa: F401 - they register what they can do
from scenarios.play.deed import Deed, at_once, bind, perform
from scenarios.play.shop import stock_of
from scenarios.play.writes import learn_numbers

__all__ = ["Deed", "at_once", "bind", "learn_numbers", "perform", "stock_of"]
