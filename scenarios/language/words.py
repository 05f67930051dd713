"""Every word that a flow is written in.

A flow module needs one import: `from scenarios.language.words import *`. Type checking finds a word that does
not exist.
"""

from contracts.evidence import Evidence as Evidence  # noqa: PLC0414 - the alias exports it
from scenarios.language.actions import *  # noqa: F403
from scenarios.language.expectations import *  # noqa: F403
from scenarios.language.flow import *  # noqa: F403
from scenarios.language.statuses import *  # noqa: F403
