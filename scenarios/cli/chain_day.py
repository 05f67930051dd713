"""Plays the day of a chain of shops: `python -m scenarios.cli.chain_day`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from contracts.control.models import LOCATIONS_LIMIT
from contracts.lifecycle.table import DocumentMode, State
from contracts.plain_text import run_with_plain_output
from scenarios.cli.load import conclude, mutant_option, nothing, out_option, store_option
from scenarios.cli.params import MODE, exit_statuses, private_files
from scenarios.interruption import INTERRUPTED_EXIT_STATUS, Interruption, interruptible
from scenarios.load.audit import audit, stock
from scenarios.load.chain_day import Day, Played, play
from scenarios.load.counters import Counters
from scenarios.load.results import Numbers, numbers_of
from scenarios.load.server import Served, served
from scenarios.load.tenants import MODE_PAIRS, LoadTenants, NoTenantError, UnusableTargetError
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
    help="Share of orders that are returned, in percent.",
)
@click.option(
    "--documents",
    type=click.FloatRange(0, 100),
    default=Day.documents,
    show_default=True,
    help="Share of batches with PDFs of invoices and labels, in percent.",
)
@click.option(
    "--callers", type=click.IntRange(1, 200), default=Day.callers, show_default=True, help="Parallel calls."
)
@click.option("--invoice-mode", type=MODE, default=Day.invoice, help="Who makes the invoices.")
@click.option("--credit-note-mode", type=MODE, default=Day.credit_note, help="Who makes the credit notes.")
@store_option
@mutant_option
@out_option
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
    """Play the day of a chain of shops at full speed.

    A server is started for it.

    Exit status: 0 no failure, and all stock is accounted for; 1 failures; 2 wrong use; 3 interrupted, or the
    server could not be used or was lost.
    """
    day = Day(orders, shops, returns, documents, callers, invoice_mode, credit_note_mode)
    with exit_statuses(), private_files(), interruptible() as stop:
        if out is not None:
            kept.refuse_used(out)
        try:
            with served(store, mutant) as mock:
                numbers, findings = _day(day, mock, store.partition(":")[0] or "memory", stop)
        except KeyboardInterrupt:
            numbers, findings = nothing("the mock of this run"), []
        for name, value in numbers.facts.items():
            click.echo(f"{name}: {value}")
        folder = out or kept.RUNS_FOLDER / kept.new_run_name()
        sys.exit(conclude(numbers, folder, findings, interrupted=stop.reason))


def _day(day: Day, mock: Served, store: str, stop: Interruption) -> tuple[Numbers, list[str]]:
    tenants, counters = LoadTenants(mock.url), Counters()
    weights = [int(pair == (day.invoice, day.credit_note)) for pair in MODE_PAIRS]
    try:
        (tenant,) = tenants.make(weights, day.shops)
        control = tenants.control(tenant.name)
        opening, _ = stock(control)
    except (NoTenantError, UnusableTargetError) as error:
        stop.stop(mock.why(str(error)))
        return nothing(mock.url), []
    except (ControlRefusedError, TargetLostError) as error:
        stop.stop(mock.why(f"The stock cannot be read: {error}"))
        return nothing(mock.url), []
    played = play(day, mock, tenant, tenants, counters, stop=stop)
    numbers = _numbers(day, played, counters, mock, store)
    try:
        stop.check()
        ended = tenant.resting(State.CREDIT_NOTE_GENERATED)
        findings = audit(control, opening, orders=day.orders, returns=played.returned, ended=ended)
    except KeyboardInterrupt:
        return numbers, []
    except (ControlRefusedError, TargetLostError) as error:
        stop.stop(f"The stock cannot be checked: {error}")
        return numbers, []
    if played.broken:
        findings.insert(0, f"{played.broken} batches or callers were given up")
    return numbers, findings


def _numbers(day: Day, played: Played, counters: Counters, mock: Served, store: str) -> Numbers:
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
        "Store": store,
    }
    return numbers_of(
        counters,
        title=f"A day of {day.orders:,} orders in {day.shops} shops",
        target=mock.url,
        started_at=played.began_at,
        ended_at=played.ended_at,
        facts=shown,
    )


if __name__ == "__main__":
    run_with_plain_output(lambda: chain_day(prog_name="chain-day"), INTERRUPTED_EXIT_STATUS)
