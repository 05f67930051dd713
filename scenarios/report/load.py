"""The page of a load run: charts, and a row per touchpoint.

The numbers come from `scenarios.load.results`; the charts are SVG without a script.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.table import Table

from scenarios.load.results import Numbers, Row, Second
from scenarios.report import wording
from scenarios.report.page import asset, environment, policy

NO_CALL = "No call was made"
WIDTH, HEIGHT = 720.0, 190.0
LEFT, RIGHT, TOP, BOTTOM = 56.0, 8.0, 10.0, 26.0
POINTS_LIMIT = 240
"""Points of a line; in a longer run a point covers several seconds."""
TICKS = 4
_NICE = (1, 2, 2.5, 5, 10)


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: position and text."""

    at: float
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart.

    `kind` names its style; `parts` are polylines, interrupted where nothing was measured.
    """

    kind: str
    says: str
    parts: list[str]
    dots: list[tuple[str, str]]
    """Isolated points, where a line would be invisible."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Lines over the time of the run."""

    id: str
    title: str
    says: str
    across: list[Tick]
    up: list[Tick]
    lines: list[Line]
    empty: str


def render(numbers: Numbers, findings: Sequence[str] = ()) -> str:
    """Render the page; `findings` are more sentences about failures."""
    style = asset("report.css") + "\n" + asset("load.css")
    return (
        environment()
        .get_template("load.html.jinja")
        .render(
            numbers=numbers,
            headline=headline(numbers, findings),
            good=not (numbers.failed or findings or numbers.interrupted or not numbers.total.calls),
            findings=findings,
            facts=_facts(numbers),
            charts=charts(numbers.seconds) if numbers.total.calls else [],
            style=style,
            policy=policy(style, ""),
            ms=milliseconds,
        )
    )


def headline(numbers: Numbers, findings: Sequence[str] = ()) -> str:
    """Summarize the result."""
    if numbers.interrupted:
        so_far = f"{numbers.total.calls:,} calls, {wording.plural(numbers.failed, 'failure')} so far"
        return f"{numbers.interrupted}, unfinished: {so_far}"
    if not numbers.total.calls:
        return NO_CALL
    calls = wording.plural(numbers.total.calls, "call")
    if not numbers.failed and not findings:
        return f"{calls}, no failure"
    parts = [wording.plural(numbers.failed, "failure")] if numbers.failed else []
    parts += [wording.plural(len(findings), "finding")] if findings else []
    return f"{' and '.join(parts)} in {calls}"


def _facts(numbers: Numbers) -> list[tuple[str, str]]:
    rate = numbers.total.calls / numbers.duration_s
    return [
        ("Took", wording.duration(numbers.duration_s)),
        ("Calls per second", f"{rate:,.1f}" if rate < 100 else f"{rate:,.0f}"),
        ("Half within", milliseconds(numbers.total.p50_ms)),
        ("95 % within", milliseconds(numbers.total.p95_ms)),
        ("99 % within", milliseconds(numbers.total.p99_ms)),
        *numbers.facts.items(),
    ]


def milliseconds(value: float | None) -> str:
    """Format a time; a dash if it was not measured."""
    return "-" if value is None else wording.duration(value / 1000)


def charts(seconds: Sequence[Second]) -> list[Chart]:
    """Build the three charts of a run."""
    steps = _steps(seconds)
    return [
        _chart("rate", "Calls per second", steps, (("calls", "calls", "calls"),), _count),
        _chart(
            "times",
            "Time of the answers",
            steps,
            (
                ("p99", "99 % within", "p99_ms"),
                ("p95", "95 % within", "p95_ms"),
                ("p50", "half within", "p50_ms"),
            ),
            milliseconds,
        ),
        _chart(
            "failures",
            "Failures per second",
            steps,
            (("failures", "failures", "failures"),),
            _count,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Step:
    """One or several seconds as one point: mean counts, worst percentiles."""

    at: int
    calls: float
    failures: float
    p50_ms: float | None
    p95_ms: float | None
    p99_ms: float | None


def _steps(seconds: Sequence[Second]) -> list[Step]:
    width = max(math.ceil(len(seconds) / POINTS_LIMIT), 1)
    groups = [seconds[start : start + width] for start in range(0, len(seconds), width)]
    return [
        Step(
            at=group[0].at,
            calls=sum(second.calls for second in group) / len(group),
            failures=sum(second.failures for second in group) / len(group),
            p50_ms=_worst([second.p50_ms for second in group]),
            p95_ms=_worst([second.p95_ms for second in group]),
            p99_ms=_worst([second.p99_ms for second in group]),
        )
        for group in groups
    ]


def _worst(values: Sequence[float | None]) -> float | None:
    return max((value for value in values if value is not None), default=None)


def _count(value: float | None) -> str:
    return "-" if value is None else f"{value:,.0f}" if value >= 10 or value == int(value) else f"{value:.1f}"


def _chart(
    id: str,
    title: str,
    steps: Sequence[Step],
    lines: Sequence[tuple[str, str, str]],
    say: Callable[[float | None], str],
) -> Chart:
    values = [value for _, _, name in lines for step in steps if (value := getattr(step, name)) is not None]
    top, size = _top(max(values, default=0.0))
    end = max(steps[-1].at, 1)

    def x(at: float) -> float:
        return LEFT + at / end * (WIDTH - LEFT - RIGHT)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - value / top * (HEIGHT - TOP - BOTTOM)

    return Chart(
        id=id,
        title=title,
        says=f"{title}: at most {say(max(values, default=0.0))}",
        across=[Tick(x(at), _moment(at)) for at in _times(end)],
        up=[
            Tick(y(size * number), say(size * number) if number else "0")
            for number in range(round(top / size) + 1)
        ],
        lines=[_line(kind, says, _points(steps, name, x, y)) for kind, says, name in lines],
        empty="" if any(values) else "None." if id == "failures" else "Nothing was measured.",
    )


Point = tuple[str, str]


def _points(
    steps: Sequence[Step], name: str, x: Callable[[float], float], y: Callable[[float], float]
) -> list[list[Point]]:
    """Return the points of a line, in runs without a gap."""
    runs: list[list[Point]] = [[]]
    for step in steps:
        value = getattr(step, name)
        if value is None:
            runs.append([])
        else:
            runs[-1].append((f"{x(step.at):.1f}", f"{y(value):.1f}"))
    return runs


def _line(kind: str, says: str, runs: Sequence[Sequence[Point]]) -> Line:
    parts = [" ".join(",".join(point) for point in run) for run in runs if len(run) > 1]
    return Line(kind, says, parts, [run[0] for run in runs if len(run) == 1])


def _top(largest: float) -> tuple[float, float]:
    """Return the end of an axis, and the distance of its marks."""
    rough = max(largest, 1e-9) / TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    size = next((nice * power for nice in _NICE if nice * power >= rough * (1 - 1e-9)), 10 * power)
    if largest == 0:
        return 1.0, 1.0
    return size * max(math.ceil(largest / size - 1e-9), 1), size


_SPANS_S = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def _times(end: int) -> list[int]:
    width = next((span for span in _SPANS_S if end / span <= 6), math.ceil(end / 6))
    return list(range(0, end + 1, width))


def _moment(at: int) -> str:
    minutes, seconds = divmod(at, 60)
    if at < 120:
        return f"{at} s"
    return f"{minutes} min" if not seconds else f"{minutes}:{seconds:02}"


def call_table(numbers: Numbers) -> Table:
    """Build the table for the terminal, a row per name."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("call", "calls", "failed", "p50", "p95", "p99", "max"):
        table.add_column(title, justify="left" if title == "call" else "right")
    for row in (*numbers.calls, numbers.total, *numbers.system):
        table.add_row(row.name, f"{row.calls:,}", f"{row.failures:,}", *_row_times(row))
    return table


def _row_times(row: Row) -> list[str]:
    return [milliseconds(value) for value in (row.p50_ms, row.p95_ms, row.p99_ms, row.max_ms)]


def failure_lines(numbers: Numbers, findings: Sequence[str] = ()) -> list[str]:
    """List the failures, a line each."""
    parts = [f"failed: {one.times:,} x {one.name}: {one.message}" for one in numbers.failures]
    return [*parts, *(f"finding: {sentence}" for sentence in findings)]
