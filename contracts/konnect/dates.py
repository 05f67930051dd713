"""Dates in queries, in three formats, and in answers, in one.

Fetch Orders says `dd-mm-yyyy`, its sample sends `yyyy-mm-dd`, and the page on polling sends
`yyyy-mm-ddThh:mm:ss`, in Indian time. All three are accepted; any other format is refused. Answers show
Indian wall-clock time too, with the false offset `+00:00`: the ids of the documented order were made at
06:49:38 UTC, and its `orderDate` says 12:19:38+00:00.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal

_DAY, _MONTH, _YEAR = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])", r"\d{4}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
PATTERN = f"^({_DAY}-{_MONTH}-{_YEAR}|{_YEAR}-{_MONTH}-{_DAY}(T{_TIME})?)$"
"""Checks the format; `parse` also checks that the day exists."""
EXPECTED = "a date as dd-mm-yyyy, yyyy-mm-dd or yyyy-mm-ddThh:mm:ss"
INDIA = "+05:30"
"""Indian time, as the name of a zone."""
_WITH_OFFSET = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:\.\d{1,9})?(Z|[+ -]\d\d:?\d\d)", re.ASCII)
"""A time with an offset; a `+` that was not escaped in a query arrives as a space."""
_SPELLINGS = ("%d-%m-%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")


def parse(text: str) -> datetime:
    """Reads a date or a time, without a zone; raises ValueError.

    A date means its midnight.
    """
    if re.fullmatch(PATTERN, text, re.ASCII):
        for spelling in _SPELLINGS:
            try:
                return datetime.strptime(text, spelling)
            except ValueError:
                continue
    raise ValueError(f"expected {EXPECTED}")


@cache
def zone(name: str) -> tzinfo:
    """Returns the time zone for `UTC` or an offset like `+05:30`."""
    if name == "UTC":
        return UTC
    sign = -1 if name[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[4:6])))


def split_offset(text: str) -> tuple[str, str]:
    """Splits a time from its offset, which is empty without one.

    The offset is `UTC` or like `+05:30`; a time with an offset may have a fraction, which is dropped.
    """
    found = _WITH_OFFSET.fullmatch(text)
    if found is None:
        return text, ""
    time, offset = found.groups()
    if offset == "Z":
        return time, "UTC"
    return time, f"{offset[0].replace(' ', '+')}{offset[1:3]}:{offset[-2:]}"


def window_start(text: str, zone_name: str) -> datetime:
    """Returns the first moment of a window that begins at `text`."""
    return parse(text).replace(tzinfo=zone(zone_name))


def window_end(text: str, zone_name: str) -> datetime:
    """Returns the last moment of the day or second in `text`."""
    moment = parse(text).replace(tzinfo=zone(zone_name))
    span = timedelta(seconds=1) if "T" in text else timedelta(days=1)
    return moment + (span - timedelta(microseconds=1))


Offset = Literal["+00:00", "zone"]
"""The written offset of a moment: always `+00:00`, or the true one of its zone."""


def wire(moment: datetime, zone_name: str, offset: Offset) -> str:
    """Formats a moment for answers: ISO 8601 to the second, and offset."""
    local = moment.astimezone(zone(zone_name))
    return (local if offset == "zone" else local.replace(tzinfo=UTC)).isoformat(timespec="seconds")


def spoken(moment: datetime, now: datetime, zone_name: str) -> str:
    """Returns the time of `moment`, after its date on another day."""
    local, today = moment.astimezone(zone(zone_name)), now.astimezone(zone(zone_name)).date()
    return f"{local:%H:%M:%S}" if local.date() == today else f"{local:%Y-%m-%d %H:%M:%S}"
