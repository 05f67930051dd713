"""Compares the claims of two collections of tests.

`python -m tests.tools.claims BEFORE AFTER`: folders with a checkout, or files with the output of
`pytest --collect-only -q`. A claim is the name of a test with its parameters, without its file: a test that
only moves keeps its claim. Exit status 1 when a claim was removed.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

COLLECT = ("-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider")
LIMIT_S = 300

Claims = Counter[str]
"""How many files make each claim."""


def collected(place: Path) -> str:
    """Return the collected test ids of a checkout or of a file."""
    if place.is_file():
        return place.read_text(encoding="utf-8")
    own = place / ".venv" / "bin" / "python"
    python = str(own) if own.exists() else sys.executable
    done = subprocess.run(
        [python, *COLLECT], cwd=place, check=True, capture_output=True, text=True, timeout=LIMIT_S
    )
    return done.stdout


def claims(listing: str, renamed: Mapping[str, str] | None = None) -> Claims:
    """Return the claims of a listing, with renamed words replaced."""
    found = Claims(line.split("::", 1)[1] for line in listing.splitlines() if re.match(r"\S+\.py::", line))
    for old, new in (renamed or {}).items():
        found = Claims(_counted((claim.replace(old, new), times) for claim, times in found.items()))
    return found


def _counted(pairs: Iterable[tuple[str, int]]) -> Iterator[str]:
    for claim, times in pairs:
        yield from [claim] * times


def difference(one: Claims, other: Claims) -> list[str]:
    """Describe the claims of `one` that `other` lacks, one line per test."""
    missing = one - other
    by_test: dict[str, list[str]] = {}
    for claim in sorted(missing.elements()):
        by_test.setdefault(claim.partition("[")[0], []).append(claim)
    total = Counter(claim.partition("[")[0] for claim in one.elements())
    return [_line(test, found, total[test]) for test, found in by_test.items()]


def _line(test: str, found: list[str], total: int) -> str:
    if len(found) == total:
        return f"{test} ({total})"
    parameters = ", ".join(claim.removeprefix(test) for claim in found)
    return f"{test} ({len(found)} of {total}): {parameters}"


def _pair(text: str) -> tuple[str, str]:
    old, separator, new = text.partition("=")
    if not separator or not old:
        raise argparse.ArgumentTypeError(f"expected OLD=NEW, not {text!r}")
    return old, new


def main(arguments: list[str] | None = None) -> int:
    """Run the command and return its exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.tools.claims", description="Compare the claims of two collections of tests."
    )
    parser.add_argument("before", type=Path, help="folder of a checkout, or file with a collection")
    parser.add_argument("after", type=Path, help="the same, later")
    parser.add_argument(
        "--renamed", type=_pair, action="append", default=[], metavar="OLD=NEW", help="a word with a new name"
    )
    options = parser.parse_args(arguments)
    before = claims(collected(options.before), dict(options.renamed))
    after = claims(collected(options.after), dict(options.renamed))
    removed, added = difference(before, after), difference(after, before)
    print(f"{before.total()} claims before, {after.total()} after")
    for title, lines in (("removed", removed), ("added", added)):
        print(f"\n{title}: {sum((before - after if title == 'removed' else after - before).values())}")
        print(*lines, sep="\n")
    return int(bool(removed))


if __name__ == "__main__":
    sys.exit(main())
