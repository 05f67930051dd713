"""The commands `oms-scenarios list` and `oms-scenarios coverage`."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from contracts.suggest import suggest
from scenarios.errors import UsageError
from scenarios.flows import FLOWS
from scenarios.flows.selection import choose
from scenarios.language.flow import Flow, cases, single_steps

COLUMNS = ("id", "title", "varies by", "needs", "cases", "proves")


@click.command("list")
@click.argument("patterns", nargs=-1)
@click.option("--steps", is_flag=True, help="Show every step too.")
@click.option(
    "--format", "form", type=click.Choice(("text", "json")), default="text", help="text, or json: an array."
)
def list_flows(patterns: tuple[str, ...], steps: bool, form: str) -> None:
    """List the flows, with what they need and vary by.

    PATTERNS are ids, beginnings of ids, or have * and ? in them.

    \b
    Example: oms-scenarios list 'PAS-R-*' --steps
    """  # noqa: D301 - the escape is click's mark for lines to keep
    flows, unmatched = choose(FLOWS, patterns)
    if unmatched:
        raise UsageError(f"no flow matches {unmatched[0]!r}{suggest(unmatched[0], [f.id for f in FLOWS])}")
    if form == "json":
        click.echo(json.dumps([_as_json(flow, steps) for flow in flows], indent=2, ensure_ascii=False))
        return
    _show_table([COLUMNS, *map(_row, flows)])
    for flow in flows if steps else ():
        click.echo(f"\n{flow.id}  {flow.title}")
        for number, step in enumerate(single_steps(flow), start=1):
            only = "".join(f" [{name}={mode}]" for name, mode in step.only)
            effects = "; ".join(expectation.says() for expectation in step.expects)
            click.echo(f"  {number:2}. {step.actor} {step.says}{only}: {effects}")


def _needs(flow: Flow) -> list[str]:
    return [f"{name}={mode}" for name, mode in flow.needs] + sorted(flow.abilities)


def _row(flow: Flow) -> tuple[str, ...]:
    varies, needs = ", ".join(flow.varies_by), ", ".join(_needs(flow))
    return flow.id, flow.title, varies, needs, str(len(cases(flow))), f"{len(flow.proves)} statements"


def _show_table(rows: Sequence[Sequence[str]]) -> None:
    """Print columns: wrapped on a terminal, whole lines elsewhere."""
    if not sys.stdout.isatty():
        widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
        for row in rows:
            click.echo("  ".join(f"{cell:{width}}" for cell, width in zip(row, widths, strict=True)).rstrip())
        return
    from rich.table import Table

    from scenarios.report.console.safe import SafeConsole

    table = Table(*rows[0], box=None, pad_edge=False, header_style="bold")
    table.columns[0].no_wrap = True
    for row in rows[1:]:
        table.add_row(*row)
    SafeConsole().print(table)


def _as_json(flow: Flow, steps: bool) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": flow.id,
        "title": flow.title,
        "varies_by": list(flow.varies_by),
        "needs": _needs(flow),
        "cases": [case.id for case in cases(flow)],
        "proves": list(flow.proves),
    }
    if steps:
        shown["steps"] = [
            {
                "actor": step.actor,
                "says": step.says,
                "only": dict(step.only),
                "expects": [expectation.says() for expectation in step.expects],
            }
            for step in single_steps(flow)
        ]
    return shown


@click.command("coverage")
@click.option("--all", "everything", is_flag=True, help="List covered statements too, with their flows.")
def show_coverage(everything: bool) -> None:
    """Show statements and lifecycle rows without a flow.

    Exit status 1 if a documented one has no reason.

    \b
    Example: oms-scenarios coverage --all
    """  # noqa: D301 - the escape is click's mark for lines to keep
    from scenarios.flows.coverage import coverage

    found = coverage(FLOWS)
    for name, flows in found.proofs.items() if everything else ():
        click.echo(f"{name}: {', '.join(flows)}")
    for kind, entries in (("statements", found.statements), ("lifecycle rows", found.rows)):
        click.echo(f"{kind} not covered: {len(entries)}")
        for entry in entries:
            grade = "GAP" if entry.is_gap else str(entry.evidence)
            reason = f" - {entry.reason}" if entry.reason else ""
            click.echo(f"  {entry.name} ({grade}): {entry.text}{reason}")
    click.echo(f"{len(found.proofs)} statements covered, {len(found.gaps)} documented gaps without a reason")
    sys.exit(1 if found.gaps else 0)
