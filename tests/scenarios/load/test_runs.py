"""Load runs from the command line: Locust processes against a served mock."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from scenarios.load.call import TITLES
from scenarios.load.results import Numbers, read
from tests.support.server import ROOT, clean_environment, start_server

pytestmark = pytest.mark.xdist_group("processes")

LIMIT_S = 120
KEY = "a-key-of-this-test"
KEY_VARIABLE = "MOCK_OMS_CONTROL_KEY"
SHOP_CALLS = {"shop: place orders", "shop: hand over", "shop: start return"}
LOCUSTFILE = ROOT / "scenarios" / "load" / "locustfile.py"


def python(
    *arguments: str, folder: Path = ROOT, variables: Mapping[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=clean_environment(variables),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


def load(folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "scenarios", "load", "--out", str(folder), *arguments, variables=variables)


def tenants(url: str, key: str) -> list[str]:
    request = Request(f"{url}/_control/tenants", headers={"x-control-key": key})  # noqa: S310 - our own server
    with urlopen(request, timeout=LIMIT_S) as answer:  # noqa: S310
        return [tenant["tenant"] for tenant in json.load(answer)["tenants"]]


@contextmanager
def integrator(url: str) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.support.integrator_system", url, "nothing"]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield
    finally:
        process.kill()
        process.wait(LIMIT_S)


def names(numbers: Numbers) -> set[str]:
    return {row.name for row in numbers.calls}


def test_locust_finds_both_kinds_of_users_beside_packages_of_our_names(tmp_path: Path) -> None:
    for name in ("contracts", "scenarios", "mock_oms"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "__init__.py").write_text("raise RuntimeError('this is not ours')\n")

    told = python("-m", "locust", "-f", str(LOCUSTFILE), "--list", folder=tmp_path)

    assert told.returncode == 0, told.stderr
    assert {"JourneyUser", "ShopUser"} <= set(told.stdout.split())


@pytest.mark.parametrize(
    ("arguments", "variables", "said"),
    [
        (["--mix", "shops"], {}, "argument --mix: 'shops' is not one of 'journeys', 'shop'."),
        ([], {"OMS_LOAD_BATCH": "99"}, "argument --batch: 99 is not in the range 1<=x<=20."),
    ],
)
def test_locust_takes_our_options_from_the_command_line_and_from_variables(
    arguments: list[str], variables: dict[str, str], said: str
) -> None:
    told = python("-m", "locust", "-f", str(LOCUSTFILE), "--headless", *arguments, variables=variables)

    assert told.returncode == 2
    assert said in told.stderr


def test_nothing_but_the_locustfile_patches_its_process() -> None:
    told = python(
        "-c",
        "import scenarios.cli.main, scenarios.load.journey, scenarios.load.tenants, sys\n"
        "print(sorted({'gevent', 'locust', 'geventhttpclient'} & set(sys.modules)))",
    )

    assert told.stdout.strip() == "[]", told.stderr


def test_whole_journeys_of_several_processes_leave_numbers_and_no_companies(tmp_path: Path) -> None:
    with start_server(environment={KEY_VARIABLE: KEY}) as server:
        refused = load(tmp_path / "no-key", "--target", server.url, "--users", "1", "--for", "1s")
        done = load(
            tmp_path,
            "--target",
            server.url,
            "--users",
            "4",
            "--for",
            "4s",
            "--returns",
            "50",
            MOCK_OMS_CONTROL_KEY=KEY,
        )
        left = tenants(server.url, KEY)

    assert refused.returncode == 2
    assert f"requires a key: set {KEY_VARIABLE}" in refused.stderr
    assert done.returncode == 0, done.stdout + done.stderr
    numbers = read(tmp_path / "load.json")
    assert numbers.failed == 0
    assert numbers.facts["Processes"] == "2"
    assert names(numbers) <= {*TITLES.values(), *SHOP_CALLS}
    assert {
        "Order confirmation",
        "Update invoice",
        "Customer invoice",
        "Return and QC",
        "Get returns",
    } <= names(numbers)
    assert sum(second.calls for second in numbers.seconds) == numbers.total.calls
    assert left == ["default"]
    assert all(KEY not in file.read_text(encoding="utf-8") for file in tmp_path.rglob("*") if file.is_file())


def test_a_defect_of_the_mock_is_a_failure_with_its_reason(tmp_path: Path) -> None:
    done = load(tmp_path, "--mutant", "invoice-lost", "--users", "2", "--for", "2s", "--processes", "1")

    assert done.returncode == 1, done.stdout + done.stderr
    told = {(failure.name, failure.message) for failure in read(tmp_path / "load.json").failures}
    assert told == {("Get orders", "1 of 1 orders not found under PROCESSING")}
    assert "1 of 1 orders not found under PROCESSING" in (tmp_path / "report.html").read_text(
        encoding="utf-8"
    )


def test_beside_a_system_under_test_its_own_times_are_measured(tmp_path: Path, server_url: str) -> None:
    with integrator(server_url):
        done = load(
            tmp_path,
            *("--target", server_url, "--mix", "shop", "--users", "2", "--for", "2s"),
            *("--orders-per-minute", "120", "--returns", "50", "--processes", "1"),
        )

    assert done.returncode == 0, done.stdout + done.stderr
    rows = {row.name: row for row in read(tmp_path / "load.json").system}
    assert list(rows) == [
        "system: confirms an order",
        "system: invoices an order",
        "system: accepts a return",
        "system: pushes a credit note",
    ]
    assert all(row.failures == 0 for row in rows.values())


def test_a_short_day_of_a_chain_adds_up(tmp_path: Path) -> None:
    done = chain_day(tmp_path, "--orders", "2000", "--shops", "100", "--documents", "1")

    assert done.returncode == 0, done.stdout + done.stderr
    numbers = read(tmp_path / "load.json")
    rows = {row.name: row.calls for row in numbers.calls}
    assert (rows["shop: hand over"], rows["shop: start return"]) == (2000, 160)
    assert numbers.facts["Returned"] == "160"
    assert "Memory at most" in done.stdout


def test_goods_that_stay_in_the_books_are_found_at_the_end_of_the_day(tmp_path: Path) -> None:
    done = chain_day(
        tmp_path, "--orders", "20", "--shops", "2", "--documents", "0", "--mutant", "not-consumed"
    )

    assert done.returncode == 1
    assert "products at a store does not add up" in done.stdout
    assert "does not add up" in (tmp_path / "report.html").read_text(encoding="utf-8")


def chain_day(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return python("-m", "scenarios.cli.chain_day", "--out", str(folder), *arguments)
