"""Completeness of the touchpoints: requirement, action, performer and flow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from contracts.konnect.operations import GROUPS, touchpoints
from contracts.requirements import requirements_of
from scenarios.language import actions as a
from scenarios.language.flow import Flow, single_steps
from scenarios.players.suite import perform


def check_touchpoints(flows: Iterable[Flow]) -> None:
    """Raises LookupError that names each missing part and its file."""
    missing = list(missing_parts(flows))
    if missing:
        raise LookupError("; ".join(missing))


def missing_parts(flows: Iterable[Flow]) -> Iterator[str]:
    """Yields each missing part of a touchpoint."""
    kinds = (kind for kind in vars(a).values() if isinstance(kind, type) and issubclass(kind, a.Action))
    actions = {name: kind for kind in kinds for name in kind.touchpoints()}
    used = {name for flow in flows for step in single_steps(flow) for name in step.action.touchpoints()}
    for group in GROUPS:
        for name in (use.name for row in group.operations for use in row.touchpoints):
            file = f"{group.tag.lower()}.py"
            if not requirements_of(name):
                yield f"touchpoint {name} has no requirement: add one in contracts/requirements/{file}"
            if name not in actions:
                yield f"touchpoint {name} has no action: add one in scenarios/language/actions/{file}"
            elif perform.dispatch(actions[name]) is perform.dispatch(object):
                kind = actions[name].__name__
                yield f"action {kind} has no performer: add one in scenarios/players/suite/{file}"
            if name not in used:
                yield f"touchpoint {name} is in no flow: add a step to a flow in scenarios/flows/"
    for name in sorted(actions.keys() - {use.name for _, use in touchpoints()}):
        kind = actions[name].__name__
        row = "which has no row: add one in contracts/konnect/<group>.py"
        yield f"action {kind} is for touchpoint {name}, {row}"
