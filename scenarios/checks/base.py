"""Input and result of a check."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import singledispatch
from typing import Any

from contracts.evidence import Evidence
from contracts.konnect.operations import operation, touchpoints
from scenarios.choices import Aspect
from scenarios.language.actions import KonnectAction, SendBody
from scenarios.language.expectations import Expectation
from scenarios.language.flow import Step
from scenarios.players.suite import Outcome
from scenarios.session.context import FlowContext
from scenarios.targets.polling import Patience

RETURN_FILTERS = "RETURN"
ASSUMED_SHARE = 0.2
"""Share of the patience for an effect whose absence is only a warning."""


@dataclass(frozen=True, slots=True)
class CheckContext:
    """One step after its action, as the input of its checks.

    `before` holds fingerprints of the step's shipments from before, `outcomes` those of all concurrent
    steps. `short`: what is checked is only assumed, so a wait for it is cut short.
    """

    flow: FlowContext
    step: Step
    outcome: Outcome
    before: dict[str, tuple[Any, ...]] = field(default_factory=dict)
    outcomes: tuple[Outcome, ...] = ()
    short: bool = False

    @property
    def patience(self) -> Patience:
        """The target's patience, or `ASSUMED_SHARE` of it."""
        whole = self.flow.patience
        return replace(whole, give_up_after_s=whole.give_up_after_s * ASSUMED_SHARE) if self.short else whole

    def ids(self, expectation: Expectation) -> list[str]:
        """Return the shipments of an expectation; raises `NameUnboundError`."""
        return self.flow.memory.of(self.names(expectation))

    def names(self, expectation: Expectation) -> tuple[str, ...]:
        """Return the flow's names of the shipments that an expectation is about.

        They are the expectation's own names, else those that the action creates or uses.
        """
        action = self.step.action
        return expectation.names or ((action.births,) if action.births else action.names)

    def call(self, expectation: Expectation, result: CheckResult) -> str:
        """Return the touchpoint that a miss is about.

        It is the step's own for an answer or an effect, else the one that shows the shipment.
        """
        if result.at:
            return result.at
        if expectation.about_answer or expectation.aspect is Aspect.EFFECT:
            return self.touchpoint
        return result.touchpoint if result.touchpoint in _TOUCHPOINTS else BY_ID

    @property
    def touchpoint(self) -> str:
        """The touchpoint of the step's action."""
        action = self.step.action
        if isinstance(action, SendBody):
            return operation(action.operation).touchpoints[0].name
        if isinstance(action, KonnectAction):
            return action.touchpoint
        return f"{self.step.actor}: {action.event or 'wait'}"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """The result of one check; `expected` and `actual` are JSON values.

    Misses of one cause are grouped by touchpoint, expectation and actual value: `touchpoint` replaces the
    step's own, `expected_group` the expectation's sentence, `group_key` the text of `actual`.
    """

    passed: bool
    expected: Any = None
    actual: Any = None
    touchpoint: str = ""
    group_key: str = ""
    notes: tuple[str, ...] = ()
    expected_group: str = ""
    grade: Evidence | None = None
    """Evidence of what was violated, if it is another than that of the expectation."""
    suspicious: bool = False
    """Passed, but unusual; reported as a possible cause if the flow fails later."""
    more: tuple[CheckResult, ...] = ()
    """Further violations in the same answer, each with a separate cause."""
    at: str = ""
    """Touchpoint of the violated call, if it is not that of the step."""
    by_movement: bool = False
    """A miss that orders of others may cause, which come and go while pages are read."""
    suspects: frozenset[str] | None = None
    """Ids that each break the statement alone, if the miss consists of such."""


@singledispatch
def check(expectation: Expectation, context: CheckContext) -> CheckResult:
    """Check one expectation; raises `TypeError` for an expectation without a check."""
    raise TypeError(f"there is no check for {type(expectation).__name__}")


def cause_key(touchpoint: str, says: str, result: CheckResult) -> str:
    """Build the key of a failure cause, without ids and numbers.

    It joins touchpoint, expectation and actual value.
    """
    actual = result.group_key or _general(str(result.actual))
    expected = _general(result.expected_group or says)
    return " | ".join((result.touchpoint or touchpoint, expected, actual))


def _general(text: str) -> str:
    """Replace numbers, ids and document numbers."""
    text = re.sub(r"\b(INV|CN)-[0-9A-F]{10}\b", "#", text)
    return re.sub(r"(?<![A-Za-z_])(?<!HTTP )\b\d[\d.,:T+-]*", "#", text)[:300]


def list_touchpoint(filter_word: str) -> str:
    """Return the touchpoint of a list: orders or returns."""
    returns = filter_word.startswith(RETURN_FILTERS) or filter_word == "CREDIT_NOTE_GENERATED"
    return "get_returns" if returns else "get_orders"


_TOUCHPOINTS = frozenset(use.name for _, use in touchpoints())
BY_ID = "get_order_by_id"
ANOTHER_TOTAL = "another total"
STATUS = "orderStatus"
"""Touchpoint of all failures in which a shipment has the wrong status."""
