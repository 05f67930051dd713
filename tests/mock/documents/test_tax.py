"""Tests of tax, and of amounts in words and figures."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mock_oms.documents.layout.text import day, in_words, money, percent, rupees
from mock_oms.documents.model import Line
from mock_oms.documents.tax import Tax, breakdown, by_rate, summed

# Words and figures


@pytest.mark.parametrize(
    ("amount", "words"),
    [
        ("0", "Rupees Zero Only"),
        ("0.01", "Rupees Zero and One Paise Only"),
        ("19.50", "Rupees Nineteen and Fifty Paise Only"),
        ("40", "Rupees Forty Only"),
        ("101.05", "Rupees One Hundred One and Five Paise Only"),
        ("1000", "Rupees One Thousand Only"),
        ("100000", "Rupees One Lakh Only"),
        (
            "1234567.89",
            "Rupees Twelve Lakh Thirty-Four Thousand Five Hundred Sixty-Seven and Eighty-Nine Paise Only",
        ),
        ("10000000", "Rupees One Crore Only"),
        (
            "999999999",
            "Rupees Ninety-Nine Crore Ninety-Nine Lakh Ninety-Nine Thousand Nine Hundred Ninety-Nine Only",
        ),
        ("1000000000000", "Rupees One Lakh Crore Only"),
        ("-5", "Minus Rupees Five Only"),
    ],
)
def test_amounts_are_spelled_in_lakh_and_crore(amount: str, words: str) -> None:
    assert in_words(Decimal(amount)) == words


@pytest.mark.parametrize(
    ("amount", "figures"),
    [
        ("0", "0.00"),
        ("999.995", "1,000.00"),
        ("99999", "99,999.00"),
        ("100000", "1,00,000.00"),
        ("999999999", "99,99,99,999.00"),
        ("-1234.5", "-1,234.50"),
    ],
)
def test_figures_are_grouped_the_indian_way(amount: str, figures: str) -> None:
    assert money(Decimal(amount)) == figures
    assert rupees(Decimal(amount)) == f"₹{figures}"


def test_rates_and_dates_are_short_and_clear() -> None:
    rates = [Decimal("18.00"), Decimal("2.5"), Decimal(100), Decimal(0)]
    assert [percent(rate) for rate in rates] == ["18%", "2.5%", "100%", "0%"]
    assert day(datetime(2026, 2, 1, tzinfo=UTC)) == "01-Feb-2026"


# Tax


def line_of(price: str, percentage: str, quantity: int = 1, discount: str = "0") -> Line:
    return Line("", "", "", quantity, Decimal(price), Decimal(discount), Decimal(percentage))


def test_tax_is_taken_out_of_the_price() -> None:
    within = breakdown(line_of("118", "18"), interstate=False)
    assert within == Tax(*map(Decimal, ("100", "9", "9", "0", "118")))
    across = breakdown(line_of("118", "18"), interstate=True)
    assert across == Tax(*map(Decimal, ("100", "0", "0", "18", "118")))
    assert within.tax == across.tax == 18


def test_the_discount_of_a_line_is_taken_off_once_before_tax() -> None:
    assert breakdown(line_of("118", "18", quantity=3, discount="118"), interstate=True).taxable == 200


def test_half_a_paisa_is_rounded_up() -> None:
    assert breakdown(line_of("10.005", "0"), interstate=False).total == Decimal("10.01")


AMOUNTS = st.decimals(0, 999_999_999, places=2)
LINES = st.builds(
    lambda price, rate, quantity, off: line_of(str(price), rate, quantity, str(off)),
    AMOUNTS,
    st.sampled_from(["0", "0.25", "3", "5", "12", "18", "28", "40"]),
    st.integers(1, 500),
    AMOUNTS,
)


@given(LINES, st.booleans())
def test_a_breakdown_adds_up_to_the_price_in_whole_paise(line: Line, interstate: bool) -> None:
    tax = breakdown(line, interstate)
    parts = (tax.taxable, tax.cgst, tax.sgst, tax.igst)
    assert sum(parts) == tax.total == line.unit_price * line.quantity - line.discount
    assert all(part == round(part, 2) for part in parts)
    assert tax.cgst == tax.sgst
    assert (tax.cgst if interstate else tax.igst) == 0


@given(LINES, st.booleans())
def test_the_tax_is_the_rate_of_the_taxable_value_give_or_take_a_paisa(line: Line, interstate: bool) -> None:
    tax = breakdown(line, interstate)
    assert abs(tax.tax - tax.taxable * line.gst_percent / 100) <= Decimal("0.015")


@given(st.lists(LINES), st.booleans())
def test_the_rates_add_up_to_the_document(lines: list[Line], interstate: bool) -> None:
    rates = by_rate(lines, interstate)
    assert summed(tax for _, tax in rates) == summed(breakdown(line, interstate) for line in lines)
    assert [rate for rate, _ in rates] == sorted({line.gst_percent for line in lines})
