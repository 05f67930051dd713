"""Options of `mock-oms serve`: one row each.

Flags, environment variables, checks and documentation are derived from the rows.
A flag wins over its variable (`--invoice-mode` over `MOCK_OMS_INVOICE_MODE`), which wins over the default.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import BeforeValidator

from contracts.suggest import suggest
from mock_oms.options import AppOptions, ExistingFile, OptionError, Whole, Word, about, checked, choices, row

PREFIX = "MOCK_OMS_"
CLIENT_VARIABLES = tuple(f"{PREFIX}{name}" for name in ("URL", "TENANT", "USERNAME", "PASSWORD"))
"""Variables of the client commands; the server does not report them as misspelt."""


def _writable_place(text: str | Path) -> Path:
    path = Path(text).expanduser()
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError
    return path.parent.resolve() / path.name  # a link at the place itself is refused later


class ServerOptions(AppOptions):
    """Options of the process, and those of the application."""

    host: Word = row(
        "127.0.0.1", "address to listen on", metavar="ADDRESS", expects="an address or name of this machine"
    )
    port: Whole = row(8080, "port to listen on; 0 takes a free one", ge=0, le=65535)
    ready_file: Annotated[Path, BeforeValidator(_writable_place)] | None = row(
        None,
        "file that exists while the server answers: one line of JSON "
        "with url, pid, version, tenant, username and password",
        metavar="FILE",
        expects="a file in a folder that exists",
    )
    control_key_file: ExistingFile | None = row(
        None,
        "file with the control key, in place of --control-key",
        metavar="FILE",
        expects="a file that exists",
    )
    threads: Whole = row(
        32,
        "threads of each worker for calls that may wait, for example for a database; the receiving thread "
        "answers all other calls",
        ge=1,
        le=256,
    )
    workers: Whole = row(
        1, "processes that answer requests; several need a store that processes can share", ge=1, le=64
    )
    connections: Whole = row(
        20_000, "limit of open connections; further clients wait until one is closed", ge=1, le=1_000_000
    )


class Row(NamedTuple):
    """One option as text; `default` is empty where there is none."""

    name: str
    flag: str
    variable: str
    metavar: str
    default: str
    meaning: str


def rows() -> list[Row]:
    """List every option: those of the process, then those of the application."""
    names = sorted(ServerOptions.model_fields, key=lambda name: name in AppOptions.model_fields)
    return [_row(name) for name in names]


def _row(name: str) -> Row:
    field = ServerOptions.model_fields[name]
    metavar = "|".join(choices(ServerOptions, name)) or about(ServerOptions, name)["metavar"]
    default = "" if field.default is None else str(field.default)
    return Row(name, flag(name), variable(name), metavar, default, field.description or "")


def flag(name: str) -> str:
    """Return the flag of an option on a command line."""
    return "--" + name.replace("_", "-")


def variable(name: str) -> str:
    """Return the environment variable of an option."""
    return PREFIX + name.upper()


_KUBERNETES = re.compile(r"(tcp|udp|sctp)://[^/]+:[0-9]+")
_KUBERNETES_NAMES = re.compile(
    rf"{PREFIX}(.+_)?(SERVICE_(HOST|PORT(_.+)?)|PORT(_[0-9]+_(TCP|UDP|SCTP)(_.+)?)?)"
)
"""Variables that Kubernetes makes in every pod for a service called mock-oms, or mock-oms-something."""


def _of_kubernetes(name: str, text: str) -> bool:
    """Whether a variable is the address of a service, not an option."""
    if name in map(variable, ServerOptions.model_fields):
        return bool(_KUBERNETES.fullmatch(text))
    return bool(_KUBERNETES_NAMES.fullmatch(name))


def resolve(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> ServerOptions:
    """Read options from flags and variables; raises `OptionError`."""
    by_flag = {name: text for name, text in flags.items() if text is not None}
    by_variable = {
        name: text
        for name in ServerOptions.model_fields
        if (text := environment.get(variable(name))) and not _of_kubernetes(variable(name), text)
    }
    options = checked(
        ServerOptions, by_variable | by_flag, lambda name: flag(name) if name in by_flag else variable(name)
    )
    if options.control_key_file is None:
        return options
    if options.control_key is not None:
        raise OptionError("the control key was given twice: as itself and in a file; give one")
    return options.model_copy(update={"control_key": _key_in(options.control_key_file)})


def _key_in(file: Path) -> str:
    """Read the control key; raises `OptionError`, which does not show the content."""
    given_as = f"the control key in {file}"
    try:
        key = file.read_text(encoding="utf-8-sig").strip()
    except (OSError, UnicodeDecodeError):
        key = ""
    return str(checked(AppOptions, {"control_key": key}, lambda _: given_as).control_key)


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """Describe each variable with the prefix that sets no option."""
    known = {*map(variable, ServerOptions.model_fields), *CLIENT_VARIABLES}
    ours = {name: environment[name] for name in sorted(environment) if name.startswith(PREFIX)}
    strange = [name for name in ours if name not in known and not _of_kubernetes(name, ours[name])]
    ignored = [name for name in ours if name in known and _of_kubernetes(name, ours[name])]
    return [f"{name} is set but is no option{suggest(name, sorted(known))}" for name in strange] + [
        f"{name} is ignored: Kubernetes sets it to the address of a service (enableServiceLinks: false)"
        for name in ignored
    ]
