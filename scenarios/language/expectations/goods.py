"""Expectations about goods in documents, returns and stock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.evidence import Evidence
from scenarios.choices import Aspect
from scenarios.language.actions import Place
from scenarios.language.expectations.answers import AnswerExpectation
from scenarios.language.expectations.base import Expectation


@dataclass(frozen=True, slots=True)
class BringsBack(Expectation):
    """A return holds exactly these pieces of the sale `to`.

    `pieces` maps positions in the sale's basket to pieces.
    """

    pieces: Mapping[int, int]
    to: str = field(default="order", kw_only=True)

    usual_grade = Evidence.PLATFORM

    def says(self) -> str:
        """Return `brings back 2 of item 1 and nothing else`."""
        named = ", ".join(f"{n} of item {place + 1}" for place, n in self.pieces.items())
        return f"brings back {named} and nothing else"


@dataclass(frozen=True, slots=True)
class KeepsItems(Expectation):
    """The items of a return have the ids of the sale `to`."""

    to: str = field(default="order", kw_only=True)

    phrase = "keeps the orderItemIds of its sale"
    usual_grade = Evidence.LEGACY
    decisive = True


@dataclass(frozen=True, slots=True)
class DiscountsAddUp(Expectation):
    """Prices of items and order agree to the paisa, with their discounts.

    `rupees` is the discount of the order, if the flow gave every product one; items at the positions `gifts`
    cost nothing.
    """

    rupees: float | None = field(default=None, kw_only=True)
    gifts: tuple[int, ...] = field(default=(), kw_only=True)

    phrase = "shows prices and discounts that add up to the paisa"
    usual_grade = Evidence.ASSUMED
    only_if: tuple[str, Any] | None = field(default=("item_price_names", "konnect"), kw_only=True)


@dataclass(frozen=True, slots=True)
class StockKnown(Expectation):
    """The store reports its stock, for comparison in later steps."""

    phrase = "has a stock that can be counted"
    usual_grade = Evidence.PLATFORM


@dataclass(frozen=True, slots=True)
class Shelf(Expectation):
    """The difference of a store's stock to its last count.

    `on_hand` and `reserved` map positions in the basket to pieces; `at` is the store.
    """

    on_hand: Mapping[int, int] = field(default_factory=dict, kw_only=True)
    reserved: Mapping[int, int] = field(default_factory=dict, kw_only=True)
    at: Place = field(default=Place.FIRST, kw_only=True)

    usual_grade = Evidence.PLATFORM
    waits = True

    def says(self) -> str:
        """Return `leaves the shelf with -2 on hand and ...`."""
        places = sorted({*self.on_hand, *self.reserved})
        named = (
            f"{self.on_hand.get(n, 0):+d} on hand and {self.reserved.get(n, 0):+d} reserved of item {n + 1}"
            for n in places
        )
        return f"leaves the shelf with {', '.join(named)}, compared with the count"


@dataclass(frozen=True, slots=True)
class PdfShowsTotal(AnswerExpectation):
    """The PDF's text holds the total of each shipment."""

    phrase = "comes as a PDF that shows the shipment's total"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


@dataclass(frozen=True, slots=True)
class PdfListsGoods(AnswerExpectation):
    """The PDF's text names exactly the SKUs that still have pieces."""

    phrase = "comes as a PDF that lists what is left of the goods, and nothing that was cancelled"
    usual_grade = Evidence.ASSUMED
    aspect = Aspect.VALUE


brings_back = BringsBack
keeps_items = KeepsItems
stock_known = StockKnown
discounts_add_up = DiscountsAddUp
shelf = Shelf
pdf_shows_total = PdfShowsTotal
pdf_lists_goods = PdfListsGoods
