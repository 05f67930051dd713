"""Progress on a terminal: running flows, their steps and deadlines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TextIO

from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from scenarios.records import FlowView, Record, RunFinished, StepStatus, StepView
from scenarios.report.console.base import TextConsole
from scenarios.report.console.safe import SafeConsole
from scenarios.report.console.text import STYLES, safe_text
from scenarios.report.wording import duration, plural, word

ROWS_SHOWN = 12
"""Running flows that are shown at once."""
REFRESHES_PER_SECOND = 4


class LiveConsole(TextConsole):
    """A console with finished flows as lines, and running flows below."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(SafeConsole(stream))
        self._picture: RenderableType = Text()
        self._live = Live(
            console=self._console,
            get_renderable=self.picture,
            refresh_per_second=REFRESHES_PER_SECOND,
            transient=True,
        )

    def __call__(self, record: Record) -> None:
        """Show a record and update the progress."""
        if not self._live.is_started and not self._ended and not isinstance(record, RunFinished):
            self._live.start()
        super().__call__(record)

    def close(self) -> None:
        """Remove the progress and show the result."""
        self._live.stop()
        super().close()

    def picture(self) -> RenderableType:
        """Return the progress; while a record is added, the last one.

        rich calls this with its own lock held, so waiting for ours could deadlock.
        """
        if self._lock.acquire(blocking=False):
            try:
                self._picture = _picture(list(self._view.flows.values()))
            finally:
                self._lock.release()
        return self._picture


def _picture(flows: list[FlowView]) -> RenderableType:
    running = [flow for flow in flows if flow.started_at and not flow.finished]
    rows = Table.grid(padding=(0, 2))
    for flow in running[:ROWS_SHOWN]:
        rows.add_row(*_row(flow))
    more = len(running) - ROWS_SHOWN
    rest = [safe_text(f"and {plural(more, 'more flow')}", "dim")] if more > 0 else []
    return Group(_progress(flows), rows, *rest)


def _progress(flows: list[FlowView]) -> Table:
    done = [flow.verdict for flow in flows if flow.verdict]
    line = Text(f"{len(done)} of {plural(len(flows), 'flow')}")
    for verdict in sorted(set(done), key=lambda verdict: verdict.rank):
        line.append(f"  {done.count(verdict)} {word(verdict)}", style=STYLES[verdict])
    grid = Table.grid(padding=(0, 2))
    grid.add_row(ProgressBar(total=max(len(flows), 1), completed=len(done), width=24), line)
    return grid


def _row(flow: FlowView) -> tuple[Text, ...]:
    step = next(
        (step for step in flow.steps.values() if step.status in {StepStatus.WAITING, StepStatus.RUNNING}),
        None,
    )
    if step is None:
        return (safe_text(flow.id, "bold"), Text(), Text(), Text())
    number = f"step {step.planned.number}/{len(flow.steps)}"
    says = safe_text(f"{step.planned.actor} {step.planned.says}")
    says.truncate(60, overflow="ellipsis")
    return (safe_text(flow.id, "bold"), safe_text(number, "dim"), says, _time(step))


def _time(step: StepView) -> Text:
    """Show the time left, or the duration of a step."""
    now, changed = datetime.now(UTC), step.changed
    if changed and changed.deadline:
        left = max((changed.deadline - now).total_seconds(), 0)
        return safe_text(
            f"waiting, {duration(round(left))} left" if left else "waiting, time is up", "yellow"
        )
    taken = (now - step.started_at).total_seconds() if step.started_at else 0
    return safe_text(duration(taken), "dim") if taken >= 1 else Text()
