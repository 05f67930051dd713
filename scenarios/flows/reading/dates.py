"""Windows of time, in each spelling of a date."""

from __future__ import annotations

from scenarios.flows.refusals.openings import PLACED_HERE, bought
from scenarios.language.words import *

ASSUMED = Evidence.ASSUMED
DOCUMENTED = Evidence.DOCUMENTED
DAY_S = 24 * 3600
DAY_FIRST = "%d-%m-%Y"
YEAR_FIRST = "%Y-%m-%d"
TO_THE_SECOND = "%Y-%m-%dT%H:%M:%S"
IN_INDIAN_TIME = ("date_zone", "+05:30")


def window(
    says: str, dates_as: str, start: str | None, end: str | None, *listed: str, grade: Evidence
) -> Step:
    """List new orders between two dates, relative to an order (`order+1d`)."""
    ends = {"orderDateFrom": start, "orderDateTo": end}
    query = {name: f"{{{value}}}" for name, value in ends.items() if value is not None}
    action = ReadAllPages(status=CREATED, page_size=100, dates_as=dates_as, query=query)
    return aggregator(f"lists new orders {says}", action, only_listed(*listed, grade=grade)).proving(
        "API-LST-09"
    )


def window_of_clock(says: str, start: str, end: str, *listed: str) -> Step:
    """List new orders of a window that a program computed."""
    query = {"orderDateFrom": f"{{{start}}}", "orderDateTo": f"{{{end}}}"}
    action = ReadAllPages(status=CREATED, page_size=100, dates_as=TO_THE_SECOND, query=query)
    found = only_listed(*listed, grade=DOCUMENTED, only_if=IN_INDIAN_TIME)
    return aggregator(f"lists new orders {says}", action, found).proving("API-LST-25", "API-LST-26")


def windows_of_days(dates_as: str, proof: str) -> tuple[Step, ...]:
    """Build date windows around the day of an order.

    Wide windows are documented, exact limits are not.
    """
    steps = (
        window("of these days", dates_as, "order-1d", "order+1d", "order", grade=DOCUMENTED),
        window("of some earlier days", dates_as, "order-5d", "order-3d", grade=DOCUMENTED),
        window("of some later days", dates_as, "order+3d", "order+5d", grade=DOCUMENTED),
        window("of its very day", dates_as, "order", "order", "order", grade=ASSUMED),
        window("of the days before", dates_as, "order-2d", "order-1d", grade=ASSUMED),
        window("of the days after", dates_as, "order+1d", "order+2d", grade=ASSUMED),
        window("since its day", dates_as, "order", None, "order", grade=ASSUMED),
        window("since the next day", dates_as, "order+1d", None, grade=ASSUMED),
        window("up to its day", dates_as, None, "order", "order", grade=ASSUMED),
        window("up to the day before", dates_as, None, "order-1d", grade=ASSUMED),
    )
    return tuple(step.proving(proof, "API-LST-14") for step in steps)


def windows_of_seconds() -> tuple[Step, ...]:
    """Around the second of an order."""
    seconds = TO_THE_SECOND
    steps = (
        window("of this hour", seconds, "order-1800s", "order+1800s", "order", grade=DOCUMENTED),
        window("of the hour before", seconds, "order-5400s", "order-1800s", grade=DOCUMENTED),
        window("of the hour after", seconds, "order+1800s", "order+5400s", grade=DOCUMENTED),
        window("of its very second", seconds, "order", "order", "order", grade=ASSUMED),
        window("up to the second before", seconds, None, "order-1s", grade=ASSUMED),
        window("since the next second", seconds, "order+1s", None, grade=ASSUMED),
        window("since its second", seconds, "order", None, "order", grade=ASSUMED),
        window("up to its second", seconds, None, "order", "order", grade=ASSUMED),
    )
    return tuple(step.proving("API-LST-12", "API-LST-14") for step in steps)


def misspelled(date: str) -> Step:
    """List with a date in a format that no page documents."""
    return aggregator(
        f"lists new orders since {date}", list_orders(CREATED, orderDateFrom=date), call_refused()
    ).proving("API-LST-13")


FLOWS: tuple[Flow, ...] = (
    flow(
        "PAS-L-05",
        "Windows of days, written day first",
        PLACED_HERE,
        windows_of_days(DAY_FIRST, "API-LST-10"),
    ),
    flow(
        "PAS-L-06",
        "Windows of days, written year first",
        PLACED_HERE,
        windows_of_days(YEAR_FIRST, "API-LST-11"),
    ),
    flow("PAS-L-07", "Windows of seconds", PLACED_HERE, windows_of_seconds()),
    flow(
        "PAS-L-08",
        "Dates separate the orders of one day from the next",
        bought("early"),
        customer("comes back the next day", time_passes(DAY_S), is_now(CREATED, of="early")),
        bought("late"),
        window("of the first day", DAY_FIRST, "early", "early", "early", grade=ASSUMED),
        window("of the second day", DAY_FIRST, "late", "late", "late", grade=ASSUMED),
        window("of both days", DAY_FIRST, "early", "late", "early", "late", grade=DOCUMENTED),
        aggregator(
            "lists new orders of all days", read_all_pages(CREATED, page_size=100), in_order()
        ).proving("API-LST-17"),
        window("since the second day", YEAR_FIRST, "late", None, "late", grade=ASSUMED),
        window("up to the first day", YEAR_FIRST, None, "early", "early", grade=ASSUMED),
        window("of the day before both", YEAR_FIRST, "early-1d", "early-1d", grade=ASSUMED),
        window("of the day after both", YEAR_FIRST, "late+1d", "late+1d", grade=ASSUMED),
        abilities=(CLOCK,),
    ),
    flow(
        "PAS-L-09",
        "A date in another format is refused",
        *(misspelled(date) for date in ("2025/01/25", "25.01.2025", "31-02-2025", "yesterday", "1737763200")),
        aggregator(
            "lists new orders of a window that ends before it begins",
            list_orders(CREATED, orderDateFrom="25-01-2025", orderDateTo="24-01-2025"),
            call_refused(),
        ),
    ),
)

INDIAN_TIME: Flow = flow(
    "PAS-L-23",
    "Dates are Indian wall-clock time: a program that takes them for UTC misses new orders",
    PLACED_HERE,
    window_of_clock("of the last two hours, by an Indian clock", "india-7200s", "india+60s", "order"),
    window_of_clock("of the last two hours, by a UTC clock, and misses it", "utc-7200s", "utc+60s"),
    window_of_clock("around its orderDate as it is written", "order-60s", "order+60s", "order"),
    window_of_clock(
        "around its orderDate taken for UTC and converted to Indian time, and misses it",
        "order+19740s",
        "order+19860s",
    ),
)
