"""`mock-oms order`: acts as the customer and the store."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import click

from mock_oms.cli.client import Server, examples, json_option, server_option, show, tenant_option, tenant_path

SHIPMENT = "17328629784861446350"


def _pieces(
    _context: click.Context, _parameter: click.Parameter, given: tuple[str, ...]
) -> list[tuple[str, int]]:
    """Parse `SHIRT-BLU-M=2`; a name alone means one piece."""
    return [_piece(text) for text in given]


def _piece(text: str) -> tuple[str, int]:
    what, separator, quantity = text.rpartition("=")
    if not separator:
        return text, 1
    if not what or not quantity.isdecimal() or int(quantity) < 1:
        raise click.BadParameter(f"expected NAME or NAME=QUANTITY with a quantity from 1, not {text!r}")
    return what, int(quantity)


@click.group()
def order() -> None:
    """Act as the customer and the store."""


@order.command(
    epilog=examples(
        "mock-oms order place",
        "mock-oms order place --location STORE-2 --item SHIRT-BLU-M=2 --item SHIRT-BLU-L",
        "mock-oms order place --item SHIRT-BLU-M=2 --free MUG-STN-350 --discount 100",
        "mock-oms order place --count 20 --state bag_invoiced",
    )
)
@click.option("--location", metavar="CODE", help="location code of a store")
@click.option("--channel", "ordering_channel", metavar="NAME", help="ordering channel, like FYND-STORE")
@click.option("--item", "items", callback=_pieces, multiple=True, metavar="SKU[=N]", help="may be repeated")
@click.option("--free", callback=_pieces, multiple=True, metavar="SKU[=N]", help="gift; may be repeated")
@click.option(
    "--discount", type=click.FloatRange(0), metavar="RUPEES", help="rupees off the whole order, GST included"
)
@click.option("--count", type=click.IntRange(1, 1000), help="number of orders, all alike")
@click.option("--state", help="state that the orders should reach, like bag_invoiced")
@tenant_option
@json_option
@server_option
def place(server: Server, tenant: str, as_json: bool, items: Any, free: Any, **given: Any) -> None:
    """Place orders, as the customer in a store."""
    body = {name: value for name, value in given.items() if value is not None}
    lines = [{"sku": sku, "quantity": quantity} for sku, quantity in items]
    lines += [{"sku": sku, "quantity": quantity, "free": True} for sku, quantity in free]
    if lines:
        body["items"] = lines
    answer = server.control("POST", tenant_path(tenant, "orders"), body)
    if as_json:
        show(answer)
        return
    for shipment in answer["shipments"]:
        click.echo(line(shipment))


@order.command(epilog=examples(f"mock-oms order explain {SHIPMENT}"))
@click.argument("shipment")
@tenant_option
@json_option
@server_option
def explain(shipment: str, server: Server, tenant: str, as_json: bool) -> None:
    """Say what may happen to a shipment next, what not, and why."""
    answer = server.control("GET", tenant_path(tenant, "shipments", shipment, "explain"))
    if as_json:
        show(answer)
        return
    modes = " and ".join(f"{name.replace('_', ' ')} by {mode}" for name, mode in answer["modes"].items())
    click.echo(f"{answer['shipment']} is {answer['state']} ({answer['orderStatus']}), {modes}")
    click.echo("may happen next:" if answer["next"] else "nothing more can happen")
    for row in answer["next"]:
        click.echo(f"  {row['who']:10}  {row['does']:18}  {_how(row)}")
    click.echo("cannot happen now:")
    for row in answer["impossible"]:
        code = f"{row['code']}: " if "code" in row else ""
        click.echo(f"  {row['who']:10}  {row['does']:18}  {code}{row['because']}")
    refused = answer["last_refusal"]
    if refused:
        click.echo(f"last refusal: {refused['at']} {refused['method']} {refused['path']}")
        click.echo(f"  {refused['code']}: {refused['message']}")


def _how(row: Mapping[str, Any]) -> str:
    """Say which call makes it happen, and when it happens automatically."""
    delay = row.get("after_s")
    alone = {None: "", "held": ", held by the tenant's pace"}.get(delay, f", automatically after {delay} s")
    call = row["call"]
    return f"{call['method']} {call['path']} {json.dumps(call['body'])}{alone}"


@order.command("show", epilog=examples(f"mock-oms order show {SHIPMENT}"))
@click.argument("shipment")
@tenant_option
@server_option
def show_order(shipment: str, server: Server, tenant: str) -> None:
    """Print a shipment with its history as JSON."""
    show(server.control("GET", tenant_path(tenant, "shipments", shipment)))


@order.command(
    "list", epilog=examples("mock-oms order list", "mock-oms order list --state placed --location STORE-1")
)
@click.option("--state", help="list only shipments in this state, like placed")
@click.option("--location", metavar="CODE", help="list only shipments of this store")
@click.option("--cursor", help="continue where an earlier list ended")
@tenant_option
@json_option
@server_option
def list_orders(server: Server, tenant: str, as_json: bool, **given: Any) -> None:
    """List shipments, oldest first, a page at a time."""
    query = {name: value for name, value in given.items() if value is not None}
    answer = server.control("GET", tenant_path(tenant, "shipments"), **query)
    if as_json:
        show(answer)
        return
    for shipment in answer["shipments"]:
        click.echo(line(shipment))
    if answer.get("next_cursor"):
        click.echo(f"more: --cursor {answer['next_cursor']}", err=True)


def line(shipment: dict[str, Any]) -> str:
    """Format a shipment in one line: id, state, location, items."""
    items = ", ".join(f"{item['quantity']} x {item['sku']}" for item in shipment.get("orderItems", ()))
    return f"{shipment['id']}  {shipment['state']}  {shipment.get('location', '')}  {items}"


def _fire(server: Server, tenant: str, shipment: str, event: str, details: dict[str, Any]) -> Any:
    """Fire an event; return the shipment after it."""
    body = {name: value for name, value in details.items() if value}
    if "items" in body:
        body["items"] = [{"orderItemId": item, "quantity": quantity} for item, quantity in body["items"]]
    return server.control("POST", tenant_path(tenant, "shipments", shipment, "events", event), body)


def _print(shipment: dict[str, Any], as_json: bool) -> None:
    if as_json:
        show(shipment)
    else:
        click.echo(line(shipment))


ITEM = click.option(
    "--item", "items", callback=_pieces, multiple=True, metavar="ID[=N]", help="order item; may be repeated"
)
REASON = click.option("--reason", help="reason, in words")
INITIATOR = click.option(
    "--initiator", type=click.Choice(("store_os", "erp", "fynd_oms")), help="system that starts it"
)


def _add_event(name: str, event: str, does: str, *options: Callable[[Any], Any]) -> None:
    """Add a command for one event of the control plane."""

    def run(server: Server, tenant: str, shipment: str, as_json: bool, **details: Any) -> None:
        _print(_fire(server, tenant, shipment, event, details), as_json)

    command: Callable[..., Any] = server_option(run)
    for option in (json_option, tenant_option, *options, click.argument("shipment")):
        command = option(command)
    plain = f"mock-oms order {name} {SHIPMENT}"
    shown = [plain, f"{plain} --item 1234567=1"] if ITEM in options else [plain, f"{plain} --tenant my-test"]
    order.command(name, help=does, epilog=examples(*shown))(command)


_add_event("hand-over", "hand_over", "Hand the goods over to the customer, as the store.")
_add_event("start-return", "start_return", "Bring goods back, as the customer.", ITEM, INITIATOR, REASON)
_add_event("reject-return", "reject_return", "Reject a return after an inspection, as the store.", REASON)
_add_event("cancel", "cancel_by_customer", "Cancel all or some items, as the customer.", ITEM, REASON)


@order.command(epilog=examples(f"mock-oms order event issue_invoice {SHIPMENT}"))
@click.argument("event")
@click.argument("shipment")
@ITEM
@INITIATOR
@REASON
@tenant_option
@json_option
@server_option
def event(event: str, shipment: str, server: Server, tenant: str, as_json: bool, **details: Any) -> None:
    """Fire EVENT: hand_over, a held issue_invoice, ...; none of the aggregator."""
    _print(_fire(server, tenant, shipment, event, details), as_json)
