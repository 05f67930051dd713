"""Checks of what a call was answered."""

from __future__ import annotations

import json
from typing import Any

from contracts import problems
from contracts.evidence import Evidence
from scenarios.checks.base import CheckContext, CheckResult, check
from scenarios.checks.states import changed_finding
from scenarios.language import expectations as e
from scenarios.language.actions import Caller
from scenarios.targets.answers import UNKNOWN_STATUSES, UnreadableError, number_of
from scenarios.targets.http import Reply, pdf_text

COUNTS = ("payloadCount", "successCount", "failedCount")
AUTHORIZATION = "authorization"
BULK_ANSWER = "bulk answer"
NO_ANSWER = "no call was made"
OTHERWISE = "otherwise"
"""What an order that should be refused with a code was answered instead: all of it has one cause."""


def answer_of(scene: CheckContext) -> Reply:
    """The step's last answer; raises `UnreadableError` when there is none."""
    if not scene.deed.replies:
        raise UnreadableError(NO_ANSWER)
    return scene.deed.replies[-1]


def counts_of(reply: Reply) -> dict[str, Any]:
    """The three counts of a bulk answer, as numbers; missing ones are None."""
    body = reply.body if isinstance(reply.body, dict) else {}
    found = {name: number_of(body.get(name)) for name in COUNTS}
    return {name: None if value is None else int(value) for name, value in found.items()}


def said(scene: CheckContext, reply: Reply) -> str:
    """An answer in a few words, for messages."""
    body = reply.body
    if reply.is_pdf:
        return "a PDF"
    if reply.status != 200 and not (isinstance(body, dict) and "errors" in body and "payloadCount" in body):
        message = body.get("message") if isinstance(body, dict) else None
        return f"HTTP {reply.status}" + (f": {str(message)[:200]}" if message else "")
    errors = body.get("errors") if isinstance(body, dict) else None
    if isinstance(errors, list) and errors:
        return f"refused with {scene.stage.reading.codes(errors)}"
    counted = counts_of(reply)
    if all(count is None for count in counted.values()):
        return f"HTTP {reply.status} with {'a list' if isinstance(body, list) else 'an answer'}"
    return "accepted" if counted["failedCount"] == 0 else f"counts {list(counted.values())}"


@check.register
def _accepted(expectation: e.Accepted, scene: CheckContext) -> CheckResult:
    wrong = _contradiction(scene, answer_of(scene))
    if wrong:
        return wrong
    if expectation.names:
        return _accepted_some(expectation, scene)
    reply, total = answer_of(scene), len(scene.deed.asked)
    body = reply.body if isinstance(reply.body, dict) else {}
    counted = list(counts_of(reply).values()) == [total, total, 0]
    clean = body.get("errors") == [] and body.get("status") == "SUCCESS"
    met = reply.status == 200 and counted and clean
    if counted and clean and not met:
        seen = f"HTTP {reply.status}"
        return CheckResult(False, "HTTP 200", seen, BULK_ANSWER, seen, about="status of an acceptance")
    wanted = f"accepted: {total} received, {total} taken, 0 refused, SUCCESS, no errors"
    seen = said(scene, reply)
    if not met and seen == "accepted":
        shown = [*counts_of(reply).values(), body.get("status"), body.get("errors")]
        seen = "counts, status and errors {}, {}, {}, {}, {}".format(*shown)
    return CheckResult(met, wanted, seen)


def _accepted_some(expectation: e.Accepted, scene: CheckContext) -> CheckResult:
    reply = answer_of(scene)
    for order_id in scene.ids(expectation):
        about = scene.stage.reading.errors_about(reply.body, order_id)
        if about or not isinstance(reply.body, dict) or "payloadCount" not in reply.body:
            seen = scene.stage.reading.codes(about) if about else said(scene, reply)
            return CheckResult(False, "accepted", f"refused with {seen}" if about else seen)
    return CheckResult(True, "accepted", "accepted")


def _contradiction(scene: CheckContext, reply: Reply) -> CheckResult | None:
    """A bulk answer that does not agree with itself, or with what was sent; None when all is well."""
    counted = counts_of(reply)
    if reply.is_pdf or any(count is None for count in counted.values()):
        return None
    total, taken, failed = counted.values()
    errors = reply.body.get("errors")
    faults = {
        "payloadCount is the number of orders sent": total != len(scene.deed.asked),
        "successCount and failedCount add up to payloadCount": taken + failed != total,
        "errors is not empty when an order failed": failed > 0 and not errors,
        "errors is empty when no order failed": failed == 0 and bool(errors),
    }
    broken = next((rule for rule, wrong in faults.items() if wrong), None)
    if broken is None:
        return None
    seen = {**counted, "errors": len(errors) if isinstance(errors, list) else errors}
    return CheckResult(False, broken, seen, BULK_ANSWER, "otherwise", about=broken)


@check.register
def _refused(expectation: e.Refused, scene: CheckContext) -> CheckResult:
    reply, reading = answer_of(scene), scene.stage.reading
    contradiction = _contradiction(scene, reply)
    if contradiction:
        return contradiction
    code = wire_code(expectation, scene)
    wanted = f"refused with {code}" if code else "refused"
    for order_id in scene.ids(expectation):
        about = reading.errors_about(reply.body, order_id)
        if not about:
            seen = said(scene, reply)
            if seen.startswith("HTTP") or reply.is_pdf:
                return CheckResult(False, wanted, seen)
            seen = seen if seen == "accepted" else "no error item about it"
            return CheckResult(False, wanted, seen, cause=OTHERWISE)
        if code and not any(reading.has_code(item, code) for item in about):
            return CheckResult(False, wanted, f"refused with {reading.codes(about)}", cause=OTHERWISE)
    wrong = _wrong_envelope(expectation, scene, reply)
    return wrong or changed_finding(scene, [i for i in scene.ids(expectation) if i in scene.before])


def _wrong_envelope(expectation: e.Refused, scene: CheckContext, reply: Reply) -> CheckResult | None:
    """A refusal whose HTTP status or `status` word is not what the profile tells; None when all is well."""
    profile = scene.stage.profile
    body = reply.body if isinstance(reply.body, dict) else {}
    if profile is None or "payloadCount" not in body:
        return None
    all_refused = number_of(body.get("successCount")) == 0
    status = profile.refused_status if all_refused else profile.partly_refused_status
    word = profile.status_failed if all_refused else profile.status_partial
    if reply.status != status:
        seen = f"HTTP {reply.status}"
        return CheckResult(False, f"HTTP {status}", seen, BULK_ANSWER, seen, about="status of a refusal")
    if body.get("status") != word:
        return CheckResult(False, word, body.get("status"), BULK_ANSWER, about="word of a refusal")
    return None


def code_grade(expectation: e.Refused | e.OneTaken, touchpoint: str) -> Evidence:
    """The best grade that this code has at this touchpoint."""
    if expectation.grade or not expectation.code:
        return expectation.grade or Evidence.ASSUMED
    rows = [row for row in problems.rows_of(touchpoint) if row.code == expectation.code]
    grades = [row.origin.evidence for row in rows]
    return min(grades, key=lambda grade: grade.rank, default=Evidence.ASSUMED)


def wire_code(expectation: e.Refused | e.OneTaken, scene: CheckContext) -> str:
    """The code to look for; empty when none may be asserted.

    Where nobody has published it the profile's is meant, and a described target is not held to one.
    """
    touchpoint, code = scene.step.action.touchpoint, expectation.code
    if code_grade(expectation, touchpoint) is Evidence.DOCUMENTED:
        return code
    if scene.stage.target.described:
        return ""
    replaced = scene.stage.profile.codes if scene.stage.profile else {}
    keys = [row.key for row in problems.rows_of(touchpoint) if row.code == code]
    return next((replaced[key] for key in keys if key in replaced), code)


@check.register
def _counts(expectation: e.Counts, scene: CheckContext) -> CheckResult:
    contradiction = _contradiction(scene, answer_of(scene))
    if contradiction:
        return contradiction
    wanted = dict(zip(COUNTS, (expectation.total, expectation.succeeded, expectation.failed), strict=True))
    seen = counts_of(answer_of(scene))
    return CheckResult(seen == wanted, wanted, seen, cause="" if seen == wanted else "other counts")


@check.register
def _call_refused(expectation: e.CallRefusedError, scene: CheckContext) -> CheckResult:
    reply, profile = answer_of(scene), scene.stage.profile
    status = getattr(profile, expectation.status, None) if profile else None
    wanted = f"HTTP {status}" if status else "HTTP 4xx"
    met = reply.status == status if status else 400 <= reply.status < 500
    if not met and _tells_refusal(reply):
        seen = f"HTTP {reply.status}"
        return CheckResult(False, wanted, seen, "refusal of a call", seen, about="status of a refusal")
    if not met:
        return CheckResult(False, wanted, said(scene, reply))
    return changed_finding(scene, list(scene.before))


def _tells_refusal(reply: Reply) -> bool:
    """Whether an answer says that the whole call was refused, under whichever status."""
    body = reply.body
    return isinstance(body, dict) and "message" in body and "payloadCount" not in body


@check.register
def _nothing_taken(expectation: e.NothingTaken, scene: CheckContext) -> CheckResult:
    reply = answer_of(scene)
    refused = 400 <= reply.status < 500 or not counts_of(reply)["successCount"]
    if not refused:
        return CheckResult(False, "nothing taken", said(scene, reply))
    return changed_finding(scene, list(scene.before))


@check.register
def _named_in_errors(expectation: e.NamedInErrors, scene: CheckContext) -> CheckResult:
    reply, reading, code = answer_of(scene), scene.stage.reading, expectation.code
    wanted = f"an error item with {code}" if code else "an error item"
    for order_id in scene.ids(expectation):
        about = reading.errors_about(reply.body, order_id)
        if not about or (code and not any(reading.has_code(item, code) for item in about)):
            seen = f"refused with {reading.codes(about)}" if about else "no error item about it"
            return CheckResult(False, wanted, seen, cause=OTHERWISE, about=e.refused(code).says())
    return CheckResult(True, wanted, wanted)


@check.register
def _not_served(expectation: e.NotServed, scene: CheckContext) -> CheckResult:
    for reply in scene.deed.replies:
        if reply.status < 400:
            seen = f"HTTP {reply.status}"
            return CheckResult(False, "turned away", seen, _whose(scene), f"served with {seen}")
    return CheckResult(
        bool(scene.deed.replies), "turned away", "turned away" if scene.deed.replies else NO_ANSWER
    )


@check.register
def _not_shown(expectation: e.NotShown, scene: CheckContext) -> CheckResult:
    shown = [i for i in scene.ids(expectation) for r in scene.deed.replies if r.status < 400 and _holds(r, i)]
    if shown:
        return CheckResult(False, "not shown", f"shown: {', '.join(shown)}", _whose(scene), "shown")
    return CheckResult(
        bool(scene.deed.replies), "not shown", "not shown" if scene.deed.replies else NO_ANSWER
    )


def _holds(reply: Reply, order_id: str) -> bool:
    """Whether an answer names the shipment: as JSON, or in the text of its PDF; errors do not count."""
    if reply.is_pdf:
        return order_id in (pdf_text(reply.content) or "")
    body = reply.body
    if isinstance(body, dict) and "errors" in body:
        body = {name: value for name, value in body.items() if name != "errors"}
    return order_id in json.dumps(body)


@check.register
def _unauthorized(expectation: e.Unauthorized, scene: CheckContext) -> CheckResult:
    profile = scene.stage.profile
    status = getattr(profile, expectation.status, None) if profile else None
    for reply in scene.deed.replies:
        met = reply.status == status if status else reply.status in (401, 403)
        if not met:
            wanted = f"HTTP {status or '401'}"
            seen = f"HTTP {reply.status}"
            place = AUTHORIZATION if reply.status >= 400 else _whose(scene)
            return CheckResult(False, wanted, seen, place, seen)
    return CheckResult(
        bool(scene.deed.replies), "turned away", "turned away" if scene.deed.replies else NO_ANSWER
    )


def _whose(scene: CheckContext) -> str:
    """Where the trouble is when a token is not turned away: the token, not the call that carried it."""
    by = getattr(scene.step.action, "by", Caller.COMPANY)
    return f"{AUTHORIZATION} ({by})"


@check.register
def _gives_token(expectation: e.GivesToken, scene: CheckContext) -> CheckResult:
    reply = answer_of(scene)
    if reply.status != 200:
        return CheckResult(False, "a token", said(scene, reply))
    token = scene.stage.reading.token(reply.body)
    scene.stage.scribe.hide(token)
    return CheckResult(True, "a token", "a token")


@check.register
def _is_unknown(expectation: e.IsUnknown, scene: CheckContext) -> CheckResult:
    reading = scene.stage.reading
    for order_id, reply in zip(scene.deed.asked, scene.deed.replies, strict=False):
        known = reply.status not in UNKNOWN_STATUSES
        if known or (reply.status != 400 and reading.order(reply.status, reply.body, order_id) is not None):
            seen = said(scene, reply) if known else "the shipment"
            return CheckResult(False, "no such shipment", seen)
    return CheckResult(bool(scene.deed.replies), "no such shipment", "no such shipment")


@check.register
def _one_taken(expectation: e.OneTaken, scene: CheckContext) -> CheckResult:
    replies = [reply for deed in scene.deeds for reply in deed.replies]
    contradiction = next(filter(None, (_contradiction(scene, reply) for reply in replies)), None)
    if contradiction:
        return contradiction
    taken = sum(counts_of(reply)["successCount"] or 0 for reply in replies)
    seen = [said(scene, reply) for reply in replies]
    code, refusal = wire_code(expectation, scene), e.refused(expectation.code).says()
    if taken != 1:
        cause = OTHERWISE if taken else "never taken"
        return CheckResult(False, "taken once", seen, cause=cause, about=refusal)
    lost = [reply for reply in replies if not counts_of(reply)["successCount"]]
    missing = [reply for reply in lost if not _tells(scene, reply, code)]
    wanted = f"taken once, else refused with {code}" if code else "taken once"
    cause = OTHERWISE if missing else ""
    return CheckResult(not missing, wanted, seen, cause=cause, about=refusal)


def _tells(scene: CheckContext, reply: Reply, code: str) -> bool:
    """Whether an error item of a bulk answer holds the code; any will do where no code is asked for."""
    errors = reply.body.get("errors") if isinstance(reply.body, dict) else None
    found = errors if isinstance(errors, list) else []
    return any(not code or scene.stage.reading.has_code(item, code) for item in found)
