"""Defects in HTTP statuses."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.web import dispatch, validation
from mock_oms.web.call import Answer, Call
from mock_oms.web.konnect import bulk, queries
from mock_oms.web.rejections import CallRefusal, CallRefusedError


def _bulk(change: Callable[[int, int], int | None]) -> Apply:
    """The status of a bulk answer, from how many of how many were refused; None leaves it."""

    def around(verdict: Callable[..., tuple[int, str]]) -> Callable[..., tuple[int, str]]:
        def changed(refused: int, total: int, profile: Any) -> tuple[int, str]:
            status, word = verdict(refused, total, profile)
            return change(refused, total) or status, word

        return changed

    return lambda patch: patch.wrap(bulk, "_verdict", around)


def _unauthorized_forbidden(patch: Patch) -> None:
    def around(right: Callable[..., CallRefusal]) -> Callable[..., CallRefusal]:
        return lambda call, message: replace(right(call, message), status=403)

    patch.wrap(dispatch, "_unauthorized", around)


def _shape_taken(patch: Patch) -> None:
    def around(right: Callable[..., Any]) -> Callable[..., Any]:
        def changed(*given: Any) -> Any:
            try:
                return right(*given)
            except CallRefusedError as refused:
                raise CallRefusedError(replace(refused.rejection, status=200)) from None

        return changed

    patch.wrap(validation, "bulk", around)


def _unknown_crashes(patch: Patch) -> None:
    def around(by_id: Callable[..., Answer]) -> Callable[..., Answer]:
        def changed(call: Call, order_id: str, wanted: Any) -> Answer:
            answer = by_id(call, order_id, wanted)
            if answer.body in (b"[]", b'{"orders":[]}'):
                raise CallRefusedError(CallRefusal(500, "internal error"))
            return answer

        return changed

    patch.wrap(queries, "_by_id", around)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "accepted-answered-201",
        "a bulk call whose orders are all taken is answered HTTP 201 instead of 200",
        Kind.STATUS,
        _bulk(lambda refused, _total: None if refused else 201),
    ),
    Mutant(
        "all-refused-answered-400",
        "a bulk call whose orders are all refused is answered HTTP 400 instead of 200",
        Kind.STATUS,
        _bulk(lambda refused, total: 400 if refused == total else None),
    ),
    Mutant(
        "partly-refused-answered-207",
        "a bulk call of which some orders are refused is answered HTTP 207 instead of 200",
        Kind.STATUS,
        _bulk(lambda refused, total: 207 if 0 < refused < total else None),
    ),
    Mutant(
        "unauthorized-answered-403",
        "a call without a valid token is answered HTTP 403 instead of 401",
        Kind.STATUS,
        _unauthorized_forbidden,
    ),
    Mutant(
        "shape-refused-with-200",
        "a bulk call of the wrong shape is refused with HTTP 200 instead of 400",
        Kind.STATUS,
        _shape_taken,
    ),
    Mutant(
        "unknown-order-answered-500",
        "reading an order that is not there is answered HTTP 500",
        Kind.STATUS,
        _unknown_crashes,
    ),
)
