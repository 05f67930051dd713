"""Defects in bulk calls: their counts and errors, and how they treat one order beside the others."""

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
from mock_oms.mutants.hooks import bulk_answers, per_order
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.web import validation
from mock_oms.web.call import Answer, Call
from mock_oms.web.konnect import bulk as batch
from mock_oms.web.konnect import orders

Body = dict[str, Any]


def _errors_dropped(body: Body) -> Body:
    return {**body, "errors": []}


def _refused_counted_as_taken(body: Body) -> Body:
    return {**body, "successCount": body["payloadCount"]}


def _only_taken_received(body: Body) -> Body:
    return {**body, "payloadCount": body["successCount"]}


def _always_success(body: Body) -> Body:
    return {**body, "status": "SUCCESS"}


def _counted_twice(body: Body) -> Body:
    return {**body, "successCount": 2 * body["successCount"]}


def _errors_about_the_first(patch: Patch) -> None:
    """Every error names the first order of the call, or nobody when it is the first that was refused."""

    def around(answer: Callable[..., Answer]) -> Callable[..., Answer]:
        def changed(told: Sequence[Outcome], profile: Any) -> Answer:
            if told[0].touchpoint != "confirm":
                return answer(told, profile)
            first = told[0].order_id if not told[0].code else told[-1].order_id
            wrong = [one._replace(order_id=first) if one.code else one for one in told]
            return answer(wrong, profile)

        return changed

    patch.wrap(batch, "answer", around)


class _UndoneError(Exception):
    """Takes back the transaction that it is raised in."""


def _all_or_nothing(patch: Patch) -> None:
    """When one order is refused, those before it are undone and all are told as refused."""

    def run(call: Call, one: batch.One, touchpoint_of: batch.TouchpointOf) -> Answer:
        told: list[Outcome] = []
        with suppress(_UndoneError), engine.WriteVisit(call.server.store, call.caller.tenant) as tx:
            told = [batch.attempt(tx, call, order, one, touchpoint_of) for order in call.orders]
            bad = next((one for one in told if one.code and one.touchpoint == "confirm"), None)
            if bad is not None:
                told = [
                    outcome if outcome.code else bad._replace(order_id=outcome.order_id) for outcome in told
                ]
                raise _UndoneError
        call.outcomes = told
        return batch.answer(told, call.profile)

    patch.attribute(batch, "run", run)


def _stops(at: Callable[[list[Outcome]], bool]) -> Apply:
    """Once `at` says so, the orders that follow are told as taken, and nothing is done for them."""

    def run(call: Call, one: batch.One, touchpoint_of: batch.TouchpointOf) -> Answer:
        told: list[Outcome] = []
        with engine.WriteVisit(call.server.store, call.caller.tenant) as tx:
            for order in call.orders:
                if at(told):
                    told.append(Outcome(str(getattr(order, "orderId", "")), touchpoint=touchpoint_of(order)))
                else:
                    told.append(batch.attempt(tx, call, order, one, touchpoint_of))
        call.outcomes = told
        return batch.answer(told, call.profile)

    return lambda patch: patch.attribute(batch, "run", run)


def _limit_off_by_one(patch: Patch) -> None:
    def around(bulk: Callable[..., Any]) -> Callable[..., Any]:
        return lambda body, item, limit, profile: bulk(body, item, limit + 1, profile)

    patch.wrap(validation, "bulk", around)


def _confirmed_though_refused(confirm: Callable[..., None]) -> Callable[..., None]:
    """A quantity that does not fit is refused, and the order is confirmed all the same."""

    def changed(tx: Any, call: Any, order: Any) -> None:
        try:
            confirm(tx, call, order)
        except OrderRefusedError as refused:
            if refused.problem in (Problem.QUANTITY, Problem.UNKNOWN_ITEM):
                engine.fire(tx, tx.get(order.orderId), Event.CONFIRM)
            raise

    return changed


_TAKEN_AND_REFUSED = {(False, "confirm"), (True, "confirm")}


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.BATCH, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant("errors-dropped", "errors is empty although failedCount is not 0", bulk_answers(_errors_dropped)),
    _mutant(
        "refused-counted-as-taken",
        "successCount counts the refused orders too",
        bulk_answers(_refused_counted_as_taken),
    ),
    _mutant("taken-counted-twice", "successCount counts every order twice", bulk_answers(_counted_twice)),
    _mutant(
        "payload-of-taken", "payloadCount counts only the orders taken", bulk_answers(_only_taken_received)
    ),
    _mutant(
        "always-success",
        "the status of a bulk answer is SUCCESS whatever was refused",
        bulk_answers(_always_success),
    ),
    _mutant(
        "errors-about-another",
        "errors of confirm are told about another order of the call",
        _errors_about_the_first,
    ),
    _mutant("all-or-nothing", "one refused order makes the whole confirm call refused", _all_or_nothing),
    _mutant(
        "stops-at-the-first-refused",
        "after a confirmed and a refused order the others are counted as confirmed, and nothing happens",
        _stops(lambda told: {(bool(one.code), one.touchpoint) for one in told} >= _TAKEN_AND_REFUSED),
    ),
    _mutant(
        "last-of-twenty-lost",
        f"the last order of a call of {BULK_LIMIT} is counted as taken, and nothing happens to it",
        _stops(lambda told: len(told) == BULK_LIMIT - 1),
    ),
    _mutant("twenty-one-accepted", f"{BULK_LIMIT + 1} orders in one call are accepted", _limit_off_by_one),
    _mutant(
        "refused-changes-state",
        "confirming a wrong quantity is refused, and the order is confirmed all the same",
        per_order(orders, "_confirm", _confirmed_though_refused),
    ),
)
