"""What a load test may be asked for: one row per option, for Locust's command line and for ours."""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable
from dataclasses import dataclass

from pydantic import TypeAdapter, ValidationError

from contracts.control.calls import LOCATIONS_LIMIT, Name
from contracts.konnect.base import BULK_LIMIT
from contracts.suggest import suggest_or_list
from scenarios.load.tenants import MODE_PAIRS

JOURNEYS, SHOP = "journeys", "shop"
MIXES = (JOURNEYS, SHOP)
ORDERS_PER_MINUTE_MAX = 6000
PATIENCE_MAX_S = 3600
WEIGHT_MAX = 1000
_TENANT: TypeAdapter[str] = TypeAdapter(Name)


def _number(low: float, high: float, kind: type[int] | type[float]) -> Callable[[str], float]:
    def read(text: str) -> float:
        try:
            value = kind(text)
        except ValueError:
            value = kind(low) - 1
        if not low <= value <= high:
            word = "a whole number" if kind is int else "a number"
            raise ArgumentTypeError(f"expected {word} from {low} to {high}, not {text!r}")
        return value

    return read


def _mix(text: str) -> str:
    if text not in MIXES:
        raise ArgumentTypeError(f"{text!r} is not a mix{suggest_or_list(text, MIXES)}")
    return text


def _tenant(text: str) -> str:
    try:
        return text and _TENANT.validate_python(text)
    except ValidationError:
        raise ArgumentTypeError(
            f"expected letters, digits and . _ - (at most 64), not {text[:80]!r}"
        ) from None


def weights(text: str) -> str:
    """The text of four weights, after looking at it; `weights_of` reads it."""
    parts = text.split(",")
    right = len(parts) == len(MODE_PAIRS) and all(re.fullmatch(r"\s*\d{1,4}\s*", part) for part in parts)
    if not right or not any(map(int, parts)) or max(map(int, parts)) > WEIGHT_MAX:
        pairs = ", ".join(f"{invoice}/{credit}" for invoice, credit in MODE_PAIRS)
        raise ArgumentTypeError(
            f"expected four whole numbers from 0 to {WEIGHT_MAX}, not all 0, for {pairs}; not {text!r}"
        )
    return text


def weights_of(text: str) -> list[int]:
    """The weights of the mode pairs."""
    return [int(part) for part in text.split(",")]


@dataclass(frozen=True, slots=True)
class Option:
    """One option: `read` raises `ArgumentTypeError` with what was expected."""

    flag: str
    default: object
    read: Callable[[str], object]
    help: str
    metavar: str

    @property
    def variable(self) -> str:
        """The environment variable that stands for it."""
        return "OMS_LOAD_" + self.name.upper()

    @property
    def name(self) -> str:
        """Its attribute among the parsed options."""
        return self.flag.removeprefix("--").replace("-", "_")


OPTIONS = (
    Option(
        "--mix",
        JOURNEYS,
        _mix,
        "journeys: every part is played, sale to credit note. shop: customers and store only, the aggregator "
        "is your system, and how long it takes to act is measured.",
        "journeys|shop",
    ),
    Option(
        "--tenant",
        "",
        _tenant,
        "The company to work in. Without one, journeys make companies of their own and remove them; shop "
        "takes 'default'. Its credentials, where journeys need them, come from OMS_COMPANY_USER and "
        "OMS_COMPANY_PASSWORD.",
        "NAME",
    ),
    Option(
        "--mode-weights",
        "4,2,2,2",
        weights,
        "How often the mode pairs come (invoice/credit note): aggregator/aggregator, aggregator/fynd, "
        "fynd/aggregator, fynd/fynd.",
        "N,N,N,N",
    ),
    Option(
        "--shops",
        20,
        _number(1, LOCATIONS_LIMIT, int),
        "Stores of each company that is made.",
        "N",
    ),
    Option(
        "--batch",
        1,
        _number(1, BULK_LIMIT, int),
        "Orders that the aggregator handles in one call.",
        "N",
    ),
    Option("--returns", 8.0, _number(0, 100, float), "Orders of 100 that come back.", "PERCENT"),
    Option(
        "--orders-per-minute",
        6.0,
        _number(0.1, ORDERS_PER_MINUTE_MAX, float),
        "Only with --mix shop: what each user orders, whether your system keeps up or not.",
        "N",
    ),
    Option(
        "--patience",
        30.0,
        _number(1, PATIENCE_MAX_S, float),
        "Only with --mix shop: seconds until a step that your system has not taken is a failure.",
        "SECONDS",
    ),
    Option(
        "--record",
        "",
        str,
        "Write the numbers of the run to this file, as JSON; `oms-scenarios load --draw FILE` makes a page "
        "of it.",
        "FILE",
    ),
)
"""Also read from the environment: MOCK_OMS_CONTROL_KEY, on every machine that runs users. No option, so that
no list of processes and no message between machines holds it."""
