"""The error that refuses an order."""

from __future__ import annotations

from contracts.problems import Problem


class OrderRefusedError(Exception):
    """Refuses one order; `item` is the affected order item, if any.

    The web layer turns it into an item of a bulk answer, with the touchpoint's code, or into a 409 of the
    control plane.
    """

    def __init__(self, problem: Problem, message: str, item: str | None = None) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.item = item
