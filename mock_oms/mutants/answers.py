"""Defects in what an answer tells besides the story: secrets, strangers, wrong shapes, a server that breaks.

No flow looks for these; generated calls and the checks of single answers do.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from contracts.konnect.operations import TOKEN_HEADER
from mock_oms import engine
from mock_oms.domain.journal import Outcome
from mock_oms.domain.users import User, UserStore
from mock_oms.mutants.hooks import outcomes, shown
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.store import Query
from mock_oms.web import dispatch, validation
from mock_oms.web.call import PDF, Answer, Call
from mock_oms.web.konnect import documents, queries, rendering
from mock_oms.web.rejections import CallRefusal, CallRefusedError

NOBODY = "1700000000000000000"
"""An order, and an item, that no call is about."""


def _labels_as_invoices(told: Outcome) -> Outcome:
    return told._replace(code="IN400") if (told.touchpoint, told.code) == ("labels", "L400") else told


def _about_nobody(told: Outcome) -> Outcome:
    return told._replace(order_id=NOBODY) if told.touchpoint == "cancel" and told.code else told


def _about_no_item(told: Outcome) -> Outcome:
    return told._replace(item_id=NOBODY) if told.touchpoint == "return" and told.item_id else told


def _password_told(patch: Patch) -> None:
    def around(right: Callable[..., User | None]) -> Callable[..., User | None]:
        def changed(directory: UserStore, username: str, password: str) -> User | None:
            user = right(directory, username, password)
            if user is None:
                raise CallRefusedError(CallRefusal(401, f"{password} is not the password of {username}"))
            return user

        return changed

    patch.wrap(UserStore, "authenticate", around)


def _refusals_of_shape(change: Callable[[Call, CallRefusal], CallRefusal]) -> Apply:
    """A call that is refused for its shape is refused in another way."""

    def around(read: Callable[[Call], None]) -> Callable[[Call], None]:
        def changed(call: Call) -> None:
            try:
                read(call)
            except CallRefusedError as refused:
                raise CallRefusedError(change(call, refused.rejection)) from None

        return changed

    return lambda patch: patch.wrap(dispatch, "_read", around)


def _token_told(call: Call, rejection: CallRefusal) -> CallRefusal:
    token = call.request.headers.get(TOKEN_HEADER, "")
    return replace(rejection, message=f"{rejection.message} (asked for with {token})")


def _status_422(_call: Call, rejection: CallRefusal) -> CallRefusal:
    return replace(rejection, status=422) if rejection.status == 400 else rejection


def _breaks_at_blanks(patch: Patch) -> None:
    def around(check: Callable[..., None]) -> Callable[..., None]:
        def changed(tx: Any, shipment: Any, number: str) -> None:
            if not number.strip():
                raise RuntimeError("the number is blank")
            check(tx, shipment, number)

        return changed

    patch.wrap(documents, "_check_number", around)


def _labels_as_octets(patch: Patch) -> None:
    def around(printed: Callable[..., Answer]) -> Callable[..., Answer]:
        def changed(call: Call, touchpoint: str, paper_of: Any) -> Answer:
            answer = printed(call, touchpoint, paper_of)
            wrong = answer.media == PDF and touchpoint == "labels"
            return answer._replace(media="application/octet-stream") if wrong else answer

        return changed

    patch.wrap(documents, "_print", around)


def _blank_page(patch: Patch) -> None:
    def around(render: Callable[..., bytes]) -> Callable[..., bytes]:
        def changed(papers: Sequence[Any], size: Any) -> bytes:
            from pypdf import PdfReader, PdfWriter

            writer = PdfWriter(clone_from=PdfReader(io.BytesIO(render(papers, size))))
            writer.add_blank_page()
            written = io.BytesIO()
            writer.write(written)
            return written.getvalue()

        return changed

    patch.wrap(documents, "render", around)


def _numbers_as_text(patch: Patch) -> None:
    def around(rules: Callable[..., tuple[bool, Any]]) -> Callable[..., tuple[bool, Any]]:
        return lambda profile: (False, rules(profile)[1])

    patch.wrap(validation, "_rules", around)


def _nineteen(patch: Patch) -> None:
    def around(bulk: Callable[..., Any]) -> Callable[..., Any]:
        return lambda body, item, limit, profile: bulk(body, item, limit - 1, profile)

    patch.wrap(validation, "bulk", around)


def _first_orders(patch: Patch) -> None:
    def around(by_id: Callable[..., Answer]) -> Callable[..., Answer]:
        def changed(call: Call, order_id: str, wanted: Query) -> Answer:
            right = by_id(call, order_id, wanted)
            with engine.ReadVisit(call.server.store, call.caller.tenant) as tx:
                first = tx.find(Query(limit=1, location=call.caller.location))
                return Answer(200, rendering.shipments(first, tx.settings)) if tx.get(order_id) else right

        return changed

    patch.wrap(queries, "_by_id", around)


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.TELLING, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "label-code-of-invoices",
        "labels of unknown orders are refused with a code that only invoices have",
        outcomes(_labels_as_invoices),
    ),
    _mutant(
        "errors-about-nobody",
        "errors of cancel name an order that the call does not",
        outcomes(_about_nobody),
    ),
    _mutant(
        "errors-about-no-item",
        "errors of quality control name an item that the return does not have",
        outcomes(_about_no_item),
    ),
    _mutant("password-told-back", "a wrong password is told back", _password_told),
    _mutant(
        "token-told-back", "a call of the wrong shape is told its token", _refusals_of_shape(_token_told)
    ),
    _mutant(
        "shape-refused-with-422",
        "calls of the wrong shape are answered HTTP 422 instead of 400",
        _refusals_of_shape(_status_422),
    ),
    _mutant("breaks-at-blank-number", "a blank document number breaks the server", _breaks_at_blanks),
    _mutant("label-as-octets", "the PDF of labels is not called one", _labels_as_octets),
    _mutant("blank-page", "PDFs end with a blank page", _blank_page),
    _mutant("text-for-numbers", "text is taken for numbers", _numbers_as_text),
    _mutant("twenty-refused", "calls of twenty orders are refused", _nineteen),
    _mutant("first-order-by-id", "reading an order by its id shows the first order there is", _first_orders),
    _mutant(
        "cost-shown",
        "shipments show what the goods cost the shop, which no page names",
        shown(lambda body, _value, _settings: {**body, "costPrice": 1.0}),
    ),
)
