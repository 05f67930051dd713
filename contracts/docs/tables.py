"""Tables and diagrams of the guides, computed from the rows of `contracts`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from contracts import problems, profile, requirements, vocabulary
from contracts.control import calls
from contracts.docs import diagram
from contracts.docs.facts import FACTS, Fact
from contracts.evidence import Evidence, Source
from contracts.konnect import operations
from contracts.konnect.orders import CANCEL_ORIGIN, CANCEL_REASONS
from contracts.konnect.returns import REASON_ORIGINS, RETURN_REASONS
from contracts.lifecycle.table import TABLE, Journey, State
from contracts.profile import DEFAULT

BAR = r"\|"
"""A bar inside a cell, also inside code."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table; bars inside cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', BAR) for cell in line)} |" for line in lines)


def _graded(source: Source) -> str:
    return f"[{source.evidence}]({source.url})" if source.url else str(source.evidence)


def touchpoint_table() -> str:
    """Return touchpoint, call, documented codes, our codes and evidence."""
    head = ("touchpoint", "call", "documented codes", "our codes", "evidence")
    return table(head, (_touchpoint(row, use) for row, use in operations.touchpoints()))


def _touchpoint(row: operations.Operation, use: operations.Touchpoint) -> tuple[str, ...]:
    found = problems.rows_of(use.name)
    documented = [line.code for line in found if line.origin.evidence is Evidence.DOCUMENTED]
    others = [line.code for line in found if line.code not in documented]
    call = f"`{row.method} {row.path}`"
    return use.title, call, _codes(documented), _codes(others), _graded(use.origin)


def _codes(codes: Iterable[str]) -> str:
    return " ".join(f"`{code}`" for code in dict.fromkeys(codes)) or "-"


def code_table() -> str:
    """Return every error code with its meaning and evidence."""
    titles = {use.name: use.title for _, use in operations.touchpoints()}
    head = ("touchpoint", "code", "when", "evidence")
    rows = (
        (titles[row.touchpoint], f"`{row.code}`", row.meaning, _graded(row.origin)) for row in problems.ROWS
    )
    return table(head, rows)


def diagrams() -> str:
    """Return the sale and the return as Mermaid diagrams."""
    return "\n\n".join(f"```mermaid\n{diagram.mermaid(journey)}\n```" for journey in Journey)


def transition_table() -> str:
    """Return every transition with its actor, conditions and evidence."""
    return table(("event", "from", "to", "actor", "when", "evidence"), diagram.transition_table())


def vocabulary_table() -> str:
    """Return each state with its word in the payload and its filters."""
    return table(("state", "`orderStatus`", "listed under"), (_state(state) for state in State))


def _state(state: State) -> tuple[str, str, str]:
    always = vocabulary.listed_under(state, False, DEFAULT)
    names = [f"`{name}`" for name in always]
    invoiced = vocabulary.listed_under(state, True, DEFAULT)
    names += [f"`{name}` (if invoiced)" for name in invoiced if name not in always]
    return f"`{state}`", f"`{vocabulary.word(state, DEFAULT)}`", ", ".join(names)


def reason_table() -> str:
    """Return every reason code with its call and evidence."""
    codes = [("Order cancellation", code, "-", CANCEL_ORIGIN) for code in CANCEL_REASONS]
    codes += [
        ("Return and QC", slug, bucket, REASON_ORIGINS[slug])
        for bucket, slugs in RETURN_REASONS.items()
        for slug in slugs
    ]
    head = ("touchpoint", "`reasonCode`", "condition", "evidence")
    return table(head, ((use, f"`{code}`", kind, _graded(origin)) for use, code, kind, origin in codes))


def fact_table() -> str:
    """Return every further fact with its grade and use."""
    return table(("fact", "here", "decides", "evidence"), map(_fact, FACTS))


def _fact(fact: Fact) -> tuple[str, ...]:
    return fact.text, fact.use, ", ".join(f"`{row}`" for row in fact.rows) or "-", _graded(fact.origin)


def profile_table() -> str:
    """Return every field of the behaviour profile with its default."""
    return table(("field", "default", "what it decides", "evidence"), map(_choice, profile.described()))


def _choice(row: dict[str, object]) -> tuple[str, ...]:
    grade = f"[{row['evidence']}]({row['source']})" if row["source"] else str(row["evidence"])
    return f"`{row['field']}`", f"`{_toml(row['default'])}`", str(row["description"]), grade


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def control_table() -> str:
    """Return every call of the control plane."""
    rows = ((f"`{call.method} {call.path}`", call.does) for call in calls.CALLS)
    return table(("call", "does"), rows)


_MEANING = {
    Evidence.DOCUMENTED: "read in Fynd's Konnect documentation",
    Evidence.PLATFORM: "read in other Fynd material about the same OMS",
    Evidence.LEGACY: "read in third-party summaries, or in code for the previous generation of the API",
    Evidence.ASSUMED: "published nowhere: our choice",
}


def grade_table() -> str:
    """Return each grade of evidence with its number of rows per kind."""
    counts = [Counter(source.evidence for source in sources) for sources in _graded_rows().values()]
    head = ("grade", "means", *_graded_rows())
    return table(
        head, ((f"{grade}", text, *(str(c[grade]) for c in counts)) for grade, text in _MEANING.items())
    )


def _graded_rows() -> dict[str, list[Source]]:
    wire = [operations.origin_of(model, name) for model in operations.FIELDS for name in model.model_fields]
    return {
        "statements": [row.source for row in requirements.REQUIREMENTS],
        "touchpoints": [use.origin for _, use in operations.touchpoints()],
        "fields": wire,
        "transitions": [row.origin for row in TABLE],
        "codes": [row.origin for row in problems.ROWS],
    }
