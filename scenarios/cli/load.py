"""The command `oms-scenarios load`: runs Locust, writes its report."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from socket import create_server
from typing import Any

import click
from rich.status import Status

from scenarios.choices import MOCK_WORD
from scenarios.errors import UsageError
from scenarios.interruption import Interruption, interruptible
from scenarios.load.counters import Counters
from scenarios.load.options import OPTIONS, WRONG_USE
from scenarios.load.results import FILE_NAME, Numbers, numbers_of, read
from scenarios.load.server import served
from scenarios.load.tenants import refuse_real
from scenarios.report.console.safe import SafeConsole
from scenarios.report.files import write_load
from scenarios.report.load import call_table, failure_lines, headline
from scenarios.report.load_results import load_status
from scenarios.runner import run_folder as kept
from scenarios.targets.presence import CONTROL_PATH, TOO_SLOW, absence, gone
from scenarios.targets.sessions import open_session

EXTRA = "mock-oms[load]"
LOCUSTFILE = Path(__file__).resolve().parent.parent / "load" / "locustfile.py"
LOG_NAME = "locust.log"
LOOPBACK = "127.0.0.1"
USERS_MAX, PROCESSES_MAX = 100_000, 256
LOOK_EVERY_S = 1.0
ABSENCES_MAX = 2
"""Looks in a row without an answer after which the target counts as lost."""
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

    Exit status: 0 no failure, 1 failures, 2 wrong use, 3 the run broke, was interrupted, or its target could
    not be used or was lost.

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
    if out is not None and (draw is None or out.resolve() != draw.parent.resolve()):
        kept.refuse_used(out)
    if draw is not None:
        sys.exit(conclude(read(draw), out or draw.parent))
    run = Run(users, seconds, min(processes, users), folder, shared)
    with interruptible() as stop:
        try:
            with _address(target, store, mutant) as url:
                click.echo(f"{users} users for {seconds} s against {url}")
                numbers = _locust(run, url, stop)
        except KeyboardInterrupt as error:
            stop.stop(str(error) or "Interrupted")
            numbers = nothing(target)
        sys.exit(conclude(numbers, folder, interrupted=stop.reason))


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


def nothing(target: str) -> Numbers:
    """Return the numbers of a run without any call."""
    now = time.time()
    return numbers_of(Counters(), title="no call", target=target, started_at=now, ended_at=now, facts={})


def _look(url: str) -> str:
    """Return why nothing answers at a mock.

    Empty if it answers, or may be too busy to answer.
    """
    with open_session(url) as session:
        reason = absence(session, url + CONTROL_PATH)
    return "" if reason == TOO_SLOW else reason


def _locust(run: Run, url: str, stop: Interruption) -> Numbers:
    """Run Locust to its end, or to an interruption; return its numbers."""
    if reason := _look(url):
        raise gone(url, reason)
    if find_spec("locust") is None:
        raise UsageError(f"locust is not installed: pip install '{EXTRA}'")
    run.folder.mkdir(parents=True, exist_ok=True)
    log = run.folder / LOG_NAME
    with log.open("wb") as output:
        process = subprocess.Popen(  # noqa: S603 - our own command
            _command(run, url),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=_environment(),
            start_new_session=True,  # of all its processes only the first gets a signal, from us
        )
        with SafeConsole(sys.stderr).status("starting") as shown:  # on a terminal only
            status = _wait(process, url, stop, shown, run.seconds)
    if status == WRONG_USE and not stop.reason:
        raise UsageError(_last_words(log))
    numbers = read(run.record) if run.record.exists() else None
    if numbers is None or (status and not numbers.failed and not numbers.interrupted):
        stop.stop(f"Locust ended with status {status}: {_last_words(log)}")
    return numbers or nothing(url)


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
        *(("--processes", str(run.processes), *_own_port()) if run.processes > 1 else ()),
        *("--record", str(run.record), *shared),
    ]


def _own_port() -> tuple[str, ...]:
    """Return the options for a free port of this machine.

    Two runs on one machine do not meet on Locust's own port, and no other machine reaches it.
    """
    with create_server((LOOPBACK, 0)) as free:
        port = str(free.getsockname()[1])
    return ("--master-bind-host", LOOPBACK, "--master-bind-port", port, "--master-port", port)


def _environment() -> dict[str, str]:
    """Return the environment without options of Locust."""
    return {
        name: value for name, value in os.environ.items() if not name.startswith(("LOCUST_", "OMS_LOAD_"))
    }


def _wait(process: subprocess.Popen[bytes], url: str, stop: Interruption, shown: Status, seconds: int) -> int:
    """Return the exit status.

    Ctrl-C, SIGTERM and a lost target end Locust, which first completes its journeys; a second Ctrl-C ends it
    at once.
    """
    absent, ending, began = 0, False, time.monotonic()
    while True:
        try:
            return process.wait(LOOK_EVERY_S)
        except subprocess.TimeoutExpired:
            shown.update(f"{time.monotonic() - began:.0f} of {seconds} s")
            reason = "" if ending else _look(url)
            absent = absent + 1 if reason else 0
            if absent == ABSENCES_MAX:
                stop.stop(str(gone(url, reason)))
                ending = _end(process, ending)
        except KeyboardInterrupt:
            ending = _end(process, ending)


def _end(process: subprocess.Popen[bytes], again: bool) -> bool:
    """Let Locust complete its journeys; the second time, end it at once."""
    process.send_signal(signal.SIGTERM if again else signal.SIGINT)
    return True


def _last_words(log: Path) -> str:
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    reasons = [line.partition("cannot begin: ")[2] for line in lines if "cannot begin: " in line]
    return reasons[0] if reasons else "\n".join(lines[-LOG_SHOWN:]) or "its log is empty"


def conclude(numbers: Numbers, folder: Path, findings: Sequence[str] = (), *, interrupted: str = "") -> int:
    """Write the report, print the numbers, return the exit status."""
    if interrupted:
        numbers = numbers.model_copy(update={"interrupted": interrupted})
    reports = write_load(numbers, folder, findings)
    console = SafeConsole()
    console.print(call_table(numbers))
    calls, took = numbers.total.calls, numbers.duration_s
    console.print(f"{calls:,} calls in {took:,.1f} s ({calls / took:,.0f} a second)")
    for line in failure_lines(numbers, findings):
        console.print(line)
    if not calls:
        console.print("no call was made")
    if numbers.interrupted:
        console.print(headline(numbers, findings), soft_wrap=True)
    console.print(f"numbers: {folder / FILE_NAME}", soft_wrap=True)
    console.print(f"report: {reports.html}", soft_wrap=True)
    return load_status(numbers, findings)
