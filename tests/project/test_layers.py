"""Directions of imports, and the files at the top of the repository."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from contracts.docs.rooms import ROOMS, purposes, source_of
from tests.support.server import ROOT

TOP_LEVEL = {
    ".ci", ".git-blame-ignore-revs", ".gitignore", "CHANGELOG.md", "LICENSE", "Makefile", "README.md",
    "contracts", "mock_oms", "pyproject.toml", "scenarios", "tests",
}  # fmt: skip
"""Everything that may be committed at the top of the repository."""

BEARERS_OF_TEST_TOOLS = ("contracts.exploration", "contracts.machine")
"""The only packages that may import test tools.

Nothing imports these two at run time."""
TEST_TOOLS = {"schemathesis", "hypothesis"}
GIT_LIMIT_S = 30
OUTSIDE_MAX = 8
"""Modules that may lie directly in a package, outside its rooms."""
NO_ROOMS = {"__init__", "__main__"}

FORBIDDEN = {
    "contracts": {"flask", "requests", "granian", "click", "mock_oms", "scenarios", "tests"},
    "mock_oms": {"scenarios", "tests", *TEST_TOOLS},
    "scenarios": {"mock_oms", "tests"},
}
"""Package -> names that it must never import.

Beside the direction between packages: the contract needs no server and no client."""


@dataclass(frozen=True)
class Import:
    """One import statement.

    `path` is the file, from the root; `module` the imported name; `on_load` is false inside a function.
    """

    path: str
    line: int
    module: str
    on_load: bool

    @property
    def package(self) -> str:
        """The package that imports."""
        return self.path.split("/", 1)[0]

    @property
    def top(self) -> str:
        """The package that is imported."""
        return self.module.split(".", 1)[0]

    @property
    def room(self) -> str:
        """The second part of the imported name."""
        return [*self.module.split("."), ""][1]


def imports(path: str, source: str) -> Iterator[Import]:
    """Yield every import of a source text; relative ones become absolute."""
    tree = ast.parse(source)
    later = set(_inside_functions(tree))
    for node in ast.walk(tree):
        for module in _imported(path, node):
            yield Import(path, getattr(node, "lineno", 0), module, node not in later)


def _inside_functions(tree: ast.AST) -> Iterator[ast.AST]:
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from (inner for inner in ast.walk(node) if inner is not node)


def _imported(path: str, node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        parents = path.split("/")[: -node.level] if node.level else []
        base = ".".join([*parents, *([node.module] if node.module else [])])
        return [f"{base}.{alias.name}" for alias in node.names]
    return []


def violations(path: str, source: str) -> list[str]:
    """Describe the forbidden imports of a source text, one sentence each."""
    return [
        f"{found.path}:{found.line} imports {found.module}: {reason}"
        for found in imports(path, source)
        if (reason := _reason_against(found))
    ]


def _reason_against(found: Import) -> str | None:
    if found.top in FORBIDDEN.get(found.package, ()):
        return f"{found.package} may not know {found.top}"
    if _is_bearer(found.path.removesuffix(".py").replace("/", ".")):
        return None
    lazily = found.package == "scenarios" and not found.on_load
    if (found.top in TEST_TOOLS or _is_bearer(found.module)) and not lazily:
        return "test tools are not there at run time"
    return None


def _is_bearer(module: str) -> bool:
    return any(module == bearer or module.startswith(f"{bearer}.") for bearer in BEARERS_OF_TEST_TOOLS)


def climbs(path: str, source: str) -> list[str]:
    """Describe the imports that go up, one sentence each.

    An import inside a function counts too: it needs the other room just as much.
    """
    package, *inner = path.removesuffix(".py").split("/")
    rooms = ROOMS[package]
    here = inner[0]
    if here in NO_ROOMS:
        return []
    if here not in rooms:
        return [f"{path} lies in no room of contracts/docs/rooms.py"]
    allowed = rooms[rooms.index(here) :]
    return [
        f"{found.path}:{found.line} imports {found.module}: {found.room} is above {here}"
        for found in imports(path, source)
        if found.top == package and found.room in rooms and found.room not in allowed
    ]


def sources() -> list[Path]:
    """List the Python files of the packages that have rules."""
    return sorted(file for package in FORBIDDEN for file in (ROOT / package).rglob("*.py"))


def committed() -> list[str]:
    """List committed paths; in an unpacked archive, the files there."""
    if not (ROOT / ".git").exists():
        return [entry.name for entry in ROOT.iterdir() if not entry.name.startswith((".", "__"))]
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=GIT_LIMIT_S
    )
    return listed.stdout.splitlines()


def strangers(paths: Iterable[str]) -> set[str]:
    """Return unexpected names at the top of the repository."""
    return {path.split("/", 1)[0] for path in paths} - TOP_LEVEL


def test_imports_point_in_the_allowed_direction_only() -> None:
    found = [
        sentence
        for file in sources()
        for sentence in violations(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    ]

    assert found == []


def test_the_check_looks_at_both_packages() -> None:
    looked_at = {file.relative_to(ROOT).parts[0] for file in sources()}

    assert {"contracts", "mock_oms"} <= looked_at


@pytest.mark.parametrize(
    ("path", "source", "culprit"),
    [
        ("contracts/konnect/models.py", "import flask", "flask"),
        ("contracts/konnect/models.py", "from requests import Session", "requests.Session"),
        (
            "contracts/profile.py",
            "def late():\n    from mock_oms.app import create_app",
            "mock_oms.app.create_app",
        ),
        ("contracts/konnect/models.py", "import hypothesis.strategies", "hypothesis.strategies"),
        ("contracts/profile.py", "from . import exploration", "contracts.exploration"),
        ("contracts/exploration.py", "import mock_oms", "mock_oms"),
        ("contracts/machine/moves.py", "import mock_oms", "mock_oms"),
        ("contracts/machinery.py", "import hypothesis", "hypothesis"),
        ("mock_oms/engine/firing.py", "import scenarios.language.flow", "scenarios.language.flow"),
        ("mock_oms/engine/firing.py", "from contracts.machine import Machine", "contracts.machine.Machine"),
        ("mock_oms/app.py", "if True:\n    import schemathesis", "schemathesis"),
        ("scenarios/runner/run.py", "def run():\n    import mock_oms.app", "mock_oms.app"),
        ("scenarios/report/contract.py", "from contracts import exploration", "contracts.exploration"),
    ],
)
def test_an_import_in_a_wrong_direction_is_found(path: str, source: str, culprit: str) -> None:
    (sentence,) = violations(path, source)

    assert sentence.startswith(f"{path}:{source.count(chr(10)) + 1} imports {culprit}: ")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("contracts/exploration.py", "import schemathesis"),
        ("contracts/machine.py", "from hypothesis import strategies\nfrom contracts import exploration"),
        ("contracts/machine/rules.py", "from hypothesis import strategies\nfrom . import model"),
        (
            "mock_oms/app.py",
            "import flask\nfrom contracts.konnect.shipment import Shipment\nfrom . import tenant",
        ),
        (
            "scenarios/flows/orders/sale.py",
            "import requests\nfrom contracts.konnect.shipment import Shipment",
        ),
        ("scenarios/report/contract.py", "def contract():\n    from contracts import exploration"),
    ],
)
def test_an_import_in_an_allowed_direction_passes(path: str, source: str) -> None:
    assert violations(path, source) == []


def test_imports_between_rooms_go_down_only() -> None:
    found = [
        sentence
        for file in sources()
        for sentence in climbs(file.relative_to(ROOT).as_posix(), file.read_text(encoding="utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    ("path", "source", "culprit"),
    [
        ("mock_oms/store/memory/store.py", "from mock_oms.engine import fire", "mock_oms.engine.fire"),
        ("mock_oms/domain/tenant.py", "def late():\n    import mock_oms.web", "mock_oms.web"),
        ("mock_oms/context.py", "if TYPE_CHECKING:\n    from mock_oms import app", "mock_oms.app"),
        ("mock_oms/web/call.py", "from ..cli import main", "mock_oms.cli.main"),
        ("scenarios/records/fold.py", "from scenarios.report import build", "scenarios.report.build"),
        ("contracts/evidence.py", "from . import problems", "contracts.problems"),
    ],
)
def test_an_import_that_goes_up_is_found(path: str, source: str, culprit: str) -> None:
    (sentence,) = climbs(path, source)

    assert sentence.startswith(f"{path}:{source.count(chr(10)) + 1} imports {culprit}: ")


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("mock_oms/web/call.py", "from mock_oms.domain.tenant import Tenant\nfrom . import request"),
        ("mock_oms/web/call.py", "from mock_oms import __version__\nfrom contracts import profile"),
        ("mock_oms/__main__.py", "from mock_oms import entry_points"),
        ("scenarios/runner/run.py", "def late():\n    from scenarios.records import fold"),
    ],
)
def test_an_import_that_goes_down_passes(path: str, source: str) -> None:
    assert climbs(path, source) == []


def test_a_module_without_a_room_is_found() -> None:
    assert climbs("mock_oms/strings.py", "") == [
        "mock_oms/strings.py lies in no room of contracts/docs/rooms.py"
    ]


@pytest.mark.parametrize(
    ("package", "room"), [(package, room) for package in ROOMS for room in ROOMS[package]]
)
def test_every_room_is_there(package: str, room: str) -> None:
    assert source_of(package, room).is_file()


@pytest.mark.parametrize("package", ROOMS)
def test_every_room_says_what_it_is_for(package: str) -> None:
    said = dict(purposes(package))

    assert list(said) == list(ROOMS[package])
    assert all(said.values())
    assert len(set(said.values())) == len(said)


@pytest.mark.parametrize("package", ROOMS)
def test_few_modules_of_a_package_lie_outside_its_rooms(package: str) -> None:
    outside = [file.name for file in (ROOT / package).glob("*.py") if file.stem not in NO_ROOMS]

    assert len(outside) <= OUTSIDE_MAX, outside


def test_the_top_of_the_repository_holds_only_what_belongs_there() -> None:
    assert strangers(committed()) == set()


def test_a_stranger_at_the_top_is_found() -> None:
    assert strangers(["mock_oms/app.py", "README.md", "helpers/strings.py", "notes.txt"]) == {
        "helpers",
        "notes.txt",
    }
