"""Options of the application: one row each."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from contracts.lifecycle.table import DocumentMode
from contracts.profile import Profile, load, parse
from contracts.suggest import suggest, suggest_or_list
from mock_oms.domain.limits import ORDERS_MAX, TENANTS_MAX, Limits
from mock_oms.store import opening

WORD_MAX = 100
COUNT_MAX = 10_000_000
"""Highest value of a limit; the ids of a tenant's shipments start again after as many."""

Options = TypeVar("Options", bound="AppOptions")


class OptionError(ValueError):
    """A wrong option; the message names the option and its valid values."""


def row(
    default: object,
    meaning: str,
    *,
    metavar: str = "N",
    expects: str = "",
    secret: bool = False,
    ge: int | None = None,
    le: int | None = None,
) -> Any:
    """Describe one option; its name and type are those of the field.

    `expects` describes the valid values where type and bounds do not. A secret value is in no message.
    """
    shown: dict[str, Any] = {"metavar": metavar, "expects": expects}
    return Field(default, description=meaning, repr=not secret, json_schema_extra=shown, ge=ge, le=le)


def _whole(value: object) -> object:
    if isinstance(value, bool | float):
        raise ValueError
    return value


def _word(text: str) -> str:
    if not 1 <= len(text) <= WORD_MAX or any(one.isspace() or not one.isprintable() for one in text):
        raise ValueError
    return text


def _names(given: str | Iterable[str]) -> frozenset[str]:
    names = given.split(",") if isinstance(given, str) else given
    return frozenset(_word(name.strip().lower()) for name in names)


def _existing_file(path: str | Path) -> Path:
    file = Path(path).expanduser().resolve()
    if not file.is_file():
        raise ValueError
    return file


def _profile(given: object) -> object:
    return _existing_file(given) if isinstance(given, str | Path) else given


Whole = Annotated[int, BeforeValidator(_whole)]
Word = Annotated[str, AfterValidator(_word)]
ExistingFile = Annotated[Path, BeforeValidator(_existing_file)]


class AppOptions(BaseModel):
    """Options of `create_app`."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    invoice_mode: DocumentMode = row(
        DocumentMode.AGGREGATOR,
        "who makes the invoice of a sale: the aggregator pushes it, or Fynd OMS issues it",
    )
    credit_note_mode: DocumentMode = row(
        DocumentMode.AGGREGATOR,
        "who makes the credit note of a return: the aggregator pushes it, or Fynd OMS issues it",
    )
    seed: Whole = row(0, "seed of the ids, numbers and random choices of tenant default", ge=0, le=2**63 - 1)
    profile: Annotated[Any, BeforeValidator(_profile)] = row(
        None,
        "behaviour profile: a TOML file with the choices that the published API leaves open",
        metavar="FILE",
        expects="a TOML file that exists",
    )
    mutant: Word | None = row(
        None,
        "name of a seeded defect: this server is wrong on purpose",
        metavar="NAME",
        expects="the name of a seeded defect",
    )
    control_key: Word | None = row(
        None,
        "key that control calls must send in header x-control-key; on an address that other machines can "
        "reach, a missing key is generated and printed. Prefer the variable or a file: other users of this "
        "machine can read a command line",
        metavar="KEY",
        expects=f"1 to {WORD_MAX} characters without blanks",
        secret=True,
    )
    allowed_hosts: Annotated[frozenset[str], BeforeValidator(_names)] | None = row(
        None,
        "further names of this server, separated by commas, for example behind a proxy; * for any name. On a "
        "loopback address a request must name this machine in its Host header, so that no web page can call "
        "the mock under a name that its author chose",
        metavar="NAMES",
        expects="names separated by commas",
    )
    store: Annotated[str, AfterValidator(opening.read)] = row(
        opening.MEMORY,
        "where tenants are kept: in memory until the server stops, or in an SQL database, which several "
        "servers may share. Prefer the variable for an address with a password: other users of this machine "
        "can read a command line",
        metavar="URL",
        expects=opening.EXPECTED,
        secret=True,
    )
    tenants_max: Whole = row(TENANTS_MAX, "limit of tenants", ge=1, le=COUNT_MAX)
    orders_max: Whole = row(ORDERS_MAX, "limit of orders and returns in each tenant", ge=1, le=COUNT_MAX)

    @property
    def store_is_shared(self) -> bool:
        """Whether several processes may use the store."""
        return opening.is_shared(self.store)

    @property
    def limits(self) -> Limits:
        """The limits that the engine applies."""
        return Limits(self.tenants_max, self.orders_max)

    def load_profile(self) -> Profile:
        """Return the behaviour profile; raises `ProfileError`."""
        if self.profile is None:
            return Profile()
        if isinstance(self.profile, Profile):
            return self.profile
        return parse(self.profile) if isinstance(self.profile, Mapping) else load(self.profile)


def app_options(given: Mapping[str, Any] | AppOptions | None) -> AppOptions:
    """Check the options of `create_app`, where None means the default; raises `OptionError`."""
    if isinstance(given, AppOptions):
        return given
    present = {name: value for name, value in (given or {}).items() if value is not None}
    return checked(AppOptions, present, "option {}".format)


def checked(model: type[Options], given: Mapping[str, Any], given_as: Callable[[str], str]) -> Options:
    """Check options; raises `OptionError`, which names an option by `given_as`."""
    try:
        return model.model_validate(dict(given))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        name, reason = str(first["loc"][0]), str(first.get("ctx", {}).get("error", ""))
    if name not in model.model_fields:
        raise OptionError(f"{given_as(name)} does not exist{suggest_or_list(name, model.model_fields)}")
    received = f", not {given[name]!r}{suggest(str(given[name]), choices(model, name))}"
    shown = received if model.model_fields[name].repr else ""
    wanted = reason or f"expects {expects(model, name)}"
    raise OptionError(f"{given_as(name)} {wanted}{shown}")


def choices(model: type[AppOptions], name: str) -> tuple[str, ...]:
    """List the words that an option may be, if they are fixed."""
    kind = model.model_fields[name].annotation
    return tuple(map(str, kind)) if isinstance(kind, type) and issubclass(kind, StrEnum) else ()


def expects(model: type[AppOptions], name: str) -> str:
    """Describe the valid values of an option."""
    bounds = {
        sign: getattr(bound, sign)
        for bound in model.model_fields[name].metadata
        for sign in ("ge", "le")
        if hasattr(bound, sign)
    }
    if bounds:
        return f"a whole number from {bounds['ge']} to {bounds['le']}"
    return " or ".join(choices(model, name)) or about(model, name)["expects"]


def about(model: type[AppOptions], name: str) -> dict[str, str]:
    """Return the texts of an option's row: `metavar` and `expects`."""
    texts: Any = model.model_fields[name].json_schema_extra
    return dict(texts)
