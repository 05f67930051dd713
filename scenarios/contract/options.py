"""Options of a contract run, and the calls that it may send."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from contracts.checks.exploration import EXAMPLES, PHASES
from contracts.control.calls import CALLS
from contracts.konnect.operations import OPERATIONS, Reply
from scenarios.choices import MOCK_WORD, Grade
from scenarios.targets.opening import Target

EXAMPLES_DESCRIBED = 10
"""Generated examples per operation for a target with a file, which is slow."""
WRITES_DESCRIBED = 200
"""Most writes to a target whose file does not set `writes_max`."""
_ROUGHLY_PER_OPERATION = 90
"""Average number of calls for the boundary values of an operation."""


@dataclass(frozen=True, slots=True)
class ContractOptions:
    """Command-line options of a contract run. `only` names operations; empty means all."""

    run: str
    folder: Path
    seed: int
    target: str = MOCK_WORD
    examples: int | None = None
    phases: tuple[str, ...] = PHASES
    only: tuple[str, ...] = ()
    grade: Grade | None = None
    allow_writes: bool = False
    allow_production: bool = False

    def examples_for(self, target: Target) -> int:
        """Return the number of generated examples per operation and phase."""
        return self.examples or (EXAMPLES_DESCRIBED if target.described else EXAMPLES)

    def writes_to(self, target: Target) -> bool:
        """Return whether orders of a target may be changed.

        In the mock of this process always, elsewhere with --allow-writes.
        """
        return target.ours or self.allow_writes


def may_be_sent(options: ContractOptions, target: Target) -> Iterator[str]:
    """List the calls that a run may send, for people."""
    writes = options.writes_to(target)
    yield f"target: {target.label}, seed {options.seed}"
    rows = [row for row in OPERATIONS if not options.only or row.name in options.only]
    for row in rows:
        yield f"  {row.method} {row.path}: {_about(row.reply, writes, target)}"
    if target.controlled:
        yield "  calls of the control plane, in two tenants that exist only for this run"
    pace = target.wire.pacer.requests_per_s_max
    operations = len(rows) + (len(CALLS) if target.ours and not options.only else 0)
    calls = operations * (_ROUGHLY_PER_OPERATION + 2 * options.examples_for(target))
    often = (
        f"at most {pace:g} per second, so about {calls / pace / 60:.0f} minutes" if pace else "without pause"
    )
    yield f"some {calls} calls, {often}"
    if not writes:
        yield "nothing that could change an order is sent (--allow-writes would)"
    elif not target.ours:
        most = target.wire.pacer.writes_max
        yield f"orders MAY BE CHANGED{f', by at most {most} calls' if most else ''}: --allow-writes was given"


def _about(reply: Reply, writes: bool, target: Target) -> str:
    match reply:
        case Reply.TOKEN:
            wrong = "made-up users" if not target.controlled else "wrong users and passwords"
            return f"the right credentials, {wrong}, malformed queries"
        case Reply.SHIPMENTS | Reply.INFO:
            return "reads: every parameter right and wrong, with and without a token"
        case Reply.PDF:
            return "reads documents of orders that are there, and of made-up ones"
    orders = "any orders that are there, and made-up ones" if writes else "made-up orders only"
    return f"{orders}; malformed bodies; with and without a token"
