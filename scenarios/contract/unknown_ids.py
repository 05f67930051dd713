"""Ids that no order has."""

from __future__ import annotations

from random import Random

PREFIX = "0000"
"""No id of a shipment begins so: they begin with the digits of a time."""
_DIGITS = 16


class UnknownIds:
    """Makes up ids, and tells them from others."""

    def made_up_id(self, rng: Random) -> str:
        """An id of the right form that leads to nothing."""
        return f"{PREFIX}{rng.randrange(10**_DIGITS):0{_DIGITS}}"

    def is_made_up(self, order_id: str) -> bool:
        """Whether it is one of those."""
        return len(order_id) == len(PREFIX) + _DIGITS and order_id.startswith(PREFIX)
