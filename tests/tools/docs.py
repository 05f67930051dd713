"""Writes the generated parts of the guides: `python -m tests.tools.docs [--check]`.

A part stands between `<!-- generated: name -->` and `<!-- /generated: name -->`. The text between the two
markers is replaced; everything else in the file is written by hand.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from contracts.docs import tables
from mock_oms.cli import main as mock_oms
from tests.support.server import ROOT

Parts = Mapping[str, Callable[[], str]]
_PART = re.compile(
    r"(?P<open><!-- generated: (?P<name>[\w-]+) -->\n).*?(?P<close><!-- /generated: (?P=name) -->)", re.DOTALL
)
_DEFAULT = re.compile(r"(?P<help>.*?)(?: \[default: (?P<default>.*)\])?", re.DOTALL)


def options_table() -> str:
    """Return every option of `mock-oms serve` with its default."""
    rows = []
    for parameter in mock_oms.commands["serve"].params:
        flag = parameter.opts[0]
        found = _DEFAULT.fullmatch(getattr(parameter, "help", None) or "")
        assert found is not None
        default = f"`{found['default']}`" if found["default"] else "-"
        rows.append((f"`{flag} {parameter.metavar}`", default, found["help"]))
    return tables.table(("option", "default", "meaning"), rows)


def rooms_table() -> str:
    """Return every room of `mock_oms` with its purpose."""
    rooms = sorted(path.parent for path in (ROOT / "mock_oms").glob("*/__init__.py"))
    return tables.table(("room", "purpose"), ((f"`{room.name}/`", _purpose(room)) for room in rooms))


def _purpose(room: Path) -> str:
    text = (room / "__init__.py").read_text(encoding="utf-8")
    return text.split('"""')[1].splitlines()[0].rstrip(".")


GUIDES: dict[str, Parts] = {
    "README.md": {"covered": tables.covered_table, "grades": tables.grade_table},
    "contracts/REFERENCE.md": {
        "touchpoints": tables.touchpoint_table,
        "codes": tables.code_table,
        "lifecycle": tables.diagrams,
        "transitions": tables.transition_table,
        "vocabulary": tables.vocabulary_table,
        "profile": tables.profile_table,
    },
    "mock_oms/README.md": {
        "rooms": rooms_table,
        "options": options_table,
        "control": tables.control_table,
    },
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
