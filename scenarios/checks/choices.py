"""Open points that expectations show, and calls alone do not."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from contracts import problems
from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from scenarios.checks.answers import counts_of
from scenarios.checks.base import CheckContext, CheckResult
from scenarios.checks.bulk_answers import code_grade
from scenarios.choices import Player
from scenarios.language import actions as a
from scenarios.language import expectations as e
from scenarios.targets.listed_points import moment_of

BY_EXPECTATION = {
    "confirm_again": "refuse",
    "unknown_reason_codes": "refuse",
    "cancelled_after_invoice_in_returns": None,
    "customer_cancels_after_confirm": None,
}
"""Field of `unless` -> its value where the expectation holds; None: the opposite of the value in `unless`."""
BY_ACCEPTANCE = ("cancel_after_invoice",)
"""Fields of `only_if` that an accepted or refused call shows."""
QUARTER_S = 900
"""Zones differ by whole quarters of an hour."""
APART_S = 3
"""Seconds after which two dates are of different moments."""


def meet_choices(context: CheckContext, expectation: e.Expectation, result: CheckResult) -> None:
    """Note the open points that an expectation shows."""
    for point, value in (*_by_unless(context, expectation, result), *_by_code(context, expectation)):
        context.flow.reading.meet(point, value)


def decides_choice(expectation: e.Expectation) -> bool:
    """Return whether the expectation shows the choice of its `unless`."""
    if isinstance(expectation, e.Accepted) and expectation.only_if is not None:
        return expectation.only_if[0] in BY_ACCEPTANCE
    kinds = e.Refused | e.ListedUnder | e.NotListedUnder | e.Impossible
    return expectation.unless is not None and isinstance(expectation, kinds)


def _by_unless(
    context: CheckContext, expectation: e.Expectation, result: CheckResult
) -> Iterator[tuple[str, Any]]:
    if not decides_choice(expectation):
        return
    if isinstance(expectation, e.Accepted) and expectation.only_if is not None and context.outcome.replies:
        yield expectation.only_if[0], result.passed
    if expectation.unless is None:
        return
    point, other = expectation.unless
    if point not in BY_EXPECTATION:
        return
    usual = BY_EXPECTATION[point]
    by_person = isinstance(expectation, e.Impossible) and (
        context.flow.player(context.step.actor) is not Player.SUITE
    )
    if result.passed and not by_person:
        yield point, (not other) if usual is None else usual
    elif not result.passed and (not expectation.about_answer or _was_taken(context)):
        yield point, other


def _was_taken(context: CheckContext) -> bool:
    return bool(context.outcome.replies) and bool(counts_of(context.outcome.replies[-1])["successCount"])


def _by_code(context: CheckContext, expectation: e.Expectation) -> Iterator[tuple[str, Any]]:
    """Yield the target's code of a refusal without a documented one."""
    touchpoint = context.step.action.touchpoint
    if not isinstance(expectation, e.Refused) or not expectation.code or not context.outcome.replies:
        return
    if code_grade(expectation, touchpoint) is Evidence.DOCUMENTED:
        return
    keys = [row.key for row in problems.rows_of(touchpoint) if row.code == expectation.code]
    body = context.outcome.replies[-1].body
    for order_id in context.ids(expectation):
        for item in context.flow.reading.errors_about(body, order_id):
            code = context.flow.reading.code_of(item)
            if code and len(keys) == 1 and keys[0] in problems.replaceable():
                yield "codes", {keys[0]: code}


def meet_dates(context: CheckContext) -> None:
    """Note the zone of an order and the date of a return."""
    reading, action, memory = context.flow.reading, context.step.action, context.flow.memory
    if isinstance(action, a.PlaceOrder):
        for order_id in memory.ids.get(action.births, [])[:1]:
            shown = moment_of(memory.shipments.get(order_id, {}).get("orderDate"))
            zone = zone_of(shown, context.flow.today()) if shown else None
            if zone:
                reading.meet("date_zone", zone)
    if isinstance(action, a.StartReturn) and not reading.has_met("return_order_date"):
        pairs = zip(memory.ids.get(action.births, []), memory.of(action.names), strict=False)
        for opened, sale in pairs:
            dates = [moment_of(memory.shipments.get(i, {}).get("orderDate")) for i in (opened, sale)]
            choice = date_of_return(dates[0], dates[1], context.flow.today())
            if choice:
                reading.meet("return_order_date", choice)


def zone_of(shown: datetime, now: datetime) -> str | None:
    """Return the zone of a new order, or None."""
    ahead = (shown - now.replace(tzinfo=None)).total_seconds()
    quarters = round(ahead / QUARTER_S)
    if abs(ahead - quarters * QUARTER_S) > QUARTER_S / 3 or abs(quarters) > 14 * 4:
        return None
    hours, minutes = divmod(abs(quarters) * 15, 60)
    return f"{'-' if quarters < 0 else '+'}{hours:02}:{minutes:02}" if quarters else "UTC"


def date_of_return(opened: datetime | None, sale: datetime | None, now: datetime) -> str | None:
    """Return whose date a return shows; None if unknown."""
    if opened is None or sale is None:
        return None
    if opened != sale:
        return "return"
    age = (now.replace(tzinfo=None) - sale).total_seconds() % QUARTER_S
    return "sale" if APART_S <= age <= QUARTER_S - APART_S else None


def meet_wait(context: CheckContext, expectation: e.Expectation, seconds: float) -> None:
    """Note the seconds that the OMS took for an automatic step."""
    own = context.step.actor is Actor.OMS and isinstance(expectation, e.Reaches)
    if own and not context.flow.moves_clock and not context.flow.reading.has_met("automatic_after_s"):
        context.flow.reading.meet("automatic_after_s", round(seconds))
