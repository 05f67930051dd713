"""The catalogue of seeded defects, which measures the tests.

A mutant makes the mock wrong in one way that an OMS could be wrong. It is chosen when the application is
created (`mock-oms serve --mutant NAME`, or the option `mutant`) and holds for the whole process, so two
applications in one process cannot have different mutants. Tests use `applied`, which undoes it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from contracts.suggest import suggest_or_list
from mock_oms.mutants import (
    access,
    answers,
    batches,
    printing,
    quantities,
    races,
    reads,
    records,
    statuses,
    transitions,
)
from mock_oms.mutants.patch import Kind, Mutant, Patch

MODULES = (statuses, transitions, records, quantities, batches, reads, printing, access, races, answers)
MUTANTS: Mapping[str, Mutant] = {
    name: Mutant(name, says, kind, seed)
    for module in MODULES
    for kind, defects in module.DEFECTS.items()
    for (name, says), seed in ((title.split(": ", 1), seed) for title, seed in defects.items())
}
"""All seeded defects by name."""
FOR_FLOWS: Mapping[str, Mutant] = {
    name: mutant for name, mutant in MUTANTS.items() if mutant.kind is not Kind.ANSWER
}
"""Defects that a flow can find."""

_active: dict[str, Patch] = {}


def named(name: str) -> Mutant:
    """Returns the mutant of that name; raises ValueError with a suggestion."""
    if name in MUTANTS:
        return MUTANTS[name]
    raise ValueError(f"mutant {name!r} is not known{suggest_or_list(name, sorted(MUTANTS))}")


def apply(name: str) -> None:
    """Seeds a mutant for the rest of the process.

    Raises ValueError when the name is unknown, or another mutant is at work already.
    """
    mutant = named(name)
    others = sorted(set(_active) - {name})
    if others:
        raise ValueError(f"mutant {others[0]!r} is at work in this process; only one can be")
    if name not in _active:
        _active[name] = Patch()
        mutant.apply(_active[name])


@contextmanager
def applied(name: str) -> Iterator[Mutant]:
    """Seeds a mutant inside the block."""
    apply(name)
    try:
        yield MUTANTS[name]
    finally:
        _active.pop(name).undo()
