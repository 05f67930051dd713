"""Options, calls and errors that the client commands share."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import click

from contracts.control.defaults import DEFAULT_TENANT
from mock_oms.server.http import CALL_LIMIT_S, Reply, send

SHOWN_LIMIT = 300
"""Characters of a foreign answer that an error shows."""


WRONG_SHAPE = (LookupError, TypeError, AttributeError, RecursionError)
"""Errors of reading an answer that has not the shape of a mock's."""


class CallError(click.ClickException):
    """A refused call, or an unreachable server; exit status 1."""

    exit_code = 1


@dataclass(frozen=True)
class Server:
    """Address of a running mock, and its control key if needed."""

    url: str
    control_key: str | None = None

    def control(self, method: str, path: str, content: Mapping[str, Any] | None = None, **query: Any) -> Any:
        """Make a control call and return its JSON; raises `CallError`."""
        headers = {"x-control-key": self.control_key} if self.control_key else {}
        return _content(self.send(method, f"/_control/{path}", headers, content, query), self.control_key)

    def token(self, username: str, password: str) -> str:
        """Return a token for the touchpoints; raises `CallError`."""
        login = {"username": username, "password": password}
        content = _content(self.send("GET", "/aggregator/v1/token", query=login), self.control_key, password)
        # The behaviour profile chooses the name of the field; the only other field is `status`.
        values = [value for name, value in content.items() if name != "status" and isinstance(value, str)]
        if len(values) != 1:
            raise CallError(f"{self.url} answered the token call without a token")
        return values[0]

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        content: object = None,
        query: Mapping[str, Any] | None = None,
    ) -> Reply:
        """Make one call and return its answer, also a refusal.

        Raises `CallError` when there is no answer. No error shows the path of the call, which may contain a
        password.
        """
        from http.client import HTTPException

        from contracts.bounded_response import AnswerTooLargeError

        address = f"{self.url}{path}?{urlencode(query)}" if query else self.url + path
        try:
            return send(method, address, headers=headers, content=content)
        except TimeoutError:
            raise CallError(f"{self.url} did not answer within {CALL_LIMIT_S:g} s") from None
        except OSError:
            raise CallError(
                f"nothing answers at {self.url}; start it with mock-oms serve, or name another --url"
            ) from None
        except AnswerTooLargeError as error:
            raise CallError(f"{self.url} sent {error}") from None
        except (HTTPException, ValueError) as error:
            raise CallError(f"{self.url} cannot be called: {type(error).__name__}") from None


def _content(reply: Reply, *secrets: str | None) -> Any:
    """Return the JSON of a successful answer.

    Raises `CallError`, which shows no secret of the call.
    """
    from contracts.masking import mask_text

    known = [secret for secret in secrets if secret]
    try:
        content = parsed(reply.body or b"{}")
    except ValueError:
        content = None
    if not isinstance(content, dict | list):
        text = mask_text(reply.body.decode("utf-8", "replace"), known)[:SHOWN_LIMIT]
        raise CallError(f"status {reply.status}, and no JSON: is this a mock-oms? {text!r}")
    if not 200 <= reply.status < 300:
        raise CallError(mask_text(refusal(reply.status, content), known))
    return content


def parsed(body: bytes) -> Any:
    """Return the JSON value of a body; raises ValueError.

    A value that is nested too deeply is no JSON.
    """
    try:
        return json.loads(body)
    except RecursionError:
        raise ValueError("nested too deeply") from None


def refusal(status: int, content: Any) -> str:
    """Describe a refused call in one line: status, message, field, possible events."""
    body = content if isinstance(content, dict) else {}
    parts = [f"{status}: {body.get('message') or body.get('error') or 'no reason given'}"]
    if body.get("field"):
        parts.append(f"field: {body['field']}")
    if isinstance(allowed := body.get("allowed"), list):
        parts.append(f"possible now: {', '.join(map(str, allowed)) or 'nothing'}")
    if isinstance(errors := body.get("errors"), list):
        parts += [_field_error(item) for item in errors if isinstance(item, dict)]
    return "; ".join(parts)


def _field_error(item: Mapping[str, Any]) -> str:
    return f"{item.get('field')}: expected {item.get('expected')}, received {item.get('received')}"


def examples(*lines: str, note: str = "") -> str:
    """Format the end of a command's help as lines that click keeps."""
    paragraphs = ["\n".join(["\b", "Examples:", *(f"  {line}" for line in lines)])]
    return "\n\n".join([*paragraphs, f"\b\n{note}"] if note else paragraphs)


def tenant_path(tenant: str, *parts: str) -> str:
    """Build the path of a tenant's control call below `/_control/`.

    Every part is one segment.
    """
    return "/".join(["tenants", *(quote(part, safe="") for part in (tenant, *parts))])


def show(content: Any) -> None:
    """Print JSON, indented."""
    click.echo(json.dumps(content, indent=2, ensure_ascii=False))


def as_url(_context: click.Context, _parameter: click.Parameter, url: str) -> str:
    """Check the address of a server."""
    shown = f", not {url!r}"
    try:
        address = urlsplit(url)
        usable = address.scheme in {"http", "https"} and address.hostname and address.port != 0
    except ValueError:
        usable = False
    if "@" in url:  # the part before it may be a password
        usable, shown = False, ", without a user and password"
    if not usable:
        raise click.BadParameter(f"expected an address like http://127.0.0.1:8080{shown}")
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
    help="tenant to work in; variable MOCK_OMS_TENANT",
)
json_option = click.option("--json", "as_json", is_flag=True, help="print the complete answer as JSON")


def key_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--control-key` and `--control-key-file`, passed on as `control_key`."""

    @click.option(
        "--control-key",
        envvar="MOCK_OMS_CONTROL_KEY",
        metavar="KEY",
        help="key of the control plane, if the mock requires one. Prefer the variable MOCK_OMS_CONTROL_KEY "
        "or a file: other users of this machine can read a command line",
    )
    @click.option(
        "--control-key-file",
        envvar="MOCK_OMS_CONTROL_KEY_FILE",
        type=click.Path(exists=True, dir_okay=False, path_type=Path),
        metavar="FILE",
        help="file with the control key; variable MOCK_OMS_CONTROL_KEY_FILE",
    )
    @functools.wraps(function)
    def with_key(control_key: str | None, control_key_file: Path | None, **rest: Any) -> Any:
        if control_key and control_key_file:
            raise click.UsageError("the control key was given twice: as itself and in a file; give one")
        if control_key_file:
            control_key = _key_in(control_key_file)
        return function(control_key=control_key, **rest)

    return with_key


def _key_in(file: Path) -> str:
    try:
        key = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    if not key.isprintable() or not key:
        raise click.UsageError(f"the control key in {file} cannot be read: expected text in UTF-8")
    return key


def server_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Add `--url` and the key options, passed on as `server`."""

    @url_option
    @key_options
    @functools.wraps(function)
    def with_server(url: str, control_key: str | None, **rest: Any) -> Any:
        try:
            return function(server=Server(url, control_key), **rest)
        except WRONG_SHAPE as error:
            reason = f"{type(error).__name__}: {error}"[:SHOWN_LIMIT]
            raise CallError(
                f"{url} sent an answer of another shape ({reason}): is this a mock-oms?"
            ) from error

    return with_server
