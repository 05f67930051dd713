"""Defects in the codes of refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from contracts import problems
from contracts.problems import Problem
from mock_oms.mutants.patching import Kind, Mutant, Patch


def _answers(touchpoint: str, problem: Problem, wrong: str) -> Callable[[Patch], None]:
    right = problems.code

    def code(at: str, kind: Problem, replaced: Mapping[str, str]) -> str:
        return wrong if (at, kind) == (touchpoint, problem) else right(at, kind, replaced)

    return lambda patch: patch.attribute(problems, "code", code)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "confirm-unknown-as-cancelled",
        "confirming an order of another location is answered O400 instead of O422",
        Kind.CODE,
        _answers("confirm", Problem.UNKNOWN, "O400"),
    ),
    Mutant(
        "invoiced-twice-as-too-early",
        "pushing a second invoice is answered IN403 instead of IN453",
        Kind.CODE,
        _answers("update_invoice", Problem.ALREADY, "IN403"),
    ),
)
