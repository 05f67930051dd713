"""Rooms of each package, top to bottom: imports go down only.

A room is a package or a module directly inside `contracts`, `mock_oms` or `scenarios`. A test of the project
compares the imports with this order, and the guides show it with the first line of each room's docstring.
"""

from __future__ import annotations

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent

ROOMS: dict[str, tuple[str, ...]] = {
    "contracts": (
        "exploration", "machine", "checks", "docs", "openapi", "requirements", "vocabulary",
        "profile", "problems", "control", "konnect", "lifecycle", "evidence", "bounded_response", "masking",
        "plain_text", "suggest",
    ),
    "mock_oms": (
        "entry_points", "testing", "cli", "server", "app", "mutants", "web", "context", "options", "engine",
        "documents", "store", "domain", "bundle",
    ),
    "scenarios": (
        "cli", "contract", "runner", "checks", "players", "session", "report", "load", "flows", "targets",
        "language", "records", "choices", "interruption", "errors",
    ),
}  # fmt: skip
"""Package -> its rooms; `__init__` and `__main__` stand above them."""


def purposes(package: str) -> list[tuple[str, str]]:
    """Return the rooms of a package, each with its docstring's first line."""
    return [(room, _first_line(source_of(package, room))) for room in ROOMS[package]]


def source_of(package: str, room: str) -> Path:
    """Return the file whose docstring describes a room."""
    place = ROOT / package / room
    return place / "__init__.py" if place.is_dir() else place.with_suffix(".py")


def _first_line(file: Path) -> str:
    docstring = ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or ""
    return docstring.partition("\n")[0]
