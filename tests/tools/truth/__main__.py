"""Measures the verdicts on an OMS written from the fact sheet alone.

    python -m tests.tools.truth                        choices with all flows, defects with their flows
    python -m tests.tools.truth confirm-lost mix-3       these cases only
    python -m tests.tools.truth --flows 'PAS-S-*'        these flows only
    python -m tests.tools.truth --all                    all flows for the defects too
    python -m tests.tools.truth --write                  note the shortest flow that shows each defect

Exit status 1 when a flow fails or is blocked on a sound OMS, when a defect does not show as exactly one
cause, and when a case crashes.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from functools import partial

from tests.support.deep_targets import Progress, in_processes, until_interrupted
from tests.tools.truth.cases import Case, all_cases
from tests.tools.truth.playing import HALTED, Found
from tests.tools.truth.table import find_noted, write_table


def main(progress: Progress) -> int:
    """Run the command; return the exit status."""
    given = _arguments()
    known = all_cases()
    unknown = [name for name in given.names if name not in known]
    if unknown:
        print(f"unknown cases: {', '.join(unknown)}; known are {', '.join(known)}")
        return 2
    cases = [known[name] for name in given.names] or list(known.values())
    found = []
    for one in progress.over(len(cases), _find_all(cases, given)):
        found.append(one)
        print(show(one), flush=True)
        if given.write:
            write_table([one])
    print("", *totals(found), sep="\n")
    return int(not all(one.good for one in found))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.truth", description="Run the flows on an OMS that is not the mock."
    )
    parser.add_argument("names", nargs="*", help="choices (FIELD=JSON, mix-N) and defects; all without")
    parser.add_argument("--flows", action="append", default=[], help="pattern of flows; may be repeated")
    parser.add_argument("--all", action="store_true", help="run all flows for defects too")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="cases at a time")
    parser.add_argument("--parallel", type=int, default=4, help="flows at a time in each case")
    parser.add_argument("--write", action="store_true", help="write the table of flows that show each defect")
    return parser.parse_args()


def _find_all(cases: Sequence[Case], given: argparse.Namespace) -> Iterator[Found]:
    look = partial(find_noted, flows=tuple(given.flows), whole=given.all, parallel=given.parallel)
    if given.jobs <= 1:
        yield from map(look, cases)
        return
    yield from in_processes(look, cases, given.jobs)


def show(found: Found) -> str:
    """Describe a case in a few lines."""
    lines = [f"{_head(found):12} {found.case.name} ({found.seconds:.0f} s): {found.case.says()}"]
    lines += found.crash.splitlines()
    if not found.good or found.case.defects:
        lines += [
            f"  {cause.verdict} {cause.key} | {cause.sentence} | "
            f"{len(cause.flows)} flows: {', '.join(cause.flows[:4])}"
            for cause in (found.failures if found.case.defects else found.halted)
        ]
    return "\n".join(lines)


def _head(found: Found) -> str:
    if found.good:
        return "right"
    if found.crash:
        return "CRASHED"
    if not found.case.defects:
        return f"{sum(verdict in HALTED for verdict in found.flows.values())} HALTED"
    return f"{len(found.failures)} CAUSES" if found.failures else "MISSED"


def totals(found: Sequence[Found]) -> list[str]:
    """Return the table of all cases."""
    sound = [one for one in found if not one.case.defects]
    broken = [one for one in found if one.case.defects]
    return [
        f"choices whose flows all end        {sum(one.good for one in sound):3} of {len(sound):3}",
        f"defects with one cause each        {sum(one.good for one in broken):3} of {len(broken):3}",
        f"defects missed                     {sum(not one.failures for one in broken):3}",
        f"defects with several causes        {sum(bool(o.failures) and not o.good for o in broken):3}",
        f"cases that crashed                 {sum(bool(one.crash) for one in found):3}",
    ]


if __name__ == "__main__":
    sys.exit(until_interrupted("cases", main))
