"""Defects in details of answers: secrets, unrelated orders, wrong shapes, crashes.

No flow looks for them; generated calls and the checks of single answers do.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.konnect.operations import TOKEN_HEADER
from mock_oms import engine
from mock_oms.domain.journal import Outcome
from mock_oms.domain.users import User, UserStore
from mock_oms.mutants.batches import limit_changed
from mock_oms.mutants.hooks import outcomes, shown
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced, together
from mock_oms.store import Query
from mock_oms.web import dispatch, validation
from mock_oms.web.answers import PDF, Answer
from mock_oms.web.call import Call
from mock_oms.web.konnect import TOUCHPOINTS, documents, queries, rendering
from mock_oms.web.rejections import CallRefusal, CallRefusedError

UNRELATED = "1700000000000000000"
"""Id of an order, and of an item, that no call names."""


def _labels_as_invoices(found: Outcome) -> Outcome:
    return found._replace(code="IN400") if (found.touchpoint, found.code) == ("labels", "L400") else found


def _other_order(found: Outcome) -> Outcome:
    return found._replace(order_id=UNRELATED) if found.touchpoint == "cancel" and found.code else found


def _other_item(found: Outcome) -> Outcome:
    return found._replace(item_id=UNRELATED) if found.touchpoint == "return" and found.item_id else found


def _password_shown(
    right: Callable[..., User | None], users: UserStore, username: str, password: str
) -> User:
    user = right(users, username, password)
    if user is None:
        raise CallRefusedError(CallRefusal(401, f"{password} is not the password of {username}"))
    return user


def _refusals(change: Callable[[Call, CallRefusal], CallRefusal]) -> Apply:
    """Changes the refusal of an invalid call."""

    def changed(read: Callable[[Call], None], call: Call) -> None:
        try:
            read(call)
        except CallRefusedError as refused:
            raise CallRefusedError(change(call, refused.rejection)) from None

    return replaced(TOUCHPOINTS, "read", changed)


def _token_shown(call: Call, rejection: CallRefusal) -> CallRefusal:
    token = call.request.headers.get(TOKEN_HEADER, "")
    return replace(rejection, message=f"{rejection.message} (asked for with {token})")


def _status_422(_call: Call, rejection: CallRefusal) -> CallRefusal:
    return replace(rejection, status=422) if rejection.status == 400 else rejection


def _breaks_at_blanks(check: Callable[..., None], tx: Any, shipment: Any, number: str) -> None:
    if not number.strip():
        raise RuntimeError("the number is blank")
    check(tx, shipment, number)


def _labels_as_octets(printed: Callable[..., Answer], call: Call, touchpoint: str, *rest: Any) -> Answer:
    answer = printed(call, touchpoint, *rest)
    wrong = answer.media == PDF and touchpoint == "labels"
    return answer._replace(media="application/octet-stream") if wrong else answer


def _blank_page(render: Callable[..., bytes], *given: Any) -> bytes:
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render(*given))))
    writer.add_blank_page()
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _first_order(by_id: Callable[..., Answer], call: Call, order_id: str, *rest: Any) -> Answer:
    right = by_id(call, order_id, *rest)
    with engine.ReadVisit(call.server.store, call.caller.tenant) as tx:
        first = tx.find(Query(limit=1, location=call.caller.location))
        wrong = Answer(200, rendering.shipments(first, tx.settings, call.server.rendered))
        return wrong if tx.get(order_id) else right


_unmasked = replaced(dispatch, "concealed", lambda _right, answer, *_given: answer)

DEFECTS: Defects = {
    Kind.ANSWER: {
        "label-code-of-invoices: labels of unknown orders are refused with a code of invoices": outcomes(
            _labels_as_invoices
        ),
        "errors-about-nobody: errors of cancel name an order that the call does not": outcomes(_other_order),
        "errors-about-no-item: errors of quality control name an item not in the return": outcomes(
            _other_item
        ),
        "password-shown: the refusal of a wrong password shows it": together(
            _unmasked, replaced(UserStore, "authenticate", _password_shown)
        ),
        "token-shown: the refusal of an invalid call shows its token": together(
            _unmasked, _refusals(_token_shown)
        ),
        "shape-refused-with-422: invalid calls are answered HTTP 422 instead of 400": _refusals(_status_422),
        "breaks-at-blank-number: a blank document number breaks the server": replaced(
            documents, "_check_number", _breaks_at_blanks
        ),
        "label-as-octets: the PDF of labels has the media type of octets": replaced(
            documents, "_print", _labels_as_octets
        ),
        "blank-page: PDFs end with a blank page": replaced(documents, "render", _blank_page),
        "text-for-numbers: text is accepted for numbers": replaced(
            validation, "_rules", lambda rules, *given: (False, rules(*given)[1])
        ),
        "twenty-refused: calls of twenty orders are refused": limit_changed(-1),
        "first-order-by-id: reading an order by its id shows the first order of the tenant": replaced(
            queries, "_by_id", _first_order
        ),
        "cost-shown: shipments show the cost price, which no page names": shown(
            lambda body, _value, _settings: {**body, "costPrice": 1.0}
        ),
    }
}
