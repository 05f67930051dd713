"""Resumes a step of an interrupted run; no write is repeated."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scenarios.language import actions as a
from scenarios.language.expectations import bare
from scenarios.language.flow import Case, Step, single_steps
from scenarios.players.suite import Outcome, bind, learn_numbers
from scenarios.records import Exchange, FlowView, StepView, Verdict
from scenarios.session.context import FlowContext
from scenarios.session.memory import names_from_records
from scenarios.targets.http import Reply


class LostWriteError(Exception):
    """A write without answer and without visible effect."""


def resume_step(context: FlowContext, step: Step, recorded: StepView) -> Outcome:
    """Restore the outcome of a step from its records.

    An answered write is read from its record. An unanswered one counts as done if the expectations see its
    effect. Raises `LostWriteError` if there is no effect to check.
    """
    ids = [order_id for sending in recorded.sendings for order_id in sending.order_ids]
    if recorded.unanswered:
        if not any(not expectation.about_answer for expectation in step.expects) or step.action.births:
            raise LostWriteError("a write was sent, its answer was lost, and it is not sent again")
        return Outcome(order_ids=list(dict.fromkeys(ids)), unanswered=True)
    if not (step.action.konnect or step.action.births) and len(ids) < len(
        context.memory.of(step.action.names)
    ):
        raise LostWriteError("the step was interrupted, and its finished part is not repeated")
    keys = {sending.key for sending in recorded.sendings}
    replies = [reply_of(exchange) for exchange in recorded.exchanges if exchange.key in keys]
    if step.action.births and step.action.births not in context.memory.ids:
        bind(context, step.action.births, [i for reply in replies for i in _born(reply.body)])
    return Outcome(replies, list(dict.fromkeys(ids)))


def _born(body: Any) -> list[str]:
    """Return the shipment ids in an answer of the control plane."""
    if not isinstance(body, dict):
        return []
    shipments = body.get("shipments", [body])
    return [str(shipment["id"]) for shipment in shipments if "id" in shipment]


def reply_of(exchange: Exchange) -> Reply:
    """Restore an answer from its record; a missing one has status 0."""
    answer = exchange.answer
    if answer is None:
        return Reply(0, {}, None, b"")
    return Reply(answer.status, dict(answer.headers), answer.body, b"")


def halted_before(step: Step, recorded: StepView) -> bool:
    """Return whether a finished step had ended its flow."""
    if recorded.verdict is None or recorded.verdict.rank < Verdict.BLOCKED.rank:
        return False
    missed = [check.sentence for check in recorded.checks if check.verdict is Verdict.FAIL]
    decisive = [bare(x).says() for x in step.expects if bare(x).decisive]
    return not missed or any(sentence.endswith(says) for sentence in missed for says in decisive)


def restore(context: FlowContext, case: Case, flow: FlowView) -> None:
    """Restore ids, baskets and document numbers from the records."""
    baskets = {
        step.action.births: step.action.basket
        for step in single_steps(case.flow)
        if isinstance(step.action, a.PlaceOrder)
    }
    for name, ids in names_from_records(flow.orders).items():
        context.memory.basket[name] = baskets.get(name, ())
        context.memory.bind(name, ids)
    for step in flow.steps.values():
        for exchange in step.exchanges:
            _restore_numbers(context, exchange)


def _restore_numbers(context: FlowContext, exchange: Exchange) -> None:
    if exchange.touchpoint not in (a.PushInvoice.touchpoint, a.PushCreditNote.touchpoint):
        return
    body: Any = exchange.request.body
    if isinstance(body, list) and all(_is_document(row) for row in body):
        learn_numbers(context, body, reply_of(exchange))


def _is_document(row: Any) -> bool:
    return isinstance(row, Mapping) and "orderId" in row and "invoiceNumber" in row
