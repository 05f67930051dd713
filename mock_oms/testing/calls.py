"""Calls of the program under test, found in the journal."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mock_oms.testing.http import MockOmsError

Call = Callable[..., Any]


class Calls:
    """The calls that match.

    A check returns True, or raises AssertionError with the nearest calls.
    """

    def __init__(self, call: Call, filters: Mapping[str, str]) -> None:
        self._call = call
        self._filters = dict(filters)

    @property
    def entries(self) -> list[dict[str, Any]]:
        """The journal's entries, oldest first."""
        query = {"limit": 1000, **self._filters}
        found = self._call("GET", "/journal", None, query)["entries"]
        return [entry for entry in found if not (entry.get("dry_run") or entry.get("by_suite"))]

    @property
    def count(self) -> int:
        """Number of calls."""
        return len(self.entries)

    @property
    def last(self) -> dict[str, Any]:
        """The last entry: `request`, `answer`, `status`, `outcomes` and more.

        Raises AssertionError when there is none.
        """
        self.at_least(1)
        return self.entries[-1]

    def once(self) -> bool:
        """There was exactly one call."""
        return self.times(1)

    def never(self) -> bool:
        """There was no call."""
        return self.times(0)

    def times(self, count: int) -> bool:
        """There were exactly so many calls."""
        return self._verify(times=count)

    def at_least(self, count: int) -> bool:
        """There were at least so many calls."""
        return self._verify(at_least=count)

    def _verify(self, **expected: int) -> bool:
        try:
            self._call("GET", "/journal/verify", None, {**self._filters, **expected})
        except MockOmsError as error:
            if error.status != 409:
                raise
            near = "\n".join(f"  {line(entry)}" for entry in error.answer["nearest"])
            raise AssertionError(
                error.answer["message"] + (f"; nearest calls:\n{near}" if near else "")
            ) from None
        return True


def line(entry: Mapping[str, Any]) -> str:
    """Return a journal entry as a line of text."""
    refused = [f"{one['code']}: {one['message']}" for one in entry["outcomes"] if one["code"]]
    orders = ", ".join(one["orderId"] for one in entry["outcomes"])
    name = entry["operation"] or entry["path"]
    parts = [entry["at"][11:19], entry["method"], name, str(entry["status"]), orders, *refused]
    if entry["status"] >= 400 and isinstance(entry["answer"], dict):
        parts.append(str(entry["answer"].get("message")))
    return "  ".join(part for part in parts if part)
