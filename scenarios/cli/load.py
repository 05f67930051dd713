"""The command `oms-scenarios load`: runs Locust, writes its report."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from scenarios.choices import MOCK_WORD
from scenarios.cli.params import RunFailedError, WrongUseError
from scenarios.errors import UsageError
from scenarios.load.options import OPTIONS
from scenarios.load.results import FILE_NAME, Numbers, read
from scenarios.load.server import served
from scenarios.load.tenants import NoTenantError, refuse_real
from scenarios.report.load import call_table, failure_lines, write
from scenarios.runner import run_folder as kept

EXTRA = "mock-oms[load]"
LOCUSTFILE = Path(__file__).resolve().parent.parent / "load" / "locustfile.py"
LOG_NAME = "locust.log"
USERS_MAX, PROCESSES_MAX = 100_000, 256
LOG_SHOWN = 12
"""Lines of Locust's log that an error quotes."""

_SPAN = re.compile(r"(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s?)?")


class Span(click.ParamType[int]):
    """A time like `60s`, `5m`, `1h30m`, or `60` for seconds."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return seconds, at least one."""
        found = _SPAN.fullmatch(str(value))
        seconds = (
            sum(int(part or 0) * size for part, size in zip(found.groups(), (3600, 60, 1), strict=True))
            if found
            else 0
        )
        if seconds < 1:
            self.fail(f"expected a time such as 60s, 5m or 1h30m, not {str(value)!r}", param, ctx)
        return seconds


def _shared_options(command: Any) -> Any:
    """Add the options that are passed on to Locust."""
    for option in reversed([row for row in OPTIONS if row.name != "record"]):
        command = click.option(
            option.flag,
            type=option.type,
            default=option.default,
            show_default=bool(option.default),
            metavar=option.metavar,
            help=option.help,
            envvar=option.variable,
        )(command)
    return command


store_option = click.option("--store", default="", help="Store of the started mock, as in mock-oms serve.")
mutant_option = click.option("--mutant", default="", help="Seeded defect of the started mock, by name.")
out_option = click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for numbers and report."
)


@dataclass(frozen=True, slots=True)
class Run:
    """One run of Locust; `shared` are options that Locust has too."""

    users: int
    seconds: int
    processes: int
    folder: Path
    shared: Mapping[str, object]

    @property
    def record(self) -> Path:
        """The file with the numbers, which Locust writes."""
        return self.folder / FILE_NAME


@click.command("load")
@click.option(
    "--target",
    default=MOCK_WORD,
    show_default=True,
    help="mock (starts one), or the URL of a mock.",
)
@click.option(
    "--users", type=click.IntRange(1, USERS_MAX), default=20, show_default=True, help="Number of users."
)
@click.option(
    "--for",
    "seconds",
    type=Span(),
    default="60s",
    show_default=True,
    metavar="TIME",
    help="Duration: 60s, 5m, 1h30m.",
)
@click.option(
    "--processes",
    type=click.IntRange(1, PROCESSES_MAX),
    default=2,
    show_default=True,
    help="Processes that share the users.",
)
@_shared_options
@store_option
@mutant_option
@out_option
@click.option(
    "--draw",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Run nothing: make a page from the numbers that your own locust wrote with --record FILE.",
)
@click.option("--locustfile", is_flag=True, help="Run nothing: print the path of the locustfile.")
def load(
    *,
    target: str,
    users: int,
    seconds: int,
    processes: int,
    store: str,
    mutant: str,
    out: Path | None,
    draw: Path | None,
    locustfile: bool,
    **shared: object,
) -> None:
    """Load a mock, or a system that works against one.

    The command ends with a report.

    With --mix journeys the users play every actor, and every answer is checked: a wrong one is a failure.
    With --mix shop the aggregator is your system. To use several machines, start locust yourself, with
    --master and --worker. The control key is read from the variable MOCK_OMS_CONTROL_KEY.

    Exit status: 0 no failure, 1 failures, 2 wrong use or an unusable target, 3 the run broke.

    \b
    Examples:
      oms-scenarios load
      oms-scenarios load --target http://127.0.0.1:8080 --users 50 --for 5m
      oms-scenarios load --target http://127.0.0.1:8080 --mix shop --orders-per-minute 30
      locust -f "$(oms-scenarios load --locustfile)" --master --host http://oms.test:8080 --record load.json
    """  # noqa: D301 - the escape is click's mark for lines to keep
    if locustfile:
        click.echo(LOCUSTFILE)
        return
    folder = out or kept.RUNS_FOLDER / kept.new_run_name()
    try:
        if draw is not None:
            sys.exit(conclude(read(draw), out or draw.parent))
        run = Run(users, seconds, min(processes, users), folder, shared)
        with _address(target, store, mutant) as url:
            click.echo(f"{users} users for {seconds} s against {url}")
            numbers = _locust(run, url)
    except (UsageError, NoTenantError) as error:
        raise WrongUseError(str(error)) from None
    sys.exit(conclude(numbers, folder))


@contextmanager
def _address(target: str, store: str, mutant: str) -> Iterator[str]:
    """Yield the address of the mock; start one for `mock`."""
    if target == MOCK_WORD:
        with served(store, mutant) as mock:
            yield mock.url
        return
    if not re.match(r"https?://[^/@\s]+/?$", target):
        raise UsageError(f"--target expects mock or an address like http://127.0.0.1:8080, not {target!r}")
    if store or mutant:
        flag = "--store" if store else "--mutant"
        raise UsageError(f"{flag} is for the mock that a run starts; at {target} it cannot be chosen")
    refuse_real(target)
    yield target.rstrip("/")


def _locust(run: Run, url: str) -> Numbers:
    """Run Locust to its end, or until Ctrl-C; return its numbers."""
    if find_spec("locust") is None:
        raise UsageError(f"locust is not installed: pip install '{EXTRA}'")
    run.folder.mkdir(parents=True, exist_ok=True)
    run.record.unlink(missing_ok=True)
    log = run.folder / LOG_NAME
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            _command(run, url),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
        )
        status = _wait(process)
    if not run.record.exists() or status == 2:
        said = _last_words(log)
        raise (
            UsageError(said) if status == 2 else RunFailedError(f"locust ended with status {status}: {said}")
        )
    numbers = read(run.record)
    if status and not numbers.failed:
        raise RunFailedError(f"locust ended with status {status} although no call failed: {_last_words(log)}")
    return numbers


def _command(run: Run, url: str) -> list[str]:
    """Build the command line of Locust.

    All users start at once. Its own tables go to the log.
    """
    shared = [
        text
        for option in OPTIONS
        if option.name in run.shared
        for text in (option.flag, str(run.shared[option.name]))
    ]
    return [
        *(sys.executable, "-P", "-m", "locust", "--locustfile", str(LOCUSTFILE), "--host", url),
        *("--headless", "--only-summary", "--loglevel", "WARNING"),
        *("--users", str(run.users), "--spawn-rate", str(run.users), "--run-time", f"{run.seconds}s"),
        *(("--processes", str(run.processes)) if run.processes > 1 else ()),
        *("--record", str(run.record), *shared),
    ]


def _environment() -> dict[str, str]:
    """Return the environment without options of Locust."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("LOCUST_", "OMS_LOAD_"))
    }


def _wait(process: subprocess.Popen[bytes]) -> int:
    """Return the exit status.

    Ctrl-C reaches Locust too, which then completes its journeys; a second one ends it at once.
    """
    try:
        return process.wait()
    except KeyboardInterrupt:
        try:
            return process.wait()
        except KeyboardInterrupt:
            process.terminate()
            return process.wait()


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    reasons = [line.partition("cannot begin: ")[2] for line in lines if "cannot begin: " in line]
    return reasons[0] if reasons else "\n".join(lines[-LOG_SHOWN:]) or "its log is empty"


def conclude(numbers: Numbers, folder: Path, findings: Sequence[str] = ()) -> int:
    """Write the report, print the numbers, return the exit status."""
    page = write(numbers, folder, findings)
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(call_table(numbers))
    calls, took = numbers.total.calls, numbers.duration_s
    console.print(f"{calls:,} calls in {took:,.1f} s ({calls / took:,.0f} a second)")
    for line in failure_lines(numbers, findings):
        console.print(line)
    if not calls:
        console.print("no call was made")
    console.print(f"numbers: {page.with_name(FILE_NAME)}", soft_wrap=True)
    console.print(f"report: {page}", soft_wrap=True)
    return 1 if numbers.failed or findings or not calls else 0
