"""Runs the machine with a size and a seed."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from contracts.machine.rules import LifecycleMachine

PROFILE_VARIABLE = "CONTRACT_PROFILE"
"""`ci` (the default) or `deep`."""
SEED_VARIABLE = "CONTRACT_SEED"
"""The seed of a run; a deep run without one draws it."""
CI_SEED = 20260105


@dataclass(frozen=True, slots=True)
class Size:
    """The size of a run: examples, and steps of each at most."""

    examples: int
    steps: int = 40


def profile() -> str:
    """Returns the chosen profile, `ci` or `deep`; raises ValueError."""
    chosen = os.environ.get(PROFILE_VARIABLE) or "ci"
    if chosen not in ("ci", "deep"):
        raise ValueError(f"{PROFILE_VARIABLE} expects ci or deep, not {chosen!r}")
    return chosen


def chosen_seed() -> int:
    """Returns the given seed, else a fixed (`ci`) or random (`deep`) one."""
    given = os.environ.get(SEED_VARIABLE)
    if given:
        return int(given)
    return CI_SEED if profile() == "ci" else secrets.randbelow(2**32)


def run(machine: type[LifecycleMachine], size: Size, start: int, *, shrink: bool = True) -> None:
    """Runs `machine`; raises `BrokenInvariantsError` with the shortest history found.

    The seed is printed, and is in the notes of a failure.
    """
    says = f"{SEED_VARIABLE}={start} repeats this run ({size.examples} examples of {size.steps} steps)"
    print(says)
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    chosen = settings(
        max_examples=size.examples,
        stateful_step_count=size.steps,
        database=None,  # the seed repeats a failure; nothing is stored between runs
        deadline=None,  # the benchmark measures time
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,
        # A tenant needs many draws, which are slow on a busy machine.
        suppress_health_check=(HealthCheck.too_slow,),
    )
    try:
        run_state_machine_as_test(seed(start)(machine), settings=chosen)
    except BaseException as error:
        error.add_note(says)
        raise
