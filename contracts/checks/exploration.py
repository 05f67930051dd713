"""What an exploration of a document is asked for, and what it tells. Plain values, whoever explores."""

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
"""Header of an answer in which whoever stands behind the calls may number them."""


@dataclass(frozen=True)
class Options:
    """How far an exploration goes.

    `examples` are per operation and phase; `methods`: try methods that no path has, too; `learn`: build calls
    from earlier answers; `off`: stock checks to leave out; `accepted`: further statuses for right data.
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
    """A check that an answer did not meet."""

    check: str
    fault: Violation
    seen: ObservedCall
    curl: str


@dataclass(frozen=True)
class Ended:
    """One operation came to an end in one phase: calls by operation, checks that were met, and misses.

    `numbers` are those that whoever stands behind the callable gave to the calls.
    """

    phase: str
    numbers: tuple[str, ...]
    calls: Counter[str]
    passed: Counter[tuple[str, str]]
    misses: tuple[Miss, ...]


@dataclass(frozen=True)
class Trouble:
    """Something broke on the way, or a warning of schemathesis: it says that calls stay shallow."""

    kind: str
    about: str
    says: str


Event = Ended | Trouble
