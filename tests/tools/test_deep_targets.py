"""Interrupted deep targets: never green, and what is unfinished is said."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from scenarios.interruption import Interruption, StoppedError
from tests.support.deep_targets import Progress, until_interrupted
from tests.support.server import ROOT, clean_environment

pytestmark = pytest.mark.xdist_group("processes")

LIMIT_S = 100
SIGNALS = {signal.SIGINT: "Interrupted by Ctrl-C", signal.SIGTERM: "Interrupted by SIGTERM"}
TARGETS = {
    "durability": ("tests.tools.durability",),
    "bad-input": ("tests.tools.bad_input",),
    "mutants": ("tests.gauges.mutants", "--table", "--jobs", "2"),
    "truth": ("tests.tools.truth", "--flows", "PAS-S-02"),
    "truth in processes": ("tests.tools.truth", "--flows", "PAS-S-02", "--jobs", "2"),
}
"""Each command prints its first line when its work has begun."""
CHECKED_ELSEWHERE = {"contract-deep", "chain-day"}
"""Commands of the suite, which `tests/scenarios` interrupts."""

each_signal = pytest.mark.parametrize("number", SIGNALS, ids=[number.name for number in SIGNALS])


@contextmanager
def started(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    """Start a module in a process group, which ends with the block."""
    process = subprocess.Popen(
        [sys.executable, "-m", *arguments],
        cwd=ROOT,
        env=clean_environment({"PYTHONUNBUFFERED": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@each_signal
@pytest.mark.parametrize("target", TARGETS)
def test_an_interrupted_target_ends_with_3_and_says_what_is_unfinished(
    target: str, number: signal.Signals
) -> None:
    with started(*TARGETS[target]) as process:
        assert process.stdout is not None
        assert process.stdout.readline()
        if number is signal.SIGINT:
            os.killpg(process.pid, number)  # as a terminal does
        else:
            process.send_signal(number)
        said, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 3, said
    assert re.search(rf"{SIGNALS[number]}, unfinished: [\d,]+ of [\d,]+ [a-z]+ done\n", said)
    assert "Traceback" not in said


@each_signal
def test_an_interrupted_run_of_tests_ends_with_3(number: signal.Signals, tmp_path: Path) -> None:
    kill = f"os.kill(os.getpid(), {int(number)})"
    body = f"import os\ndef test_a(): pass\ndef test_b(): {kill}\ndef test_c(): pass\n"
    (tmp_path / "test_it.py").write_text(body, encoding="utf-8")
    plugin = ("-p", "tests.support.deep_targets", "-p", "no:cacheprovider")
    with started("pytest", *plugin, "-c", os.devnull, f"--rootdir={tmp_path}", str(tmp_path)) as process:
        said, _ = process.communicate(timeout=LIMIT_S)
    assert process.returncode == 3, said
    assert f"{SIGNALS[number]}, unfinished: 1 of 3 tests done" in said


def test_work_that_swallows_an_interruption_stops_all_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    def work(progress: Progress) -> int:
        for _ in progress.over(3, range(3)):
            progress.stop.stop("Interrupted")
        return 0

    assert until_interrupted("parts", work) == 3
    assert capsys.readouterr().out == "Interrupted, unfinished: 1 of 3 parts done\n"


def test_work_that_ends_keeps_its_status() -> None:
    assert until_interrupted("parts", lambda progress: len(list(progress.over(2, "ab")))) == 2


def test_no_part_begins_after_an_interruption() -> None:
    with pytest.raises(StoppedError, match="Interrupted"):
        next(Progress("parts", Interruption("Interrupted")).over(1, "a"))


def test_every_deep_target_is_interrupted_here_or_in_the_tests_of_the_suite() -> None:
    """A new target needs a row above, or the plug-in."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipes = dict(re.findall(r"^([a-z-]+):.*?## .*\n((?:\t.*\n)+)", makefile, re.MULTILINE))
    deep = {name for name, recipe in recipes.items() if re.search(r"-m tests\.(tools|gauges)|deep", recipe)}
    deep -= {"lint", "openapi", "bench"}
    with_plugin = {name for name in deep if "-p tests.support.deep_targets" in recipes[name]}
    assert {"machine-deep", "stores-deep"} <= with_plugin
    assert deep - with_plugin - CHECKED_ELSEWHERE == {target.split()[0] for target in TARGETS}
