"""Checks of the answers to calls."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from contracts import problems
from contracts.evidence import Evidence
from contracts.konnect.operations import DOCUMENT_TOUCHPOINTS
from scenarios.checks.base import STATUS, CheckContext, CheckResult, check
from scenarios.checks.states import EACH_OF_CALL, NOT_CANCELLED, cancelled_meanwhile, check_unchanged
from scenarios.language import expectations as e
from scenarios.language.actions import Caller
from scenarios.language.statuses import CANCELLED, CONFIRMED, PROCESSING
from scenarios.session.memory import fingerprint
from scenarios.targets.answers import UNKNOWN_STATUSES, UnreadableError, number_of
from scenarios.targets.http import Reply, pdf_text

SUCCESS = "SUCCESS"
COUNTS = ("payloadCount", "successCount", "failedCount")
AUTHORIZATION = "authorization"
BULK_ANSWER = "bulk answer"
NO_ANSWER = "no call was made"
EFFECTS = {"confirm": CONFIRMED, "update_invoice": PROCESSING, "cancel": CANCELLED}
"""Touchpoint -> the status of an accepted order."""
OTHERWISE = "otherwise"
"""Group of all other answers to a refused order."""
HIDES_FAILURES = "status is not SUCCESS when an order failed"


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
def _accepted(expectation: e.Accepted, context: CheckContext) -> CheckResult:
    wrong = _contradiction(context, answer_of(context))
    if wrong:
        return wrong
    result = (_accepted_some if expectation.names else _accepted_all)(expectation, context)
    if result.passed:
        return result
    return cancelled_meanwhile(context, context.ids(expectation)) or _called_cancelled(context) or result


def _called_cancelled(context: CheckContext) -> CheckResult | None:
    """Find a single order that is refused as cancelled.

    Returns None if there is none.
    """
    ids, reading = context.outcome.order_ids, context.flow.reading
    touchpoint = context.step.action.touchpoint
    codes = [row.code for row in problems.rows_of(touchpoint) if row.key == f"{touchpoint}.cancelled"]
    about = reading.errors_about(answer_of(context).body, ids[0]) if len(ids) == 1 else []
    if not any(reading.has_code(item, code) for item in about for code in codes if code):
        return None
    seen = f"refused with {reading.codes(about)}"
    return CheckResult(False, "accepted", seen, STATUS, CANCELLED, expected_group=NOT_CANCELLED)


def _accepted_all(expectation: e.Accepted, context: CheckContext) -> CheckResult:
    reply, total = answer_of(context), len(context.outcome.order_ids)
    body = reply.body if isinstance(reply.body, dict) else {}
    counted = list(counts_of(reply).values()) == [total, total, 0]
    clean = body.get("errors") == [] and body.get("status") == SUCCESS
    passed = reply.status == 200 and counted and clean
    if counted and clean and not passed:
        seen = f"HTTP {reply.status}"
        return CheckResult(
            False, "HTTP 200", seen, BULK_ANSWER, seen, expected_group="is accepted with HTTP 200"
        )
    wanted = f"accepted: {total} received, {total} taken, 0 refused, SUCCESS, no errors"
    seen = said(context, reply)
    if not passed and seen == "accepted":
        shown = [*counts_of(reply).values(), body.get("status"), body.get("errors")]
        seen = "counts, status and errors {}, {}, {}, {}, {}".format(*shown)
    return CheckResult(passed, wanted, seen)


def _accepted_some(expectation: e.Accepted, context: CheckContext) -> CheckResult:
    reply = answer_of(context)
    for order_id in context.ids(expectation):
        about = context.flow.reading.errors_about(reply.body, order_id)
        if about or not isinstance(reply.body, dict) or "payloadCount" not in reply.body:
            seen = context.flow.reading.codes(about) if about else said(context, reply)
            return CheckResult(False, "accepted", f"refused with {seen}" if about else seen)
    return CheckResult(True, "accepted", "accepted")


def _contradiction(context: CheckContext, reply: Reply) -> CheckResult | None:
    """Find the contradictions inside a bulk answer, or with the request.

    Returns None if there is none. The result holds the others.
    """
    counted = counts_of(reply)
    if reply.is_pdf or any(count is None for count in counted.values()):
        return None
    total, taken, failed = counted.values()
    sent, errors, word = len(context.outcome.order_ids), reply.body.get("errors"), reply.body.get("status")
    added_up = taken + failed == sent
    violations = {
        "payloadCount is the number of orders sent": total != sent,
        "successCount and failedCount add up to the number of orders sent": not added_up,
        "errors is not empty when an order failed": failed > 0 and not errors,
        "errors is empty when no order failed": added_up and failed == 0 and bool(errors),
        HIDES_FAILURES: taken == 0 and failed > 0 and word == SUCCESS,
    }
    broken = [rule for rule, wrong in violations.items() if wrong]
    shown = {**counted, "errors": len(errors) if isinstance(errors, list) else errors}
    found = [
        CheckResult(
            False,
            rule,
            {**shown, "status": word} if rule.startswith("status") else shown,
            BULK_ANSWER,
            OTHERWISE,
            expected_group=rule,
            grade=Evidence.DOCUMENTED,
        )
        for rule in broken
    ]
    return replace(found[0], more=tuple(found[1:])) if found else None


def _hides_refusals(context: CheckContext, reply: Reply) -> bool:
    """Report errors that miss a refused order or name another one."""
    errors = reply.body.get("errors") if isinstance(reply.body, dict) else None
    if not isinstance(errors, list) or len(errors) < (counts_of(reply)["failedCount"] or 0):
        return True
    sent, about = context.outcome.order_ids, context.flow.reading.errors_about
    return not all(any(about({"errors": [item]}, order_id) for order_id in sent) for item in errors)


@check.register
def _refused(expectation: e.Refused, context: CheckContext) -> CheckResult:
    reply, reading = answer_of(context), context.flow.reading
    code = wire_code(expectation, context)
    wanted = f"refused with {code}" if code else "refused"
    contradiction = _contradiction(context, reply)
    if contradiction:
        other = _other_code(context, context.ids(expectation), code)
        return replace(contradiction, more=(*contradiction.more, other)) if other else contradiction
    for order_id in context.ids(expectation):
        about = reading.errors_about(reply.body, order_id)
        if not about:
            seen = said(context, reply)
            if seen.startswith("HTTP") or reply.is_pdf:
                return CheckResult(False, wanted, seen)
            seen = seen if seen == "accepted" else "no error item about it"
            group = "names each refused order in errors" if _hides_refusals(context, reply) else ""
            return _without_effect(context, order_id, wanted) or CheckResult(
                False, wanted, seen, group_key=OTHERWISE, expected_group=group
            )
        other = _other_code(context, [order_id], code)
        if other:
            return other
    wrong = _wrong_envelope(expectation, context, reply)
    return wrong or check_unchanged(context, context.ids(expectation))


def _other_code(context: CheckContext, ids: list[str], code: str) -> CheckResult | None:
    """Find an order that is refused with another code.

    Returns None if there is none.
    """
    reading = context.flow.reading
    for order_id in ids:
        about = reading.errors_about(answer_of(context).body, order_id)
        if code and about and not any(reading.has_code(item, code) for item in about):
            seen = f"refused with {reading.codes(about)}"
            return CheckResult(False, f"refused with {code}", seen, group_key=OTHERWISE)
    return None


def _without_effect(context: CheckContext, order_id: str, wanted: str) -> CheckResult | None:
    """Find an order of several that was neither refused nor changed.

    The call has left it out, which is another fault than accepting it. Returns None otherwise.
    """
    word = EFFECTS.get(context.step.action.touchpoint)
    before = context.before.get(order_id)
    reply, reading = answer_of(context), context.flow.reading
    named = [each for each in set(context.outcome.order_ids) if reading.errors_about(reply.body, each)]
    if word is None or not before or len(context.outcome.order_ids) < 2:
        return None
    if counts_of(reply)["failedCount"] != len(named):
        return None
    if fingerprint(context.flow.look(order_id)) != before:
        return None
    seen = "neither refused nor changed"
    return CheckResult(False, wanted, seen, "", "some", expected_group=EACH_OF_CALL)


def _wrong_envelope(expectation: e.Refused, context: CheckContext, reply: Reply) -> CheckResult | None:
    """Find a wrong HTTP status or `status` word of a refusal.

    Both come from the profile. Returns None if both are right.
    """
    profile = context.flow.profile
    body = reply.body if isinstance(reply.body, dict) else {}
    if profile is None or "payloadCount" not in body:
        return None
    all_refused = number_of(body.get("successCount")) == 0
    prints = context.touchpoint in DOCUMENT_TOUCHPOINTS
    status = profile.status_of_none(prints) if all_refused else profile.partly_refused_status
    word = profile.status_failed if all_refused else profile.status_partial
    if reply.status != status:
        seen = f"HTTP {reply.status}"
        group = "is refused with the HTTP status of the profile"
        return CheckResult(
            False, f"HTTP {status}", seen, BULK_ANSWER, seen, expected_group=group, grade=Evidence.ASSUMED
        )
    if body.get("status") != word:
        shown = body.get("status")
        hides = shown == SUCCESS  # one fault, whether all orders of the call failed or some
        rule = "is refused with the status word of the profile"
        group, key = (HIDES_FAILURES, OTHERWISE) if hides else (rule, "")
        return CheckResult(False, word, shown, BULK_ANSWER, key, expected_group=group, grade=Evidence.ASSUMED)
    return None


def code_grade(expectation: e.Refused | e.OneTaken, touchpoint: str) -> Evidence:
    """Return the best grade that a code has at a touchpoint."""
    if expectation.grade or not expectation.code:
        return expectation.grade or Evidence.ASSUMED
    rows = [row for row in problems.rows_of(touchpoint) if row.code == expectation.code]
    grades = [row.origin.evidence for row in rows]
    return min(grades, key=lambda grade: grade.rank, default=Evidence.ASSUMED)


def wire_code(expectation: e.Refused | e.OneTaken, context: CheckContext) -> str:
    """Return the expected code; empty if none may be asserted.

    A code that is not published is replaced by the profile's; a target with a file is not held to it.
    """
    touchpoint, code = context.step.action.touchpoint, expectation.code
    if code_grade(expectation, touchpoint) is Evidence.DOCUMENTED:
        return code
    if context.flow.target.described:
        return ""
    replaced = context.flow.profile.codes if context.flow.profile else {}
    keys = [row.key for row in problems.rows_of(touchpoint) if row.code == code]
    return next((replaced[key] for key in keys if key in replaced), code)


@check.register
def _counts(expectation: e.Counts, context: CheckContext) -> CheckResult:
    contradiction = _contradiction(context, answer_of(context))
    if contradiction:
        return contradiction
    wanted = dict(zip(COUNTS, (expectation.total, expectation.succeeded, expectation.failed), strict=True))
    seen = counts_of(answer_of(context))
    return CheckResult(seen == wanted, wanted, seen, group_key="" if seen == wanted else "other counts")


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
def _nothing_taken(expectation: e.NothingTaken, context: CheckContext) -> CheckResult:
    reply = answer_of(context)
    refused = 400 <= reply.status < 500 or not counts_of(reply)["successCount"]
    if not refused:
        return CheckResult(False, "nothing taken", said(context, reply))
    return check_unchanged(context, list(context.before))


@check.register
def _takes_at_most(expectation: e.TakesAtMost, context: CheckContext) -> CheckResult:
    taken = counts_of(answer_of(context))["successCount"] or 0
    return CheckResult(taken <= expectation.count, f"at most {expectation.count} taken", f"{taken} taken")


@check.register
def _named_in_errors(expectation: e.NamedInErrors, context: CheckContext) -> CheckResult:
    reply, reading, code = answer_of(context), context.flow.reading, expectation.code
    wanted = f"an error item with {code}" if code else "an error item"
    for order_id in context.ids(expectation):
        about = reading.errors_about(reply.body, order_id)
        if not about or (code and not any(reading.has_code(item, code) for item in about)):
            seen = f"refused with {reading.codes(about)}" if about else "no error item about it"
            return CheckResult(
                False, wanted, seen, group_key=OTHERWISE, expected_group=e.refused(code).says()
            )
    return CheckResult(True, wanted, wanted)


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


@check.register
def _one_taken(expectation: e.OneTaken, context: CheckContext) -> CheckResult:
    replies = [reply for outcome in context.outcomes for reply in outcome.replies]
    contradiction = next(filter(None, (_contradiction(context, reply) for reply in replies)), None)
    if contradiction:
        return contradiction
    taken = sum(counts_of(reply)["successCount"] or 0 for reply in replies)
    seen = [said(context, reply) for reply in replies]
    code, refusal = wire_code(expectation, context), e.refused(expectation.code).says()
    if taken != 1:
        cause = OTHERWISE if taken else "never taken"
        return CheckResult(False, "taken once", seen, group_key=cause, expected_group=refusal)
    lost = [reply for reply in replies if not counts_of(reply)["successCount"]]
    missing = [reply for reply in lost if not _tells(context, reply, code)]
    wanted = f"taken once, else refused with {code}" if code else "taken once"
    cause = OTHERWISE if missing else ""
    return CheckResult(not missing, wanted, seen, group_key=cause, expected_group=refusal)


def _tells(context: CheckContext, reply: Reply, code: str) -> bool:
    """Return whether an error item holds the code.

    Without a code any item passes.
    """
    errors = reply.body.get("errors") if isinstance(reply.body, dict) else None
    found = errors if isinstance(errors, list) else []
    return any(not code or context.flow.reading.has_code(item, code) for item in found)
