"""The lifecycle as Mermaid diagrams and cells of a table."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from contracts.lifecycle.queries import grow, journey_of
from contracts.lifecycle.table import CONDITIONS, PICK_AT_STORE, TABLE, Journey, State, Transition
from contracts.profile import DEFAULT

_MODES = ("invoice_mode", "credit_note_mode")


def default_conditions() -> dict[str, object]:
    """Return the conditions of the default profile, without the modes."""
    switches = {name: getattr(DEFAULT, name) for name in CONDITIONS if name not in {"order_type", *_MODES}}
    return {"order_type": PICK_AT_STORE, **switches}


def mermaid(journey: Journey, fixed: Mapping[str, object] | None = None) -> str:
    """Return a `stateDiagram-v2` of the sale or of the return.

    `fixed` holds conditions with a known value; by default those of the default profile. Rows that need
    another value are left out. The label of a row names every other condition that it needs.
    """
    known = default_conditions() if fixed is None else fixed
    possible = [row for row in TABLE if _possible(row, known)]
    moves = [(row.source, row.target) for row in possible]
    seen = grow({target for source, target in moves if source is None}, moves)
    rows = [row for row in possible if journey_of(row.target) == journey and row.source in (None, *seen)]
    lines = ["stateDiagram-v2", "    direction LR"]
    lines += [f"    {row.source or '[*]'} --> {row.target}: {_label(row, known)}" for row in rows]
    lines += [f"    {state} --> [*]" for state in _rests(rows)]
    return "\n".join(lines)


def _possible(row: Transition, known: Mapping[str, object]) -> bool:
    return all(known.get(name, value) == value for name, value in row.when.items())


def _label(row: Transition, known: Mapping[str, object]) -> str:
    label = f"{row.event} ({row.actor})"
    open_conditions = {name: value for name, value in row.when.items() if name not in known}
    return f"{label}, {when(open_conditions)}" if open_conditions else label


def when(conditions: Mapping[str, object]) -> str:
    """Return conditions in words: `invoice mode fynd`, `hand_over_before_invoice on`."""
    return " and ".join(_in_words(name, value) for name, value in conditions.items())


def _in_words(name: str, value: object) -> str:
    if isinstance(value, bool):
        return f"{name} {'on' if value else 'off'}"
    return f"{name.replace('_', ' ')} {value}"


def _rests(rows: Iterable[Transition]) -> list[State]:
    seen = dict.fromkeys(state for row in rows for state in (row.source, row.target) if state)
    return [state for state in seen if state.final]


def transition_table() -> list[tuple[str, ...]]:
    """Return every transition as cells.

    The cells are event, source, target, actor, conditions and evidence.
    """
    return [_cells(row) for row in TABLE]


def _cells(row: Transition) -> tuple[str, ...]:
    conditions = {name: value for name, value in row.when.items() if name != "order_type"}
    grade = str(row.origin.evidence)
    return (
        f"`{row.event}`",
        f"`{row.source}`" if row.source else "-",
        f"`{row.target}`",
        str(row.actor),
        when(conditions) or "always",
        f"[{grade}]({row.origin.url})" if row.origin.url else grade,
    )
