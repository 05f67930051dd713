"""Pages of a list, up to the last one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from scenarios.targets.answers import Shipment

PAGES_LIMIT = 500
"""Most pages of one list that are read."""
STALE_LIMIT = 2
"""Pages in a row without anything new that end a list; orders that arrive may fill one with known orders."""


@dataclass(slots=True)
class Pages:
    """Ids on the pages read so far; at most `limit` pages."""

    limit: int = PAGES_LIMIT
    read: list[list[str]] = field(default_factory=list)
    _seen: set[str] = field(default_factory=set)
    _stale: int = 0

    def add(self, page: list[Shipment]) -> bool:
        """Add the next page; return whether another may bring anything new."""
        ids = [str(entry.get("id")) for entry in page]
        self._stale = self._stale + 1 if self._seen.issuperset(ids) else 0
        self._seen.update(ids)
        self.read.append(ids)
        return not self.is_beyond and self._stale < STALE_LIMIT and len(self.read) < self.limit

    @property
    def is_beyond(self) -> bool:
        """Whether the last page is empty or repeats an earlier one.

        So targets answer a page number after the end.
        """
        return not self.read[-1] or self.read[-1] in self.read[:-1]


def pages_of(
    fetch: Callable[[int], list[Shipment]], asked: int, note: Callable[[int], None]
) -> Iterator[list[Shipment]]:
    """Yield the pages of a list until one brings nothing new.

    A target may cut pages, so a page shorter than `asked` need not be the last. `note` gets the size of cut
    pages.
    """
    pages = Pages()
    goes_on = True
    while goes_on:
        page = fetch(len(pages.read) + 1)
        goes_on = pages.add(page)
        if pages.is_beyond:
            return
        if len(pages.read) == 2 and goes_on and len(pages.read[0]) < asked:
            note(len(pages.read[0]))
        yield page
