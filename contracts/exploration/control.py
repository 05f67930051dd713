"""The exploration of the control plane's document."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any

from schemathesis.core.parameters import ParameterLocation

from contracts.checks.complete_control import ControlDraft, Shop, complete
from contracts.checks.exploration import LINKS, Options
from contracts.checks.secrets import no_secret_is_shown
from contracts.checks.violations import CheckTerms, ObservedCall, Violation
from contracts.exploration.explore import CheckCall, Explained, Exploration
from contracts.exploration.reach import AnyCase, WsgiApp, operation_names

EXPLAINED = (
    Explained(
        "UseAfterFree",
        "/journal`",
        "DELETE journal empties a list; the list is still there, and reading it shows that it is empty",
    ),
)


def control_plane(
    document: dict[str, Any],
    app: WsgiApp,
    shop: Shop,
    secrets: Callable[[], frozenset[str]],
    options: Options,
    *,
    place: Callable[[str, str], None] = lambda _operation, _phase: None,
    check_stop: Callable[[], None] = lambda: None,
) -> Exploration:
    """Returns the exploration; `place` gets the operation and phase of each call."""
    names = operation_names(document)
    rng = Random(options.seed)

    def before(case: AnyCase, phase: str) -> None:
        operation = names[case.operation.label]
        place(operation, phase)
        complete(
            ControlDraft(
                operation,
                _part(case, ParameterLocation.PATH, case.path_parameters),
                _part(case, ParameterLocation.QUERY, case.query),
                _part(case, ParameterLocation.BODY, case.body),
                shop,
                rng,
                linked=phase == LINKS,
            )
        )

    def secret_check(seen: ObservedCall, _case: AnyCase) -> list[Violation]:
        return list(no_secret_is_shown(seen, CheckTerms(secrets=secrets())))

    checks: dict[str, CheckCall] = {no_secret_is_shown.__name__: secret_check}
    return Exploration(document, app, options, checks, before, explained=EXPLAINED, check_stop=check_stop)


def _part(case: AnyCase, place: ParameterLocation, value: Any) -> dict[str, Any]:
    """Returns a valid object of a call, or an empty one."""
    right = case.meta is None or not case.meta.is_negative_at(place)
    return value if right and isinstance(value, dict) else {}
