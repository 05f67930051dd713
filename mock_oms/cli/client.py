"""How the client commands reach a server: shared options, calls, and refusals as one readable line."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

import click

from mock_oms.server.options import DEFAULT_TENANT

if TYPE_CHECKING:
    from requests import Response, Session

CALL_LIMIT_S = 30
"""How long one call may take; placing a thousand orders is the slowest."""
SHOWN_LIMIT = 300
"""Characters of an answer that is not ours shown in an error."""


class CannotDo(click.ClickException):
    """The server refused or could not be reached; exit status 1."""

    exit_code = 1


@dataclass(frozen=True)
class Server:
    """A running mock: where it is, and the key of its control plane when it asks for one."""

    url: str
    control_key: str | None = None

    def control(self, method: str, path: str, body: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """The JSON that a control call answers; raises `CannotDo`."""
        headers = {"x-control-key": self.control_key} if self.control_key else {}
        answer = self.send(method, f"/_control/{path}", headers=headers, json=body, params=query)
        return _content(answer)

    def token(self, username: str, password: str) -> str:
        """A token for the touchpoints; raises `CannotDo`."""
        answer = self.send("GET", "/aggregator/v1/token", params={"username": username, "password": password})
        content = _content(answer)
        # The name of the field is a choice of the behaviour profile; `status` is the only other one.
        values = [value for name, value in content.items() if name != "status" and isinstance(value, str)]
        if len(values) != 1:
            raise CannotDo(f"{self.url} answered the token call without a token")
        return values[0]

    def send(self, method: str, path: str, **details: Any) -> Response:
        """One call, whatever it answers; raises `CannotDo` when there is no answer.

        The error is told without the address of the call, which may hold a password.
        """
        import requests

        with requests.Session() as session:
            # A proxy of the surroundings would look for a loopback address on its own machine.
            session.trust_env = False
            return self._sent(session, method, path, details)

    def _sent(self, session: Session, method: str, path: str, details: Mapping[str, Any]) -> Response:
        import requests

        try:
            return session.request(method, self.url + path, timeout=CALL_LIMIT_S, **details)
        except requests.Timeout:
            raise CannotDo(f"{self.url} did not answer within {CALL_LIMIT_S} s") from None
        except requests.ConnectionError:
            raise CannotDo(
                f"nothing answers at {self.url}; start it with mock-oms serve, or name another --url"
            ) from None
        except requests.RequestException as error:
            raise CannotDo(f"{self.url} cannot be called: {type(error).__name__}") from None


def _content(answer: Response) -> Any:
    """The JSON of a good answer; raises `CannotDo` with the server's reason."""
    try:
        content = answer.json() if answer.content else {}
    except ValueError:
        content = None
    if not isinstance(content, (dict, list)):
        raise CannotDo(
            f"status {answer.status_code}, and no JSON: is this a mock-oms? {answer.text[:SHOWN_LIMIT]!r}"
        )
    if not answer.ok:
        raise CannotDo(refusal(answer.status_code, content))
    return content


def refusal(status: int, content: Any) -> str:
    """A refused call as one line: status, message, the field it is about, and what would be possible."""
    told = content if isinstance(content, dict) else {}
    parts = [f"{status}: {told.get('message') or told.get('error') or 'no reason given'}"]
    if told.get("field"):
        parts.append(f"field: {told['field']}")
    if "allowed" in told and told["allowed"] is not None:
        parts.append(f"possible now: {', '.join(told['allowed']) or 'nothing'}")
    parts += [_finding(item) for item in told.get("errors") or () if isinstance(item, dict)]
    return "; ".join(parts)


def _finding(item: Mapping[str, Any]) -> str:
    return f"{item.get('field')}: expected {item.get('expected')}, received {item.get('received')}"


def examples(*lines: str, note: str = "") -> str:
    """The end of a command's help; the marks keep click from joining the lines."""
    paragraphs = ["\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])]
    return "\n\n".join([*paragraphs, f"\b\n{note}"] if note else paragraphs)


def tenant_path(tenant: str, *parts: str) -> str:
    """Path of a tenant's control calls below `/_control/`; every part is one segment."""
    return "/".join(["tenants", *(quote(part, safe="") for part in (tenant, *parts))])


def show(content: Any) -> None:
    """Print JSON for people and programs alike."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))


def as_url(_context: click.Context, _parameter: click.Parameter, url: str) -> str:
    """Refuses what is no address of a server."""
    try:
        address = urlsplit(url)
        usable = address.scheme in {"http", "https"} and address.hostname and address.port != 0
    except ValueError:
        usable = False
    if not usable:
        raise click.BadParameter(f"expected an address like http://127.0.0.1:8080, not {url!r}")
    return url.rstrip("/")


url_option = click.option(
    "--url",
    envvar="MOCK_OMS_URL",
    default="http://127.0.0.1:8080",
    show_default=True,
    callback=as_url,
    help="the running mock; variable MOCK_OMS_URL",
)
tenant_option = click.option(
    "--tenant",
    envvar="MOCK_OMS_TENANT",
    default=DEFAULT_TENANT,
    show_default=True,
    metavar="NAME",
    help="whose state; variable MOCK_OMS_TENANT",
)
key_option = click.option(
    "--control-key",
    envvar="MOCK_OMS_CONTROL_KEY",
    metavar="KEY",
    help="key of the control plane, when it asks for one; variable MOCK_OMS_CONTROL_KEY",
)
json_option = click.option("--json", "as_json", is_flag=True, help="print the whole answer as JSON")


def server_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """`--url` and `--control-key`, given to the command together as `server`."""

    @url_option
    @key_option
    @functools.wraps(function)
    def with_server(url: str, control_key: str | None, **rest: Any) -> Any:
        return function(server=Server(url, control_key), **rest)

    return with_server
