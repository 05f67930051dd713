"""The command `oms-scenarios contract`."""

from __future__ import annotations

import secrets
import sys
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from contracts.checks.exploration import PHASES
from contracts.konnect.operations import OPERATIONS
from scenarios.cli.params import FORMAT, GRADE, Usage
from scenarios.contract.options import ContractOptions, may_be_sent
from scenarios.contract.reach import ReachCounter
from scenarios.records import Grade
from scenarios.report.console import Format
from scenarios.runner import run_folder as kept
from scenarios.targets.file import UsageError
from scenarios.targets.opening import MOCK_WORD

EXTRA = "mock-oms[contract]"
NAMES = tuple(row.name for row in OPERATIONS)
SEED_LIMIT = 2**32


@click.command("contract")
@click.option("--target", default=MOCK_WORD, show_default=True, help="mock, a URL, or FILE.toml.")
@click.option("--seed", type=click.IntRange(0), help="To generate the same calls again; it is printed.")
@click.option("--examples", type=click.IntRange(1), help="Generated examples per operation and phase.")
@click.option("--phase", "phases", multiple=True, type=click.Choice(PHASES), help="Only these phases.")
@click.option("--only", multiple=True, type=click.Choice(NAMES), help="Only these operations.")
@click.option("--grade", type=GRADE, help="How loud weaker statements are: strict, or evidence.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for records and reports."
)
@click.option("--allow-writes", is_flag=True, help="Send calls that may change orders of the target.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be sent.")
@click.option("--allow-production", is_flag=True, help="Go ahead on a host that looks like production.")
@click.option(
    "--format", "form", type=FORMAT, default=Format.TEXT, show_default="text", help="text, or jsonl."
)
def contract(
    *,
    target: str,
    seed: int | None,
    examples: int | None,
    phases: tuple[str, ...],
    only: tuple[str, ...],
    grade: Grade | None,
    out: Path | None,
    allow_writes: bool,
    dry_run: bool,
    allow_production: bool,
    form: Format,
) -> None:
    """Hold the contract against a target with generated calls.

    On the mock everything is tried. On any other target only reads, and calls that must be refused, until
    --allow-writes; what may be sent is listed first.

    \b
    Examples:
      oms-scenarios contract
      oms-scenarios contract --target sandbox.toml --dry-run
      oms-scenarios contract --target sandbox.toml --out evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    name = kept.new_run_name()
    options = ContractOptions(
        run=name,
        folder=out if out is not None else kept.RUNS_FOLDER / name,
        seed=secrets.randbelow(SEED_LIMIT) if seed is None else seed,
        target=target,
        examples=examples,
        phases=phases or PHASES,
        only=only,
        grade=grade,
        allow_writes=allow_writes,
        allow_production=allow_production,
    )
    sys.exit(_go(options, form, dry_run=dry_run))


class Gone(click.ClickException):
    """The target was lost before anything was checked."""

    exit_code = 3


def _go(options: ContractOptions, form: Format, *, dry_run: bool) -> int:
    try:
        from scenarios.contract.run import TargetGoneError, open_for, run

        target = open_for(options)
        for line in may_be_sent(options, target):
            click.echo(line, err=form is not Format.TEXT)
        if dry_run:
            return 0
        try:
            outcome = run(options, target, sys.stdout, form)
        except TargetGoneError as error:
            raise Gone(str(error)) from None
    except ModuleNotFoundError as error:
        if error.name not in ("schemathesis", "hypothesis", "jsonschema_rs"):
            raise
        raise Usage(f"{error.name} is not installed: pip install '{EXTRA}'") from None
    except UsageError as error:
        raise Usage(str(error)) from None
    if form is Format.TEXT:
        Console(highlight=False, emoji=False).print(reach_table(outcome.reach))
        click.echo(f"{outcome.calls} calls, seed {options.seed}; report: {outcome.reports.html}")
    return outcome.exit_status


def reach_table(reach: ReachCounter) -> Table:
    """How far the calls reached, per touchpoint."""
    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for title in ("touchpoint", "calls", "reached", "orders", "taken", "refused with"):
        table.add_column(title, justify="left" if title in ("touchpoint", "refused with") else "right")
    for name, count in reach.counts.items():
        codes = ", ".join(f"{code} {times}" for code, times in sorted(count.codes.items()))
        orders = str(count.orders) if count.orders else ""
        taken = _share(count.taken, count.orders or count.calls)
        table.add_row(name, str(count.calls), _share(count.reached, count.calls), orders, taken, codes)
    return table


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}%" if whole else "-"
