"""Functions by name, registered by a decorator."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

F = TypeVar("F", bound=Callable[..., object])


class Registry(dict[str, F]):
    """Functions by the name of their row.

    `kind` names the rows in messages ("operation"), `rows` says where the rows stand, `add` how a function is
    added.
    """

    def __init__(self, kind: str, rows: str, add: str) -> None:
        super().__init__()
        self.kind, self.rows, self.add = kind, rows, add

    def named(self, name: str) -> Callable[[F], F]:
        """Returns a decorator that registers a function as `name`.

        It raises LookupError for a second function of that name.
        """

        def register(function: F) -> F:
            if name in self:
                raise LookupError(
                    f"{self.kind} {name} has two functions: {_place(self[name])}, {_place(function)}"
                )
            self[name] = function
            return function

        return register

    def own_name(self, function: F) -> F:
        """Registers a function under its own name; a decorator."""
        return self.named(function.__name__)(function)

    def check(self, names: Iterable[str]) -> None:
        """Raises LookupError unless exactly `names` are registered."""
        wanted = set(names)
        wrong = [
            f"{self.kind} {name} has no function: add one with {self.add.format(name=name)}"
            for name in sorted(wanted - self.keys())
        ]
        wrong += [
            f"{_place(self[name])} is for {self.kind} {name}, which has no row: add one in {self.rows}"
            for name in sorted(self.keys() - wanted)
        ]
        if wrong:
            raise LookupError("; ".join(wrong))


def _place(function: Callable[..., object]) -> str:
    return f"{function.__module__}.{getattr(function, '__qualname__', function)}"
