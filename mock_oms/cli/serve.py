"""`mock-oms serve`: reads its options and starts the server."""

from __future__ import annotations

import os
from typing import Any

import click

from mock_oms.cli.client import examples
from mock_oms.server.garbage import paused

EXAMPLES = examples(
    "mock-oms serve",
    "mock-oms serve --port 0 --ready-file ready.json",
    "mock-oms serve --invoice-mode fynd --credit-note-mode fynd --seed 7",
    "MOCK_OMS_CONTROL_KEY=... mock-oms serve --host 0.0.0.0",
    note="Every option has an environment variable too (MOCK_OMS_PORT for --port); the flag wins.\n"
    "Ctrl-C and SIGTERM stop the server, with exit status 0. Exit status 2: an option, the port or the\n"
    "profile cannot be used.",
)


class ServeCommand(click.Command):
    """A command whose options are loaded when they are needed.

    They need pydantic, whose import would slow down `mock-oms --help` and all other commands.
    """

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        """Return an option for every row, and `--help`."""
        if not self.params:
            with paused():
                from mock_oms.server.options import rows

            self.params = [
                click.Option([row.flag, row.name], metavar=row.metavar, help=_help(row.meaning, row.default))
                for row in rows()
            ]
        return super().get_params(ctx)


def _help(meaning: str, default: str) -> str:
    return f"{meaning} [default: {default}]" if default else meaning


@click.command(cls=ServeCommand, epilog=EXAMPLES)
@click.pass_context
def serve(context: click.Context, /, **flags: Any) -> None:
    """Start the mock and serve it until Ctrl-C."""
    from mock_oms.options import OptionError
    from mock_oms.server.options import misspelt, resolve

    for sentence in misspelt(os.environ):
        click.echo(f"Warning: {sentence}", err=True)
    try:
        options = resolve(flags, os.environ)
    except OptionError as error:
        raise click.UsageError(str(error), context) from None
    with paused():
        from mock_oms.server.process import serve as serve_until_stopped  # loads granian

    context.exit(serve_until_stopped(options))
