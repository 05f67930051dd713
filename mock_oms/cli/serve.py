"""`mock-oms serve`: reads its options and hands over to the server."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import click

from mock_oms.cli.client import examples
from mock_oms.server.options import OPTIONS, Option, SettingsError, defaults, misspelt, resolve

EXAMPLES = examples(
    "mock-oms serve",
    "mock-oms serve --port 0 --ready-file ready.json",
    "mock-oms serve --invoice-mode fynd --credit-note-mode fynd --seed 7",
    "MOCK_OMS_CONTROL_KEY=... mock-oms serve --host 0.0.0.0",
    note="Every option has an environment variable too (MOCK_OMS_PORT for --port); the flag wins.\n"
    "Ctrl-C and SIGTERM stop it, with exit status 0. Options, a port or a profile that cannot be used: 2.",
)


def _help(option: Option) -> str:
    default = defaults()[option.name]
    return option.help if default is None else f"{option.help} [default: {default}]"


def _with_options(function: Callable[..., None]) -> Callable[..., None]:
    """Add a click option for every row; their texts are read by the rows, in one place with the variables."""
    for option in reversed(OPTIONS):
        function = click.option(option.flag, option.name, metavar=option.metavar, help=_help(option))(
            function
        )
    return function


@click.command(epilog=EXAMPLES)
@_with_options
@click.pass_context
def serve(context: click.Context, /, **flags: Any) -> None:
    """Start the mock and serve it until Ctrl-C."""
    for sentence in misspelt(os.environ):
        click.echo(f"mock-oms: {sentence}", err=True)
    try:
        settings = resolve(flags, os.environ)
    except SettingsError as error:
        raise click.UsageError(str(error), context) from None
    from mock_oms.server.process import serve as serve_until_stopped  # granian is loaded by this command only

    context.exit(serve_until_stopped(settings))
