"""The table and the aims with measured values, as Markdown and JSON."""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass

from rich.table import Table

from tests.tools.bench.contenders import DEFAULT, OURS, TUNED
from tests.tools.bench.load import CONNECTIONS, Load
from tests.tools.bench.measuring import Measured

HEAD = (
    *("server", "start s", "MB idle", "MB after"),
    *("GET/s", "p50/p99 ms", "CPU µs", "POST/s", "p50/p99 ms", "CPU µs"),
)
Number = Callable[[Load], float]


def median(one: Measured, call: str, number: Number) -> float:
    """The median over the rounds."""
    return statistics.median(number(load) for load in one.loads[call])


def row(one: Measured) -> tuple[str, ...]:
    """One line of the table."""
    if one.absent:
        return (one.name, *["-"] * (len(HEAD) - 1))
    start = f"{statistics.median(one.starts_s):.2f}" if one.starts_s else "-"
    memory = (f"{one.idle_mb:.0f}", f"{one.after_mb:.0f}")
    return (one.name, start, *memory, *_cells(one, "get"), *_cells(one, "confirm"))


def _cells(one: Measured, call: str) -> tuple[str, ...]:
    if not one.loads[call]:
        return ("-",) * 3
    p50, p99 = (median(one, call, number) for number in (lambda load: load.p50_ms, _slowest))
    rate, cpu = median(one, call, _rate), median(one, call, lambda load: load.cpu_us)
    return f"{rate:,.0f}", f"{p50:.1f}/{p99:.1f}", f"{cpu:.0f}"


@dataclass(frozen=True, slots=True)
class Aim:
    """The mock's ratio to another server, at most or at least `bound`."""

    claim: str
    against: str
    ratio: Callable[[Measured, Measured], float]
    bound: float
    at_most: bool

    def met(self, ratio: float) -> bool:
        """Whether it is reached."""
        return ratio <= self.bound if self.at_most else ratio >= self.bound


def _start(ours: Measured, theirs: Measured) -> float:
    return statistics.median(ours.starts_s) / statistics.median(theirs.starts_s)


def _memory(ours: Measured, theirs: Measured) -> float:
    return ours.after_mb / theirs.after_mb


def _by_round(call: str, number: Number) -> Callable[[Measured, Measured], float]:
    """Return the median of the ratios of each round.

    A slow minute of the machine then counts for both servers.
    """

    def ratio(ours: Measured, theirs: Measured) -> float:
        pairs = zip(ours.loads[call], theirs.loads[call], strict=True)
        return statistics.median(number(mine) / number(other) for mine, other in pairs)

    return ratio


def _rate(load: Load) -> float:
    return load.per_s


def _slowest(load: Load) -> float:
    return load.p99_ms


AIMS = (
    *(Aim("start", name, _start, 1 / 3, at_most=True) for name in (DEFAULT, TUNED)),
    Aim("memory after load", TUNED, _memory, 1 / 2, at_most=True),
    *(Aim("GET per second", name, _by_round("get", _rate), 1, at_most=False) for name in (DEFAULT, TUNED)),
    *(
        Aim("POST per second", name, _by_round("confirm", _rate), 1, at_most=False)
        for name in (DEFAULT, TUNED)
    ),
    Aim("GET p99", TUNED, _by_round("get", _slowest), 1, at_most=True),
    Aim("POST p99", TUNED, _by_round("confirm", _slowest), 1, at_most=True),
)
AIMS_HEAD = ("mock-oms to", "ratio", "aim", "")


def aim_row(aim: Aim, found: Mapping[str, Measured]) -> tuple[str, ...]:
    """One aim, its ratio in this run and whether that is enough."""
    wanted = f"{'at most' if aim.at_most else 'at least'} {aim.bound:.2f}"
    about = f"{aim.against}: {aim.claim}"
    ours, theirs = found.get(OURS), found.get(aim.against)
    if ours is None or theirs is None or theirs.absent or not (ours.starts_s and theirs.starts_s):
        return about, "-", wanted, "not measured"
    ratio = aim.ratio(ours, theirs)
    return about, f"{ratio:.2f}", wanted, "met" if aim.met(ratio) else "not met"


def tables(several: Sequence[Measured]) -> tuple[Table, Table]:
    """Both tables for the terminal."""
    found = {one.name: one for one in several}
    numbers = Table(title=f"The same two calls, {CONNECTIONS} connections; medians")
    for name in HEAD:
        numbers.add_column(name, no_wrap=True)
    for one in several:
        numbers.add_row(*row(one))
    aims = Table(*AIMS_HEAD, title="Ratios in this run")
    for aim in AIMS:
        aims.add_row(*aim_row(aim, found))
    return numbers, aims


def settings(several: Sequence[Measured]) -> list[str]:
    """How each was started, or why it was not."""
    return [f"{one.name}: {one.absent or one.setting}" for one in several]


def markdown(several: Sequence[Measured], machine: Mapping[str, str]) -> str:
    """Return the measured part of tests/BENCH.md."""
    found = {one.name: one for one in several}
    told = ", ".join(f"{name} {value}" for name, value in machine.items())
    parts = [
        _markdown_table(HEAD, [row(one) for one in several]),
        _markdown_table(AIMS_HEAD, [aim_row(aim, found) for aim in AIMS]),
        "\n".join(f"- {line}" for line in settings(several)),
        f"CPU µs is the server's processor time per request. Machine: {told}.",
    ]
    return "\n\n".join(parts)


def _markdown_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    marks = ["---", *["---:"] * (len(head) - 1)]
    return "\n".join(f"| {' | '.join(line)} |" for line in (head, marks, *rows))


def as_json(several: Sequence[Measured], machine: Mapping[str, str]) -> dict[str, object]:
    """Everything that was measured, every round of it, and the ratios."""
    found = {one.name: one for one in several}
    return {
        "machine": dict(machine),
        "servers": [asdict(one) for one in several],
        "aims": [
            dict(zip(("aim", "ratio", "bound", "result"), aim_row(aim, found), strict=True)) for aim in AIMS
        ],
    }
