"""Checks of single calls to the touchpoints.

A violation has the grade of its statement, so a run can warn about statements that are only assumed. No check
uses the lifecycle table.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from contracts import problems
from contracts.checks.pdf import pdf_is_one
from contracts.checks.secrets import no_secret_is_shown
from contracts.checks.violations import PDF, Check, CheckTerms, ObservedCall, Violation, violation
from contracts.evidence import Source, assumed, documented
from contracts.konnect.base import BULK_LIMIT
from contracts.konnect.operations import Reply
from contracts.lifecycle.table import CANCELLED_STATES
from contracts.problems import Problem

_COUNTS = documented("confirm", "the counts of a bulk answer")
_STATUS_UNSAID = assumed("the HTTP status and the words of refusals are not published")
_ONE_ERROR_EACH = assumed("one item of errors per refused order")


def batch_adds_up(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """The counts of a bulk answer fit the request and `errors`."""
    if not seen.processed:
        return
    counts = [seen.answer.get(name) for name in ("payloadCount", "successCount", "failedCount")]
    if not all(isinstance(count, int) and count >= 0 for count in counts):
        yield violation("counts are whole numbers", "three counts from 0", counts, _COUNTS)
        return
    payload, taken, refused = counts
    if payload != taken + refused:
        yield violation("payloadCount is the sum of the others", taken + refused, payload, _COUNTS)
    if isinstance(seen.sent, list) and payload != len(seen.sent):
        yield violation("payloadCount is the number of sent orders", len(seen.sent), payload, _COUNTS)
    yield from _errors_in_step(seen, refused)
    yield from _verdict_fits(seen, terms, taken, refused)


def _errors_in_step(seen: ObservedCall, refused: int) -> Iterator[Violation]:
    errors = seen.answer.get("errors")
    if not isinstance(errors, list):
        yield violation("errors is an array", "an array", type(errors).__name__, _COUNTS)
    elif bool(errors) != bool(refused):
        yield violation(
            "errors is empty just when nothing was refused", f"{refused} refused", errors, _COUNTS
        )
    elif len(errors) != refused:
        yield violation("errors has one item per refused order", refused, len(errors), _ONE_ERROR_EACH)


def _verdict_fits(seen: ObservedCall, terms: CheckTerms, taken: int, refused: int) -> Iterator[Violation]:
    profile, word = terms.profile, seen.answer.get("status")
    prints = seen.row is not None and seen.row.reply is Reply.PDF
    if not refused:
        expected, status, origin = profile.status_success, 200, _COUNTS
    elif taken:
        expected, status, origin = profile.status_partial, profile.partly_refused_status, _STATUS_UNSAID
    else:
        expected, status, origin = profile.status_failed, profile.status_of_none(prints), _STATUS_UNSAID
    if word != expected:
        yield violation("status is that of the call's result", expected, word, origin)
    if seen.status != status:
        yield violation("the HTTP status is that of the call's result", status, seen.status, origin)


def batch_is_limited(seen: ObservedCall, _terms: CheckTerms) -> Iterator[Violation]:
    """No bulk call of more than twenty orders is processed."""
    if seen.row is None or not isinstance(seen.sent, list) or len(seen.sent) <= BULK_LIMIT:
        return
    if seen.processed or (seen.status == 200 and seen.media == PDF):
        origin = documented(seen.row.origin.page, "at most 20 orders in a call")
        yield violation("more orders than a call may have are refused", BULK_LIMIT, len(seen.sent), origin)


def codes_are_of_the_touchpoint(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """The code of a refusal is one of the touchpoint's."""
    for order_id, error in refusals(seen, terms):
        names = touchpoints_of(seen, order_id)
        known = {
            problems.code(name, row.problem, terms.profile.codes)
            for name in names
            for row in problems.rows_of(name)
        }
        code = error.get(terms.profile.error_code_key)
        if code not in known:
            origin = assumed("codes that no page gives may be any")
            yield violation(
                "the code is one of the touchpoint's", ", ".join(sorted(known)), code or error, origin
            )


def codes_say_why(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """Unknown and cancelled orders are refused with the code for that."""
    errors = dict(refusals(seen, terms))
    for order in seen.orders if seen.processed else ():
        problem = _plain_problem(order, terms)
        if problem is None or not seen.row:
            continue
        rows = [_row(name, problem) for name in touchpoints_of(seen, order["orderId"])]
        known = [row for row in rows if row is not None]
        if not known:
            continue
        expected = {problems.code(row.touchpoint, problem, terms.profile.codes) for row in known}
        error = errors.get(order["orderId"])
        code = error.get(terms.profile.error_code_key) if error else "accepted"
        if code not in expected and not (error and code is None and _holds(error, expected)):
            says = f"an order that is {problem} is refused with the code for it"
            yield violation(says, ", ".join(sorted(expected)), code or error, known[0].origin)


def _plain_problem(order: Mapping[str, Any], terms: CheckTerms) -> Problem | None:
    order_id = order["orderId"]
    if terms.is_unknown(order_id):
        return Problem.UNKNOWN
    before = terms.orders.before.get(order_id)
    if before and before["state"] in CANCELLED_STATES and not order.get("orderItems"):
        return Problem.CANCELLED
    return None


def _row(touchpoint: str, problem: Problem) -> problems.ProblemRow | None:
    try:
        return problems.row(touchpoint, problem)
    except KeyError:
        return None


def _holds(value: Any, codes: set[str]) -> bool:
    """Whether an error item contains one of the codes, under any key."""
    if isinstance(value, Mapping):
        return any(_holds(inner, codes) for inner in value.values())
    if isinstance(value, list):
        return any(_holds(inner, codes) for inner in value)
    return value in codes


def refusal_changes_nothing(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """A refused order is unchanged."""
    if not terms.orders.before:
        return
    refused = [order_id for order_id, _ in refusals(seen, terms)]
    taken = Counter(order["orderId"] for order in seen.orders) - Counter(refused)
    whole = not seen.processed and seen.media != PDF
    for order_id, before in terms.orders.before.items():
        after = terms.orders.after.get(order_id)
        if (whole or (order_id in refused and not taken[order_id])) and before != after:
            origin = seen.row.origin if seen.row else _COUNTS
            yield violation("a refused order is unchanged", _look(before), _look(after), origin)


def _look(shown: Any) -> object:
    return {name: shown.get(name) for name in ("id", "state", "orderItems")} if shown else shown


def ids_are_echoed(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """Errors name orders of the call; reading an id returns that id."""
    sent = Counter(order["orderId"] for order in seen.orders)
    named = Counter(order_id for order_id, _ in refusals(seen, terms))
    if named - sent:
        origin = assumed("the item of errors is never shown")
        yield violation("errors are about orders of the call", sorted(sent), sorted(named - sent), origin)
    yield from _item_ids(seen, terms)
    asked = dict(seen.query).get("orderId")
    for shipment in shipments(seen):
        if asked is not None and shipment.get("id") != asked:
            yield violation(
                "a shipment that is read by its id has that id", asked, shipment.get("id"), _origin(seen)
            )


def _item_ids(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    for order_id, error in refusals(seen, terms):
        named = error.get(terms.profile.error_item_key)
        items = {
            item.get("orderItemId")
            for order in seen.orders
            if order["orderId"] == order_id
            for item in order.get("orderItems") or ()
            if isinstance(item, dict)
        }
        before = terms.orders.before.get(order_id) or {}
        items |= {item.get("orderItemId") for item in before.get("orderItems", ())}
        if named is not None and items and named not in items:
            origin = assumed("the item of errors is never shown")
            yield violation("errors are about items of the order", sorted(map(str, items)), named, origin)


def _origin(seen: ObservedCall) -> Source:
    return seen.row.origin if seen.row else _COUNTS


def refusals(seen: ObservedCall, terms: CheckTerms) -> list[tuple[str, Mapping[str, Any]]]:
    """Returns the items of `errors` that name an order, with it."""
    errors = seen.answer.get("errors") if seen.processed else None
    found = []
    for error in errors if isinstance(errors, list) else ():
        if isinstance(error, Mapping):
            order_id = error.get(terms.profile.error_order_key)
            found.append((order_id if isinstance(order_id, str) else _named(error, seen), error))
    return [(order_id, error) for order_id, error in found if order_id]


def _named(error: Mapping[str, Any], seen: ObservedCall) -> str:
    """Returns the order of the call whose id an error item contains."""
    return next((order["orderId"] for order in seen.orders if _holds(error, {order["orderId"]})), "")


def shipments(seen: ObservedCall) -> list[Mapping[str, Any]]:
    """Returns the shipments of an answer, bare or wrapped."""
    if not seen.row or seen.row.reply not in (Reply.SHIPMENTS, Reply.INFO) or seen.status != 200:
        return []
    answer = seen.answer.get("orders") if isinstance(seen.answer, dict) else seen.answer
    return [entry for entry in answer if isinstance(entry, Mapping)] if isinstance(answer, list) else []


def touchpoints_of(seen: ObservedCall, order_id: str) -> list[str]:
    """Returns the touchpoints of an order; `invoiceType` distinguishes two."""
    if seen.row is None:
        return []
    if seen.operation != "invoice_update":
        return [point.name for point in seen.row.touchpoints]
    kinds = {order.get("invoiceType") for order in seen.orders if order["orderId"] == order_id}
    return ["credit_note" if kind == "return" else "update_invoice" for kind in kinds]


CHECKS: tuple[Check, ...] = (
    batch_adds_up,
    batch_is_limited,
    codes_are_of_the_touchpoint,
    codes_say_why,
    refusal_changes_nothing,
    ids_are_echoed,
    pdf_is_one,
    no_secret_is_shown,
)
"""Every check of a single call."""
