"""The built wheel works beside packages of the same names."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from mock_oms import __version__
from mock_oms.bundle import activate, folder
from tests.support.server import ROOT, clean_environment, start_server

pytestmark = pytest.mark.xdist_group("wheel")

BUILD_LIMIT_S = 120
INSTALL_LIMIT_S = 120
HOSTILE = 'raise RuntimeError("the package {name} of somebody else was imported")\n'
"""What the packages of somebody else do when they are imported."""
THEIRS = ("contracts", "scenarios")


@dataclass(frozen=True)
class Installed:
    """A fresh environment with the wheel, and a foreign working folder."""

    python: Path
    command: Path
    packages: Path
    workplace: Path
    wheel: Path

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        """Run a command of the environment in the hostile folder."""
        return subprocess.run(
            [str(argument) for argument in arguments],
            cwd=self.workplace,
            env=clean_environment(),
            capture_output=True,
            text=True,
            timeout=INSTALL_LIMIT_S,
            check=False,
        )


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """The wheel in a fresh environment, beside hostile packages."""
    place = tmp_path_factory.mktemp("wheel")
    wheel = build_wheel(place / "dist")
    venv.create(place / "venv", symlinks=True, with_pip=False)
    python = place / "venv" / "bin" / "python"
    packages = Path(ask(python, "import sysconfig; print(sysconfig.get_path('purelib'))"))
    install(wheel, python)
    # The libraries are those of the running environment: the same versions, and nothing is downloaded.
    (packages / "libraries.pth").write_text("\n".join(library_folders()), encoding="utf-8")
    workplace = place / "workplace"
    workplace.mkdir()
    write_hostile(packages, THEIRS)
    write_hostile(workplace, (*THEIRS, "mock_oms"))
    return Installed(python, python.with_name("mock-oms"), packages, workplace, wheel)


def build_wheel(target: Path) -> Path:
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(target)],
        cwd=ROOT,
        check=True,
        capture_output=True,
        timeout=BUILD_LIMIT_S,
    )
    (wheel,) = target.glob("*.whl")
    return wheel


def install(wheel: Path, python: Path) -> None:
    """Uses the pip of the running environment; the fresh one has none."""
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check"]
    subprocess.run(
        [*pip, "install", "--quiet", "--no-index", "--no-deps", str(wheel)],
        check=True,
        capture_output=True,
        timeout=INSTALL_LIMIT_S,
    )


def library_folders() -> list[str]:
    """Where the running environment has its libraries."""
    return sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})


def ask(python: Path, program: str) -> str:
    """What a program prints in an environment."""
    told = subprocess.run(
        [str(python), "-c", program], check=True, capture_output=True, text=True, timeout=INSTALL_LIMIT_S
    )
    return told.stdout.strip()


def write_hostile(place: Path, names: Iterable[str]) -> None:
    for name in names:
        package = place / name
        package.mkdir()
        (package / "__init__.py").write_text(HOSTILE.format(name=name), encoding="utf-8")


def listing(place: Path) -> dict[str, str]:
    """Every file of a folder with its text."""
    return {
        str(file.relative_to(place)): file.read_text(encoding="utf-8")
        for file in sorted(place.rglob("*"))
        if file.is_file()
    }


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_adds_one_top_level_name(installed: Installed) -> None:
    top = {name.split("/", 1)[0] for name in names_in(installed.wheel)}

    assert top == {"mock_oms", f"mock_oms-{__version__}.dist-info"}


def test_the_wheel_carries_everything_that_is_committed(installed: Installed) -> None:
    carried = set(names_in(installed.wheel))
    expected = {
        wheel_path(file.relative_to(ROOT))
        for package in ("contracts", "mock_oms", "scenarios")
        for file in (ROOT / package).rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }

    assert expected - carried == set()
    assert any(name.endswith(".ttf") for name in carried)
    assert "mock_oms/_bundle/contracts/konnect.openapi.json" in carried


def test_the_source_archive_carries_the_licence(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist", "--directory", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=BUILD_LIMIT_S)

    with tarfile.open(tmp_path / f"mock_oms-{__version__}.tar.gz") as archive:
        licence = archive.extractfile(f"mock_oms-{__version__}/LICENSE")
        assert licence is not None
        assert licence.read() == (ROOT / "LICENSE").read_bytes()


def test_the_wheel_carries_the_licence(installed: Installed) -> None:
    licence = f"mock_oms-{__version__}.dist-info/licenses/LICENSE"

    with zipfile.ZipFile(installed.wheel) as archive:
        assert archive.read(licence) == (ROOT / "LICENSE").read_bytes()


def wheel_path(path: Path) -> str:
    return path.as_posix() if path.parts[0] == "mock_oms" else f"mock_oms/_bundle/{path.as_posix()}"


def test_the_installed_server_works_in_a_folder_with_hostile_packages(installed: Installed) -> None:
    before = listing(installed.workplace)

    with start_server(command=[str(installed.command)], cwd=installed.workplace) as server:
        waited = installed.run(installed.command, "wait", server.url)
        placed = installed.run(installed.command, "order", "place", "--url", server.url)
        orders = "/oms/v3/shipment?orderStatus=CREATED&locationCode=STORE-1"
        listed = installed.run(installed.command, "get", orders, "--url", server.url)

    assert waited.returncode == 0, waited.stderr
    assert placed.returncode == 0, placed.stderr
    assert listed.returncode == 0, listed.stderr
    assert placed.stdout.split()[0] in listed.stdout
    assert listing(installed.workplace) == before


def test_the_installed_server_keeps_everything_in_a_new_file(installed: Installed, tmp_path: Path) -> None:
    file = tmp_path / "kept.db"
    start = partial(
        start_server,
        "--store",
        f"sqlite:///{file}",
        command=[str(installed.command)],
        cwd=installed.workplace,
    )
    with start() as server:
        assert server.get("/_control/tenants/default")[0] == 200
        token = json.loads(server.get("/aggregator/v1/token?username=default&password=default")[1])
    with start() as server:
        header = {"x_access_token": token["accessToken"]}
        assert server.get("/oms/v3/shipment?orderId=1", **header) == (200, b"[]")


def test_the_installed_scenarios_run_in_a_folder_with_hostile_packages(
    installed: Installed, tmp_path: Path
) -> None:
    before = listing(installed.workplace)
    command = installed.command.with_name("oms-scenarios")

    ran = installed.run(command, "run", "PAS-S-01", "--target", "mock", "--out", tmp_path / "evidence")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert (tmp_path / "evidence" / "run.jsonl").stat().st_size > 0
    assert listing(installed.workplace) == before


def test_their_packages_stay_theirs_outside_our_commands(installed: Installed) -> None:
    for name in THEIRS:
        imported = installed.run(installed.python, "-P", "-c", f"import mock_oms, {name}")

        assert f"the package {name} of somebody else was imported" in imported.stderr


def test_the_installed_version_is_told(installed: Installed) -> None:
    assert installed.run(installed.command, "--version").stdout == f"mock-oms, version {__version__}\n"


def test_a_foreign_package_that_is_imported_already_is_an_error_that_says_so(installed: Installed) -> None:
    foreign = installed.workplace.parent / "foreign" / "contracts"
    foreign.mkdir(parents=True)
    (foreign / "__init__.py").touch()
    program = (
        f"import sys; sys.path.insert(0, {str(foreign.parent)!r}); import contracts;"
        "from mock_oms.bundle import activate; activate()"
    )

    ended = installed.run(installed.python, "-P", "-c", program)

    last = ended.stderr.strip().splitlines()[-1]
    assert ended.returncode == 1
    assert last.startswith("ImportError: mock-oms needs its own package 'contracts' from ")
    assert f"has already imported another one from {os.fspath(foreign)}" in last


def test_in_a_checkout_our_folder_is_its_root_and_comes_first() -> None:
    path = list(sys.path)
    try:
        activate()
        activate()

        assert folder() == ROOT
        assert sys.path[0] == str(ROOT)
        assert sys.path.count(str(ROOT)) == 1
    finally:
        sys.path[:] = path


def test_an_editable_install_copies_nothing(tmp_path: Path) -> None:
    program = f"from hatchling.build import build_editable; print(build_editable({str(tmp_path)!r}))"
    subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, check=True, capture_output=True, timeout=BUILD_LIMIT_S
    )
    (wheel,) = tmp_path.glob("*.whl")

    outside = [name for name in names_in(wheel) if ".dist-info/" not in name]
    assert outside == ["_mock_oms.pth"]
