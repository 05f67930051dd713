"""The generated parts of README.md: `python -m contracts.docs.readme [--check]`.

A part stands between `<!-- generated: name -->` and `<!-- /generated: name -->`; what is between them is
replaced, the rest of the file is written by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from contracts import problems, profile, vocabulary
from contracts.control import calls
from contracts.docs import diagram
from contracts.evidence import Evidence, Source
from contracts.konnect import operations
from contracts.lifecycle.table import Journey, State
from contracts.profile import DEFAULT

README = Path(__file__).resolve().parent.parent.parent / "README.md"
_PART = re.compile(
    r"(?P<open><!-- generated: (?P<name>[\w-]+) -->\n).*?(?P<close><!-- /generated: (?P=name) -->)", re.DOTALL
)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table; bars inside cells are escaped."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cell.replace('|', '&#124;') for cell in line)} |" for line in lines)


def _graded(source: Source) -> str:
    return f"[{source.evidence}]({source.url})" if source.url else str(source.evidence)


def touchpoint_table() -> str:
    """Touchpoint, call, documented and assumed codes, evidence."""
    head = ("touchpoint", "call", "documented codes", "codes of our own", "evidence")
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
    """Every error code with its meaning and evidence."""
    titles = {use.name: use.title for _, use in operations.touchpoints()}
    head = ("touchpoint", "code", "when", "evidence")
    rows = (
        (titles[row.touchpoint], f"`{row.code}`", row.meaning, _graded(row.origin)) for row in problems.ROWS
    )
    return table(head, rows)


def diagrams() -> str:
    """The sale and the return as Mermaid diagrams."""
    return "\n\n".join(f"```mermaid\n{diagram.mermaid(journey)}\n```" for journey in Journey)


def transition_table() -> str:
    """The transition table."""
    return table(("event", "from", "to", "actor", "when", "evidence"), diagram.transition_table())


def vocabulary_table() -> str:
    """State, word in the payload, filters that list it."""
    return table(("state", "`orderStatus`", "listed under"), (_state(state) for state in State))


def _state(state: State) -> tuple[str, str, str]:
    always = vocabulary.listed_under(state, False, DEFAULT)
    told = [f"`{name}`" for name in always]
    invoiced = vocabulary.listed_under(state, True, DEFAULT)
    told += [f"`{name}` (when it was invoiced)" for name in invoiced if name not in always]
    return f"`{state}`", f"`{vocabulary.word(state, DEFAULT)}`", ", ".join(told)


def profile_table() -> str:
    """Every field of the behaviour profile with its default."""
    return table(("field", "default", "what it decides", "evidence"), map(_choice, profile.described()))


def _choice(row: dict[str, object]) -> tuple[str, ...]:
    grade = f"[{row['evidence']}]({row['source']})" if row["source"] else str(row["evidence"])
    return f"`{row['field']}`", f"`{_toml(row['default'])}`", str(row["description"]), grade


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


def control_table() -> str:
    """Every call of the control plane."""
    rows = ((f"`{call.method} {call.path}`", call.does) for call in calls.CALLS)
    return table(("call", "does"), rows)


PARTS: dict[str, Callable[[], str]] = {
    "touchpoints": touchpoint_table,
    "codes": code_table,
    "lifecycle": diagrams,
    "transitions": transition_table,
    "vocabulary": vocabulary_table,
    "profile": profile_table,
    "control-plane": control_table,
}


class PartError(ValueError):
    """A marker that names no part, or a part without its markers."""


def renewed(text: str) -> str:
    """`text` with every generated part as it should be; raises `PartError`."""
    found = [match["name"] for match in _PART.finditer(text)]
    if sorted(found) != sorted(PARTS):
        raise PartError(f"README.md has the parts {sorted(found)}, expected {sorted(PARTS)}, each once")
    return _PART.sub(lambda match: f"{match['open']}{PARTS[match['name']]()}\n{match['close']}", text)


def main(arguments: list[str] | None = None, path: Path = README) -> int:
    """Rewrites the generated parts; with `--check` exit status 1 when they are not current."""
    parser = argparse.ArgumentParser(prog="python -m contracts.docs.readme", description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="change nothing, fail when a part is not current"
    )
    check = parser.parse_args(arguments).check
    text = path.read_text(encoding="utf-8")
    try:
        wanted = renewed(text)
    except PartError as error:
        print(error, file=sys.stderr)
        return 1
    if check and text != wanted:
        print("generated parts of README.md are not current: run make openapi", file=sys.stderr)
        return 1
    if not check:
        path.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
