"""Records of a run: lines of `run.jsonl`, reading, writing, folding.

Every public name of the modules below can be imported from here.
"""

from scenarios.records.causes import *  # noqa: F403
from scenarios.records.fold import *  # noqa: F403
from scenarios.records.lines import *  # noqa: F403
from scenarios.records.log import *  # noqa: F403
from scenarios.records.masking import *  # noqa: F403
from scenarios.records.verdicts import *  # noqa: F403
from scenarios.records.view import *  # noqa: F403
