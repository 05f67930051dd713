"""Checks of single answers, and what an answer says."""

from __future__ import annotations

import json
from typing import Any

from contracts.evidence import Evidence
from scenarios.checks.base import CheckContext, CheckResult, check
from scenarios.checks.states import check_unchanged
from scenarios.language import expectations as e
from scenarios.language.actions import Caller
from scenarios.targets.answers import UNKNOWN_STATUSES, UnreadableError, number_of
from scenarios.targets.http import Reply, pdf_text

COUNTS = ("payloadCount", "successCount", "failedCount")
AUTHORIZATION = "authorization"
NO_ANSWER = "no call was made"


def answer_of(context: CheckContext) -> Reply:
    """Return the step's last answer; raises `UnreadableError` if there is none."""
    if not context.outcome.replies:
        raise UnreadableError(NO_ANSWER)
    return context.outcome.replies[-1]


def counts_of(reply: Reply) -> dict[str, Any]:
    """Return the counts of a bulk answer; a missing one is None."""
    body = reply.body if isinstance(reply.body, dict) else {}
    found = {name: number_of(body.get(name)) for name in COUNTS}
    return {name: None if value is None else int(value) for name, value in found.items()}


def said(context: CheckContext, reply: Reply) -> str:
    """Describe an answer in a few words."""
    body = reply.body
    if reply.is_pdf:
        return "a PDF"
    if reply.status != 200 and not (isinstance(body, dict) and "errors" in body and "payloadCount" in body):
        message = body.get("message") if isinstance(body, dict) else None
        return f"HTTP {reply.status}" + (f": {str(message)[:200]}" if message else "")
    errors = body.get("errors") if isinstance(body, dict) else None
    if isinstance(errors, list) and errors:
        return f"refused with {context.flow.reading.codes(errors)}"
    counted = counts_of(reply)
    if all(count is None for count in counted.values()):
        return f"HTTP {reply.status} with {'a list' if isinstance(body, list) else 'an answer'}"
    return "accepted" if counted["failedCount"] == 0 else f"counts {json.dumps(counted)}"


@check.register
def _call_refused(expectation: e.CallRefused, context: CheckContext) -> CheckResult:
    reply, profile = answer_of(context), context.flow.profile
    status = getattr(profile, expectation.status, None) if profile else None
    wanted = f"HTTP {status}" if status else "HTTP 4xx"
    passed = reply.status == status if status else 400 <= reply.status < 500
    if not passed and _tells_refusal(reply):
        seen = f"HTTP {reply.status}"
        return CheckResult(
            False,
            wanted,
            seen,
            "refusal of a call",
            seen,
            expected_group="is refused as a whole call with the HTTP status of the profile",
        )
    if not passed:
        return CheckResult(False, wanted, said(context, reply))
    return check_unchanged(context, list(context.before))


def _tells_refusal(reply: Reply) -> bool:
    """Return whether an answer refuses the whole call, with any status."""
    body = reply.body
    return isinstance(body, dict) and "message" in body and "payloadCount" not in body


@check.register
def _not_served(expectation: e.NotServed, context: CheckContext) -> CheckResult:
    for reply in context.outcome.replies:
        if reply.status < 400:
            seen = f"HTTP {reply.status}"
            return CheckResult(False, "turned away", seen, _whose(context), f"served with {seen}")
    return CheckResult(
        bool(context.outcome.replies), "turned away", "turned away" if context.outcome.replies else NO_ANSWER
    )


@check.register
def _not_shown(expectation: e.NotShown, context: CheckContext) -> CheckResult:
    shown = [
        i
        for i in context.ids(expectation)
        for r in context.outcome.replies
        if r.status < 400 and _holds(r, i)
    ]
    if shown:
        seen = f"shown: {', '.join(shown)}"
        if expectation.code:
            group = e.refused(expectation.code).says()
            return CheckResult(False, "not shown", seen, "", "a PDF", expected_group=group)
        return CheckResult(False, "not shown", seen, _whose(context), "shown")
    return CheckResult(
        bool(context.outcome.replies), "not shown", "not shown" if context.outcome.replies else NO_ANSWER
    )


def _holds(reply: Reply, order_id: str) -> bool:
    """Return whether an answer names a shipment outside `errors`.

    The text of a PDF counts too.
    """
    if reply.is_pdf:
        return order_id in (pdf_text(reply.content) or "")
    body = reply.body
    if isinstance(body, dict) and "errors" in body:
        body = {name: value for name, value in body.items() if name != "errors"}
    return order_id in json.dumps(body)


@check.register
def _unauthorized(expectation: e.Unauthorized, context: CheckContext) -> CheckResult:
    profile = context.flow.profile
    status = getattr(profile, expectation.status, None) if profile else None
    for reply in context.outcome.replies:
        passed = reply.status == status if status else reply.status in (401, 403)
        if not passed:
            wanted = f"HTTP {status or '401'}"
            seen = f"HTTP {reply.status}"
            place = AUTHORIZATION if reply.status >= 400 else _whose(context)
            return CheckResult(False, wanted, seen, place, seen)
    return CheckResult(
        bool(context.outcome.replies), "turned away", "turned away" if context.outcome.replies else NO_ANSWER
    )


def _whose(context: CheckContext) -> str:
    """Name the group of a token that was accepted, by caller.

    With the token of the order's company or store it is about the call, not about the token.
    """
    by = getattr(context.step.action, "by", Caller.COMPANY)
    if by in (Caller.COMPANY, Caller.LOCATION) and context.touchpoint != "generate_token":
        return ""
    return f"{AUTHORIZATION} ({by})"


@check.register
def _gives_token(expectation: e.GivesToken, context: CheckContext) -> CheckResult:
    reply = answer_of(context)
    if reply.status != 200:
        return CheckResult(False, "a token", said(context, reply))
    token = context.flow.reading.token(reply.body)
    context.flow.recorder.hide(token)
    return CheckResult(True, "a token", "a token")


@check.register
def _is_unknown(expectation: e.IsUnknown, context: CheckContext) -> CheckResult:
    reading = context.flow.reading
    for order_id, reply in zip(context.outcome.order_ids, context.outcome.replies, strict=False):
        known = reply.status not in UNKNOWN_STATUSES
        if known or (reply.status != 400 and reading.order(reply.status, reply.body, order_id) is not None):
            seen = said(context, reply) if known else "the shipment"
            return CheckResult(False, "no such shipment", seen)
        if reply.status == 200 and reading.shipments(reply.body):
            other = "another shipment"
            return CheckResult(False, "no such shipment", other, grade=Evidence.DOCUMENTED)
    return CheckResult(bool(context.outcome.replies), "no such shipment", "no such shipment")
