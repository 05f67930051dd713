"""Writes the generated parts of the guides: `python -m tests.tools.docs [--check]`.

A part stands between `<!-- generated: name -->` and `<!-- /generated: name -->`. The text between the two
markers is replaced; everything else in the file is written by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from contracts.docs import tables
from contracts.docs.rooms import purposes, source_of
from mock_oms.server import options
from tests.support.server import ROOT

Parts = Mapping[str, Callable[[], str]]
_PART = re.compile(
    r"(?P<open><!-- generated: (?P<name>[\w-]+) -->\n).*?(?P<close><!-- /generated: (?P=name) -->)", re.DOTALL
)


COMMON = ("port", "host", "store", "invoice_mode", "credit_note_mode", "seed", "profile", "control_key_file")
"""Options that most users need, by name."""


def settings_table() -> str:
    """Return the common options of `mock-oms serve`, in short."""
    rows = {row.name: (_flag(row), _default(row), row.meaning) for row in options.rows()}
    return tables.table(("option", "default", "meaning"), (rows[name] for name in COMMON))


def options_table() -> str:
    """Return every option of `mock-oms serve` with its variable and default."""
    rows = ((_flag(row), f"`{row.variable}`", _default(row), row.meaning) for row in options.rows())
    return tables.table(("option", "variable", "default", "meaning"), rows)


def _flag(row: options.Row) -> str:
    return f"`{row.flag} {row.metavar}`"


def _default(row: options.Row) -> str:
    return f"`{row.default}`" if row.default else "-"


def rooms_table(package: str) -> str:
    """Return every room of a package, top to bottom, with its purpose."""
    rows = ((f"`{_place(package, room)}`", purpose) for room, purpose in purposes(package))
    return tables.table(("room", "purpose"), rows)


def _place(package: str, room: str) -> str:
    file = source_of(package, room)
    return f"{room}/" if file.name == "__init__.py" else file.name


GUIDES: dict[str, Parts] = {
    "README.md": {"settings": settings_table, "grades": tables.grade_table},
    "contracts/REFERENCE.md": {
        "touchpoints": tables.touchpoint_table,
        "codes": tables.code_table,
        "lifecycle": tables.diagrams,
        "transitions": tables.transition_table,
        "vocabulary": tables.vocabulary_table,
        "reasons": tables.reason_table,
        "profile": tables.profile_table,
        "facts": tables.fact_table,
    },
    "contracts/README.md": {"rooms": partial(rooms_table, "contracts")},
    "mock_oms/README.md": {
        "rooms": partial(rooms_table, "mock_oms"),
        "options": options_table,
        "control": tables.control_table,
    },
    "scenarios/README.md": {"rooms": partial(rooms_table, "scenarios")},
}
"""File, by its path in the repository, -> its generated parts by name."""


class PartError(ValueError):
    """A marker without a part, or a part without its markers."""


def renewed(path: str, text: str) -> str:
    """Return the text of a guide with every part current; raises `PartError`."""
    parts = GUIDES[path]
    found = [match["name"] for match in _PART.finditer(text)]
    if sorted(found) != sorted(parts):
        raise PartError(f"{path} has the parts {sorted(found)}, expected {sorted(parts)}, each once")
    return _PART.sub(lambda match: f"{match['open']}{parts[match['name']]()}\n{match['close']}", text)


def main(arguments: list[str] | None = None, root: Path = ROOT) -> int:
    """Rewrite the generated parts, or only compare them with `--check`.

    Returns the exit status: 1 if a part is out of date or its markers are missing.
    """
    parser = argparse.ArgumentParser(prog="python -m tests.tools.docs", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail if a part is out of date")
    check = parser.parse_args(arguments).check
    return max(_renew(root / path, path, check) for path in GUIDES)


def _renew(file: Path, path: str, check: bool) -> int:
    text = file.read_text(encoding="utf-8")
    try:
        wanted = renewed(path, text)
    except PartError as error:
        print(error, file=sys.stderr)
        return 1
    if check and text != wanted:
        print(f"generated parts of {path} are out of date: run make openapi", file=sys.stderr)
        return 1
    if not check:
        file.write_text(wanted, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
