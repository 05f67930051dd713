"""Defects in the codes of refusals and in HTTP statuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mock_oms.domain.journal import Outcome
from mock_oms.mutants.hooks import outcomes
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced
from mock_oms.web import validation
from mock_oms.web.answers import Answer
from mock_oms.web.konnect import bulk, queries, surface
from mock_oms.web.rejections import CallRefusal, CallRefusedError


def _code(name: str, touchpoint: str, right: str, wrong: str, when: str) -> dict[str, Apply]:
    """Lets a touchpoint answer the code `wrong` instead of `right`."""

    def change(outcome: Outcome) -> Outcome:
        meant = (outcome.touchpoint, outcome.code) == (touchpoint, right)
        return outcome._replace(code=wrong) if meant else outcome

    return {f"{name}: {when} is answered {wrong} instead of {right}": outcomes(change)}


def _bulk(change: Callable[[int, int], int | None]) -> Apply:
    """Changes the status of a bulk answer, given refused and all orders."""

    def changed(
        verdict: Callable[..., tuple[int, str]], refused: int, total: int, profile: Any, prints: bool
    ) -> tuple[int, str]:
        status, word = verdict(refused, total, profile, prints)
        return (None if prints else change(refused, total)) or status, word

    return replaced(bulk, "_verdict", changed)


def _refused_with_200(right: Callable[..., Any], *given: Any) -> Any:
    try:
        return right(*given)
    except CallRefusedError as refused:
        raise CallRefusedError(replace(refused.rejection, status=200)) from None


def _unknown_crashes(by_id: Callable[..., Answer], *given: Any) -> Answer:
    answer = by_id(*given)
    if answer.body in (b"[]", b'{"orders":[]}'):
        raise CallRefusedError(CallRefusal(500, "internal error"))
    return answer


DEFECTS: Defects = {
    Kind.CODE: {
        **_code(
            "confirm-unknown-as-cancelled", "confirm", "O422", "O400", "confirming another store's order"
        ),
        **_code("confirm-cancelled-as-unknown", "confirm", "O400", "O422", "confirming a cancelled order"),
        **_code("invoice-unknown-as-type", "update_invoice", "IN400", "IN422", "invoicing an unknown order"),
        **_code(
            "invoice-cancelled-as-unknown", "update_invoice", "IN401", "IN400", "a cancelled order's invoice"
        ),
        **_code("invoice-too-early-as-twice", "update_invoice", "IN403", "IN453", "invoicing too early"),
        **_code("invoiced-twice-as-too-early", "update_invoice", "IN453", "IN403", "invoicing a second time"),
        **_code(
            "invoice-type-as-unknown", "update_invoice", "IN422", "IN400", "a document of the wrong type"
        ),
        **_code("print-too-early-as-unknown", "invoice", "IN403", "IN400", "fetching an invoice too early"),
        **_code("print-unknown-as-too-early", "invoice", "IN400", "IN403", "fetching an unknown invoice"),
        **_code("label-too-early-as-unknown", "labels", "L403", "L400", "fetching a label too early"),
        **_code("label-unknown-as-too-early", "labels", "L400", "L403", "fetching an unknown label"),
    },
    Kind.STATUS: {
        "accepted-answered-201: a fully successful bulk call is answered 201, not 200": _bulk(
            lambda refused, _total: None if refused else 201
        ),
        "all-refused-answered-400: a bulk call with all orders refused is answered 400, not 200": _bulk(
            lambda refused, total: 400 if refused == total else None
        ),
        "partly-refused-answered-207: a bulk call with some orders refused is answered 207, not 200": _bulk(
            lambda refused, total: 207 if 0 < refused < total else None
        ),
        "unauthorized-answered-403: a call without a valid token is answered 403, not 401": replaced(
            surface, "_unauthorized", lambda right, *given: replace(right(*given), status=403)
        ),
        "shape-refused-with-200: an invalid bulk call is refused with 200, not 400": replaced(
            validation, "bulk", _refused_with_200
        ),
        "unknown-order-answered-500: reading an unknown order is answered HTTP 500": replaced(
            queries, "_by_id", _unknown_crashes
        ),
    },
}
