"""The one way to refuse an order."""

from __future__ import annotations

from contracts.problems import Problem


class OrderRefusedError(Exception):
    """One order is refused: the kind of problem, what was wrong, and the order item it is about, if one is.

    The place that answers turns it into an item of a bulk answer (with the touchpoint's code) or, on the
    control plane, into a 409.
    """

    def __init__(self, problem: Problem, message: str, item: str | None = None) -> None:
        super().__init__(message)
        self.problem = problem
        self.message = message
        self.item = item
