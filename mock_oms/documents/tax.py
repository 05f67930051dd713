"""GST of lines and documents, from prices that include it.

Amounts are rupees as `Decimal`, rounded half up to paise. Only the line is rounded; the figures of a document
are sums of its lines, so they always agree.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal

from mock_oms.documents.model import Line

PAISE = Decimal("0.01")
ZERO = Decimal("0.00")
# Independent of the rounding of the calling thread, and precise enough for any amount of a test.
_MONEY = Context(prec=60, rounding=ROUND_HALF_UP)


@dataclass(frozen=True, slots=True)
class Tax:
    """An amount in rupees; `total` is the sum of the others."""

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


def breakdown(line: Line, interstate: bool) -> Tax:
    """Split a line's price into taxable value and GST.

    Within a state the GST is CGST and SGST, always equal; else it is IGST. The tax is rounded and the taxable
    value is the rest, so the total stays the price on the tag.
    """
    total = to_paise(_MONEY.multiply(line.unit_price, line.quantity) - line.discount)
    if interstate:
        igst = _included(total, line.gst_percent, line.gst_percent)
        return Tax(taxable=total - igst, igst=igst, total=total)
    half = _included(total, line.gst_percent, line.gst_percent / 2)
    return Tax(taxable=total - half - half, cgst=half, sgst=half, total=total)


def summed(taxes: Iterable[Tax]) -> Tax:
    """Add up taxes."""
    known = tuple(taxes)
    return Tax(
        taxable=sum((tax.taxable for tax in known), ZERO),
        cgst=sum((tax.cgst for tax in known), ZERO),
        sgst=sum((tax.sgst for tax in known), ZERO),
        igst=sum((tax.igst for tax in known), ZERO),
        total=sum((tax.total for tax in known), ZERO),
    )


def by_rate(lines: Iterable[Line], interstate: bool) -> tuple[tuple[Decimal, Tax], ...]:
    """Sum the lines of each GST rate, lowest rate first."""
    groups: dict[Decimal, list[Tax]] = {}
    for line in lines:
        groups.setdefault(line.gst_percent, []).append(breakdown(line, interstate))
    return tuple((percent, summed(groups[percent])) for percent in sorted(groups))


def _included(total: Decimal, percent: Decimal, share: Decimal) -> Decimal:
    """Return a tax of `share` in a total with `percent`."""
    return to_paise(_MONEY.divide(_MONEY.multiply(total, share), 100 + percent))
