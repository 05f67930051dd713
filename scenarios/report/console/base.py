"""Base of the text consoles."""

from __future__ import annotations

from collections.abc import Iterable
from threading import RLock

from rich.console import Console
from rich.text import Text

from scenarios.choices import Player
from scenarios.records import (
    Exchange,
    FlowFinished,
    Note,
    Record,
    Resumed,
    Run,
    RunFinished,
    RunView,
    StepChanged,
    StepFinished,
    Verdict,
)
from scenarios.report.console.summary import run_summary
from scenarios.report.console.text import safe_text, tagged
from scenarios.report.wording import duration, plural, price

_QUIET = (Verdict.PASS, Verdict.SKIP)


class TextConsole:
    """The progress of a run as text."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._view = RunView()
        self._lock = RLock()
        self._ended = False

    def __call__(self, record: Record) -> None:
        """Show a record."""
        with self._lock:
            self._remember(record)
            self._show(record)

    def recall(self, records: Iterable[Record]) -> None:
        """Add earlier records without showing them."""
        with self._lock:
            for record in records:
                self._remember(record)

    def close(self) -> None:
        """Show the result of the run, or that it was interrupted."""
        with self._lock:
            if self._view.run and not self._ended:
                self._ended = True
                for part in run_summary(self._view):
                    self._console.print(part, soft_wrap=isinstance(part, Text))

    def _remember(self, record: Record) -> None:
        """Add a record to the view, without the many bodies."""
        if not isinstance(record, Exchange):
            self._view.add(record)

    def _show(self, record: Record) -> None:
        match record:
            case Run() | Resumed():
                self._say_beginning("Resumed run" if isinstance(record, Resumed) else "Run")
                if record.price:
                    self._say(safe_text(f"planned  {price(record.price)}"))
            case StepChanged() if record.instruction:
                self._say_instruction(record)
            case StepFinished() if record.verdict not in _QUIET and record.blocked_by is None:
                self._say_step(record)
            case FlowFinished():
                self._say_flow(record)
            case Note(flow=None):
                self._say(safe_text(f"note     {record.text}", "dim"))
            case RunFinished():
                self.close()

    def _say(self, line: Text) -> None:
        self._console.print(line, soft_wrap=True)

    def _say_beginning(self, verb: str) -> None:
        run = self._view.run
        if run:
            skipped = sum(flow.skip is not None for flow in run.flows)
            rest = f", {skipped} of them skipped" if skipped else ""
            where = f" at {run.target.url}" if run.target.url else ""
            what = f"{verb} {run.run} on {run.target.name}{where}: {plural(len(run.flows), 'flow')}{rest}"
            self._say(safe_text(what, "bold"))

    def _say_instruction(self, record: StepChanged) -> None:
        who = "a person" if record.player is Player.PERSON else "the system under test"
        step = self._view.flows[record.flow].steps[record.step] if record.flow in self._view.flows else None
        actor = step.planned.actor if step else "somebody"
        line = safe_text(f"{record.flow}, step {record.step}: {actor}, played by {who}", "bold")
        line.append_text(safe_text(f"\n         {record.instruction}", "none"))
        if record.watched_for:
            line.append_text(safe_text(f"\n         waiting for {record.watched_for}", "dim"))
        if record.deadline:
            line.append_text(safe_text(f"\n         until {record.deadline.astimezone():%H:%M:%S}", "dim"))
        self._say(line)

    def _say_step(self, record: StepFinished) -> None:
        rest = f": {record.message}" if record.message else ""
        self._say(tagged(record.verdict, f"{record.flow}, step {record.step}{rest}"))

    def _say_flow(self, record: FlowFinished) -> None:
        flow = self._view.flows.get(record.flow)
        title = f"  {flow.planned.title}" if flow else ""
        seconds = flow.seconds if flow else None
        took = f" ({duration(seconds)})" if seconds is not None else ""
        self._say(tagged(record.verdict, f"{record.flow}{title}{took}"))
