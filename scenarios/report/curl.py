"""Builds a curl command from an exchange, with variables for secrets."""

from __future__ import annotations

import json
import re
import shlex

from contracts.masking import MASK, is_secret_name
from scenarios.records import Exchange

BODY_LIMIT = 1_500
"""Longest body in the command; a longer one is read from a file."""
BODY_FILE = "body.json"
IN_PROCESS = "mock.in-process"
_VARIABLES = {
    "OMS_URL": "address of the mock",
    "TOKEN": "a new access token",
    "USERNAME": "user of the target",
    "PASSWORD": "password of that user",
}
_ADDED_BY_CURL = frozenset(
    {"accept", "accept-encoding", "connection", "content-length", "host", "user-agent", "transfer-encoding"}
)
_SPECIAL = re.compile(r'([\\"$`])')
_ORIGIN = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*://[^/?#]*")
_MASKED_PARAMETER = re.compile(r"([?&;])([^=&;#]+)=" + re.escape(MASK))


def repeat(exchange: Exchange, base_url: str | None) -> str:
    """Build the curl command of an exchange, over several lines.

    Secrets are the variables `$TOKEN`, `$USERNAME`, `$PASSWORD`; a target without an address is `$OMS_URL`.
    """
    words = [f"curl -sS -X {shlex.quote(exchange.method)} {_url(exchange.url, base_url)}"]
    words += [
        f"-H {_header(name, value)}"
        for name, value in exchange.request.headers.items()
        if name.lower() not in _ADDED_BY_CURL
    ]
    words += _body(exchange)
    return " \\\n  ".join(words)


def before_repeating(command: str, base_url: str | None, own_tenant: bool) -> str:
    """Say what a command needs, or why it cannot be repeated."""
    needs = [f"{name} ({text})" for name, text in _VARIABLES.items() if f"${name}" in command]
    sentences = []
    if not base_url or IN_PROCESS in base_url:
        sentences.append(
            "The mock of this run ended with it, orders and users too: start another with mock-oms serve."
        )
    elif own_tenant:
        sentences.append(
            "The run removed the tenant of this flow, with its orders and users: play the flow again."
        )
    if needs:
        sentences.append(f"Set first: {', '.join(needs)}.")
    return " ".join(sentences)


def local(url: str, base_url: str | None) -> str:
    """Remove the target's own scheme and host from a URL."""
    own = _ORIGIN.match(base_url) if base_url else None
    found = _ORIGIN.match(url)
    if found is None or (base_url and (own is None or own.group() != found.group())):
        return url
    return url[found.end() :] or "/"


def _variable(name: str) -> str:
    return "TOKEN" if "token" in name.lower() else re.sub(r"\W", "_", name).upper()


def _quoted(text: str) -> str:
    """Escape a text for double quotes that contain a variable."""
    return _SPECIAL.sub(r"\\\1", text)


def _url(url: str, base_url: str | None) -> str:
    if not base_url:
        whole, lead = local(url, base_url), "$OMS_URL"
    elif "://" in url:
        whole, lead = url, ""
    else:
        whole, lead = f"{base_url.rstrip('/')}/{url.lstrip('/')}", ""
    quoted = _MASKED_PARAMETER.sub(
        lambda found: f"{found[1]}{found[2]}=${{{_variable(found[2])}}}", _quoted(whole)
    )
    return f'"{lead}{quoted}"' if lead or quoted != whole else shlex.quote(whole)


def _header(name: str, value: str) -> str:
    if value == MASK or is_secret_name(name):
        return f'"{_quoted(name)}: ${_variable(name)}"'
    return shlex.quote(f"{name}: {value}")


def _body(exchange: Exchange) -> list[str]:
    body = exchange.request.body
    if body is None:
        return []
    text = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)
    if len(text) > BODY_LIMIT:
        return [f"--data-binary @{BODY_FILE}"]
    return [f"--data-raw {shlex.quote(text)}"]
