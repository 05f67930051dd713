"""Dates: three spellings are read, one is written."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from contracts.konnect import dates

ARABIC_DIGITS = "".join(chr(0x660 + int(c)) if c.isdigit() else c for c in "2025-01-25")
INDIA = timezone(timedelta(hours=5, minutes=30))


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("25-01-2025", datetime(2025, 1, 25)),
        ("2025-01-25", datetime(2025, 1, 25)),
        ("2019-08-24", datetime(2019, 8, 24)),
        ("2022-12-22T09:20:00", datetime(2022, 12, 22, 9, 20)),
        ("29-02-2024", datetime(2024, 2, 29)),
    ],
)
def test_each_documented_spelling_is_read(text: str, moment: datetime) -> None:
    assert dates.parse(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "", "25/01/2025", "2025-1-25", "31-02-2025", "2025-13-01", "01-25-2025", "2025-01-25 09:20:00",
        "2025-01-25T09:20", "2025-01-25T25:00:00", "2025-01-25T09:20:00Z", "2025-01-25T09:20:00+05:30",
        "20250125", "yesterday", "2025-01-25\n", " 2025-01-25", ARABIC_DIGITS, "0000-00-00",
    ],
)  # fmt: skip
def test_any_other_spelling_is_refused_with_what_is_expected(text: str) -> None:
    with pytest.raises(ValueError, match="expected a date as dd-mm-yyyy, yyyy-mm-dd or yyyy-mm-ddThh:mm:ss"):
        dates.parse(text)


def test_a_window_holds_its_first_and_its_last_moment() -> None:
    start, end = dates.window_start("25-01-2025", "UTC"), dates.window_end("25-01-2025", "UTC")

    assert start == datetime(2025, 1, 25, tzinfo=UTC)
    assert end == datetime(2025, 1, 25, 23, 59, 59, 999_999, tzinfo=UTC)


def test_a_window_that_ends_with_a_second_holds_that_second() -> None:
    assert dates.window_end("2025-01-25T09:20:00", "UTC") == datetime(
        2025, 1, 25, 9, 20, 0, 999_999, tzinfo=UTC
    )


def test_a_window_is_in_the_zone_of_the_profile() -> None:
    assert dates.window_start("2025-01-25", "+05:30") == datetime(2025, 1, 25, tzinfo=INDIA)


@pytest.mark.parametrize(
    ("zone", "offset"),
    [
        ("UTC", timedelta(0)),
        ("+05:30", timedelta(hours=5, minutes=30)),
        ("-03:30", timedelta(hours=-3, minutes=-30)),
    ],
)
def test_a_zone_is_utc_or_an_offset(zone: str, offset: timedelta) -> None:
    assert dates.zone(zone).utcoffset(None) == offset


@pytest.mark.parametrize(
    ("zone", "offset", "written"),
    [
        (dates.INDIA, "+00:00", "2025-01-25T12:19:38+00:00"),
        (dates.INDIA, "zone", "2025-01-25T12:19:38+05:30"),
        ("UTC", "+00:00", "2025-01-25T06:49:38+00:00"),
        ("UTC", "zone", "2025-01-25T06:49:38+00:00"),
    ],
)
def test_answers_write_the_wall_clock_of_the_zone_and_the_chosen_offset(
    zone: str, offset: dates.Offset, written: str
) -> None:
    """The first row is the documented order, whose ids say 06:49:38 UTC."""
    moment = datetime(2025, 1, 25, 6, 49, 38, 123_456, tzinfo=UTC)

    assert dates.wire(moment, zone, offset) == written
