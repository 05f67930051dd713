"""Discounts of an order, spread over its pieces in whole paise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from decimal import Decimal

from mock_oms.domain.shipment import Product

PAISE = 100
Lines = tuple[tuple[Product, int], ...]
"""Products with their pieces."""


def rupees(amount: float) -> Decimal:
    """Converts an amount of a request, rounded to paise."""
    return round(Decimal(str(amount)), 2)


def price_of(lines: Iterable[tuple[Product, int]]) -> Decimal:
    """Returns the rupees for all pieces, after the products' discounts."""
    return sum((product.selling_price * pieces for product, pieces in lines), Decimal(0))


def spread(discount: Decimal, lines: Lines) -> Lines:
    """Takes `discount`, in rupees, off the lines, in proportion to their prices.

    Every piece gets whole paise, so that amounts of some pieces add up. What cannot be divided is taken off
    single pieces, one paisa each: a line of equal pieces may become two. `discount` is at most the price of
    all.
    """
    off, total = int(discount * PAISE), price_of(lines) * PAISE
    if not off or not total:
        return lines
    shares = [int(off * product.selling_price * PAISE / total) for product, _ in lines]
    rest = off - sum(share * pieces for share, (_, pieces) in zip(shares, lines, strict=True))
    return tuple(_reduced(lines, shares, rest))


def _reduced(lines: Lines, shares: Iterable[int], rest: int) -> Iterator[tuple[Product, int]]:
    for (product, pieces), share in zip(lines, shares, strict=True):
        more = min(rest, pieces) if product.selling_price * PAISE >= share + 1 else 0
        rest -= more
        for paise, count in ((share + 1, more), (share, pieces - more)):
            if count:
                yield replace(product, discount=product.discount + Decimal(paise) / PAISE), count
