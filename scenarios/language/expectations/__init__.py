"""Expectations of steps, one module per subject; `scenarios.checks` checks them.

Every public name of the modules below can be imported from here: a new expectation needs no entry.
"""

from scenarios.language.expectations.answers import *  # noqa: F403
from scenarios.language.expectations.base import *  # noqa: F403
from scenarios.language.expectations.goods import *  # noqa: F403
from scenarios.language.expectations.lists import *  # noqa: F403
from scenarios.language.expectations.states import *  # noqa: F403
from scenarios.language.expectations.values import *  # noqa: F403
