"""The command `mock-oms`: server, client, customer and store."""

from __future__ import annotations

import click

from mock_oms import __version__
from mock_oms.cli.client import examples
from mock_oms.cli.get import get, wait
from mock_oms.cli.journal import journal
from mock_oms.cli.order import order
from mock_oms.cli.serve import serve
from mock_oms.cli.tenant import tenant

EXAMPLES = examples(
    "mock-oms serve",
    "mock-oms order place",
    "mock-oms journal --follow",
    "mock-oms get '/oms/v3/shipment?orderStatus=CREATED&locationCode=STORE-1'",
    note="Exit status: 0 done, 1 refused or not reachable, 2 usage error.",
)


@click.group(
    "mock-oms",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog=EXAMPLES,
)
@click.version_option(__version__, prog_name="mock-oms")
def main() -> None:
    """Serve a working fake of the Fynd Konnect OMS, and control it."""


for command in (serve, wait, get, tenant, order, journal):
    main.add_command(command)
