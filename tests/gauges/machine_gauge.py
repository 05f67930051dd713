"""Measures the lifecycle machine: each invariant must catch its seeded defects."""

from __future__ import annotations

from collections.abc import Iterator

from contracts.machine import BrokenInvariantsError, Size, machine_for, run
from mock_oms import mutants
from tests.support.machine_drivers import EngineDriver, in_process

SIZE = Size(examples=1500, steps=40)
"""Most that a defect may take to be found; nearly all are found in a few examples."""
SEEDS = (11, 12, 13)
"""A run ends at the first broken invariant. Which one a defect breaks first depends on the seed."""

CATCHES: dict[str, tuple[str, ...]] = {
    "answers_follow_the_table": (
        "cancel-after-hand-over",
        "second-invoice-accepted",
        "number-reused",
        "confirm-again-accepted",
        "return-more-than-sold",
        "all-or-nothing",
        "errors-about-another",
        "other-location-confirms",
    ),
    "states_are_the_tables": ("confirm-invoices", "return-moves-sale", "cancel-lost", "auto-invoice-never"),
    "refused_changes_nothing": ("refused-changes-state",),
    "quantities_add_up": (
        "cancelled-pieces-stay",
        "cancel-takes-whole-items",
        "partial-return-returns-all",
        "accepted-return-frees-quantity",
    ),
    "money_adds_up": ("total-of-one-each", "item-price-doubled"),
    "stock_adds_up": ("not-reserved", "not-released", "not-consumed", "not-restocked", "damaged-restocked"),
    "numbers_are_unique_and_consecutive": (
        "issued-number-repeats",
        "invoice-number-lost",
        "document-number-cut",
    ),
    "lists_match_the_vocabulary": (
        "created-lists-confirmed",
        "handed-over-alias-missing",
        "return-completed-misses-accepted",
    ),
    "trails_are_complete_and_ordered": ("reject-accepts", "hand-over-lost"),
    "others_saw_nothing": ("other-company-reads", "other-location-reads"),
}
"""Invariant -> seeded defects that it must catch."""


OVER_THE_WIRE = {
    "all-or-nothing",
    "created-lists-confirmed",
    "errors-about-another",
    "handed-over-alias-missing",
    "other-company-reads",
    "other-location-confirms",
    "other-location-reads",
    "return-completed-misses-accepted",
}
"""Defects of the application around the engine; the others are found faster on the engine itself."""
RARE = {
    "cancel-after-hand-over",
    "damaged-restocked",
    "handed-over-alias-missing",
    "number-reused",
    "return-completed-misses-accepted",
}
"""Defects that take many examples: `make mutants` plays them, and `make test` catches them by flows."""


def caught(invariant: str, mutant: str) -> bool:
    """Whether a defect breaks the invariant with one of the seeds."""
    return any(invariant in broken_by(mutant, seed) for seed in SEEDS)


def broken_by(mutant: str, seed: int = SEEDS[0]) -> tuple[str, ...]:
    """Plays the machine on a defective mock; returns the broken invariants."""
    machine = machine_for(in_process() if mutant in OVER_THE_WIRE else EngineDriver())
    try:
        with mutants.applied(mutant):
            run(machine, SIZE, seed, shrink=False)
    except BrokenInvariantsError as broken:
        return tuple(broken.names)
    return ()


def lines() -> Iterator[str]:
    """Caught and total, for each invariant, and for all."""
    total: list[bool] = []
    for invariant, defects in CATCHES.items():
        found = [caught(invariant, mutant) for mutant in defects]
        total += found
        yield f"{invariant:36} {sum(found):3} of {len(found):3}"
    yield f"{'all invariants':36} {sum(total):3} of {len(total):3}"
