"""`mock-oms tenant`: tenants of one's own."""

from __future__ import annotations

from typing import Any

import click

from mock_oms.cli.client import Server, examples, json_option, server_option, show, tenant_path
from mock_oms.server.options import MODES

CREATE_EXAMPLES = examples(
    "mock-oms tenant create",
    "mock-oms tenant create --name my-test --invoice-mode fynd --location BLR-01 --location BLR-02",
    "mock-oms tenant create --freeze-at 2025-01-25T12:00:00+00:00 --seed 7 --json > tenant.json",
    note="The passwords are shown now and never again.",
)


@click.group()
def tenant() -> None:
    """Make, list, empty and remove tenants of one's own."""


@tenant.command(epilog=CREATE_EXAMPLES)
@click.option("--name", help="made up if not given")
@click.option("--invoice-mode", type=click.Choice(MODES), help="who makes the invoice of a sale")
@click.option("--credit-note-mode", type=click.Choice(MODES), help="who makes the credit note of a return")
@click.option("--location", "locations", metavar="CODE", multiple=True, help="a store; may be repeated")
@click.option("--seed", type=click.IntRange(min=0), help="where ids, numbers and random choices start")
@click.option("--freeze-at", metavar="TIME", help="stop its clock at this ISO 8601 time with zone")
@json_option
@server_option
def create(server: Server, as_json: bool, **wishes: Any) -> None:
    """Make a tenant and show its credentials."""
    made = server.control("POST", "tenants", _wanted(**wishes))
    if as_json:
        show(made)
        return
    click.echo(f"tenant     {made['tenant']}")
    click.echo(f"documents  invoice by {made['invoice_mode']}, credit note by {made['credit_note_mode']}")
    for who, login in [("company", made["company"]), *((item["code"], item) for item in made["locations"])]:
        click.echo(f"{who:<10} username {login['username']}, password {login['password']}")


def _wanted(*, freeze_at: str | None, locations: tuple[str, ...], **plain: Any) -> dict[str, Any]:
    """The body of the call: only what was asked for."""
    body = {name: value for name, value in plain.items() if value is not None}
    if locations:
        body["locations"] = list(locations)
    if freeze_at is not None:
        body["clock"] = {"freeze_at": freeze_at}
    return body


@tenant.command("list", epilog=examples("mock-oms tenant list", "mock-oms tenant list --json"))
@json_option
@server_option
def list_tenants(server: Server, as_json: bool) -> None:
    """List the tenants with their modes."""
    found = server.control("GET", "tenants")
    if as_json:
        show(found)
        return
    for item in found["tenants"]:
        modes = f"invoice by {item['invoice_mode']}, credit note by {item['credit_note_mode']}"
        click.echo(f"{item['tenant']}  {modes}, {item['shipments']} shipments")


@tenant.command(epilog=examples("mock-oms tenant delete my-test"))
@click.argument("name")
@server_option
def delete(name: str, server: Server) -> None:
    """Remove a tenant and everything in it."""
    server.control("DELETE", tenant_path(name))
    click.echo(f"{name} is gone")


@tenant.command(epilog=examples("mock-oms tenant reset my-test"))
@click.argument("name")
@server_option
def reset(name: str, server: Server) -> None:
    """Empty a tenant; its credentials and tokens stay."""
    server.control("POST", tenant_path(name, "reset"))
    click.echo(f"{name} is empty")
