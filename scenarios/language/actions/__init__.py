"""Actions of steps, one module per group; a player performs them.

Every public name of the modules below can be imported from here: a new action needs no entry.
"""

from scenarios.language.actions.authorization import *  # noqa: F403
from scenarios.language.actions.base import *  # noqa: F403
from scenarios.language.actions.documents import *  # noqa: F403
from scenarios.language.actions.orders import *  # noqa: F403
from scenarios.language.actions.returns import *  # noqa: F403
from scenarios.language.actions.shop import *  # noqa: F403
