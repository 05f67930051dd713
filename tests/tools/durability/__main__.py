"""`python -m tests.tools.durability`: many rounds that kill a busy server."""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.support.deep_targets import Progress, until_interrupted
from tests.support.postgres import running
from tests.tools.durability.round import play


def main(progress: Progress) -> int:
    """Plays the rounds; gives the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.tools.durability", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="how often the server is killed [200]")
    parser.add_argument("--store", default="sqlite", help="sqlite, postgresql, or an address [sqlite]")
    parser.add_argument("--workers", default="1", help="processes of the server [1]")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(10**9))
    given = parser.parse_args()
    print(f"seed {given.seed}: --seed {given.seed} kills at the same moments again", flush=True)
    with _address(given.store) as address:
        return _rounds(address, given.rounds, given.seed, given.workers, progress)


@contextmanager
def _address(store: str) -> Iterator[str]:
    if store == "postgresql":
        with running() as postgres:
            yield postgres.url(postgres.create())
    elif store == "sqlite":
        with tempfile.TemporaryDirectory(prefix="mock-oms-durability-") as folder:
            yield f"sqlite:///{Path(folder) / 'kept.db'}"
    else:
        yield store


def _rounds(address: str, rounds: int, seed: int, workers: str, progress: Progress) -> int:
    answers = 0
    for number in progress.over(rounds, range(rounds)):
        result = play(address, seed + number, "--workers", workers)
        answers += result.answers
        for fault in result.violations:
            print(f"round {number} (seed {seed + number}): {fault}")
        if result.violations:
            return 1
        if (number + 1) % 20 == 0:
            print(f"{number + 1} rounds, {answers} answered changes, all there once", flush=True)
    print(f"{rounds} rounds, {answers} answered changes: none lost, none doubled")
    return 0


if __name__ == "__main__":
    sys.exit(until_interrupted("rounds", main))
