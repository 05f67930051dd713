"""The exploration of the touchpoints' document."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from contracts.checks.answers import CHECKS
from contracts.checks.complete import Draft, complete
from contracts.checks.exploration import LINKS, Options
from contracts.checks.shape import SHAPE, Shapes
from contracts.checks.supply import Caller, Supply
from contracts.checks.violations import Check, CheckTerms, ObservedCall, Orders, Violation
from contracts.exploration.explore import CheckCall, Exploration
from contracts.exploration.reach import AnyCase, WsgiApp, operation_names
from contracts.konnect.operations import TOKEN_HEADER
from contracts.profile import Profile

LINKED_SHARE = 0.5
"""Calls along a link that keep the linked order."""
STOCK_SHAPE = "response_schema_conformance"
"""The check of schemathesis that `shape_is_as_described` replaces."""


class Judge:
    """Completion of the calls of one run, and checks of their answers."""

    def __init__(self, document: Mapping[str, Any], supply: Supply, profile: Profile, seed: int) -> None:
        self._names = operation_names(document)
        self._supply = supply
        self._profile = profile
        self._rng = Random(seed)
        self._shapes = Shapes(document)
        self._before: dict[str, tuple[Caller, Mapping[str, Any]]] = {}
        self._terms: tuple[str, CheckTerms] | None = None

    def before(self, case: AnyCase, phase: str) -> None:
        """Completes a generated call, and reads its orders."""
        caller = self._caller(case)
        body = case.body if case.body is not NOT_SET else None
        draft = Draft(
            self._names[case.operation.label],
            _container(case, ParameterLocation.QUERY, case.query),
            body if _is_right(case, ParameterLocation.BODY) else None,
            case.query,
            body,
            caller,
            self._supply,
            self._profile,
            self._rng,
            linked=phase == LINKS and self._rng.random() < LINKED_SHARE,
        )
        complete(draft)
        self._before = {case.id: (caller, self._supply.look(caller, _ids(body)))}

    def _caller(self, case: AnyCase) -> Caller:
        """Returns the caller; replaces our token by any caller's."""
        given = str(case.headers.get(TOKEN_HEADER, ""))
        if self._supply.caller_of(given) is None:
            return Caller(given)
        caller = self._supply.caller(self._rng)
        case.headers[TOKEN_HEADER] = caller.token
        return caller

    def token(self) -> str:
        """Returns a token for calls before they are completed."""
        return self._supply.caller(self._rng).token

    def checks(self) -> dict[str, CheckCall]:
        """Returns our checks by name."""
        return {check.__name__: self._judging(check) for check in CHECKS} | {SHAPE: self._shape}

    def _shape(self, seen: ObservedCall, _case: AnyCase) -> list[Violation]:
        return list(self._shapes.violations(seen))

    def _judging(self, check: Check) -> CheckCall:
        return lambda seen, case: list(check(seen, self._known(case)))

    def _known(self, case: AnyCase) -> CheckTerms:
        """Returns the terms of a call; reads its orders once."""
        if self._terms is None or self._terms[0] != case.id:
            caller, before = self._before.get(case.id, (Caller(""), {}))
            orders = Orders(before, self._supply.look(caller, list(before)) if before else {})
            terms = CheckTerms(self._profile, self._supply.secrets(), self._supply.is_made_up, orders)
            self._terms = (case.id, terms)
        return self._terms[1]


def _is_right(case: AnyCase, place: ParameterLocation) -> bool:
    """Whether this part of the call is generated to be valid."""
    return case.meta is None or not case.meta.is_negative_at(place)


def _container(case: AnyCase, place: ParameterLocation, value: Any) -> dict[str, Any] | None:
    return value if _is_right(case, place) and isinstance(value, dict) else None


def _ids(body: Any) -> list[str]:
    rows = body if isinstance(body, list) else []
    named = [row.get("orderId") for row in rows if isinstance(row, dict)]
    return list(dict.fromkeys(one for one in named if isinstance(one, str) and one))


def touchpoints(
    document: dict[str, Any],
    app: WsgiApp,
    supply: Supply,
    profile: Profile,
    options: Options,
    *,
    place: Callable[[str, str], None] = lambda _operation, _phase: None,
    check_stop: Callable[[], None] = lambda: None,
) -> Exploration:
    """Returns the exploration; `place` gets the operation and phase of each call."""
    judge = Judge(document, supply, profile, options.seed)
    names = operation_names(document)

    def before(case: AnyCase, phase: str) -> None:
        place(names[case.operation.label], phase)
        judge.before(case, phase)

    return Exploration(
        document, app, options, judge.checks(), before, judge.token, TOKEN_HEADER, check_stop=check_stop
    )
