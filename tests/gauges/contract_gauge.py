"""Measures the contract's checks: each must catch its seeded defects.

`make mutants` prints caught and total for each check.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import nullcontext
from functools import cache
from typing import Any

from contracts.checks.exploration import Ended, Event, Miss, Options, Trouble
from contracts.exploration.explore import OWN, explore
from contracts.exploration.konnect import touchpoints
from contracts.openapi import konnect
from contracts.openapi.adapted import part_of
from contracts.profile import DEFAULT
from mock_oms import mutants
from scenarios.choices import MOCK_WORD
from scenarios.contract.outlet import Limits, Outlet
from scenarios.contract.reach import ReachCounter
from scenarios.contract.seeded_orders import Tenants
from scenarios.contract.tokens import Tokens
from scenarios.records.recorder import StepRecorder
from scenarios.targets.answers import Reading
from scenarios.targets.control import Control
from scenarios.targets.opening import open_target

SEED = 3
EXAMPLES = (8, 25)
"""Generated calls per operation: a defect that few calls do not show gets more."""
QUICK = ("fuzzing",)
THOROUGH = ("coverage",)

CATCHES: dict[str, dict[str, tuple[str, ...]]] = {
    "batch_adds_up": {
        "errors-dropped": ("confirm",),
        "refused-counted-as-taken": ("cancel",),
        "taken-counted-twice": ("confirm",),
        "payload-of-taken": ("accept_return",),
        "always-success": ("confirm",),
        "accepted-answered-201": ("cancel",),
        "all-refused-answered-400": ("confirm",),
        "partly-refused-answered-207": ("confirm",),
    },
    "batch_is_limited": {"twenty-one-accepted": ("confirm",)},
    "codes_are_of_the_touchpoint": {"label-code-of-invoices": ("fetch_labels",)},
    "codes_say_why": {
        "confirm-unknown-as-cancelled": ("confirm",),
        "confirm-cancelled-as-unknown": ("confirm",),
        "cancelled-confirmed": ("confirm",),
        "invoice-unknown-as-type": ("invoice_update",),
        "invoice-cancelled-as-unknown": ("invoice_update",),
        "print-unknown-as-too-early": ("fetch_invoice",),
        "label-unknown-as-too-early": ("fetch_labels",),
        "other-location-confirms": ("confirm",),
    },
    "refusal_changes_nothing": {"refused-changes-state": ("confirm",)},
    "ids_are_echoed": {
        "errors-about-nobody": ("cancel",),
        "errors-about-no-item": ("accept_return",),
        "first-order-by-id": ("get_shipments",),
    },
    "pdf_is_one": {"pdf-cut-off": ("fetch_invoice",), "blank-page": ("fetch_labels",)},
    "no_secret_is_shown": {
        "password-shown": ("generate_token",),
        "token-shown": ("get_shipments",),
    },
    "shape_is_as_described": {
        "billing-address-missing": ("get_shipments",),
        "fulfillment-missing": ("get_shipments",),
        "order-date-naive": ("get_shipments",),
        "cost-shown": ("get_shipments",),
    },
    "not_a_server_error": {
        "breaks-at-blank-number": ("invoice_update",),
        "unknown-order-answered-500": ("get_shipments",),
    },
    "status_code_conformance": {"shape-refused-with-422": ("confirm",)},
    "content_type_conformance": {"label-as-octets": ("fetch_labels",)},
    "positive_data_acceptance": {"twenty-refused": ("confirm",)},
    "negative_data_rejection": {
        "text-for-numbers": ("invoice_update",),
        "shape-refused-with-200": ("confirm",),
    },
    "ignored_auth": {"no-token-accepted": ("get_shipment_info",), "made-up-token-accepted": ("confirm",)},
}
"""Check -> seeded defects that it must catch, each with the operations that are enough for it."""
BOUNDARIES = {
    "batch_is_limited",
    "positive_data_acceptance",
    "negative_data_rejection",
    "status_code_conformance",
    "not_a_server_error",
}
"""Checks that need calls at the boundaries of what a document allows."""


@cache
def _document() -> dict[str, Any]:
    return konnect.document()


def explored(
    operations: Collection[str],
    phases: tuple[str, ...] = QUICK,
    *,
    mutant: str = "",
    examples: int = EXAMPLES[-1],
    seed: int = SEED,
    reach: ReachCounter | None = None,
) -> tuple[list[Miss], ReachCounter]:
    """Explores a new mock with this defect; returns failed checks and counts.

    `reach` is continued. Raises RuntimeError when schemathesis reports an error.
    """
    with mutants.applied(mutant) if mutant else nullcontext():
        target, reach = open_target(MOCK_WORD), reach or ReachCounter(DEFAULT)
        recorder = StepRecorder(lambda _record: None, "gauge", 1)
        tokens = Tokens(target.wire, Reading(DEFAULT), recorder)
        supply = Tenants(Control(target.wire, recorder), tokens, seed, may_write=True)
        outlet = Outlet(target, Limits(True, False), [reach])
        exploration = touchpoints(
            part_of(_document(), operations), outlet, supply, DEFAULT, Options(seed, examples, phases)
        )
        return list(_misses(explore(exploration))), reach


def _misses(events: Iterable[Event]) -> Iterator[Miss]:
    for event in events:
        if isinstance(event, Ended):
            yield from event.misses
        elif isinstance(event, Trouble) and event.kind == "error":
            raise RuntimeError(event.says)


def caught(check: str, mutant: str) -> bool:
    """Return whether the check fails when the defect is at work."""
    if check in BOUNDARIES:
        return _fails(check, mutant, THOROUGH, EXAMPLES[-1])
    return any(_fails(check, mutant, QUICK, examples) for examples in EXAMPLES)


def _fails(check: str, mutant: str, phases: tuple[str, ...], examples: int) -> bool:
    misses, _ = explored(CATCHES[check][mutant], phases, mutant=mutant, examples=examples)
    return any(miss.check == check for miss in misses)


def lines() -> Iterator[str]:
    """Caught and total, for each check, and for all."""
    total: list[bool] = []
    for check, defects in CATCHES.items():
        found = [caught(check, mutant) for mutant in defects]
        total += found
        yield f"{check:28} {sum(found):3} of {len(found):3}"
    yield f"{'all checks of single calls':28} {sum(total):3} of {len(total):3}"


def unmeasured() -> set[str]:
    """Return our checks that have no seeded defect."""
    return set(OWN) - set(CATCHES)
