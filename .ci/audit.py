"""Checks every locked dependency for known vulnerabilities, with pip-audit.

The exit status is 1 when a dependency has a known vulnerability. When no list can be reached, nothing was
checked: a warning says so, and the status is 0. pip-audit alone reports success when it has skipped
every dependency.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "requirements.txt"
LISTS = ("pypi", "osv")
"""Lists in order; the next one is used if the one before returns nothing."""
LIMIT_S = 300
"""Time limit for a list; after it the list counts as unreachable."""
CALL_LIMIT_S = 10
WARNING = "WARNING: NOT AUDITED: "
"""Begins the lines that `.ci/run` repeats at its end."""

Row = dict[str, Any]
"""The result for one dependency: `name`, and `vulns` or `skip_reason`."""


def looked_up(source: str) -> list[Row]:
    """Returns the results of a list; nothing when it cannot be reached."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", str(CALL_LIMIT_S)]
    command += ["--vulnerability-service", source, "--requirement", str(LOCK)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)  # noqa: S603 - fixed arguments
        found: list[Row] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return found


def verdict(rows: list[Row]) -> tuple[int, list[str]]:
    """Returns the exit status and the lines to print."""
    checked = [row for row in rows if "vulns" in row]
    if not checked:
        return 0, [f"{WARNING}no list of known vulnerabilities can be reached from here"]
    bad = [f"{row['name']} {row['version']}: {_ids(row)}" for row in checked if row["vulns"]]
    skipped = [row["name"] for row in rows if "vulns" not in row]
    lines = [*bad, f"{len(checked)} dependencies audited, {len(bad)} with known vulnerabilities"]
    if skipped:
        lines.append(f"{WARNING}{', '.join(skipped)}")
    return int(bool(bad)), lines


def _ids(row: Row) -> str:
    return ", ".join(
        f"{one['id']} (fixed in {' or '.join(one['fix_versions']) or 'none'})" for one in row["vulns"]
    )


def main() -> int:
    """Checks the dependencies and prints the result."""
    rows: list[Row] = []
    for source in LISTS:
        rows = looked_up(source)
        if any("vulns" in row for row in rows):
            break
    status, lines = verdict(rows)
    print("\n".join(lines), file=sys.stderr)
    if os.environ.get("GITHUB_ACTIONS"):
        print("\n".join(f"::warning::{line}" for line in lines if line.startswith(WARNING)))
    return status


if __name__ == "__main__":
    sys.exit(main())
