"""Error codes: one row per touchpoint and kind of problem.

Documented rows are fixed. Where no page gives a code the row is `assumed`, its code is invented (it keeps
out of the documented families where it can), and a profile may replace it under `codes`; such codes must
never be asserted on a real OMS.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from contracts.evidence import Evidence, Source, assumed, documented
from contracts.lifecycle.queries import Obstacle


class Problem(StrEnum):
    """What can be wrong with one order of a call whose shape is right; in order of precedence."""

    UNKNOWN = "unknown"
    """The order is not there for this token."""
    UNKNOWN_ITEM = "unknown_item"
    CANCELLED = "cancelled"
    WRONG_TYPE = "wrong_type"
    """A sale where a return is meant, or the reverse, or a type that does not exist."""
    NUMBER = "number"
    """A document number that is blank, too long, or used before."""
    REASON = "reason"
    MODE = "mode"
    """The OMS issues this document itself."""
    ALREADY = "already"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    QUANTITY = "quantity"
    STOCK = "stock"


FROM_OBSTACLE = {
    Obstacle.WRONG_JOURNEY: Problem.WRONG_TYPE,
    Obstacle.WRONG_MODE: Problem.MODE,
    Obstacle.ALREADY: Problem.ALREADY,
    Obstacle.TOO_EARLY: Problem.TOO_EARLY,
    Obstacle.TOO_LATE: Problem.TOO_LATE,
}


@dataclass(frozen=True, slots=True)
class Row:
    """`code` is answered by `touchpoint` for `problem`; `meaning` in a few words."""

    touchpoint: str
    problem: Problem
    code: str
    meaning: str
    origin: Source

    @property
    def key(self) -> str:
        """Name of the row in a profile's `codes`."""
        return f"{self.touchpoint}.{self.problem}"


_UNPUBLISHED_CODE = assumed("the page gives no code for it")
_NO_ERROR_TABLE = assumed("the page's error table could not be read")
_LIKE_SALE = assumed("the credit-note page has no error table; the codes of the same call are used")

ROWS: tuple[Row, ...] = (
    Row("confirm", Problem.UNKNOWN, "O422", "order not of the requested location", documented("confirm")),
    Row("confirm", Problem.UNKNOWN_ITEM, "O422", "item not in the order", _UNPUBLISHED_CODE),
    Row("confirm", Problem.CANCELLED, "O400", "order or item is cancelled", documented("confirm")),
    Row("confirm", Problem.WRONG_TYPE, "CF400", "a return cannot be confirmed", _UNPUBLISHED_CODE),
    Row("confirm", Problem.ALREADY, "CF409", "confirmed before", _UNPUBLISHED_CODE),
    Row("confirm", Problem.QUANTITY, "CF422", "not all that is left of the order", _UNPUBLISHED_CODE),
    Row("confirm", Problem.STOCK, "CF423", "not enough stock at the location", _UNPUBLISHED_CODE),
    Row("cancel", Problem.UNKNOWN, "CN422", "order not of the requested location", _NO_ERROR_TABLE),
    Row("cancel", Problem.UNKNOWN_ITEM, "CN422", "item not in the order", _NO_ERROR_TABLE),
    Row("cancel", Problem.CANCELLED, "CN400", "order or item is cancelled", _NO_ERROR_TABLE),
    Row("cancel", Problem.WRONG_TYPE, "CN403", "a return cannot be cancelled", _NO_ERROR_TABLE),
    Row("cancel", Problem.REASON, "CN424", "reason code is not known", _NO_ERROR_TABLE),
    Row("cancel", Problem.TOO_LATE, "CN403", "outside the window for cancelling", _NO_ERROR_TABLE),
    Row("cancel", Problem.QUANTITY, "CN409", "more than is left of the item", _NO_ERROR_TABLE),
    Row(
        "update_invoice",
        Problem.UNKNOWN,
        "IN400",
        "order not of the requested location",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice", Problem.UNKNOWN_ITEM, "IN400", "item not in the order", documented("update-invoice")
    ),
    Row(
        "update_invoice",
        Problem.CANCELLED,
        "IN401",
        "order or item is cancelled",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice",
        Problem.WRONG_TYPE,
        "IN422",
        "invoiceType does not fit",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice",
        Problem.NUMBER,
        "IN422",
        "invoiceNumber breaks the rules",
        documented("update-invoice"),
    ),
    Row(
        "update_invoice",
        Problem.MODE,
        "IN453",
        "Fynd OMS issues the invoices of this order",
        assumed("follows from the code's definition"),
    ),
    Row("update_invoice", Problem.ALREADY, "IN453", "invoiced before", documented("update-invoice")),
    Row("update_invoice", Problem.TOO_EARLY, "IN403", "not confirmed yet", documented("update-invoice")),
    Row("update_invoice", Problem.QUANTITY, "IN422", "not all that is left of the order", _UNPUBLISHED_CODE),
    Row("credit_note", Problem.UNKNOWN, "IN400", "return not of the requested location", _LIKE_SALE),
    Row("credit_note", Problem.UNKNOWN_ITEM, "IN400", "item not in the return", _LIKE_SALE),
    Row("credit_note", Problem.CANCELLED, "IN401", "order is cancelled", _LIKE_SALE),
    Row("credit_note", Problem.WRONG_TYPE, "IN422", "invoiceType does not fit", _LIKE_SALE),
    Row("credit_note", Problem.NUMBER, "IN422", "invoiceNumber breaks the rules", _LIKE_SALE),
    Row("credit_note", Problem.MODE, "IN453", "Fynd OMS issues the credit notes of this return", _LIKE_SALE),
    Row("credit_note", Problem.ALREADY, "IN453", "credit note exists", _LIKE_SALE),
    Row("credit_note", Problem.TOO_EARLY, "IN403", "return not accepted yet", _LIKE_SALE),
    Row("credit_note", Problem.TOO_LATE, "IN403", "the state does not allow it", _LIKE_SALE),
    Row("credit_note", Problem.QUANTITY, "IN422", "not all that is returned", _LIKE_SALE),
    Row(
        "invoice",
        Problem.UNKNOWN,
        "IN400",
        "order not of the requested location",
        documented("customer-invoice"),
    ),
    Row(
        "invoice",
        Problem.TOO_EARLY,
        "IN403",
        "no invoice yet",
        documented(
            "customer-invoice",
            "the page says: before packing; Pick-At-Store is not packed, so: before invoicing",
        ),
    ),
    Row(
        "labels", Problem.UNKNOWN, "L400", "order not of the requested location", documented("shipping-label")
    ),
    Row(
        "labels",
        Problem.TOO_EARLY,
        "L403",
        "not invoiced yet",
        documented(
            "shipping-label",
            "the page says: before packing; Pick-At-Store is not packed, so: before invoicing",
        ),
    ),
    Row("return", Problem.UNKNOWN, "R422", "return not of the requested location", _NO_ERROR_TABLE),
    Row("return", Problem.UNKNOWN_ITEM, "R400", "item not in the return", _NO_ERROR_TABLE),
    Row("return", Problem.CANCELLED, "R400", "order is cancelled", _NO_ERROR_TABLE),
    Row("return", Problem.WRONG_TYPE, "R400", "a sale cannot be accepted as a return", _NO_ERROR_TABLE),
    Row("return", Problem.REASON, "R424", "reason code is not known", _NO_ERROR_TABLE),
    Row("return", Problem.ALREADY, "R409", "accepted before", _NO_ERROR_TABLE),
    Row("return", Problem.TOO_EARLY, "R403", "the goods are not back yet", _NO_ERROR_TABLE),
    Row("return", Problem.TOO_LATE, "R403", "the state does not allow it", _NO_ERROR_TABLE),
    Row("return", Problem.QUANTITY, "R425", "more than the return holds", _NO_ERROR_TABLE),
)


@cache
def _index() -> dict[tuple[str, Problem], Row]:
    return {(row.touchpoint, row.problem): row for row in ROWS}


def row(touchpoint: str, problem: Problem) -> Row:
    """The row for `problem` at `touchpoint`; raises KeyError when that touchpoint cannot have it."""
    return _index()[touchpoint, problem]


def code(touchpoint: str, problem: Problem, replaced: Mapping[str, str]) -> str:
    """The code on the wire; `replaced` is the profile's `codes`."""
    found = row(touchpoint, problem)
    return replaced.get(found.key, found.code)


def replaceable() -> tuple[str, ...]:
    """Keys that a profile's `codes` may hold: the rows whose code nobody has published."""
    return tuple(row.key for row in ROWS if row.origin.evidence is not Evidence.DOCUMENTED)


def rows_of(touchpoint: str) -> tuple[Row, ...]:
    """All rows of one touchpoint."""
    return tuple(row for row in ROWS if row.touchpoint == touchpoint)
