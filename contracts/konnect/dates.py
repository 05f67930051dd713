"""The three spellings of a date in queries, and the one spelling in answers.

Fetch Orders says `dd-mm-yyyy`, its sample sends `yyyy-mm-dd`, and callers of the previous generation sent
`yyyy-mm-ddThh:mm:ss` without an offset. All three are read; anything else is refused.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache

_DAY, _MONTH, _YEAR = r"(0[1-9]|[12]\d|3[01])", r"(0[1-9]|1[0-2])", r"\d{4}"
_TIME = r"([01]\d|2[0-3]):[0-5]\d:[0-5]\d"
PATTERN = f"^({_DAY}-{_MONTH}-{_YEAR}|{_YEAR}-{_MONTH}-{_DAY}(T{_TIME})?)$"
"""What can be told by looking at the text; which days a month has is found out by reading it."""
EXPECTED = "a date as dd-mm-yyyy, yyyy-mm-dd or yyyy-mm-ddThh:mm:ss"
_SPELLINGS = ("%d-%m-%Y", "%Y-%m-%d", "%Y-%m-%dT%H:%M:%S")


def parse(text: str) -> datetime:
    """The moment that `text` names, without a zone (midnight when it names a day); raises ValueError."""
    if re.fullmatch(PATTERN, text, re.ASCII):
        for spelling in _SPELLINGS:
            try:
                return datetime.strptime(text, spelling)
            except ValueError:
                continue
    raise ValueError(f"expected {EXPECTED}")


@cache
def zone(name: str) -> tzinfo:
    """The zone that a profile's `date_zone` names: `UTC` or an offset such as `+05:30`."""
    if name == "UTC":
        return UTC
    sign = -1 if name[0] == "-" else 1
    return timezone(sign * timedelta(hours=int(name[1:3]), minutes=int(name[4:6])))


def window_start(text: str, zone_name: str) -> datetime:
    """First moment of a window that begins at `text`."""
    return parse(text).replace(tzinfo=zone(zone_name))


def window_end(text: str, zone_name: str) -> datetime:
    """Last moment of a window that ends with `text`: the end of that day, or of that second."""
    moment = parse(text).replace(tzinfo=zone(zone_name))
    span = timedelta(seconds=1) if "T" in text else timedelta(days=1)
    return moment + (span - timedelta(microseconds=1))


def wire(moment: datetime, zone_name: str = "UTC") -> str:
    """`moment` as answers spell it: ISO 8601 to the second, with offset."""
    return moment.astimezone(zone(zone_name)).isoformat(timespec="seconds")
