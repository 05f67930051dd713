"""Measures the mock beside other servers: `python -m tests.tools.bench`.

The other servers are WireMock, MockServer, Prism and a bare Flask application.

Each answers the same two calls: GET of one order among 10,000, and POST confirm with a JSON body, for each of
10,000 orders. All are started several times, for the time to their first right answer, then warmed up, then
put under load in turn, round after round. Needs wrk, except for --pages; a server whose programs are missing
is reported.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import time
from pathlib import Path

from rich.console import Console

from tests.support.server import ROOT
from tests.tools.bench import machine, million, pages, report
from tests.tools.bench.contenders import OURS, contenders
from tests.tools.bench.measuring import Plan, measure

WIDTH = 110
TABLE = ROOT / "tests" / "BENCH.md"
PART = re.compile(r"(<!-- measured: bench -->\n).*?(<!-- /measured: bench -->)", re.DOTALL)


def main() -> None:
    """Measures what was asked for, shows it and keeps it in runs/."""
    chosen = _parser().parse_args()
    if not chosen.pages and shutil.which("wrk") is None:
        sys.exit("wrk is not installed; Debian has it as package wrk")
    console = Console(highlight=False, width=WIDTH)
    if chosen.million:
        _keep(console, "million", million.measure(chosen.store, chosen.requests, console.print))
    elif chosen.pages:
        _keep(console, "pages", pages.measure(chosen.store, chosen.orders, console.print))
    else:
        _compare(chosen, console)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.bench", description=__doc__)
    parser.add_argument("--seconds", type=int, default=4, help="length of each run of wrk")
    parser.add_argument("--rounds", type=int, default=3, help="runs of each server and call, in turn")
    parser.add_argument("--starts", type=int, default=5, help="how often each server is started")
    parser.add_argument("--warm-up", type=int, default=10, help="seconds of each call before Java counts")
    parser.add_argument("--only", default="", help="names of servers, with commas; ours is always there")
    parser.add_argument("--store", default="memory", help="the store of ours")
    parser.add_argument("--write", action="store_true", help="put the numbers into tests/BENCH.md")
    parser.add_argument("--million", action="store_true", help="memory of ours during many requests instead")
    parser.add_argument("--requests", type=int, default=1_000_000, help="how many of them")
    parser.add_argument("--pages", action="store_true", help="cost of a page of a long list of ours instead")
    parser.add_argument("--orders", type=int, default=1_000_000, help="orders of the long list")
    return parser


def _compare(chosen: argparse.Namespace, console: Console) -> None:
    described = machine.described()
    wanted = {OURS, *filter(None, chosen.only.split(","))}
    several = contenders(chosen.store, chosen.warm_up)
    unknown = wanted - {one.name for one in several}
    if unknown:
        sys.exit(f"--only: {', '.join(unknown)}: expected some of {', '.join(one.name for one in several)}")
    if chosen.only:
        several = tuple(one for one in several if one.name in wanted)
    found = measure(several, Plan(chosen.seconds, chosen.rounds, chosen.starts), console.print)
    described["load after"] = machine.load()
    console.print(*report.tables(found), *report.settings(found), sep="\n")
    _keep(console, "servers", report.as_json(found, described))
    if chosen.write:
        text = TABLE.read_text(encoding="utf-8")
        part = report.markdown(found, described)
        TABLE.write_text(PART.sub(lambda m: f"{m[1]}{part}\n{m[2]}", text), encoding="utf-8")


def _keep(console: Console, name: str, found: dict[str, object]) -> None:
    path = Path(ROOT, "runs", f"bench-{name}-{time.strftime('%Y%m%dT%H%M%S')}.json")
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    console.print(f"all numbers: {path.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
