"""The cases: choices of the other OMS, and its defects."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tests.support.other_oms import ALTERNATIVES, DEFECTS, Choices, OtherOms
from tests.support.other_oms.choices import Account

MIXES = 50
"""Number of random mixes; the seed of each is its number."""
CHANGED_IN_MIX = 3
"""One of this many choices differs from its default in a mix."""
PAIRS = (
    ("cancel-lost", "order-type-missing"),
    ("confirm-cancelled-code", "invoice-twice-code"),
    ("label-pdf-of-other", "cancel-needs-no-reason"),
    ("list-ignores-channel", "invoice-pdf-as-json"),
    ("info-disagrees", "return-accept-reason-refused"),
    ("page-skips", "any-token-accepted"),
    ("credit-note-marks-sale", "confirm-errors-empty"),
    ("return-not-linked", "twenty-one-accepted"),
    ("token-status-missing", "hand-over-lost"),
    ("confirm-errors-empty", "confirm-payload-count"),
    ("confirm-counts-wrong", "confirm-cancelled-code"),
    ("confirm-cancelled-code", "confirm-other-store-code"),
    ("invoice-cancelled", "invoice-number-used"),
    ("list-ignores-store", "list-ignores-status"),
    ("list-ignores-date", "list-ignores-channel"),
    ("order-date-missing", "items-missing"),
    ("label-early", "label-unknown"),
    ("order-date-missing", "confirm-other-store-code"),
)
"""Defects that are tried at the same time."""
RESTLESS = {
    f"restless-lists-{order}": {
        "strangers": True,
        "colleagues": True,
        "list_lag_s": 0.4,
        "stale_entries": stale,
        "order": order,
        "page_default": 1,
        "page_max": 20,
        "page_over": "reject",
        "page_after_end": after_end,
    }
    for order, stale, after_end in (
        ("ascending", False, "404"),
        ("descending", False, "empty"),
        ("by_id", True, "422"),
    )
}
"""Lists that lag and never stand still."""


@dataclass(frozen=True)
class Case:
    """An OMS: choices that differ from the defaults, and defects."""

    name: str
    choices: Mapping[str, Any] = field(default_factory=dict)
    defects: tuple[str, ...] = ()
    invoice: str = "aggregator"
    credit_note: str = "aggregator"

    def build(self) -> OtherOms:
        """Return the OMS of this case."""
        account = Account(invoice=self.invoice, credit_note=self.credit_note)
        return OtherOms(replace(Choices(), **self.choices), self.defects, account)

    def says(self) -> str:
        """Return the broken statements, or the choices."""
        return "; ".join(DEFECTS[name] for name in self.defects) or json.dumps(dict(self.choices))


def sound_cases() -> Iterator[Case]:
    """Return the OMSs without defect: defaults, each alternative, mixes."""
    yield Case("defaults")
    yield Case("defaults-fynd", invoice="fynd", credit_note="fynd")
    for name, others in ALTERNATIVES.items():
        for other in others:
            yield Case(f"{name}={json.dumps(other)}", {name: other})
    for name, choices in RESTLESS.items():
        yield Case(name, choices)
    for seed in range(MIXES):
        modes = [
            random.Random(f"{mode}/{seed}").choice(("aggregator", "fynd")) for mode in ("invoice", "note")
        ]
        yield Case(f"mix-{seed}", mix(seed), (), *modes)


def mix(seed: int) -> dict[str, Any]:
    """Return random choices; equal seeds give equal choices."""
    chance = random.Random(seed)
    changed = [name for name in ALTERNATIVES if chance.randrange(CHANGED_IN_MIX) == 0]
    return {name: chance.choice(ALTERNATIVES[name]) for name in changed}


def broken_cases() -> Iterator[Case]:
    """Return the OMSs with one defect, then those with two."""
    for name in DEFECTS:
        modes = ("fynd", "fynd") if name.endswith("never-issued") else ("aggregator", "aggregator")
        yield Case(name, {}, (name,), *modes)
    for pair in PAIRS:
        yield Case("+".join(pair), {}, pair)


def all_cases() -> dict[str, Case]:
    """Return all cases by name."""
    return {case.name: case for case in (*sound_cases(), *broken_cases())}
