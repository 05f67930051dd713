"""Imports are declared and locked; locks name nothing of this machine."""

from __future__ import annotations

import re
import sys
import tomllib
from importlib.metadata import packages_distributions

from tests.project.test_layers import FORBIDDEN, TEST_TOOLS, imports, sources
from tests.support.server import ROOT

LOCK = ROOT / ".ci" / "requirements.txt"
NODE_LOCK = ROOT / ".ci" / "package-lock.json"
OTHERS = {*sys.stdlib_module_names, *FORBIDDEN, *TEST_TOOLS, "_typeshed"}
"""What is not asked for: the library of Python, our packages, what only the bearers of the test tools
import, and the types that exist for type checkers alone."""
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==\S+", re.MULTILINE)


def normal(name: str) -> str:
    """A distribution's name as package indexes compare it."""
    return re.sub(r"[-_.]+", "-", name).lower()


def declared(*extras: str) -> set[str]:
    """Returns the dependencies of pyproject.toml, with the given extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*project["dependencies"]]
    for extra in extras:
        wanted += project["optional-dependencies"][extra]
    return {normal(re.split(r"[^A-Za-z0-9._-]", text, maxsplit=1)[0]) for text in wanted}


def imported() -> set[tuple[str, str]]:
    """Returns imported distributions with our files, without test tools."""
    owners = packages_distributions()
    return {
        (normal(owners.get(statement.top, [statement.top])[0]), path)
        for path, text in ((file.relative_to(ROOT).as_posix(), file.read_text("utf-8")) for file in sources())
        for statement in imports(path, text)
        if statement.top not in OTHERS
    }


BEARERS = {
    "contract": (
        "contracts/exploration",
        "contracts/machine",
        "contracts/checks/shape.py",
        "mock_oms/testing/plugin.py",
    ),
    "load": ("scenarios/load/", "scenarios/cli/chain_day.py"),
    "sql": ("mock_oms/store/sql/", "mock_oms/store/opening.py"),
}
"""What an extra brings may be imported here; elsewhere nothing needs it at run time."""


def available(path: str) -> set[str]:
    """Returns the dependencies that a file may import."""
    return declared(*(extra for extra, places in BEARERS.items() if path.startswith(places)))


def test_everything_imported_is_declared_where_it_is_needed() -> None:
    undeclared = {(name, path) for name, path in imported() if name not in available(path)}

    assert undeclared == set()


def test_everything_declared_is_locked() -> None:
    locked = set(LOCKED.findall(LOCK.read_text(encoding="utf-8")))

    assert declared(*BEARERS, "dev") - locked == set()


def test_everything_locked_has_a_checksum() -> None:
    text = LOCK.read_text(encoding="utf-8")
    entries = re.split(LOCKED.pattern, text, flags=re.MULTILINE)[2::2]

    assert len(entries) == len(LOCKED.findall(text))
    assert all("--hash=sha256:" in entry for entry in entries)


def test_the_locks_do_not_say_where_packages_came_from() -> None:
    assert re.findall(r"https?:|file:|--index|--find-links|\s/\S+", LOCK.read_text(encoding="utf-8")) == []
    assert '"resolved"' not in NODE_LOCK.read_text(encoding="utf-8")
