"""GST of a line and of a document, from prices that include it.

Amounts are rupees as `Decimal`, rounded half up to paise. Rounding happens once, on the line: a document's
figures are sums of its lines' figures, so they always agree with each other.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Protocol

PAISE = Decimal("0.01")
ZERO = Decimal("0.00")
# Half up whatever rounding the calling thread has set, and room for any amount that a test may invent.
_MONEY = Context(prec=60, rounding=ROUND_HALF_UP)


class Taxed(Protocol):
    """What a line must tell for its tax to be known: prices in rupees with GST included, rate in per cent."""

    @property
    def quantity(self) -> int: ...  # noqa: D102 - the class says it
    @property
    def unit_price(self) -> Decimal: ...  # noqa: D102
    @property
    def discount(self) -> Decimal: ...  # noqa: D102 - of the whole line, not of one unit
    @property
    def gst_percent(self) -> Decimal: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Tax:
    """How an amount splits: `taxable + cgst + sgst + igst == total`, all in rupees and whole paise."""

    taxable: Decimal = ZERO
    cgst: Decimal = ZERO
    sgst: Decimal = ZERO
    igst: Decimal = ZERO
    total: Decimal = ZERO

    @property
    def tax(self) -> Decimal:
        """All tax in the total."""
        return self.total - self.taxable


def to_paise(amount: Decimal) -> Decimal:
    """Round half up to paise. Raises `decimal.InvalidOperation` on an infinite amount."""
    return amount.quantize(PAISE, context=_MONEY)


def breakdown(line: Taxed, interstate: bool) -> Tax:
    """Take the GST out of a line's price: CGST and SGST, always equal, within a state, else IGST.

    The tax is rounded and the taxable value is what remains, so that the customer pays the price on the tag.
    """
    total = to_paise(_MONEY.multiply(line.unit_price, line.quantity) - line.discount)
    if interstate:
        igst = _included(total, line.gst_percent, line.gst_percent)
        return Tax(taxable=total - igst, igst=igst, total=total)
    half = _included(total, line.gst_percent, line.gst_percent / 2)
    return Tax(taxable=total - half - half, cgst=half, sgst=half, total=total)


def summed(taxes: Iterable[Tax]) -> Tax:
    """Add up; no taxes at all are a `Tax` of zeros."""
    known = tuple(taxes)
    return Tax(
        taxable=sum((tax.taxable for tax in known), ZERO),
        cgst=sum((tax.cgst for tax in known), ZERO),
        sgst=sum((tax.sgst for tax in known), ZERO),
        igst=sum((tax.igst for tax in known), ZERO),
        total=sum((tax.total for tax in known), ZERO),
    )


def by_rate(lines: Iterable[Taxed], interstate: bool) -> tuple[tuple[Decimal, Tax], ...]:
    """Sum the lines of each GST rate (in per cent), lowest rate first."""
    groups: dict[Decimal, list[Tax]] = {}
    for line in lines:
        groups.setdefault(line.gst_percent, []).append(breakdown(line, interstate))
    return tuple((percent, summed(groups[percent])) for percent in sorted(groups))


def _included(total: Decimal, percent: Decimal, share: Decimal) -> Decimal:
    """Find the tax at `share` per cent inside a total that carries `percent` per cent."""
    return to_paise(_MONEY.divide(_MONEY.multiply(total, share), 100 + percent))
