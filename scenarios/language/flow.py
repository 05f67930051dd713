"""Flows as data: steps with actor, words, action and expectations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from contracts.lifecycle.table import Actor, DocumentMode
from scenarios.language.actions import Action
from scenarios.language.expectations import Expectation

INVOICE = "invoice"
CREDIT_NOTE = "credit_note"
MODES = (INVOICE, CREDIT_NOTE)
"""Modes by which a flow may vary; each is `aggregator` or `fynd`."""

Modes = dict[str, DocumentMode]

TENANTS = "tenants"
MODE_SWITCH = "modes"
CLOCK = "clock"
FAULTS = "violations"
STOCK = "stock"
DISCOUNTS = "discounts"
SECOND_LOCATION = "second_location"
SECOND_COMPANY = "second_company"
ABILITIES = (TENANTS, MODE_SWITCH, CLOCK, FAULTS, STOCK, DISCOUNTS, SECOND_LOCATION, SECOND_COMPANY)
"""Abilities of a target beyond the flows' own touchpoints."""


@dataclass(frozen=True, slots=True)
class Step:
    """One step: actor, words, action and expectations.

    `proves` holds the ids of requirements (`contracts.requirements`). `only` limits the step to modes:
    `{"invoice": "fynd"}`.
    """

    actor: Actor
    says: str
    action: Action
    expects: tuple[Expectation, ...]
    proves: tuple[str, ...] = ()
    only: tuple[tuple[str, DocumentMode], ...] = ()

    def when(self, **modes: DocumentMode) -> Step:
        """Return this step, limited to modes: `.when(invoice=FYND)`."""
        return replace(self, only=tuple(modes.items()))

    def proving(self, *requirements: str) -> Step:
        """Return this step with the requirements that it proves."""
        return replace(self, proves=(*self.proves, *requirements))

    def applies(self, modes: Modes) -> bool:
        """Return whether the step is part of the flow in `modes`."""
        return all(modes.get(name) == mode for name, mode in self.only)


@dataclass(frozen=True, slots=True)
class Together:
    """Concurrent steps; `expects` is checked when all are done."""

    steps: tuple[Step, ...]
    expects: tuple[Expectation, ...] = ()
    proves: tuple[str, ...] = ()
    only: tuple[tuple[str, DocumentMode], ...] = ()

    def when(self, **modes: DocumentMode) -> Together:
        """As `Step.when`."""
        return replace(self, only=tuple(modes.items()))

    def proving(self, *requirements: str) -> Together:
        """As `Step.proving`."""
        return replace(self, proves=(*self.proves, *requirements))

    def applies(self, modes: Modes) -> bool:
        """As `Step.applies`."""
        return all(modes.get(name) == mode for name, mode in self.only)


AnyStep = Step | Together
JOURNEYS = {"S": "sale", "R": "returns", "J": "journeys", "X": "refusals", "L": "reading"}
"""Letter in a flow's id -> kind of flow."""


@dataclass(frozen=True, slots=True)
class Flow:
    """A flow with a stable `id`.

    `needs` are required modes (`{"invoice": FYND}`) and `abilities` required abilities of the target;
    without them the flow is skipped. `varies_by` lists the modes in which the flow has variants.
    """

    id: str
    title: str
    steps: tuple[AnyStep, ...]
    needs: tuple[tuple[str, DocumentMode], ...] = ()
    abilities: frozenset[str] = frozenset()
    varies_by: tuple[str, ...] = ()

    @property
    def journey(self) -> str:
        """The kind of flow, from its id: `PAS-S-01` is a sale."""
        return JOURNEYS[self.id.split("-")[1]]

    @property
    def proves(self) -> tuple[str, ...]:
        """Ids of the requirements that the steps name, each once."""
        named = [name for step in self.steps for name in step.proves]
        named += [
            name
            for step in self.steps
            if isinstance(step, Together)
            for one in step.steps
            for name in one.proves
        ]
        return tuple(dict.fromkeys(named))


@dataclass(frozen=True, slots=True)
class Case:
    """A flow in given modes; it runs and has a result."""

    flow: Flow
    modes: Modes = field(default_factory=dict, hash=False)

    @property
    def id(self) -> str:
        """Stable id of the result: `PAS-S-01[invoice=fynd]`."""
        varied = ",".join(f"{name}={self.modes[name]}" for name in self.flow.varies_by)
        return f"{self.flow.id}[{varied}]" if varied else self.flow.id

    @property
    def steps(self) -> tuple[AnyStep, ...]:
        """The steps of the flow in these modes."""
        return tuple(step for step in self.flow.steps if step.applies(self.modes))


def cases(flow: Flow) -> tuple[Case, ...]:
    """Return the cases of a flow, one per combination of its modes."""
    fixed = dict.fromkeys(MODES, DocumentMode.AGGREGATOR) | dict(flow.needs)
    return tuple(
        Case(flow, fixed | dict(zip(flow.varies_by, combination, strict=True)))
        for combination in product(DocumentMode, repeat=len(flow.varies_by))
    )


def single_steps(flow: Flow) -> Iterator[Step]:
    """Yield all steps, concurrent ones one by one."""
    for step in flow.steps:
        yield from step.steps if isinstance(step, Together) else (step,)


def flow(
    flow_id: str,
    title: str,
    *steps: AnyStep | tuple[AnyStep, ...],
    needs: Modes | None = None,
    abilities: tuple[str, ...] = (),
    varies_by: tuple[str, ...] = (),
) -> Flow:
    """Build a flow; tuples of steps are flattened.

    Raises ValueError for an unknown mode or ability, a wrong id, or a flow without steps.
    """
    flat = tuple(step for part in steps for step in (part if isinstance(part, tuple) else (part,)))
    unknown = (set(varies_by) | set(needs or {})) - set(MODES) | set(abilities) - set(ABILITIES)
    if unknown or not flat or not re.fullmatch(rf"PAS-[{''.join(JOURNEYS)}]-\d\d", flow_id):
        raise ValueError(
            f"flow {flow_id}: {sorted(unknown) or 'an id is PAS-, a letter, two digits; steps are needed'}"
        )
    return Flow(flow_id, title, flat, tuple((needs or {}).items()), frozenset(abilities), varies_by)


def customer(says: str, action: Action, *expects: Expectation) -> Step:
    """Build a step of the customer."""
    return Step(Actor.CUSTOMER, says, action, expects)


def store(says: str, action: Action, *expects: Expectation) -> Step:
    """Build a step of the store's staff."""
    return Step(Actor.STORE, says, action, expects)


def aggregator(says: str, action: Action, *expects: Expectation) -> Step:
    """Build a step of the aggregator's system."""
    return Step(Actor.AGGREGATOR, says, action, expects)


def oms(says: str, action: Action, *expects: Expectation) -> Step:
    """Build a step in which the OMS acts automatically."""
    return Step(Actor.OMS, says, action, expects)


def together(*steps: Step, expects: tuple[Expectation, ...] = ()) -> Together:
    """Build concurrent steps."""
    return Together(steps, expects)
