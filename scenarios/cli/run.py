"""The commands `oms-scenarios run`, `resume` and `answer`."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from contracts.lifecycle.table import Actor, DocumentMode
from contracts.suggest import suggest_or_list
from scenarios.choices import MOCK_WORD, Format, Player
from scenarios.cli.params import (
    MODE,
    CastList,
    RunFailedError,
    folder_option,
    format_option,
    grade_option,
    production_option,
)
from scenarios.errors import UsageError
from scenarios.language.flow import CREDIT_NOTE, INVOICE

if TYPE_CHECKING:
    from scenarios.runner.launch import RunResult
    from scenarios.runner.run_folder import Settings

PARALLEL_LIMIT = 32
PATIENCE_MAX_S = 86_400
"""A day: people may play the steps."""


@click.command()
@click.argument("patterns", nargs=-1)
@click.option(
    "--target", default=MOCK_WORD, show_default=True, help="mock, a URL, FILE.toml, or app:module:factory."
)
@click.option("--invoice-mode", type=MODE, help="Run only the variants with invoices by aggregator or fynd.")
@click.option("--credit-note-mode", type=MODE, help="The same for credit notes.")
@click.option("--cast", type=CastList(), multiple=True, help="Players: store=person,aggregator=system.")
@click.option("--tenant", default="", help="Tenant of the system under test.")
@grade_option
@click.option(
    "--parallel",
    type=click.IntRange(1, PARALLEL_LIMIT),
    default=1,
    show_default=True,
    help="Flows at a time.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, PATIENCE_MAX_S, min_open=True),
    metavar="SECONDS",
    help="How long to wait for an effect, a person or a system; the target file's by default.",
)
@folder_option
@click.option("--seed", type=click.IntRange(0), help="Seed of tenants and document numbers.")
@click.option("--dry-run", is_flag=True, help="Only show what would run.")
@click.option("--no-skips", is_flag=True, help="A skipped flow fails the run.")
@production_option
@format_option
def run(form: Format, dry_run: bool, out: Path | None, **options: Any) -> None:
    """Run flows; all of them without PATTERNS.

    Exit status: 0 all passed, 1 something failed, 2 wrong use, 3 internal error, interrupted or target lost,
    4 blocked.

    \b
    Examples:
      oms-scenarios run
      oms-scenarios run 'PAS-R-*' --credit-note-mode fynd
      oms-scenarios run --target http://127.0.0.1:8080 --cast aggregator=system
      oms-scenarios run --target sandbox.toml --out evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    from scenarios.runner.launch import launch

    settings = _settings(out, **options)
    if dry_run:
        _show_plan(settings)
        return
    _end(launch(settings, sys.stdout, form), form, settings.folder)


def _settings(
    out: Path | None,
    *,
    patterns: tuple[str, ...],
    invoice_mode: DocumentMode | None,
    credit_note_mode: DocumentMode | None,
    cast: tuple[dict[Actor, Player], ...],
    **rest: Any,
) -> Settings:
    from scenarios.runner.run_folder import RUNS_FOLDER, Settings, new_run_name

    name = new_run_name()
    if rest["target"].endswith(".toml"):
        rest["target"] = str(Path(rest["target"]).resolve())
    pinned = {INVOICE: invoice_mode, CREDIT_NOTE: credit_note_mode}
    return Settings(
        run=name,
        folder=out if out is not None else RUNS_FOLDER / name,
        patterns=patterns,
        modes={mode_name: mode for mode_name, mode in pinned.items() if mode is not None},
        cast={actor: player for part in cast for actor, player in part.items()},
        **rest,
    )


def _show_plan(settings: Settings) -> None:
    from scenarios.report.wording import plural, price
    from scenarios.runner.launch import prepare
    from scenarios.runner.plan import skip_in_short
    from scenarios.runner.price import price_of

    target, plans = prepare(settings)
    click.echo(f"target: {target.label}")
    click.echo(f"planned: {price(price_of(target, plans))}")
    skips = Counter(skip_in_short(plan.skip) for plan in plans if plan.skip)
    for reason, number in skips.most_common():
        click.echo(f"skipped: {plural(number, 'flow')}, because: {reason}")
    for plan in plans:
        click.echo(f"skip {plan.case.id}: {plan.skip}" if plan.skip else f"run  {plan.case.id}")


def _end(result: RunResult, form: Format, run: object) -> None:
    if form is Format.TEXT:
        click.echo(f"report: {result.reports.html}")
    if result.interrupted:
        raise RunFailedError(f"{result.interrupted}. Continue with: oms-scenarios resume {run}")
    sys.exit(result.exit_status)


@click.command("resume")
@click.argument("run_name", metavar="RUN")
@format_option
def resume_run(run_name: str, form: Format) -> None:
    """Continue an interrupted run. Writes are never repeated.

    RUN is its folder, or its name in runs/.

    \b
    Example: oms-scenarios resume evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    from scenarios.runner.launch import resume
    from scenarios.runner.run_folder import load_settings, run_folder

    _end(resume(load_settings(run_folder(run_name)), sys.stdout, form), form, run_name)


@click.command("report")
@click.argument("run_name", metavar="RUN")
def draw_report(run_name: str) -> None:
    """Write the reports of a run again, also of an unfinished one.

    RUN is its folder, or its name in runs/.

    \b
    Example: oms-scenarios report evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    from scenarios.records import FILE_NAME, BrokenLogError
    from scenarios.report.files import write_all
    from scenarios.runner.run_folder import run_folder

    folder = run_folder(run_name)
    try:
        reports = write_all(folder / FILE_NAME, folder)
    except BrokenLogError as error:
        raise UsageError(f"{folder}: {error}") from None
    click.echo(f"report: {reports.html}")


@click.command()
@click.argument("run_name", metavar="RUN")
@click.argument("step", metavar="STEP")
@click.option("--order-id", required=True, help="Id of the shipment.")
def answer(run_name: str, step: str, order_id: str) -> None:
    """Name the order that a waiting run is about.

    STEP is the flow and its step, as shown by the run.

    \b
    Example: oms-scenarios answer evidence 'PAS-S-01[invoice=fynd]/1' --order-id 17328629784861446350
    """  # noqa: D301 - the escape is click's mark for lines to keep
    from scenarios.records import FILE_NAME
    from scenarios.runner.run_folder import run_folder, save_answer

    folder = run_folder(run_name)
    flow, number = _waiting_step(folder / FILE_NAME, step)
    save_answer(folder, flow, number, order_id)
    click.echo(f"saved: {flow}, step {number} is about {order_id}")


def _waiting_step(records: Path, named: str) -> tuple[str, int]:
    """Find the step of `FLOW/STEP`, or `STEP` if one flow waits."""
    from scenarios.records import fold, read_records

    flow, _, number = named.rpartition("/")
    waiting = [
        f"{each.id}/{step.planned.number}"
        for each in fold(read_records(records)).unfinished
        for step in each.steps.values()
        if step.changed is not None and step.finished is None
    ]
    matching = [place for place in waiting if place == named or (not flow and place.endswith(f"/{number}"))]
    if len(matching) != 1:
        known = suggest_or_list(named, waiting) if waiting else "; no step waits"
        raise UsageError(f"{named!r} is not a waiting step{known}")
    found, _, place = matching[0].rpartition("/")
    return found, int(place)
