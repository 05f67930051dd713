"""Target files: TOML descriptions of an OMS; unknown keys are errors."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from contracts.lifecycle.table import DocumentMode
from contracts.suggest import suggest_or_list
from scenarios.choices import Player
from scenarios.errors import UsageError

VariableName = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$")]
Ability = Literal[
    "tenants", "modes", "clock", "violations", "stock", "discounts", "second_location", "second_company"
]


class Section(BaseModel):
    """Base of the sections of a target file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TargetSection(Section):
    """The OMS and its account; `skus` are products that people can buy."""

    url: Annotated[str, Field(pattern=r"^https?://[^/?#@]+(/[^?#]*)?$")]
    locations: Annotated[tuple[str, ...], Field(min_length=1)]
    ordering_channel: str = "FYND-STORE"
    invoice_mode: DocumentMode = DocumentMode.AGGREGATOR
    credit_note_mode: DocumentMode = DocumentMode.AGGREGATOR
    abilities: tuple[Ability, ...] = ()
    profile: str | None = None
    skus: tuple[str, ...] = ()

    @field_validator("locations")
    @classmethod
    def _differ(cls, codes: tuple[str, ...]) -> tuple[str, ...]:
        """Refuse a code that is there twice; raises `ValueError`."""
        twice = sorted({code for code in codes if codes.count(code) > 1})
        if twice:
            raise ValueError(f"each store has a different code; {', '.join(twice)} is there twice")
        return codes


class CredentialNames(Section):
    """Environment variables of a user and its password."""

    username: VariableName
    password: VariableName


class CredentialsSection(Section):
    """The known credentials."""

    company: CredentialNames | None = None
    other_company: CredentialNames | None = None
    locations: dict[str, CredentialNames] = {}


class CastSection(Section):
    """The players of the actors."""

    aggregator: Player = Player.SUITE
    store: Player = Player.PERSON
    customer: Player = Player.PERSON


class PersonSection(Section):
    """The command that instructs a person; empty means this terminal."""

    command: tuple[str, ...] = ()


class PatienceSection(Section):
    """Polling interval and timeout of expected effects."""

    poll_every_s: Annotated[float, Field(gt=0, le=3600)] = 5
    give_up_after_s: Annotated[float, Field(gt=0, le=86_400)] = 900


class PaceSection(Section):
    """Limits of requests and writes; by default the planned writes."""

    requests_per_s_max: Annotated[float, Field(gt=0)] | None = 2
    writes_max: Annotated[int, Field(ge=1)] | None = None


class TargetFile(Section):
    """A complete target file."""

    target: TargetSection
    credentials: CredentialsSection = CredentialsSection()
    cast: CastSection = CastSection()
    person: PersonSection = PersonSection()
    patience: PatienceSection = PatienceSection()
    pace: PaceSection = PaceSection()


def read_target_file(path: Path) -> TargetFile:
    """Read a target file; raises `UsageError` with file, key and expected value."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise UsageError(f"{path.name} cannot be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path.name} is not TOML: {error}") from None
    try:
        return TargetFile.model_validate(data)
    except ValidationError as error:
        found = [_problem(item, data) for item in error.errors(include_url=False)]
        raise UsageError(f"{path.name}: " + "; ".join(found)) from None


def _problem(item: Any, data: Mapping[str, Any]) -> str:
    place = ".".join(map(str, item["loc"]))
    if item["type"] == "extra_forbidden":
        return f"{place!r} is not a key{suggest_or_list(str(item['loc'][-1]), _keys_at(item['loc'][:-1]))}"
    if item["type"] in ("enum", "literal_error"):
        expected = str(item["ctx"]["expected"]).replace("'", "").replace(" or ", ", ").split(", ")
        return f"{place} = {item['input']!r} is not possible{suggest_or_list(str(item['input']), expected)}"
    if item["type"] == "value_error":
        return f"{place}: {item['ctx']['error']}"
    if item["type"] == "missing":
        return f"{place} is missing"
    return f"{place}: {item['msg']}, not {_shown(item['input'])}"


def _shown(value: Any) -> str:
    """Describe a wrong value; a text may be a secret."""
    return type(value).__name__ if isinstance(value, str) else repr(value)[:80]


_SECTIONS: dict[str, type[Section]] = {
    "target": TargetSection,
    "credentials": CredentialsSection,
    "cast": CastSection,
    "person": PersonSection,
    "patience": PatienceSection,
    "pace": PaceSection,
}


def _keys_at(place: tuple[Any, ...]) -> tuple[str, ...]:
    if not place:
        return tuple(TargetFile.model_fields)
    if len(place) == 1:
        return tuple(_SECTIONS[place[0]].model_fields)
    return tuple(CredentialNames.model_fields)
