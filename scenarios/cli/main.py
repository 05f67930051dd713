"""The command `oms-scenarios`."""

from __future__ import annotations

import importlib
from typing import Any

import click

from scenarios.cli.params import exit_statuses, private_files

COMMANDS = {
    "run": ("scenarios.cli.run:run", "Run flows; all of them without PATTERNS."),
    "resume": ("scenarios.cli.run:resume_run", "Continue an interrupted run. Writes are never repeated."),
    "answer": ("scenarios.cli.run:answer", "Name the order that a waiting run is about."),
    "report": (
        "scenarios.cli.run:draw_report",
        "Write the reports of a run again, also of an unfinished one.",
    ),
    "list": ("scenarios.cli.flows:list_flows", "List the flows, with what they need and vary by."),
    "coverage": (
        "scenarios.cli.flows:show_coverage",
        "Show statements and lifecycle rows without a flow.",
    ),
    "contract": ("scenarios.cli.contract:contract", "Fuzz a target against the OpenAPI contract."),
    "load": ("scenarios.cli.load:load", "Load a mock, or a system that works against one."),
}
"""Name of a command -> its place, and the first line of its help."""


class LazyGroup(click.Group):
    """A group that imports the module of a command to run it."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the imported command and its arguments."""
        name, command, rest = super().resolve_command(ctx, args)
        return name, command and load_command(name or ""), rest

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; wrong use ends with 2, an interruption with 3."""
        with exit_statuses(), private_files():
            return super().invoke(ctx)


def load_command(name: str) -> click.Command:
    """Import a command by its name."""
    module, _, attribute = COMMANDS[name][0].partition(":")
    command: click.Command = getattr(importlib.import_module(module), attribute)
    return command


@click.group(
    cls=LazyGroup,
    commands={name: click.Command(name, help=summary) for name, (_, summary) in COMMANDS.items()},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="""\b
    Examples:
      oms-scenarios run
      oms-scenarios run PAS-S-01 --target http://127.0.0.1:8080
      oms-scenarios run --target sandbox.toml --out evidence
      oms-scenarios resume evidence
    """,
)
@click.version_option(package_name="mock-oms", prog_name="oms-scenarios")
def main() -> None:
    """Run Pick-At-Store flows against the mock, or against another OMS."""
