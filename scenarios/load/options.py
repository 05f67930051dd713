"""Options of a load run, for Locust and for `oms-scenarios load`."""

from __future__ import annotations

import math
import re
from argparse import ArgumentTypeError
from dataclasses import dataclass
from typing import Any

import click
from pydantic import TypeAdapter, ValidationError

from contracts.control.models import LOCATIONS_LIMIT, Name
from contracts.konnect.base import BULK_LIMIT
from scenarios.load.tenants import MODE_PAIRS

JOURNEYS, SHOP = "journeys", "shop"
WRONG_USE = 2
"""Exit status of Locust for options that are wrong, or wrong for the target."""
ORDERS_PER_MINUTE_MAX = 6000
PATIENCE_MAX_S = 3600
WEIGHT_MAX = 1000
_TENANT: TypeAdapter[str] = TypeAdapter(Name)


class FiniteRange(click.FloatRange):
    """A number in a range; unlike its base it refuses `nan`."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Check a number."""
        number = super().convert(value, param, ctx)
        if math.isnan(number):
            self.fail(f"{value!r} is not a number", param, ctx)
        return number


class TenantName(click.ParamType[str]):
    """Name of a tenant, or an empty text."""

    name = "name"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check a name."""
        try:
            return value and _TENANT.validate_python(value)
        except ValidationError:
            self.fail(f"expected letters, digits and . _ - (at most 64), not {value[:80]!r}", param, ctx)


class Weights(click.ParamType[str]):
    """Weights of the four mode pairs; `weights_of` reads the text."""

    name = "weights"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Check four weights."""
        parts = value.split(",")
        right = len(parts) == len(MODE_PAIRS) and all(re.fullmatch(r"\s*\d{1,4}\s*", part) for part in parts)
        if not right or not any(map(int, parts)) or max(map(int, parts)) > WEIGHT_MAX:
            pairs = ", ".join(f"{invoice}/{credit}" for invoice, credit in MODE_PAIRS)
            expected = f"four whole numbers from 0 to {WEIGHT_MAX}, not all 0, for {pairs}"
            self.fail(f"expected {expected}; not {value!r}", param, ctx)
        return str(value)


def weights_of(text: str) -> list[int]:
    """Return the weights of the mode pairs."""
    return [int(part) for part in text.split(",")]


@dataclass(frozen=True, slots=True)
class Option:
    """One option; its environment variable is OMS_LOAD_ and its name."""

    flag: str
    default: object
    type: click.ParamType[Any]
    help: str
    metavar: str

    @property
    def variable(self) -> str:
        """The environment variable."""
        return "OMS_LOAD_" + self.name.upper()

    @property
    def name(self) -> str:
        """The attribute of the parsed options."""
        return self.flag.removeprefix("--").replace("-", "_")

    def read(self, text: str) -> object:
        """Convert a text for argparse; raises `ArgumentTypeError`."""
        try:
            return self.type.convert(text, None, None)
        except click.BadParameter as error:
            raise ArgumentTypeError(error.message) from None


OPTIONS = (
    Option(
        "--mix",
        JOURNEYS,
        click.Choice((JOURNEYS, SHOP)),
        "journeys: the users play every actor, from sale to credit note. shop: they play customers and store "
        "only; your system is the aggregator, and the time until it acts is measured.",
        "journeys|shop",
    ),
    Option(
        "--tenant",
        "",
        TenantName(),
        "Tenant to work in. By default journeys create tenants and delete them at the end, and shop uses "
        "'default'. Journeys in an existing tenant need OMS_COMPANY_USER and OMS_COMPANY_PASSWORD.",
        "NAME",
    ),
    Option(
        "--mode-weights",
        "4,2,2,2",
        Weights(),
        "Weights of the mode pairs (invoice/credit note): aggregator/aggregator, aggregator/fynd, "
        "fynd/aggregator, fynd/fynd.",
        "N,N,N,N",
    ),
    Option(
        "--shops",
        20,
        click.IntRange(1, LOCATIONS_LIMIT),
        "Stores of each tenant that journeys create.",
        "N",
    ),
    Option(
        "--batch",
        1,
        click.IntRange(1, BULK_LIMIT),
        "Orders that the aggregator handles in one call.",
        "N",
    ),
    Option("--returns", 8.0, FiniteRange(0, 100), "Returned orders in 100.", "PERCENT"),
    Option(
        "--orders-per-minute",
        6.0,
        FiniteRange(0.1, ORDERS_PER_MINUTE_MAX),
        "Only with --mix shop: orders of each user, also where your system is slower.",
        "N",
    ),
    Option(
        "--patience",
        30.0,
        FiniteRange(1, PATIENCE_MAX_S),
        "Only with --mix shop: time after which a missing step of your system is a failure.",
        "SECONDS",
    ),
    Option(
        "--record",
        "",
        click.STRING,
        "Write the numbers of the run to this file, as JSON; `oms-scenarios load --draw FILE` makes a page.",
        "FILE",
    ),
)
"""The control key is no option, so that neither a process list nor a message between machines contains it.

Every machine that runs users reads the variable MOCK_OMS_CONTROL_KEY."""
