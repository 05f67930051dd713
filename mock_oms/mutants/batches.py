"""Defects in bulk calls: counts, errors, and the treatment of single orders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from contracts.konnect.base import BULK_LIMIT
from contracts.lifecycle.table import Event
from contracts.problems import Problem
from mock_oms import engine
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.journal import Outcome
from mock_oms.mutants.hooks import Work, bulk_answers
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced
from mock_oms.web import validation
from mock_oms.web.answers import Answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import bulk, orders


def _errors_about_the_first(
    answer: Callable[..., Answer], call: Call, found: Sequence[Outcome], **kind: bool
) -> Answer:
    """Lets errors name the first order, or else the last."""
    if found[0].touchpoint != "confirm":
        return answer(call, found, **kind)
    first = found[-1 if found[0].code else 0].order_id
    return answer(call, [one._replace(order_id=first) if one.code else one for one in found], **kind)


class _UndoneError(Exception):
    """An error that undoes the surrounding transaction."""


def _all_or_nothing(_run: object, call: Call, one: bulk.One, touchpoint_of: bulk.TouchpointOf) -> Answer:
    """Refuses and undoes a whole confirm call if one order is refused."""
    found: list[Outcome] = []
    with suppress(_UndoneError), engine.WriteVisit(call.server.store, call.caller.tenant) as tx:
        found = [bulk.attempt(tx, call, order, one, touchpoint_of) for order in call.orders]
        bad = next((one for one in found if one.code and one.touchpoint == "confirm"), None)
        if bad is not None:
            found = [each if each.code else bad._replace(order_id=each.order_id) for each in found]
            raise _UndoneError
    call.outcomes = found
    return bulk.answer(call, found)


def _stops(at: Callable[[list[Outcome]], bool]) -> Apply:
    """Reports success without doing anything for the orders after `at` is true."""

    def run(_run: object, call: Call, one: bulk.One, touchpoint_of: bulk.TouchpointOf) -> Answer:
        found: list[Outcome] = []
        with engine.WriteVisit(call.server.store, call.caller.tenant) as tx:
            for order in call.orders:
                if at(found):
                    found.append(Outcome(str(getattr(order, "orderId", "")), touchpoint=touchpoint_of(order)))
                else:
                    found.append(bulk.attempt(tx, call, order, one, touchpoint_of))
        call.outcomes = found
        return bulk.answer(call, found)

    return replaced(bulk, "run", run)


def limit_changed(by: int) -> Apply:
    """Changes the greatest number of orders in a bulk call."""
    return replaced(
        validation, "bulk", lambda right, body, item, limit, *rest: right(body, item, limit + by, *rest)
    )


def _confirmed_though_refused(confirm: Work, tx: Any, call: Any, order: Any) -> None:
    """Refuses a wrong quantity, but confirms the order."""
    try:
        confirm(tx, call, order)
    except OrderRefusedError as refused:
        if refused.problem in (Problem.QUANTITY, Problem.UNKNOWN_ITEM):
            engine.fire(tx, tx.get(order.orderId), Event.CONFIRM)
        raise


_ACCEPTED_AND_REFUSED = {(False, "confirm"), (True, "confirm")}

DEFECTS: Defects = {
    Kind.BATCH: {
        "errors-dropped: errors is empty although failedCount is not 0": bulk_answers(
            lambda body: {**body, "errors": []}
        ),
        "refused-counted-as-taken: successCount counts the refused orders too": bulk_answers(
            lambda body: {**body, "successCount": body["payloadCount"]}
        ),
        "taken-counted-twice: successCount counts every order twice": bulk_answers(
            lambda body: {**body, "successCount": 2 * body["successCount"]}
        ),
        "payload-of-taken: payloadCount counts only the accepted orders": bulk_answers(
            lambda body: {**body, "payloadCount": body["successCount"]}
        ),
        "always-success: the status of a bulk answer is always SUCCESS": bulk_answers(
            lambda body: {**body, "status": "SUCCESS"}
        ),
        "errors-about-another: errors of confirm name another order of the call": replaced(
            bulk, "answer", _errors_about_the_first
        ),
        "all-or-nothing: one refused order makes the whole confirm call refused": replaced(
            bulk, "run", _all_or_nothing
        ),
        "stops-at-the-first-refused: after a taken and a refused order the rest is only counted": _stops(
            lambda found: {(bool(one.code), one.touchpoint) for one in found} >= _ACCEPTED_AND_REFUSED
        ),
        f"last-of-twenty-lost: the last order of a call of {BULK_LIMIT} is only counted as accepted": _stops(
            lambda found: len(found) == BULK_LIMIT - 1
        ),
        f"twenty-one-accepted: {BULK_LIMIT + 1} orders in one call are accepted": limit_changed(1),
        "refused-changes-state: confirming a wrong quantity is refused, but the order is confirmed": replaced(
            orders, "_confirm", _confirmed_though_refused
        ),
    }
}
