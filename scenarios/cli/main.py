"""The command `oms-scenarios`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.table import Table

from contracts.lifecycle.table import Actor, DocumentMode
from scenarios.cli.contract import contract
from scenarios.cli.load import load
from scenarios.cli.params import CAST, FORMAT, GRADE, MODE, Interrupted, NearestGroup, Usage, step_of
from scenarios.flows import FLOWS
from scenarios.flows.coverage import Untouched, coverage, proven_by
from scenarios.language.flow import CREDIT_NOTE, INVOICE, Flow, cases, single_steps
from scenarios.records import FILE_NAME, Player
from scenarios.report.console import Format
from scenarios.runner import run_folder as kept
from scenarios.runner.launch import RunResult, launch, prepare, resume
from scenarios.runner.plan import choose
from scenarios.runner.run import PARALLEL_LIMIT
from scenarios.targets.file import UsageError
from scenarios.targets.opening import MOCK_WORD


@click.group(
    cls=NearestGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="Examples: oms-scenarios run | oms-scenarios run PAS-S-01 --target http://127.0.0.1:8080 | "
    "oms-scenarios run --target sandbox.toml --out evidence | oms-scenarios resume evidence",
)
def main() -> None:
    """Full Pick-At-Store flows against the mock, or against an OMS that we did not write."""


main.add_command(contract)
main.add_command(load)


@main.command("list")
@click.argument("patterns", nargs=-1)
@click.option("--steps", is_flag=True, help="Show every step too.")
def list_flows(patterns: tuple[str, ...], steps: bool) -> None:
    """List the flows, with what they need and vary by.

    PATTERNS are ids, beginnings of ids, or have * and ? in them.

    \b
    Example: oms-scenarios list 'PAS-R-*' --steps
    """  # noqa: D301 - the escape is click's mark for lines to keep
    flows, idle = choose(FLOWS, patterns)
    if idle:
        raise Usage(f"no flow matches {idle[0]!r}")
    console = Console(highlight=False, markup=False, emoji=False)
    console.print(_flow_table(flows))
    for flow in flows if steps else ():
        console.print(f"\n{flow.id}  {flow.title}", style="bold")
        for number, step in enumerate(single_steps(flow), start=1):
            only = "".join(f" [{name}={mode}]" for name, mode in step.only)
            effects = "; ".join(expectation.says() for expectation in step.expects)
            console.print(f"  {number:2}. {step.actor} {step.says}{only}: {effects}")


def _flow_table(flows: list[Flow]) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for title in ("id", "title", "varies by", "needs", "cases", "proves"):
        table.add_column(title, no_wrap=title == "id")
    for flow in flows:
        needs = [f"{name}={mode}" for name, mode in flow.needs] + sorted(flow.abilities)
        proven = f"{len(proven_by(flow))} statements"
        table.add_row(
            flow.id, flow.title, ", ".join(flow.varies_by), ", ".join(needs), str(len(cases(flow))), proven
        )
    return table


@main.command()
@click.argument("patterns", nargs=-1)
@click.option(
    "--target", default=MOCK_WORD, show_default=True, help="mock, a URL, FILE.toml, or app:module:factory."
)
@click.option("--invoice-mode", type=MODE, help="Only with invoices by the aggregator, or by fynd.")
@click.option("--credit-note-mode", type=MODE, help="The same for credit notes.")
@click.option("--cast", type=CAST, multiple=True, help="Who plays whom: store=person,aggregator=system.")
@click.option("--tenant", default="", help="The tenant that a system under test works for.")
@click.option("--grade", type=GRADE, help="How loud weaker statements are: strict, or evidence.")
@click.option(
    "--parallel",
    type=click.IntRange(1, PARALLEL_LIMIT),
    default=1,
    show_default=True,
    help="Flows at a time.",
)
@click.option(
    "--out", type=click.Path(path_type=Path, file_okay=False), help="Folder for records and reports."
)
@click.option("--seed", type=click.IntRange(0), help="For tenants and document numbers that repeat.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be run.")
@click.option("--no-skips", is_flag=True, help="A skipped flow fails the run.")
@click.option("--allow-production", is_flag=True, help="Go ahead on a host that looks like production.")
@click.option(
    "--format", "form", type=FORMAT, default=Format.TEXT, show_default="text", help="text, or jsonl."
)
def run(form: Format, dry_run: bool, out: Path | None, **options: Any) -> None:
    """Run flows; all of them without PATTERNS.

    Exit status: 0 all is well, 1 something failed, 2 wrong use, 3 we broke or lost the target, 4 blocked.

    \b
    Examples:
      oms-scenarios run
      oms-scenarios run 'PAS-R-*' --credit-note-mode fynd
      oms-scenarios run --target http://127.0.0.1:8080 --cast aggregator=system
      oms-scenarios run --target sandbox.toml --out evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    settings = _settings(out, **options)
    try:
        if dry_run:
            _show_plan(settings)
            return
        outcome = launch(settings, sys.stdout, form)
    except UsageError as error:
        raise Usage(str(error)) from None
    except KeyboardInterrupt:
        raise Interrupted(settings.folder) from None
    _end(outcome, form)


def _settings(
    out: Path | None,
    *,
    patterns: tuple[str, ...],
    invoice_mode: DocumentMode | None,
    credit_note_mode: DocumentMode | None,
    cast: tuple[dict[Actor, Player], ...],
    **rest: Any,
) -> kept.Settings:
    name = kept.new_run_name()
    if rest["target"].endswith(".toml"):
        rest["target"] = str(Path(rest["target"]).resolve())
    pinned = {INVOICE: invoice_mode, CREDIT_NOTE: credit_note_mode}
    return kept.Settings(
        run=name,
        folder=out if out is not None else kept.RUNS_FOLDER / name,
        patterns=patterns,
        modes={mode_name: mode for mode_name, mode in pinned.items() if mode is not None},
        cast={actor: player for part in cast for actor, player in part.items()},
        **rest,
    )


def _show_plan(settings: kept.Settings) -> None:
    target, plans = prepare(settings)
    click.echo(f"target: {target.name}")
    for plan in plans:
        click.echo(
            f"{'skip' if plan.skip else 'run ':4} {plan.case.id}{f': {plan.skip}' if plan.skip else ''}"
        )


def _end(outcome: RunResult, form: Format) -> None:
    if form is Format.TEXT:
        click.echo(f"report: {outcome.reports.html}")
    sys.exit(outcome.exit_status)


@main.command("resume")
@click.argument("run_name", metavar="RUN")
@click.option(
    "--format", "form", type=FORMAT, default=Format.TEXT, show_default="text", help="text, or jsonl."
)
def resume_run(run_name: str, form: Format) -> None:
    """Take up a run that was cut off; no write is made twice.

    RUN is its folder, or its name in runs/.

    \b
    Example: oms-scenarios resume evidence
    """  # noqa: D301 - the escape is click's mark for lines to keep
    try:
        outcome = resume(kept.load_settings(kept.run_folder(run_name)), sys.stdout, form)
    except UsageError as error:
        raise Usage(str(error)) from None
    except KeyboardInterrupt:
        raise Interrupted(run_name) from None
    _end(outcome, form)


@main.command()
@click.argument("run_name", metavar="RUN")
@click.argument("step", metavar="STEP")
@click.option("--order-id", required=True, help="The shipment that is meant.")
def answer(run_name: str, step: str, order_id: str) -> None:
    """Tell a waiting run which order is meant.

    STEP is the flow and its step, as the run asked for it.

    \b
    Example: oms-scenarios answer evidence 'PAS-S-01[invoice=fynd]/1' --order-id 17328629784861446350
    """  # noqa: D301 - the escape is click's mark for lines to keep
    try:
        folder = kept.run_folder(run_name)
    except UsageError as error:
        raise Usage(str(error)) from None
    flow, number = step_of(folder / FILE_NAME, step)
    kept.save_answer(folder, flow, number, order_id)
    click.echo(f"noted: {flow}, step {number} is about {order_id}")


@main.command("coverage")
@click.option("--all", "everything", is_flag=True, help="Also what is shown, with the flows that show it.")
def show_coverage(everything: bool) -> None:
    """Tell which statements and lifecycle rows no flow touches; exit status 1 for an unexplained one.

    \b
    Example: oms-scenarios coverage --all
    """  # noqa: D301 - the escape is click's mark for lines to keep
    found = coverage(FLOWS)
    for name, flows in found.proofs.items() if everything else ():
        click.echo(f"{name}: {', '.join(flows)}")
    _show_untouched("statements", found.statements)
    _show_untouched("lifecycle rows", found.rows)
    click.echo(
        f"{len(found.proofs)} statements shown, {len(found.gaps)} documented ones untouched without a reason"
    )
    sys.exit(1 if found.gaps else 0)


def _show_untouched(what: str, entries: tuple[Untouched, ...]) -> None:
    click.echo(f"untouched {what}: {len(entries)}")
    for entry in entries:
        mark = "GAP" if entry.is_gap else str(entry.evidence)
        click.echo(f"  {entry.name} ({mark}): {entry.text}{f' - {entry.reason}' if entry.reason else ''}")
