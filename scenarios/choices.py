"""Values of command-line options: players, grades, output formats, targets."""

from __future__ import annotations

from enum import StrEnum

from contracts.lifecycle.table import Actor

MOCK_WORD = "mock"
"""The target that is the mock in this process."""
CASTABLE = (Actor.CUSTOMER, Actor.STORE, Actor.AGGREGATOR)
"""Actors that `--cast` can assign; the OMS always plays itself."""


class Player(StrEnum):
    """Who plays an actor."""

    SUITE = "suite"
    PERSON = "person"
    SYSTEM = "system"


class Grade(StrEnum):
    """How a miss of a statement that is not documented is reported."""

    STRICT = "strict"
    """As a failure."""
    EVIDENCE = "evidence"
    """As a warning."""


class Format(StrEnum):
    """Values of `--format`."""

    TEXT = "text"
    """For people: live on a terminal, plain lines elsewhere."""
    JSONL = "jsonl"
    """The records themselves, and nothing else."""


class Aspect(StrEnum):
    """What a broken statement is about."""

    EFFECT = "effect"
    FIELD = "field"
    """A field that an answer lacks, and that no later call needs."""
    VALUE = "value"
    """A value that an answer shows."""
