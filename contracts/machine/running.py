"""Running the machine: how long, and from which seed."""

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
"""Where a run's choices start; a deep run without one draws its own and prints it."""
CI_SEED = 20260105


@dataclass(frozen=True, slots=True)
class Size:
    """How long a machine runs: so many examples of at most so many steps."""

    examples: int
    steps: int = 40


def profile() -> str:
    """The chosen profile; raises ValueError for another word."""
    chosen = os.environ.get(PROFILE_VARIABLE) or "ci"
    if chosen not in ("ci", "deep"):
        raise ValueError(f"{PROFILE_VARIABLE} expects ci or deep, not {chosen!r}")
    return chosen


def chosen_seed() -> int:
    """The seed of this run: as told, else the same for every ci run and another for every deep one."""
    told = os.environ.get(SEED_VARIABLE)
    if told:
        return int(told)
    return CI_SEED if profile() == "ci" else secrets.randbelow(2**32)


def run(machine: type[LifecycleMachine], size: Size, start: int, *, shrink: bool = True) -> None:
    """Plays `machine`; raises `BrokenInvariantsError` with the shortest story found.

    The seed stands in the output, and in the notes of a failure.
    """
    says = f"{SEED_VARIABLE}={start} plays this again ({size.examples} examples of {size.steps} steps)"
    print(says)
    phases = (Phase.generate, Phase.shrink) if shrink else (Phase.generate,)
    chosen = settings(
        max_examples=size.examples,
        stateful_step_count=size.steps,
        database=None,  # what is found is told by its seed; nothing is kept between runs
        deadline=None,  # a step's time is the business of the benchmark
        phases=phases,
        print_blob=False,
        report_multiple_bugs=False,  # the first that is found is told alone
        # A tenant is many draws on purpose; when others use the processor too, drawing them takes its time.
        suppress_health_check=(HealthCheck.too_slow,),
    )
    try:
        run_state_machine_as_test(seed(start)(machine), settings=chosen)
    except BaseException as error:
        error.add_note(says)
        raise
