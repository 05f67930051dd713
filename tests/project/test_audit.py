"""The audit reports skipped dependencies, and fails only on vulnerabilities."""

from __future__ import annotations

import os
import runpy
import subprocess
from pathlib import Path
from typing import Any

from tests.support.server import ROOT

verdict = runpy.run_path(str(ROOT / ".ci" / "audit.py"))["verdict"]


def _row(name: str, *ids: str) -> dict[str, Any]:
    return {"name": name, "version": "1.0", "vulns": [{"id": one, "fix_versions": ["1.1"]} for one in ids]}


def test_a_known_vulnerability_fails_and_is_named_with_the_version_that_ends_it() -> None:
    status, lines = verdict([_row("fine"), _row("bad", "CVE-1", "CVE-2")])

    assert status == 1
    assert lines == [
        "bad 1.0: CVE-1 (fixed in 1.1), CVE-2 (fixed in 1.1)",
        "2 dependencies audited, 1 with known vulnerabilities",
    ]


def test_a_list_out_of_reach_is_said_and_does_not_fail() -> None:
    assert verdict([]) == verdict([{"name": "flask", "skip_reason": "not found"}])

    status, (line,) = verdict([])

    assert status == 0
    assert line == "WARNING: NOT AUDITED: no list of known vulnerabilities can be reached from here"


def test_what_alone_was_not_looked_up_is_named() -> None:
    status, lines = verdict([_row("fine"), {"name": "ours", "skip_reason": "not found"}])

    assert status == 0
    assert lines == [
        "1 dependencies audited, 0 with known vulnerabilities",
        "WARNING: NOT AUDITED: ours",
    ]


def test_the_build_ends_with_the_warning(tmp_path: Path) -> None:
    make = tmp_path / "make"
    make.write_text(
        '#!/bin/sh\n[ "$1" != audit ] || echo "WARNING: NOT AUDITED: all" >&2\necho "made $1" >&2\n',
        encoding="utf-8",
    )
    make.chmod(0o755)
    ended = subprocess.run(
        [ROOT / ".ci" / "run"],
        env={**os.environ, "PATH": f"{tmp_path}{os.pathsep}{os.environ['PATH']}"},
        capture_output=True,
        text=True,
        timeout=60,
        check=True,
    )

    assert ended.stderr.splitlines()[-2:] == ["made check", "WARNING: NOT AUDITED: all"]
