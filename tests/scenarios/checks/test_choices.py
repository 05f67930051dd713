"""Dates and waits show choices of the target."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from scenarios.checks.choices import date_of_return, zone_of

NOW = datetime(2025, 1, 25, 12, 0, 10, tzinfo=UTC)
INDIAN = datetime(2025, 1, 25, 17, 30, 9)


@pytest.mark.parametrize(
    ("shown", "zone"),
    [
        (datetime(2025, 1, 25, 12, 0, 8), "UTC"),
        (INDIAN, "+05:30"),
        (datetime(2025, 1, 25, 8, 0, 9), "-04:00"),
        (datetime(2025, 1, 25, 12, 6, 0), None),
        (datetime(2025, 1, 24, 12, 0, 0), None),
    ],
)
def test_the_zone_of_dates_is_seen_from_a_new_order(shown: datetime, zone: str | None) -> None:
    assert zone_of(shown, NOW) == zone


@pytest.mark.parametrize(
    ("opened", "later_s", "choice"),
    [(INDIAN, 1, None), (INDIAN, 60, "sale"), (INDIAN + timedelta(seconds=1), 1, "return")],
)
def test_a_return_shows_its_own_date_or_that_of_its_sale(
    opened: datetime, later_s: int, choice: str | None
) -> None:
    assert date_of_return(opened, INDIAN, NOW + timedelta(seconds=later_s)) == choice
    assert date_of_return(None, INDIAN, NOW) is None
