"""Bulk calls: orders are processed one by one, in the order sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from contracts import problems
from contracts.konnect.base import DRY_RUN_HEADER
from contracts.problems import Problem
from contracts.profile import Profile
from contracts.suggest import listed, suggest
from mock_oms import engine
from mock_oms.domain.errors import OrderRefusedError
from mock_oms.domain.journal import Outcome
from mock_oms.domain.sentences import sentence
from mock_oms.domain.shipment import Shipment
from mock_oms.engine import NO_DETAILS, Command, Pick
from mock_oms.store import Transaction
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.call import Call
from mock_oms.web.concealing import concealed

One = Callable[[Transaction, Call, Any], None]
"""Processes one order of the call; raises `OrderRefusedError`."""
TouchpointOf = Callable[[Any], str]


def run(call: Call, one: One, touchpoint_of: TouchpointOf) -> Answer:
    """Applies `one` to each order in one transaction.

    A refused order does not undo the others. A dry run is undone as a whole.
    """
    if call.dry_run:
        with engine.undone(call.server.store, call.caller.tenant) as tx:
            outcomes = [attempt(tx, call, order, one, touchpoint_of) for order in call.orders]
        call.outcomes = outcomes
        return answer(call, outcomes)._replace(headers={DRY_RUN_HEADER: "1"})
    with engine.WriteVisit(call.server.store, call.caller.tenant) as tx:
        outcomes = [attempt(tx, call, order, one, touchpoint_of) for order in call.orders]
    call.outcomes = outcomes
    return answer(call, outcomes)


def attempt(tx: Transaction, call: Call, order: Any, one: One, touchpoint_of: TouchpointOf) -> Outcome:
    """Returns the result for one order."""
    touchpoint = touchpoint_of(order)
    try:
        one(tx, call, order)
    except OrderRefusedError as refused:
        problem = refused.problem
        code = problems.code(touchpoint, problem, call.profile.codes)
        sentences = problems.row(touchpoint, problem).sentences
        message = sentence(sentences, refused, tx.settings, tx.now)
        return Outcome(order.orderId, code, message, refused.item, touchpoint, str(problem))
    return Outcome(order.orderId, None, None, None, touchpoint)


def answer(call: Call, outcomes: Sequence[Outcome], *, prints: bool = False) -> Answer:
    """Returns the counts and an item of `errors` for each refusal.

    `prints`: the call asked for a document.
    """
    refused = [outcome for outcome in outcomes if outcome.code]
    status, word = _verdict(len(refused), len(outcomes), call.profile, prints)
    if not refused:
        return _nothing_refused(len(outcomes), word, status)
    errors = [_error(outcome, call.profile) for outcome in refused]
    found = json_answer(_body(len(outcomes), word, errors), status)
    return concealed(found, call.request, call.server.control_key)


def _body(total: int, word: str, errors: Sequence[Mapping[str, str | None]]) -> dict[str, object]:
    return {
        "payloadCount": total,
        "successCount": total - len(errors),
        "failedCount": len(errors),
        "status": word,
        "errors": errors,
    }


@lru_cache(maxsize=128)
def _nothing_refused(total: int, word: str, status: int) -> Answer:
    """Returns the answer to a fully successful call, cached."""
    return json_answer(_body(total, word, ()), status)


def _verdict(refused: int, total: int, profile: Profile, prints: bool) -> tuple[int, str]:
    if refused == 0:
        return 200, profile.status_success
    if refused < total:
        return profile.partly_refused_status, profile.status_partial
    return profile.status_of_none(prints), profile.status_failed


def _error(outcome: Outcome, profile: Profile) -> dict[str, str | None]:
    body = {
        profile.error_order_key: outcome.order_id,
        profile.error_item_key: outcome.item_id,
        profile.error_code_key: outcome.code,
        profile.error_message_key: outcome.message,
    }
    if profile.error_reason_key and outcome.problem:
        found = problems.row(outcome.touchpoint, Problem(outcome.problem))
        body[profile.error_reason_key] = found.meaning
    return body


def check_reason(
    shipment: Shipment, pick: Pick, known: Sequence[str], profile: Profile, *, needed: bool
) -> None:
    """Refuses an unknown reason code, and with `needed` a missing one."""
    reason = pick.reason
    if needed and not reason.strip():
        raise OrderRefusedError(Problem.REASON, shipment, item=pick.item_id, reasons=listed(known))
    if reason and reason not in known and profile.unknown_reason_codes == "refuse":
        facts = {"reason": repr(reason[:60]), "near": suggest(reason, known), "reasons": listed(known)}
        raise OrderRefusedError(Problem.REASON, shipment, item=pick.item_id, **facts)


def command(items: Sequence[Any]) -> Command:
    """Returns the command for these items, or for all remaining pieces."""
    return Command(items=picks(items)) if items else NO_DETAILS


def picks(items: Sequence[Any]) -> tuple[Pick, ...]:
    """Converts the order items of a request for the engine."""
    return tuple(
        Pick(
            item.orderItemId,
            item.quantity,
            str(getattr(item, "reasonCode", None) or ""),
            tuple(getattr(item, "imeiSerialNumber", ())),
        )
        for item in items
    )
