"""The command `oms-scenarios contract`."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import click

from contracts.suggest import suggest_or_list
from scenarios.choices import MOCK_WORD, Format, Grade
from scenarios.cli.params import (
    RunFailedError,
    folder_option,
    format_option,
    grade_option,
    production_option,
)
from scenarios.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from scenarios.contract.options import ContractOptions
    from scenarios.contract.reach import ReachCounter

EXTRA = "mock-oms[contract]"
SEED_LIMIT = 2**32
PIPE_WIDTH = 1000


@click.command("contract")
@click.option("--target", default=MOCK_WORD, show_default=True, help="mock, a URL, or FILE.toml.")
@click.option("--seed", type=click.IntRange(0), help="Seed of the calls; a run prints its own.")
@click.option("--examples", type=click.IntRange(1), help="Generated examples per operation and phase.")
@click.option(
    "--phase", "phases", multiple=True, help="Only these phases: examples, coverage, fuzzing, stateful."
)
@click.option("--only", multiple=True, metavar="OPERATION", help="Only these operations.")
@grade_option
@folder_option
@click.option("--allow-writes", is_flag=True, help="Send calls that may change orders of the target.")
@click.option("--dry-run", is_flag=True, help="Only show what would be sent.")
@production_option
@format_option
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
    """Fuzz a target against the OpenAPI contract.

    On the mock all calls are allowed. On any other target only reads and calls that must be refused are sent,
    unless --allow-writes is given. The command first lists what may be sent.

    Exit status: 0 all passed, 1 a check failed, 2 wrong use, 3 internal error, interrupted or target lost. An
    operation without enough calls has no verdict.

    \b
    Examples:
      oms-scenarios contract
      oms-scenarios contract --target sandbox.toml --dry-run
      oms-scenarios contract --target sandbox.toml --out evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    from contracts.checks.exploration import PHASES
    from contracts.konnect.operations import OPERATIONS
    from scenarios.contract.options import ContractOptions
    from scenarios.runner.run_folder import RUNS_FOLDER, new_run_name

    _check_known("--phase", phases, PHASES)
    _check_known("--only", only, [row.name for row in OPERATIONS])
    name = new_run_name()
    options = ContractOptions(
        run=name,
        folder=out if out is not None else RUNS_FOLDER / name,
        seed=secrets.randbelow(SEED_LIMIT) if seed is None else seed,
        target=target,
        examples=examples,
        phases=phases or PHASES,
        only=only,
        grade=grade,
        allow_writes=allow_writes,
        allow_production=allow_production,
    )
    sys.exit(_run(options, form, dry_run=dry_run))


def _check_known(option: str, values: Iterable[str], known: Iterable[str]) -> None:
    for value in values:
        if value not in known:
            raise UsageError(f"{option}: unknown value {value!r}{suggest_or_list(value, known)}")


def _run(options: ContractOptions, form: Format, *, dry_run: bool) -> int:
    try:
        from scenarios.contract.run import open_for, run
    except ModuleNotFoundError as error:
        raise _not_installed(error) from None
    from scenarios.contract.options import may_be_sent

    target = open_for(options)
    for line in may_be_sent(options, target):
        click.echo(line, err=form is not Format.TEXT)
    if dry_run:
        return 0
    try:
        result = run(options, target, sys.stdout, form)
    except ModuleNotFoundError as error:
        raise _not_installed(error) from None
    if form is Format.TEXT:
        from scenarios.report.console.safe import SafeConsole

        width = None if sys.stdout.isatty() else PIPE_WIDTH  # whole lines in a pipe
        SafeConsole(width=width).print(reach_table(result.reach))
        click.echo(f"{result.calls} calls, seed {options.seed}; report: {result.reports.html}")
    if result.interrupted:
        again = f"start again with --seed {options.seed} and another --out"
        raise RunFailedError(f"{result.interrupted}; {again}")
    return result.exit_status


def _not_installed(error: ModuleNotFoundError) -> Exception:
    if error.name not in ("schemathesis", "hypothesis", "jsonschema_rs"):
        return error
    return UsageError(f"{error.name} is not installed: pip install '{EXTRA}'")


def reach_table(reach: ReachCounter) -> Table:
    """Build the table of how far calls reached, per touchpoint."""
    from rich.table import Table

    from scenarios.report.wording import share

    table = Table(box=None, pad_edge=False, header_style="bold", title_justify="left")
    for title in ("touchpoint", "calls", "reached", "orders", "taken", "refused with"):
        table.add_column(title, justify="left" if title in ("touchpoint", "refused with") else "right")
    for name, count in reach.counts.items():
        codes = ", ".join(f"{code} {times}" for code, times in sorted(count.codes.items()))
        orders = str(count.orders) if count.orders else ""
        taken = share(count.taken, count.orders or count.calls)
        table.add_row(name, str(count.calls), share(count.reached, count.calls), orders, taken, codes)
    return table
