"""Options and results of an exploration, independent of schemathesis."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from contracts.checks.violations import ObservedCall, Violation

LINKS = "stateful"
"""The phase in which calls follow the links of the document."""
PHASES = ("examples", "coverage", "fuzzing", LINKS)
EXAMPLES = 25
"""Generated examples per operation, in the fuzzing and in the stateful phase."""
NUMBER_HEADER = "x-contract-call"
"""Response header with the transport's own call number."""


@dataclass(frozen=True)
class Options:
    """The extent of an exploration.

    `examples` are per operation and phase; `methods` also tries methods that no path has; `learn` builds
    calls from earlier answers; `off` are checks of schemathesis to skip; `accepted` are more statuses for
    valid data.
    """

    seed: int
    examples: int = EXAMPLES
    phases: tuple[str, ...] = PHASES
    methods: bool = True
    learn: bool = True
    off: frozenset[str] = frozenset()
    accepted: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Miss:
    """A failed check of an answer."""

    check: str
    fault: Violation
    seen: ObservedCall
    curl: str


@dataclass(frozen=True)
class Ended:
    """The results of one phase of one operation.

    `calls` counts by operation, `passed` by operation and check; `numbers` are the transport's call numbers.
    `operation` is the one that got all its calls, empty for a part of a phase.
    """

    phase: str
    numbers: tuple[str, ...]
    calls: Counter[str]
    passed: Counter[tuple[str, str]]
    misses: tuple[Miss, ...]
    operation: str = ""


@dataclass(frozen=True)
class PhaseEnded:
    """A phase in which every operation got all its calls."""

    phase: str


@dataclass(frozen=True)
class Trouble:
    """An error of the exploration, or a warning of schemathesis."""

    kind: str
    about: str
    says: str


Event = Ended | PhaseEnded | Trouble
