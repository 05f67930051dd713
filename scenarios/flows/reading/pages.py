"""Paging: to the end, without loss or repetition."""

from __future__ import annotations

from scenarios.flows.refusals.openings import bought
from scenarios.language.words import *

ASSUMED = Evidence.ASSUMED
NO_PAGE_ZERO = ("page_zero", "reject")


def a_minute_after(name: str) -> Step:
    """Advance the clock, so that the next order has another date."""
    return customer("looks around for a minute", time_passes(60), is_now(CREATED, of=name))


FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-L-01",
        "Read page after page, a list holds every order once",
        customer("seven times buys a shirt", place_order(count=7), reaches(CREATED)).proving("PAS-ORD-01"),
        aggregator(
            "reads all pages of new orders",
            read_all_pages(CREATED, page_size=3),
            each_listed_once("order"),
            same_in_larger_pages(),
            pages_hold(3),
            all_in_status(CREATED),
            list_agrees(of="order"),
            in_order(),
        ).proving("API-LST-01", "API-LST-02", "API-LST-03", "API-LST-04", "API-LST-06", "API-LST-17"),
        aggregator("confirms them all", confirm(), accepted(), reaches(CONFIRMED), is_now(CONFIRMED)),
        aggregator(
            "reads all pages of confirmed orders",
            read_all_pages(CONFIRMED, page_size=2),
            each_listed_once("order"),
            pages_hold(2),
            all_in_status(CONFIRMED),
        ).proving("API-LST-01", "API-LST-03", "PAS-CNF-05"),
        aggregator(
            "reads all pages of new orders once more", read_all_pages(CREATED, page_size=3), only_listed()
        ).proving("API-LST-01", "PAS-CNF-05"),
        needs={INVOICE: AGGREGATOR},
    ),
    flow(
        "PAS-L-02",
        "No order is lost or repeated while new ones arrive",
        customer("five times buys a shirt", place_order(count=5, named="early"), reaches(CREATED)),
        a_minute_after("early"),
        customer("buys two more", place_order(count=2), reaches(CREATED)),
        aggregator(
            "reads all pages of new orders while two more are bought",
            read_all_pages(CREATED, page_size=3, meanwhile=place_order(count=2, named="late")),
            in_order(),
            each_listed_once("early", "order", "late", grade=ASSUMED),
            pages_hold(3),
            is_now(CREATED, of=("early", "order", "late")),
        ).proving("API-LST-03", "API-LST-06", "API-LST-17"),
        abilities=(TENANTS, CLOCK),
    ),
    flow(
        "PAS-L-03",
        "A page is the part of the list that was asked for",
        bought("first"),
        a_minute_after("first"),
        bought("second"),
        a_minute_after("second"),
        bought("third"),
        aggregator(
            "reads all pages of two",
            read_all_pages(CREATED, page_size=2),
            in_order(),
            each_listed_once("first", "second", "third"),
        ).proving("API-LST-03", "API-LST-17"),
        aggregator(
            "reads a page of two",
            list_orders(CREATED, pageSize=2, pageNumber=1),
            list_holds(2),
            only_listed("first", "second", grade=ASSUMED),
        ).proving("API-LST-03", "API-LST-04", "API-LST-17"),
        aggregator(
            "reads the page after it",
            list_orders(CREATED, pageSize=2, pageNumber=2),
            list_holds(1),
            only_listed("third", grade=ASSUMED),
        ).proving("API-LST-03", "API-LST-06", "API-LST-17"),
        aggregator(
            "reads a page after the end",
            list_orders(CREATED, pageSize=2, pageNumber=3),
            list_holds(0, grade=ASSUMED, unless=("page_after_end", "reject")),
        ).proving("API-LST-06", "API-LST-20"),
        aggregator(
            "reads a page of two without a number",
            list_orders(CREATED, pageSize=2),
            only_listed("first", "second", grade=ASSUMED),
        ).proving("API-LST-04"),
        aggregator(
            "reads page 0",
            list_orders(CREATED, pageSize=2, pageNumber=0),
            only_listed("first", "second", grade=ASSUMED, unless=NO_PAGE_ZERO),
        ).proving("API-LST-22"),
        aggregator("asks for pages of minus one", list_orders(CREATED, pageSize=-1), call_refused()),
        abilities=(TENANTS, CLOCK),
    ),
    flow(
        "PAS-L-04",
        "A page without size is a full one, and none is larger",
        customer("a hundred and one times buys a shirt", place_order(count=101), is_now(CREATED)),
        aggregator(
            "lists new orders without a size",
            list_orders(CREATED),
            list_holds(101, at_most="page_size_default", grade=ASSUMED),
        ).proving("API-LST-05"),
        aggregator(
            "asks for pages of five hundred",
            list_orders(CREATED, pageSize=500),
            list_holds(101, at_most="page_size_max", grade=ASSUMED, unless=("page_size_over_max", "reject")),
        ).proving("API-LST-05"),
        abilities=(TENANTS,),
    ),
)
