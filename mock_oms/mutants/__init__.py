"""The one catalogue of seeded defects: what tests of tests are measured with.

A mutant makes the mock wrong in one way that an OMS, or a change to one, could be wrong. It is chosen when
the application is made (`mock-oms serve --mutant NAME`, or the option `mutant`) and holds for the whole
process: two applications with different mutants cannot live side by side. Tests use `applied`, which puts
everything right again at its end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from contracts.suggest import suggest_or_list
from mock_oms.mutants import (
    access,
    answers,
    batches,
    codes,
    printing,
    quantities,
    races,
    reads,
    records,
    shown,
    statuses,
    transitions,
)
from mock_oms.mutants.patch import Kind, Mutant, Patch

MODULES = (
    codes,
    statuses,
    transitions,
    records,
    shown,
    quantities,
    batches,
    reads,
    printing,
    access,
    races,
    answers,
)
MUTANTS: Mapping[str, Mutant] = {mutant.name: mutant for module in MODULES for mutant in module.MUTANTS}
"""All seeded defects by name."""
FOR_FLOWS: Mapping[str, Mutant] = {
    name: mutant for name, mutant in MUTANTS.items() if mutant.kind is not Kind.TELLING
}
"""Those that a flow can find."""

_active: dict[str, Patch] = {}


def named(name: str) -> Mutant:
    """The mutant called `name`; raises ValueError naming the nearest."""
    if name in MUTANTS:
        return MUTANTS[name]
    raise ValueError(f"mutant {name!r} is not known{suggest_or_list(name, sorted(MUTANTS))}")


def apply(name: str) -> None:
    """Makes the mock wrong in this way for the rest of the process.

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
    """The mock is wrong in this way inside the block, and right again after it."""
    apply(name)
    try:
        yield MUTANTS[name]
    finally:
        _active.pop(name).undo()
