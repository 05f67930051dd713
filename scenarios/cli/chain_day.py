"""`python -m scenarios.cli.chain_day`: plays the day of a chain and tells its numbers."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console

from contracts.control.models import LOCATIONS_LIMIT
from contracts.lifecycle.table import DocumentMode
from scenarios.cli.params import MODE, RunFailedError, WrongUseError
from scenarios.errors import UsageError
from scenarios.load.audit import audit, stock
from scenarios.load.chain_day import Day, Played, play
from scenarios.load.counters import Counters
from scenarios.load.results import FILE_NAME, Numbers, numbers_of
from scenarios.load.server import Served, served
from scenarios.load.tenants import MODE_PAIRS, LoadTenant, LoadTenants, NoTenantError
from scenarios.report.load import call_table, failure_lines, write
from scenarios.runner import run_folder as kept
from scenarios.targets.control import ControlRefusedError
from scenarios.targets.http import TargetLostError


@click.command()
@click.option("--orders", type=click.IntRange(1, 10_000_000), default=Day.orders, show_default=True)
@click.option("--shops", type=click.IntRange(1, LOCATIONS_LIMIT), default=Day.shops, show_default=True)
@click.option(
    "--returns",
    type=click.FloatRange(0, 100),
    default=Day.returns,
    show_default=True,
    help="Orders of 100 that come back.",
)
@click.option(
    "--documents",
    type=click.FloatRange(0, 100),
    default=Day.documents,
    show_default=True,
    help="Batches of 100 whose invoices and labels are fetched as PDFs too.",
)
@click.option(
    "--callers", type=click.IntRange(1, 200), default=Day.callers, show_default=True, help="Calls at a time."
)
@click.option("--invoice-mode", type=MODE, default=Day.invoice, help="Who makes the invoices.")
@click.option("--credit-note-mode", type=MODE, default=Day.credit_note, help="The same for credit notes.")
@click.option("--store", default="", help="Where the server keeps its tenants: as in mock-oms serve --store.")
@click.option("--mutant", default="", help="Serve with one seeded defect, by name.")
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for the numbers and the page."
)
def chain_day(
    *,
    orders: int,
    shops: int,
    returns: float,
    documents: float,
    callers: int,
    invoice_mode: DocumentMode,
    credit_note_mode: DocumentMode,
    store: str,
    mutant: str,
    out: Path | None,
) -> None:
    """Play the day of a chain of shops at full speed, on a server that is started for it.

    Exit status: 0 all went well and the books are closed, 1 something failed, 2 wrong use, 3 the server
    was lost.
    """
    day = Day(orders, shops, returns, documents, callers, invoice_mode, credit_note_mode)
    flags = [*(("--store", store) if store else ()), *(("--mutant", mutant) if mutant else ())]
    try:
        with served(flags) as mock, _one_tenant(day, mock) as (tenant, tenants):
            numbers, findings = _day(
                day, mock, tenant, tenants, {"Store": store.partition(":")[0] or "memory"}
            )
    except (UsageError, NoTenantError) as error:
        raise WrongUseError(str(error)) from None
    except (ControlRefusedError, TargetLostError) as error:
        raise RunFailedError(f"the books cannot be closed: {error}") from None
    folder = out if out is not None else kept.RUNS_FOLDER / kept.new_run_name()
    page = write(numbers, folder, findings)
    _tell(numbers, findings, page)
    sys.exit(1 if numbers.failed or findings else 0)


@contextmanager
def _one_tenant(day: Day, mock: Served) -> Iterator[tuple[LoadTenant, LoadTenants]]:
    tenants = LoadTenants(mock.url)
    weights = [int(pair == (day.invoice, day.credit_note)) for pair in MODE_PAIRS]
    (tenant,) = tenants.make(weights, day.shops)
    yield tenant, tenants


def _day(
    day: Day, mock: Served, tenant: LoadTenant, tenants: LoadTenants, facts: dict[str, str]
) -> tuple[Numbers, list[str]]:
    control, counters = tenants.control(tenant.name), Counters()
    opening, _ = stock(control)
    played = play(day, mock, tenant, tenants, counters)
    findings = audit(control, opening, orders=day.orders, returns=played.returned)
    if played.broken:
        findings.insert(0, f"{played.broken} batches or callers were given up")
    return _numbers(day, played, counters, mock, facts), findings


def _numbers(day: Day, played: Played, counters: Counters, mock: Served, facts: dict[str, str]) -> Numbers:
    took = played.ended_at - played.began_at
    shown = {
        "Orders": f"{day.orders:,} in {day.shops} shops",
        "Returned": f"{played.returned:,}",
        "Orders/s": f"{day.orders / took:,.0f}",
        "Modes": f"invoice {day.invoice}, credit note {day.credit_note}",
        "PDFs": f"of {day.documents:g} % of the batches",
        "Callers": str(day.callers),
        "Memory before": f"{played.memory_before:,.0f} MB",
        "Memory at most": f"{played.memory_peak:,.0f} MB",
        "Memory after": f"{played.memory_after:,.0f} MB",
        **facts,
    }
    return numbers_of(
        counters,
        title=f"A day of {day.orders:,} orders in {day.shops} shops",
        target=mock.url,
        started_at=played.began_at,
        ended_at=played.ended_at,
        facts=shown,
    )


def _tell(numbers: Numbers, findings: list[str], page: Path) -> None:
    console = Console(highlight=False, emoji=False, markup=False)
    console.print(call_table(numbers))
    calls, took = numbers.total.calls, numbers.duration_s
    console.print(f"{numbers.title}: {took:,.1f} s, {calls:,} calls, {calls / took:,.0f} a second")
    for name, value in numbers.facts.items():
        console.print(f"  {name}: {value}")
    for line in failure_lines(numbers, findings):
        console.print(line)
    console.print(f"numbers: {page.with_name(FILE_NAME)}", soft_wrap=True)
    console.print(f"report: {page}", soft_wrap=True)


if __name__ == "__main__":
    chain_day(prog_name="chain-day")
