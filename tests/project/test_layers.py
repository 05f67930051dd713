"""The direction of imports, and what lies at the top of the repository."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.server import ROOT

TOP_LEVEL = {
    ".ci", ".git-blame-ignore-revs", ".gitignore", "CHANGELOG.md", "Makefile", "README.md", "contracts",
    "mock_oms", "pyproject.toml",
    "scenarios", "tests",
}  # fmt: skip
"""Everything that may be committed at the top of the repository."""

BEARERS_OF_TEST_TOOLS = ("contracts.exploration", "contracts.machine")
"""The only modules or packages that may import the test tools; nothing imports these two at run time."""
TEST_TOOLS = {"schemathesis", "hypothesis"}
GIT_LIMIT_S = 30

FORBIDDEN = {
    "contracts": {"flask", "requests", "granian", "click", "mock_oms", "scenarios", "tests"},
    "mock_oms": {"scenarios", "tests", *TEST_TOOLS},
    "scenarios": {"mock_oms", "tests"},
}
"""Package -> what it must never import. Beside the direction between our packages: what is true of the API
needs no server and no client."""


@dataclass(frozen=True)
class Import:
    """One import statement: file from the root, line, dotted name of what is imported, when it happens."""

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


def imports(path: str, source: str) -> Iterator[Import]:
    """Every import in a source text, wherever it stands; relative ones are made absolute."""
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
    """What a source text imports against the rules, one sentence each."""
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


def sources() -> list[Path]:
    """Every Python file of the packages that the rules are about."""
    return sorted(file for package in FORBIDDEN for file in (ROOT / package).rglob("*.py"))


def committed() -> list[str]:
    """Paths in the repository; without one (an unpacked archive) what lies there."""
    if not (ROOT / ".git").exists():
        return [entry.name for entry in ROOT.iterdir() if not entry.name.startswith((".", "__"))]
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, check=True, capture_output=True, text=True, timeout=GIT_LIMIT_S
    )
    return listed.stdout.splitlines()


def strangers(paths: Iterable[str]) -> set[str]:
    """Names at the top of the repository that do not belong there."""
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


def test_the_top_of_the_repository_holds_only_what_belongs_there() -> None:
    assert strangers(committed()) == set()


def test_a_stranger_at_the_top_is_found() -> None:
    assert strangers(["mock_oms/app.py", "README.md", "helpers/strings.py", "notes.txt"]) == {
        "helpers",
        "notes.txt",
    }
