"""The summary at the end: root causes, skipped flows, counts per journey."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from rich import box
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from scenarios.records import RunView, Verdict
from scenarios.report.body_text import in_one_line
from scenarios.report.build import build_report
from scenarios.report.console.text import STYLES, safe_text, tagged
from scenarios.report.headline import headline
from scenarios.report.summary import CauseSummary
from scenarios.report.wording import at_calls, duration, graded, plural, word

PLACES_SHOWN = 6
VALUE_LIMIT = 300
"""Characters of an expected or actual value."""
_INDENT = " " * 9
_COLUMNS: tuple[Verdict | None, ...] = (*Verdict, None)


def run_summary(view: RunView) -> list[RenderableType]:
    """Return all parts of the summary."""
    parts: list[RenderableType] = [Text()]
    report = build_report(view)
    if report.causes:
        parts.append(safe_text("Root causes", "bold"))
        parts += [line for cause in report.causes for line in _cause(cause)]
        parts.append(Text())
    parts += [*_open_points(view), *_skipped(view)]
    if view.flows:
        parts.append(_table(view))
    if view.finished and view.wanting:
        found = plural(len(view.wanting), "flow")
        parts.append(safe_text(f"{found} lacked writes or a person. Try again: oms-scenarios resume RUN"))
    if report.duration_s is not None:
        parts.append(safe_text(f"took {duration(report.duration_s)}", "dim"))
    ending = "" if report.exit_status is None else f" (exit status {report.exit_status})"
    parts.append(safe_text(f"{headline(report)}{ending}", "bold"))
    return parts


def _cause(cause: CauseSummary) -> Iterator[Text]:
    yield tagged(cause.verdict, f"{cause.sentence} ({plural(len(cause.flows), 'flow')})")
    for name, value in (("expected", cause.expected), ("actual", cause.seen)):
        if value is not None:
            yield safe_text(f"{_INDENT}{name + ':':9} {in_one_line(value, VALUE_LIMIT)}")
    facts = filter(None, (at_calls(cause.calls), graded(cause.grades) if cause.grades else ""))
    if line := "; ".join(facts):
        yield safe_text(f"{_INDENT}{line}", "dim")
    first = [f"{place.flow}" + (f" step {place.step}" if place.step else "") for place in cause.places]
    more = f" and {len(first) - PLACES_SHOWN} more" if len(first) > PLACES_SHOWN else ""
    yield safe_text(f"{_INDENT}{', '.join(first[:PLACES_SHOWN])}{more}", "dim")


def _open_points(view: RunView) -> Iterator[Text]:
    """Yield the number of open points, and the unusual ones."""
    others = [
        note for note in view.met if note.met and note.met.field and note.met.value != note.met.expected
    ]
    if view.met:
        names = ", ".join(dict.fromkeys(note.about for note in others))
        rest = f"; other than in the profile or assumed: {names}" if others else ""
        yield safe_text(f"{plural(len(view.met), 'open point')} met (see the report){rest}", "dim")
        yield Text()


def _skipped(view: RunView) -> list[RenderableType]:
    reasons = Counter(flow.message for flow in view.flows.values() if flow.verdict is Verdict.SKIP)
    lines: list[RenderableType] = [
        tagged(Verdict.SKIP, f"{plural(number, 'flow')}: {reason}") for reason, number in reasons.items()
    ]
    return [*lines, Text()] if lines else []


def _table(view: RunView) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_footer=True)
    journeys: dict[str, Counter[Verdict | None]] = {}
    for flow in view.flows.values():
        journeys.setdefault(flow.planned.journey, Counter())[flow.verdict] += 1
    total = sum(journeys.values(), Counter[Verdict | None]())
    columns = [verdict for verdict in _COLUMNS if total[verdict]]
    table.add_column("journey", "all", overflow="fold")
    for verdict in columns:
        table.add_column(word(verdict), str(total[verdict]), justify="right", style=STYLES[verdict])
    for journey, counted in journeys.items():
        table.add_row(safe_text(journey), *(str(counted[verdict] or "") for verdict in columns))
    return table
