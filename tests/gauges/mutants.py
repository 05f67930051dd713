"""Measures the flows: which seeded defects they catch.

    python -m tests.gauges.mutants                  all flows for each defect; what caught it, totals per kind
    python -m tests.gauges.mutants confirm-lost       these defects only
    python -m tests.gauges.mutants --quick            for each no more stories than it takes to turn one red
    python -m tests.gauges.mutants --table            for each the flow that the table names, and no other
    python -m tests.gauges.mutants --write            the same, and the table of expectations is written anew

Exit status 1 when a defect is not caught, or shows more than one root cause.
The table, `mutants.json`, has the shortest flow that catches each defect and the cause that it shows:
the tests run just that flow.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

from mock_oms import mutants
from mock_oms.mutants.patch import Kind
from scenarios.choices import MOCK_WORD
from scenarios.players.person import PersonDesk
from scenarios.records import Masking, Record, RunLog, RunView, Verdict, fold
from scenarios.runner.judging import Rules
from scenarios.runner.launch import prepare
from scenarios.runner.run import Engine
from scenarios.runner.run_folder import Settings
from tests.support.deep_targets import Progress, in_processes, until_interrupted
from tests.support.server import start_server

TABLE = Path(__file__).with_name("mutants.json")
JOBS_MAX = 8
SEED = 20
STORIES = ("PAS-X", "PAS-L", "PAS-S", "PAS-R", "PAS-J")
"""Beginnings of the ids of flows: refusals, reading, sales, returns, journeys."""
FIRST = {
    Kind.TRANSITION: ("PAS-S", "PAS-R"),
    Kind.AUTOMATIC: ("PAS-S", "PAS-R"),
    Kind.RECORD: ("PAS-S", "PAS-R"),
    Kind.SHOWN: ("PAS-L", "PAS-S"),
    Kind.STOCK: ("PAS-S", "PAS-R"),
    Kind.READING: ("PAS-L", "PAS-S"),
    Kind.DOCUMENT: ("PAS-S", "PAS-R"),
}
"""Flows that run first for a kind; the default is the refusals."""
ONE_OF_EACH_KIND = {mutant.kind: mutant.name for mutant in reversed(list(mutants.FOR_FLOWS.values()))}
"""The first defect of each kind: it is tried over HTTP too."""


@dataclass(frozen=True)
class Expected:
    """The flow to run for a defect, and its expected cause."""

    flow: str
    cause: str


@dataclass(frozen=True)
class Found:
    """Keys of causes and failed flows of one defect.

    `mutant` is empty for a mock without a defect.
    """

    mutant: str
    causes: tuple[str, ...]
    flows: tuple[str, ...]
    says: str = ""

    @property
    def good(self) -> bool:
        """Whether it was caught, with exactly one root cause."""
        return len(self.causes) == 1 and bool(self.flows)


class Kept(RunLog):
    """Keeps records in memory, without masking."""

    def __init__(self) -> None:
        self.masking = Masking()
        self.records: list[Record] = []

    def write(self, record: Record) -> Record:
        """Keep a record."""
        self.records.append(record)
        return record


def play(mutant: str = "", patterns: Sequence[str] = (), target: str = MOCK_WORD) -> RunView:
    """Runs flows with this defect, by default in this process."""
    settings = Settings(run="mutants", folder=Path(), patterns=tuple(patterns), target=target)
    with mutants.applied(mutant) if mutant else nullcontext():
        where, plans = prepare(settings)
        log = Kept()
        Engine(where, plans, log, Rules(where.grade, PersonDesk(settings.run)), seed=SEED).run()
    return fold(log.records)


def find(mutant: str, patterns: Sequence[str] = ()) -> Found:
    """Runs flows on a defect; the shortest failed flow comes first."""
    view = play(mutant, patterns)
    red = [flow for flow in view.flows.values() if flow.verdict in (Verdict.FAIL, Verdict.ERROR)]
    red.sort(key=lambda flow: (len(flow.steps), flow.id))
    causes = tuple(cause.key for cause in view.causes)
    return Found(mutant, causes, tuple(flow.id for flow in red), view.causes[0].sentence if causes else "")


def find_quickly(mutant: str) -> Found:
    """Like `find`, one kind of flows after the other until one fails."""
    first = FIRST.get(mutants.MUTANTS[mutant].kind, ())
    found = Found(mutant, (), ())
    for story in dict.fromkeys([*first, *STORIES]):
        found = find(mutant, [story])
        if found.flows:
            break
    return found


def find_by_table(mutant: str) -> Found:
    """Like `find`, with the flow of the table, or all."""
    row = read_table().get(mutant)
    return find(mutant, [row.flow] if row else [])


def causes_over_http(mutant: str) -> list[str]:
    """Returns the causes that a defective server shows."""
    with start_server("--mutant", mutant) as server:
        view = play(patterns=[read_table()[mutant].flow], target=server.url)
    return [cause.key for cause in view.causes]


def read_table() -> dict[str, Expected]:
    """The table of expectations, by name of the defect."""
    if not TABLE.exists():
        return {}
    return {name: Expected(**row) for name, row in json.loads(TABLE.read_text(encoding="utf-8")).items()}


def write_table(found: Iterable[Found]) -> None:
    """Writes rows for the found defects; rows of unknown defects go."""
    rows = {name: {"flow": row.flow, "cause": row.cause} for name, row in read_table().items()}
    rows |= {one.mutant: {"flow": one.flows[0], "cause": one.causes[0]} for one in found if one.good}
    kept = {name: rows[name] for name in sorted(rows) if name in mutants.FOR_FLOWS}
    unfinished = TABLE.with_suffix(".unfinished")  # renamed when it is whole: others may be reading
    unfinished.write_text(json.dumps(kept, indent=2) + "\n", encoding="utf-8")
    unfinished.replace(TABLE)


def find_all(names: Sequence[str], jobs: int, look: Callable[[str], Found] = find) -> Iterator[Found]:
    """Runs flows on several defects at a time."""
    yield from in_processes(look, names, jobs)


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


def main(progress: Progress) -> int:
    """The command; its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.gauges.mutants", description="Run flows on every seeded defect."
    )
    parser.add_argument("names", nargs="*", help="seeded defects; all of them when none is named")
    parser.add_argument("--write", action="store_true", help="write the table of expectations anew")
    parser.add_argument("--table", action="store_true", help="run only the flow that the table names")
    parser.add_argument(
        "--quick", action="store_true", help="stop at the first kind of stories that turns red"
    )
    parser.add_argument(
        "--jobs", type=int, default=min(os.cpu_count() or 1, JOBS_MAX), help="how many at a time"
    )
    asked = parser.parse_args()
    try:
        names = [mutants.named(name).name for name in asked.names] or list(mutants.FOR_FLOWS)
    except ValueError as error:
        parser.error(str(error))
    look = find_by_table if asked.table else find_quickly if asked.quick else find
    sound = find("") if look is find else Found("", (), ())
    progress.stop.check()
    if sound.causes or sound.flows:
        print(f"the flows are red without any defect: {', '.join(sound.flows)}", *sound.causes, sep="\n  ")
        return 1
    found = []
    for one in progress.over(len(names), find_all(names, asked.jobs, look)):
        found.append(one)
        print(tell(one), flush=True)
        if asked.write:
            write_table([one])
    print("", *totals(found), sep="\n")
    bad = not all(one.good for one in found)
    if not asked.names:
        bad |= not _shows_over_http()
        bad |= _gauges_miss()
    return int(bad)


def _shows_over_http() -> bool:
    """Return whether one defect per kind shows its cause over HTTP."""
    table = read_table()
    wrong = [name for name in ONE_OF_EACH_KIND.values() if causes_over_http(name) != [table[name].cause]]
    print(f"{'over HTTP':12} {len(ONE_OF_EACH_KIND) - len(wrong):3} of {len(ONE_OF_EACH_KIND):3}", *wrong)
    return not wrong


def _gauges_miss() -> bool:
    """Print what checks and machine catch; return whether anything was missed."""
    from tests.gauges import contract_gauge, machine_gauge

    missed = False
    for gauge in (contract_gauge, machine_gauge):
        print()
        for line in gauge.lines():
            print(line, flush=True)
            caught, total = line.rsplit(" of ", 1)
            missed |= caught.split()[-1] != total.strip()
    return missed


if __name__ == "__main__":
    sys.exit(until_interrupted("defects", main))
