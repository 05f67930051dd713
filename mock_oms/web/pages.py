"""Serves the first page, its stylesheet, and the OpenAPI document."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import flask
from jinja2 import Environment, StrictUndefined, Template
from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header

from contracts.control.calls import KEY_HEADER
from contracts.control.defaults import DEFAULT_LOCATIONS, DEFAULT_TENANT
from contracts.konnect.operations import TOKEN_HEADER, operation
from mock_oms.context import AppContext
from mock_oms.domain.registry import Registry
from mock_oms.web import screening
from mock_oms.web.answers import CSS, HTML, JSON, POLICY_OF_A_PAGE, Answer, json_answer
from mock_oms.web.call import Call
from mock_oms.web.dispatch import Surface
from mock_oms.web.konnect.surface import TOUCHPOINTS


@dataclass(frozen=True, slots=True)
class Page:
    """The row of a page."""

    name: str
    path: str
    method: str = "GET"


PAGES = (Page("home", "/"), Page("stylesheet", "/home.css"), Page("openapi", "/openapi.json"))
HANDLERS: Registry[Callable[[Call], Answer]] = Registry(
    "page", "PAGES", '@handles_page("{name}") in mock_oms/web/pages.py'
)
handles_page = HANDLERS.named
"""Decorator: registers the handler of a page."""

ABOUT = (
    "mock-oms is a working fake of the Fynd Konnect OMS for Pick-At-Store: orders, invoices, hand-over, "
    "returns, credit notes. Your ERP, POS or warehouse system calls it as it would call Konnect. The control "
    "plane plays the shop and the customer, and moves the clock."
)
LINKS = {
    "/openapi.json": "OpenAPI document of the touchpoints, the calls of Konnect",
    "/_control/openapi.json": "OpenAPI document of the control plane",
    "/_control/health": "state of this server",
}
_HOST = re.compile(r"[A-Za-z0-9._:\[\]-]{1,260}")
"""A `Host` header that a command can repeat."""


class FirstCall(NamedTuple):
    """An example call: its description and shell command."""

    does: str
    command: str


def first_calls(server: AppContext, url: str) -> list[FirstCall]:
    """Lists the first calls to try on the server at `url`.

    A command sets the shell variables that the next ones use.
    """
    store = DEFAULT_LOCATIONS[0]
    login = f"{url}{operation('generate_token').path}?username={store}&password={store}"
    orders = f"{url}/_control/tenants/{DEFAULT_TENANT}/orders"
    key = f' -H "{KEY_HEADER}: $MOCK_OMS_CONTROL_KEY"' if server.control_key else ""
    json, token = f"-H 'content-type: {JSON}'", f'-H "{TOKEN_HEADER}: $TOKEN"'
    rows = (
        (
            f"Fetch a token of the store {store}.",
            f"TOKEN=$(curl -s '{login}' | {_value(server.profile.token_field)})",
        ),
        (
            "Buy something as the customer. Konnect has no call for that, so the control plane does it.",
            f"ORDER=$(curl -s '{orders}'{key} {json} -d '{{}}' | {_value('id')})",
        ),
        ("Read the order.", f'curl -s "{url}{operation("get_shipments").path}?orderId=$ORDER" {token}'),
        (
            "Confirm the order.",
            f"curl -s '{url}{operation('confirm').path}' {token} {json} "
            '-d "[{\\"orderId\\": \\"$ORDER\\"}]"',
        ),
    )
    return [FirstCall(*row) for row in rows]


def _value(name: str) -> str:
    """A shell command that prints the first value of a name."""
    return f'grep -o \'"{name}":"[^"]*"\' | head -n 1 | cut -d \'"\' -f 4'


@handles_page("home")
def home(call: Call) -> Answer:
    """Returns a page to a browser, and JSON to any other client."""
    server, headers = call.server, call.request.headers
    host = headers.get("host", "")
    url = f"{flask.request.scheme}://{host if _HOST.fullmatch(host) else 'localhost:8080'}"
    calls = first_calls(server, url)
    control_plane = (
        f"Needs header {KEY_HEADER} with the control key, except /_control/health"
        if server.control_key
        else "Open: this server has no control key"
    )
    accepted = parse_accept_header(headers.get("accept", ""), MIMEAccept)
    if accepted.best_match([JSON, "text/html"]) != "text/html":
        body = {
            "about": ABOUT,
            "control_plane": control_plane,
            "first_calls": [one._asdict() for one in calls],
            "links": LINKS,
        }
        return json_answer(body, headers=_VARIES)
    page = _template().render(about=ABOUT, control_plane=control_plane, calls=calls, links=LINKS)
    return Answer(200, page.encode(), HTML, _VARIES | POLICY_OF_A_PAGE)


_VARIES = {"vary": "Accept"}


@cache
def _template() -> Template:
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(_file("home.html").decode())


@cache
def _file(name: str) -> bytes:
    return files("mock_oms.web").joinpath(name).read_bytes()


@handles_page("stylesheet")
def stylesheet(_: Call) -> Answer:
    """Returns the stylesheet of the page."""
    return Answer(200, _file("home.css"), CSS)


@handles_page("openapi")
def openapi(_: Call) -> Answer:
    """Returns the OpenAPI document of the touchpoints."""
    return Answer(200, document("konnect"))


def document(name: str) -> bytes:
    """Reads the checked-in OpenAPI document `konnect` or `control`."""
    return files("contracts").joinpath(f"{name}.openapi.json").read_bytes()


SURFACE: Surface[Call, Page] = Surface(
    name="page",
    rows=PAGES,
    handlers=HANDLERS,
    begin=lambda server, request, started, _: Call(server, request, started),
    authorize=lambda call: screening.check(call.request, call.server.hosts),
    read=lambda _: None,
    render=TOUCHPOINTS.render,
    unknown_tenant=TOUCHPOINTS.unknown_tenant,
    unrouted=TOUCHPOINTS.unrouted,
    crashed=TOUCHPOINTS.crashed,
)
