"""`mock-oms journal`: prints the calls of a tenant, one line each."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping
from typing import Any

import click

from mock_oms.cli.client import Server, examples, json_option, server_option, tenant_option, tenant_path

FOLLOW_EVERY_S = 0.5
FILTERS = ("order", "operation", "outcome", "code")


@click.command(
    epilog=examples(
        "mock-oms journal",
        "mock-oms journal --order 17328629784861446350 --outcome refused",
        "mock-oms journal --operation confirm --json",
        "mock-oms journal --follow",
        note="A line has time, method, touchpoint, status, orders, refusals with their codes, and caller.",
    )
)
@click.option("--order", metavar="ID", help="only calls about this shipment")
@click.option("--operation", metavar="NAME", help="only calls to this touchpoint, like confirm")
@click.option(
    "--outcome", type=click.Choice(["accepted", "refused"]), help="only calls in which an order was"
)
@click.option("--code", metavar="CODE", help="only calls with a refusal of this code")
@click.option("--limit", type=click.IntRange(1, 1000), default=100, show_default=True, help="newest so many")
@click.option("--follow", is_flag=True, help="go on with new calls until Ctrl-C")
@tenant_option
@json_option
@server_option
def journal(
    server: Server, tenant: str, as_json: bool, follow: bool, limit: int, **given: str | None
) -> None:
    """Print the calls to the touchpoints, one line each."""
    query = {name: given[name] for name in FILTERS if given[name] is not None}
    for entry in _entries(server, tenant_path(tenant, "journal"), query, limit, follow):
        click.echo(json.dumps(entry) if as_json else line(entry))


def _entries(
    server: Server, path: str, query: Mapping[str, Any], limit: int, follow: bool
) -> Iterator[dict[str, Any]]:
    answer = server.control("GET", path, limit=limit, **query)
    if answer["dropped"]:
        click.echo(f"{answer['dropped']} older calls were dropped from the journal", err=True)
    yield from answer["entries"]
    last = max([0, *(entry["number"] for entry in answer["entries"])])
    while follow:
        time.sleep(FOLLOW_EVERY_S)
        for entry in server.control("GET", path, limit=1000, after=last, **query)["entries"]:
            last = entry["number"]
            yield entry


def line(entry: Mapping[str, Any]) -> str:
    """Return an entry as a line of text."""
    orders, refused = entry["outcomes"], [one for one in entry["outcomes"] if one["code"]]
    found = "" if not orders else f"  {len(orders)} {'order' if len(orders) == 1 else 'orders'}"
    if refused:
        codes = ", ".join(dict.fromkeys(one["code"] for one in refused))
        found += f", {len(refused)} refused {codes}"
    dry = "  dry run" if entry.get("dry_run") else ""
    name = entry["operation"] or entry["path"]
    took = f"{entry['took_ms']:.1f} ms"
    return (
        f"{entry['at'][11:19]}  {entry['method']:4} {name:16} {entry['status']}{found}{dry}  {took}"
        f"  {entry['caller'] or '-'}"
    )
