"""Options of the server: what may be set, by which flag or environment variable, and what each accepts.

A flag wins over its variable (`--invoice-mode` over `MOCK_OMS_INVOICE_MODE`), which wins over the default.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import Path

from contracts.suggest import suggest
from mock_oms.engine.limits import ORDERS_MAX, TENANTS_MAX
from mock_oms.store import opening

DEFAULT_TENANT = "default"
"""The tenant that is there from the start; also its company's username and password, which are no secret."""
DEFAULT_LOCATIONS = ("STORE-1", "STORE-2")
"""Its locations; each has its code as username and password."""
MODES = ("aggregator", "fynd")
"""Who makes a document: the aggregator pushes it, or Fynd OMS issues it."""
PREFIX = "MOCK_OMS_"
THREADS_MAX = 256
WORKERS_MAX = 64
CONNECTIONS_MAX = 1_000_000
COUNT_MAX = 10_000_000
"""Highest number that a limit may be set to; the ids of a tenant's shipments begin anew after as many."""
NAME_LENGTH_MAX = 100

CLIENT_VARIABLES = tuple(f"{PREFIX}{name}" for name in ("URL", "TENANT", "USERNAME", "PASSWORD"))
"""Read by the client commands only; the server knows them so as not to take them for misspellings."""


class SettingsError(ValueError):
    """An option that cannot be used; the message names it, what it expects, and the nearest valid value."""


@dataclass(frozen=True)
class ServerOptions:
    """What `mock-oms serve` runs with."""

    host: str = "127.0.0.1"
    port: int = 8080
    invoice_mode: str = "aggregator"
    credit_note_mode: str = "aggregator"
    seed: int = 0
    profile: Path | None = None
    mutant: str | None = None
    control_key: str | None = field(default=None, repr=False)
    store: str = field(default=opening.MEMORY, repr=False)
    """Where everything is kept; may hold a password."""
    ready_file: Path | None = None
    control_key_file: Path | None = None
    allowed_hosts: tuple[str, ...] | None = None
    tenants_max: int = TENANTS_MAX
    orders_max: int = ORDERS_MAX
    threads: int = 32
    """Calls that may wait (for a database, a printer, each other) and are worked on at the same time.

    A thread is made when one is needed. Calls that do not wait are answered by the thread that receives them.
    """
    workers: int = 1
    """Processes that answer; more than one share their state in a database."""
    connections: int = 20_000
    """Connections that may be open at the same time; others wait until one is closed."""

    @property
    def store_is_shared(self) -> bool:
        """Whether several processes may work on the store."""
        return opening.is_shared(self.store)

    def app_options(self) -> dict[str, object]:
        """The part of it that the application takes, as a plain mapping; what was not given is absent."""
        options: dict[str, object | None] = {
            "invoice_mode": self.invoice_mode,
            "credit_note_mode": self.credit_note_mode,
            "seed": self.seed,
            "profile": None if self.profile is None else str(self.profile),
            "mutant": self.mutant,
            "control_key": self.control_key,
            "store": self.store,
            "allowed_hosts": self.allowed_hosts,
            "tenants_max": self.tenants_max,
            "orders_max": self.orders_max,
        }
        return {name: value for name, value in options.items() if value is not None}


def _whole_number(low: int, high: int) -> Callable[[str], int]:
    """A reader of whole numbers from `low` to `high`."""

    def read(text: str) -> int:
        number = int(text)
        if not low <= number <= high:
            raise ValueError
        return number

    return read


def _mode(text: str) -> str:
    if text not in MODES:
        raise ValueError
    return text


def _word(text: str) -> str:
    """Text without blanks, of a sensible length."""
    if not text or len(text) > NAME_LENGTH_MAX or any(letter.isspace() for letter in text):
        raise ValueError
    return text


def _host_names(text: str) -> tuple[str, ...]:
    names = tuple(name.strip().lower() for name in text.split(","))
    for name in names:
        _word(name)
    return names


def _existing_file(text: str) -> Path:
    path = Path(text).expanduser().resolve()
    if not path.is_file():
        raise ValueError
    return path


def _writable_place(text: str) -> Path:
    path = Path(text).expanduser().resolve()
    if path.is_dir() or not path.parent.is_dir():
        raise ValueError
    return path


@dataclass(frozen=True)
class Option:
    """One option of the server: a field of `ServerOptions` and how its text is read."""

    name: str
    metavar: str
    read: Callable[[str], object]
    expects: str
    help: str
    choices: tuple[str, ...] = ()
    secret: bool = False
    """Whether what was given is not repeated when it is wrong."""

    @property
    def flag(self) -> str:
        """As written on a command line."""
        return "--" + self.name.replace("_", "-")

    @property
    def variable(self) -> str:
        """Name of the environment variable."""
        return PREFIX + self.name.upper()

    def value(self, text: str, given_as: str) -> object:
        """The value that `text` stands for; `given_as` is the flag or variable that an error names."""
        try:
            return self.read(text)
        except ValueError:
            received = "" if self.secret else f", not {text!r}{suggest(text, self.choices)}"
            raise SettingsError(f"{given_as} expects {self.expects}{received}") from None


def _mode_option(name: str, document: str) -> Option:
    who = f"who makes the {document}: the aggregator pushes it, or Fynd OMS issues it"
    return Option(name, "|".join(MODES), _mode, " or ".join(MODES), who, MODES)


OPTIONS = (
    Option("host", "ADDRESS", _word, "an address or name of this machine", "address to listen on"),
    Option(
        "port",
        "N",
        _whole_number(0, 65535),
        "a port from 0 to 65535",
        "port to listen on; 0 takes a free one",
    ),
    _mode_option("invoice_mode", "invoice of a sale"),
    _mode_option("credit_note_mode", "credit note of a return"),
    Option(
        "seed",
        "N",
        _whole_number(0, 2**63 - 1),
        "a whole number, 0 or more",
        "where ids, numbers and random choices of tenant default start",
    ),
    Option(
        "profile",
        "FILE",
        _existing_file,
        "a TOML file that exists",
        "behaviour profile: a TOML file with the choices that the published API leaves open",
    ),
    Option("mutant", "NAME", _word, "the name of a seeded defect", "serve with one seeded defect, by name"),
    Option(
        "ready_file",
        "FILE",
        _writable_place,
        "a file in a folder that exists",
        "written, by rename, once the server answers: one line of JSON with url, pid, version, tenant, "
        "username and password; removed at the end",
    ),
    Option(
        "control_key",
        "KEY",
        _word,
        f"1 to {NAME_LENGTH_MAX} characters without blanks",
        "the control plane asks for it in header x-control-key; made up and printed when the address is not "
        "a loopback one. Better given as a variable or a file: others can read a command line",
    ),
    Option(
        "control_key_file",
        "FILE",
        _existing_file,
        "a file that exists",
        "file with the control key, instead of the key itself",
    ),
    Option(
        "allowed_hosts",
        "NAMES",
        _host_names,
        "names separated by commas",
        "further names by which this server may be called, as behind a proxy; * for any. On a loopback "
        "address only names that mean this machine are answered, so that no web page gets there by a name of "
        "its own",
    ),
    Option(
        "store",
        "URL",
        opening.read,
        opening.EXPECTED,
        "where everything is kept: in memory until the end, or in an SQL database, where several servers may "
        "share it. One with a password is better given as a variable: others can read a command line",
        secret=True,
    ),
    Option(
        "tenants_max",
        "N",
        _whole_number(1, COUNT_MAX),
        f"a number from 1 to {COUNT_MAX}",
        "tenants that the server has room for",
    ),
    Option(
        "orders_max",
        "N",
        _whole_number(1, COUNT_MAX),
        f"a number from 1 to {COUNT_MAX}",
        "orders and returns that each tenant has room for",
    ),
    Option(
        "threads",
        "N",
        _whole_number(1, THREADS_MAX),
        f"a number from 1 to {THREADS_MAX}",
        "calls of each worker that may wait, as for a database, and are worked on at the same time",
    ),
    Option(
        "workers",
        "N",
        _whole_number(1, WORKERS_MAX),
        f"a number from 1 to {WORKERS_MAX}",
        "processes that answer; more than one need a store that they can share",
    ),
    Option(
        "connections",
        "N",
        _whole_number(1, CONNECTIONS_MAX),
        f"a number from 1 to {CONNECTIONS_MAX}",
        "connections that may be open at the same time; others wait until one is closed",
    ),
)
"""Every option of `mock-oms serve`, in the order of its help."""


def defaults() -> dict[str, object]:
    """Field name -> default."""
    return {field.name: field.default for field in fields(ServerOptions)}


def resolve(flags: Mapping[str, str | None], environment: Mapping[str, str]) -> ServerOptions:
    """Settings from flags (by field name, None = not given) and environment; raises `SettingsError`."""
    given: dict[str, object] = {}
    for option in OPTIONS:
        flag = flags.get(option.name)
        if flag is not None:
            given[option.name] = option.value(flag, option.flag)
        elif environment.get(option.variable):
            given[option.name] = option.value(environment[option.variable], option.variable)
    found = ServerOptions(**given)  # type: ignore[arg-type]  # each value was read by its field's own row
    return found if found.control_key_file is None else replace(found, control_key=_key_in(found))


def _key_in(settings: ServerOptions) -> str:
    """The control key in the file that was named for it; raises `SettingsError`, without what is in it."""
    path = settings.control_key_file
    if settings.control_key is not None or path is None:
        raise SettingsError("the control key was given twice: as itself and in a file; give one of them")
    try:
        return _word(path.read_text(encoding="utf-8").strip())
    except (OSError, ValueError):
        expected = f"one line of 1 to {NAME_LENGTH_MAX} characters without blanks"
        raise SettingsError(f"the control key in {path}: expected {expected}") from None


def misspelt(environment: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that begins like ours but is none of ours, with the nearest that is."""
    known = {*(option.variable for option in OPTIONS), *CLIENT_VARIABLES}
    return [
        f"{name} is set but means nothing here{suggest(name, sorted(known))}"
        for name in sorted(environment)
        if name.startswith(PREFIX) and name not in known
    ]
