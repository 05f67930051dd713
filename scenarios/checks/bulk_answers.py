"""Checks of the answers to bulk calls: counts, errors and codes."""

from __future__ import annotations

from dataclasses import replace

from contracts import problems
from contracts.evidence import Evidence
from contracts.konnect.operations import DOCUMENT_TOUCHPOINTS
from scenarios.checks.answers import COUNTS, answer_of, counts_of, said
from scenarios.checks.base import STATUS, CheckContext, CheckResult, check
from scenarios.checks.states import EACH_OF_CALL, NOT_CANCELLED, cancelled_meanwhile, check_unchanged
from scenarios.language import expectations as e
from scenarios.language.statuses import CANCELLED, CONFIRMED, PROCESSING
from scenarios.session.memory import fingerprint
from scenarios.targets.answers import number_of
from scenarios.targets.http import Reply

SUCCESS = "SUCCESS"
BULK_ANSWER = "bulk answer"
EFFECTS = {"confirm": CONFIRMED, "update_invoice": PROCESSING, "cancel": CANCELLED}
"""Touchpoint -> the status of an accepted order."""
OTHERWISE = "otherwise"
"""Group of all other answers to a refused order."""
HIDES_FAILURES = "status is not SUCCESS when an order failed"


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
