"""First steps of refusal flows, and a refusal as one step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from scenarios.language.words import *

PLACED_HERE: Step = customer("buys a shirt at the till", place_order(), reaches(CREATED)).proving(
    "PAS-ORD-01"
)
PLACED_ELSEWHERE: Step = customer(
    "buys a shirt in the second store", place_order(at=Place.SECOND, named="elsewhere"), reaches(CREATED)
).proving("PAS-ORD-01")


def bought(name: str, *basket: int) -> Step:
    """The customer buys one piece, or a basket, under a given name."""
    pieces = basket or (1,)
    return customer(
        f"buys {_goods(pieces)} ({name})", place_order(basket=pieces, named=name), reaches(CREATED)
    )


def _goods(basket: tuple[int, ...]) -> str:
    products = "one product" if len(basket) == 1 else f"{len(basket)} products"
    return f"{products}, {', '.join(map(str, basket))} of each" if sum(basket) > 1 else "a shirt"


def given_up(name: str) -> Step:
    """The customer cancels an order before it is confirmed."""
    return customer(f"changes their mind ({name})", cancel_by_customer(name), reaches(CANCELLED)).proving(
        "PAS-CAN-10"
    )


def confirmed(name: str | tuple[str, ...], *proves: str) -> tuple[Step, ...]:
    """The aggregator confirms orders; if it also invoices, they stay confirmed."""
    says, action = f"confirms {_in_words(name)}", confirm(name)
    steps = (
        aggregator(says, action, accepted(), reaches(CONFIRMED), is_now(CONFIRMED)).when(invoice=AGGREGATOR),
        aggregator(says, action, accepted(), reaches(CONFIRMED)).when(invoice=FYND),
    )
    return tuple(step.proving("PAS-CNF-01", *proves) for step in steps)


def invoiced(name: str | tuple[str, ...]) -> Step:
    """The aggregator pushes invoices; the orders then wait for hand-over."""
    says = f"pushes the invoice of {_in_words(name)}"
    return aggregator(says, push_invoice(name), accepted(), reaches(PROCESSING), is_now(PROCESSING)).proving(
        "PAS-INV-01"
    )


def cancelled(name: str | tuple[str, ...]) -> Step:
    """The aggregator cancels orders as a whole."""
    return aggregator(f"cancels {_in_words(name)}", cancel(name), accepted(), reaches(CANCELLED))


def _in_words(name: str | tuple[str, ...]) -> str:
    return name if isinstance(name, str) else " and ".join(name)


def turned_down(
    says: str,
    action: KonnectAction,
    *expects: Expectation,
    total: int = 1,
    unless: tuple[str, Any] | None = None,
) -> Step:
    """A call refuses all `total` orders: counted, listed in `errors`, unchanged.

    `unless` is the profile choice with which the call may be accepted.
    """
    wanted = tuple(replace(each, unless=unless) for each in expects) if unless else expects
    return aggregator(says, action, *wanted, counts(total, succeeded=0, failed=total, unless=unless)).proving(
        "API-BLK-03", "API-BLK-05", "API-BLK-15"
    )
