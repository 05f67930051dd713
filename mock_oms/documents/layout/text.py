"""Amounts, rates and dates as Indian documents write them."""

from datetime import datetime
from decimal import Decimal

from mock_oms.documents.tax import to_paise

# fmt: off
_BELOW_TWENTY = (
    "Zero", "One", "Two", "Three", "Four", "Five", "Six", "Seven", "Eight", "Nine", "Ten", "Eleven", "Twelve",
    "Thirteen", "Fourteen", "Fifteen", "Sixteen", "Seventeen", "Eighteen", "Nineteen",
)
# fmt: on
_TENS = ("", "", "Twenty", "Thirty", "Forty", "Fifty", "Sixty", "Seventy", "Eighty", "Ninety")
_SCALES = ((10_000_000, "Crore"), (100_000, "Lakh"), (1_000, "Thousand"), (100, "Hundred"))
# strftime would use the locale of the process.
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def money(amount: Decimal) -> str:
    """Write rupees in figures, two decimals, grouped the Indian way: `12,34,567.00`."""
    whole, paise = f"{abs(to_paise(amount)):f}".split(".")
    head, groups = whole[:-3], [whole[-3:]]
    while head:
        head, group = head[:-2], head[-2:]
        groups.insert(0, group)
    return f"{'-' if amount < 0 else ''}{','.join(groups)}.{paise}"


def rupees(amount: Decimal) -> str:
    """Write an amount with its currency sign."""
    return f"₹{money(amount)}"


def in_words(amount: Decimal) -> str:
    """Spell an amount: `Rupees Twelve Lakh and Fifty Paise Only`."""
    whole, paise = divmod(abs(int(to_paise(amount) * 100)), 100)
    sign = "Minus " if amount < 0 else ""
    small = f" and {_spelled(paise)} Paise" if paise else ""
    return f"{sign}Rupees {_spelled(whole)}{small} Only"


def counted(pieces: int) -> str:
    """Write a number of goods: `1 item`, `3 items`."""
    return f"{pieces} item" if pieces == 1 else f"{pieces} items"


def percent(rate: Decimal) -> str:
    """Write a rate without trailing zeros: `18%`, `2.5%`."""
    return f"{rate.normalize():f}%"


def day(moment: datetime) -> str:
    """Write a date, for instance `05-Nov-2026`."""
    return f"{moment.day:02}-{_MONTHS[moment.month - 1]}-{moment.year:04}"


def _spelled(number: int) -> str:
    """Spell a whole number in lakh, crore, and crore of crore."""
    if number < 20:
        return _BELOW_TWENTY[number]
    if number < 100:
        tens, ones = divmod(number, 10)
        return f"{_TENS[tens]}-{_BELOW_TWENTY[ones]}" if ones else _TENS[tens]
    unit, name = next(scale for scale in _SCALES if number >= scale[0])
    many, rest = divmod(number, unit)
    return f"{_spelled(many)} {name} {_spelled(rest)}" if rest else f"{_spelled(many)} {name}"
