"""`mock-oms wait` and `mock-oms get`: wait for a server, read from it."""

from __future__ import annotations

import time

import click

from contracts.control.defaults import DEFAULT_TENANT
from mock_oms.cli.client import (
    CallError,
    Server,
    as_url,
    examples,
    key_options,
    parsed,
    server_option,
    show,
    tenant_option,
)

WAIT_POLL_EVERY_S = 0.1
WAIT_LIMIT_MAX_S = 3600
CONTROL = "/_control/"

WAIT_EXAMPLES = examples("mock-oms serve --port 8080 &", "mock-oms wait http://127.0.0.1:8080 --timeout-s 10")
GET_EXAMPLES = examples(
    "mock-oms get '/oms/v3/shipment?orderStatus=CREATED&locationCode=STORE-1'",
    "mock-oms get '/oms/v3/shipment?orderId=...' --username STORE-1 --password STORE-1",
    "mock-oms get /_control/tenants/default/journal",
    note="Logs in with --username and --password (or MOCK_OMS_USERNAME and MOCK_OMS_PASSWORD);\n"
    "tenant default needs neither. Paths below /_control/ need no login.",
)


@click.command(epilog=WAIT_EXAMPLES)
@click.argument("url", callback=as_url)
@click.option(
    "--timeout-s",
    type=click.FloatRange(0, WAIT_LIMIT_MAX_S),
    default=30.0,
    show_default=True,
    help="stop waiting after this many seconds, with exit status 1",
)
@key_options
def wait(url: str, timeout_s: float, control_key: str | None) -> None:
    """Wait until the mock at URL answers its health call."""
    from mock_oms.server.ready import wait_until_answers

    click.echo(f"waiting up to {timeout_s:g} s for {url} to answer", err=True)
    began = time.monotonic()
    if not wait_until_answers(url, timeout_s, control_key=control_key, poll_every_s=WAIT_POLL_EVERY_S):
        raise CallError(f"{url} did not answer its health call within {timeout_s:g} s")
    click.echo(f"{url} answers after {time.monotonic() - began:.1f} s")


@click.command(epilog=GET_EXAMPLES)
@click.argument("path")
@tenant_option
@click.option(
    "--username", envvar="MOCK_OMS_USERNAME", help="company or location; variable MOCK_OMS_USERNAME"
)
@click.option("--password", envvar="MOCK_OMS_PASSWORD", help="its password; variable MOCK_OMS_PASSWORD")
@server_option
def get(path: str, server: Server, tenant: str, username: str | None, password: str | None) -> None:
    """Log in, send GET to PATH, and print the JSON answer."""
    if not path.startswith("/"):
        raise click.UsageError(f"PATH begins with a slash, like /oms/v3/shipment; not {path!r}")
    if path.startswith(CONTROL):
        click.echo(f"control plane of {server.url}", err=True)
        show(server.control("GET", path.removeprefix(CONTROL)))
        return
    username, password = _credentials(tenant, username, password)
    token = server.token(username, password)
    click.echo(f"{server.url} as {username}", err=True)
    _show_answer(server, path, token)


def _credentials(tenant: str, username: str | None, password: str | None) -> tuple[str, str]:
    """Return username and password; tenant default has known ones."""
    if username is None and tenant != DEFAULT_TENANT:
        username = f"{tenant}/company"
    if username is None and password is None:
        return DEFAULT_TENANT, DEFAULT_TENANT
    if username is None or password is None:
        raise click.UsageError(
            f"--username and --password are both needed for {username or 'tenant ' + tenant}: "
            "the passwords of a tenant were shown when it was created"
        )
    return username, password


def _show_answer(server: Server, path: str, token: str) -> None:
    reply = server.send("GET", path, {"x-access-token": token})
    try:
        show(parsed(reply.body))
    except ValueError:
        raise CallError(f"status {reply.status}, {len(reply.body)} bytes that are not JSON") from None
    if reply.status >= 400:
        raise CallError(f"status {reply.status}")
