"""Looks up every locked dependency in the public lists of known vulnerabilities, with pip-audit.

Exit status: 1 when a dependency has a known vulnerability. Where the lists cannot be reached nothing was
looked up: that is said, in one line that cannot be overlooked, and the status is 0. pip-audit by itself calls
it a success when it has skipped every single one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

LOCK = Path(__file__).parent / "requirements.txt"
LISTS = ("pypi", "osv")
"""Where to look, in this order; the next one only when the one before told nothing."""
LIMIT_S = 300
"""A list that has not told everything by then counts as out of reach."""
CALL_LIMIT_S = 10

Row = dict[str, Any]
"""What pip-audit tells of one dependency: `name`, and `vulns` or `skip_reason`."""


def looked_up(source: str) -> list[Row]:
    """What the list `source` tells of each dependency; nothing when it cannot be reached."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--format", "json"]
    command += ["--progress-spinner", "off", "--timeout", str(CALL_LIMIT_S)]
    command += ["--vulnerability-service", source, "--requirement", str(LOCK)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=LIMIT_S, check=False)  # noqa: S603 - our own words
        found: list[Row] = json.loads(done.stdout)["dependencies"]
    except (subprocess.TimeoutExpired, ValueError):
        return []
    return found


def verdict(rows: list[Row]) -> tuple[int, list[str]]:
    """Exit status, and what to say, one line each."""
    told = [row for row in rows if "vulns" in row]
    if not told:
        return 0, ["!!! NOT AUDITED: no list of known vulnerabilities can be reached from here !!!"]
    bad = [f"{row['name']} {row['version']}: {_ids(row)}" for row in told if row["vulns"]]
    skipped = [row["name"] for row in rows if "vulns" not in row]
    lines = [*bad, f"{len(told)} dependencies audited, {len(bad)} with known vulnerabilities"]
    if skipped:
        lines.append(f"!!! NOT AUDITED: {', '.join(skipped)} !!!")
    return int(bool(bad)), lines


def _ids(row: Row) -> str:
    return ", ".join(
        f"{one['id']} (fixed in {' or '.join(one['fix_versions']) or 'none'})" for one in row["vulns"]
    )


def main() -> int:
    """Asks the lists and says what they told."""
    rows: list[Row] = []
    for source in LISTS:
        rows = looked_up(source)
        if any("vulns" in row for row in rows):
            break
    status, lines = verdict(rows)
    print("\n".join(lines), file=sys.stderr)
    return status


if __name__ == "__main__":
    sys.exit(main())
