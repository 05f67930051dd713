"""Shipment ids that no order has."""

from __future__ import annotations

from random import Random

PREFIX = "0000"
"""Start of these ids; real ones start with the digits of a time."""
_DIGITS = 16


class UnknownIds:
    """A generator of unknown ids, which also recognizes them."""

    def made_up_id(self, rng: Random) -> str:
        """Generate a well-formed id without an order."""
        return f"{PREFIX}{rng.randrange(10**_DIGITS):0{_DIGITS}}"

    def is_made_up(self, order_id: str) -> bool:
        """Return whether an id was generated here."""
        return len(order_id) == len(PREFIX) + _DIGITS and order_id.startswith(PREFIX)
