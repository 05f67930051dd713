"""How good the flows are at finding what is wrong: every seeded defect, and the flows that it turns red.

    python -m tests.mutants                    all flows for each defect; what caught it, totals per kind
    python -m tests.mutants confirm-lost       these defects only
    python -m tests.mutants --write            the same, and the table of expectations is written anew

Exit status 1 when a defect is not caught, or shows more than one root cause.
The table, `mutants.json`, has the shortest flow that catches each defect and the cause that it shows:
the tests run just that flow.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

from mock_oms import mutants
from mock_oms.mutants.patching import Kind
from scenarios.acting import Rules
from scenarios.launching import prepare
from scenarios.persons import Front
from scenarios.records import Record, RunLog, RunView, Verdict, fold
from scenarios.runner import Engine
from scenarios.settings import Settings

TABLE = Path(__file__).with_name("mutants.json")
JOBS_MAX = 8
SEED = 20


@dataclass(frozen=True)
class Expected:
    """One row of the table: the flow to run, and the key of the one cause that it must show."""

    flow: str
    cause: str


@dataclass(frozen=True)
class Found:
    """What the flows made of one defect (of none: `mutant` is empty): keys of causes, flows that failed."""

    mutant: str
    causes: tuple[str, ...]
    flows: tuple[str, ...]
    says: str = ""

    @property
    def good(self) -> bool:
        """Whether it was caught, with exactly one root cause."""
        return len(self.causes) == 1 and bool(self.flows)


def play(mutant: str = "", patterns: Sequence[str] = ()) -> RunView:
    """A run of the flows against the mock in this process, with this defect, or with none."""
    with tempfile.TemporaryDirectory() as folder, mutants.applied(mutant) if mutant else nullcontext():
        settings = Settings(run="mutants", folder=Path(folder), patterns=tuple(patterns))
        target, plans = prepare(settings)
        told: list[Record] = []
        rules = Rules(target.grade, Front(settings.run))
        with RunLog(settings.records) as log:
            Engine(target, plans, log, rules, seed=SEED, listeners=(told.append,)).run()
        return fold(told)


def find(mutant: str, patterns: Sequence[str] = ()) -> Found:
    """What the flows make of a defect; the flows that fail come shortest first."""
    view = play(mutant, patterns)
    red = [flow for flow in view.flows.values() if flow.verdict in (Verdict.FAIL, Verdict.ERROR)]
    red.sort(key=lambda flow: (len(flow.steps), flow.id))
    causes = tuple(cause.key for cause in view.causes)
    return Found(mutant, causes, tuple(flow.id for flow in red), view.causes[0].sentence if causes else "")


def read_table() -> dict[str, Expected]:
    """The table of expectations, by name of the defect."""
    if not TABLE.exists():
        return {}
    return {name: Expected(**row) for name, row in json.loads(TABLE.read_text(encoding="utf-8")).items()}


def write_table(found: Iterable[Found]) -> None:
    """Rows for what was found; those of other defects stay as long as these are in the catalogue."""
    rows = {name: {"flow": row.flow, "cause": row.cause} for name, row in read_table().items()}
    rows |= {one.mutant: {"flow": one.flows[0], "cause": one.causes[0]} for one in found if one.good}
    kept = {name: rows[name] for name in sorted(rows) if name in mutants.MUTANTS}
    TABLE.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")


def find_all(names: Sequence[str], jobs: int) -> Iterator[Found]:
    """What the flows make of each defect, in the order of the names, several at a time."""
    with ProcessPoolExecutor(jobs, mp_context=get_context("spawn")) as pool:
        yield from pool.map(find, names)


def tell(found: Found) -> str:
    """One defect in a few lines."""
    head = "caught" if found.good else ("MISSED" if not found.flows else f"{len(found.causes)} CAUSES")
    lines = [f"{head:8} {found.mutant}: {mutants.MUTANTS[found.mutant].says}"]
    lines += [f"         {cause}" for cause in found.causes]
    if found.flows:
        lines.append(f"         {len(found.flows)} flows: {', '.join(found.flows[:4])}")
    return "\n".join(lines)


def totals(found: Sequence[Found]) -> list[str]:
    """Caught and total, for each kind of defect and for all."""
    lines = []
    for kind in Kind:
        of_kind = [one for one in found if mutants.MUTANTS[one.mutant].kind is kind]
        if of_kind:
            lines.append(f"{kind:12} {sum(one.good for one in of_kind):3} of {len(of_kind):3}")
    return [*lines, f"{'all':12} {sum(one.good for one in found):3} of {len(found):3}"]


def main() -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.mutants", description="Run flows on every seeded defect."
    )
    parser.add_argument("names", nargs="*", help="seeded defects; all of them when none is named")
    parser.add_argument("--write", action="store_true", help="write the table of expectations anew")
    parser.add_argument(
        "--jobs", type=int, default=min(os.cpu_count() or 1, JOBS_MAX), help="how many at a time"
    )
    asked = parser.parse_args()
    names = [mutants.named(name).name for name in asked.names] or list(mutants.MUTANTS)
    sound = find("")
    if sound.causes or sound.flows:
        print(f"the flows are red without any defect: {', '.join(sound.flows)}", *sound.causes, sep="\n  ")
        return 1
    found = []
    for one in find_all(names, asked.jobs):
        found.append(one)
        print(tell(one), flush=True)
        if asked.write:
            write_table([one])
    print("", *totals(found), sep="\n")
    return 0 if all(one.good for one in found) else 1


if __name__ == "__main__":
    sys.exit(main())
