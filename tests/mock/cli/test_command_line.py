"""Client commands: their help, output and errors."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from typing import Any

import click
import pytest

from mock_oms import __version__
from mock_oms.cli import main
from tests.support.commands import done, mock_oms
from tests.support.server import ROOT, start_server


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with start_server() as server:
        yield server.url


def own_tenant(url: str, *wishes: str) -> dict[str, Any]:
    """A tenant for one test."""
    made: dict[str, Any] = json.loads(done("tenant", "create", *wishes, "--json", "--url", url))
    return made


# Help


def commands(group: click.Group, *path: str) -> Iterator[tuple[str, ...]]:
    for name, command in sorted(group.commands.items()):
        if isinstance(command, click.Group):
            yield from commands(command, *path, name)
        else:
            yield (*path, name)


@pytest.mark.parametrize("path", list(commands(main)), ids=" ".join)
def test_every_command_explains_itself_with_an_example(path: tuple[str, ...]) -> None:
    told = done(*path, "--help")

    assert told.startswith(f"Usage: mock-oms {' '.join(path)} ")
    assert f"  mock-oms {' '.join(path)}" in told.split("Examples:")[1]


def test_the_first_help_shows_how_to_begin() -> None:
    told = done("--help")

    assert "mock-oms serve" in told
    assert "Exit status" in told


def test_the_version_is_told() -> None:
    assert done("--version") == f"mock-oms, version {__version__}\n"


@pytest.mark.parametrize("arguments", [("--help",), ("--version",), ("get", "--help"), ("order", "--help")])
def test_commands_that_serve_nothing_import_no_large_library(arguments: tuple[str, ...]) -> None:
    code = (
        "import sys\nfrom mock_oms.cli import main\n"
        f"main({list(arguments)!r}, standalone_mode=False)\n"
        "print(sorted({'pydantic', 'requests', 'flask', 'granian', 'http.client'} & sys.modules.keys()))"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert ended.stdout.splitlines()[-1] == "[]"


@pytest.mark.parametrize("command", ["mock-oms", "oms-scenarios"])
@pytest.mark.parametrize("after_s", [0.05, 0.1, 0.2, 0.4])
def test_ctrl_c_in_the_first_second_prints_no_traceback(command: str, after_s: float) -> None:
    run = {"mock-oms": "run_mock_oms", "oms-scenarios": "run_oms_scenarios"}[command]
    code = (
        f"import sys; from mock_oms.entry_points import {run}\n"
        f"sys.argv = ['x', '--help']; print('.', flush=True); {run}()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(after_s)
        process.send_signal(signal.SIGINT)
        _, errors = process.communicate(timeout=30)

    assert process.returncode in {0, 1, -signal.SIGINT}
    assert b"Traceback" not in errors


# wait and get


def test_wait_tells_when_the_server_answers(url: str) -> None:
    result = mock_oms("wait", url)

    assert result.exit_code == 0
    assert result.stdout.startswith(f"{url} answers after 0.")
    assert result.stderr == f"waiting up to 30 s for {url} to answer\n"


def test_wait_gives_up_at_its_limit() -> None:
    result = mock_oms("wait", "http://127.0.0.1:9", "--timeout-s", "0.1")

    assert result.exit_code == 1
    assert "http://127.0.0.1:9 did not answer its health call within 0.1 s" in result.stderr


def test_get_logs_in_by_itself_and_says_whose_state_it_reads(url: str) -> None:
    result = mock_oms("get", "/oms/v3/shipment?orderStatus=CREATED&locationCode=STORE-1", "--url", url)

    assert result.exit_code == 0, result.output
    assert result.stderr == f"{url} as default\n"
    assert isinstance(json.loads(result.stdout), list)


def test_get_reads_another_tenant_with_its_password(url: str) -> None:
    made = own_tenant(url)
    company = made["company"]
    placed = json.loads(done("order", "place", "--json", "--url", url, "--tenant", made["tenant"]))
    shipment = placed["shipments"][0]["id"]

    result = mock_oms(
        "get", f"/oms/v3/shipment?orderId={shipment}", "--url", url, "--tenant", made["tenant"],
        MOCK_OMS_PASSWORD=company["password"],
    )  # fmt: skip

    assert result.exit_code == 0, result.output
    assert result.stderr == f"{url} as {company['username']}\n"
    assert shipment in result.stdout
    assert company["password"] not in result.output


def test_get_asks_for_the_password_of_a_tenant_that_is_not_the_default() -> None:
    result = mock_oms("get", "/oms/v3/shipment", "--tenant", "mine")

    assert result.exit_code == 2
    assert "--username and --password are both needed for mine/company" in result.stderr


def test_get_reads_the_control_plane_without_logging_in(url: str) -> None:
    result = mock_oms("get", "/_control/health", "--url", url)

    assert result.stderr == f"control plane of {url}\n"
    assert json.loads(result.stdout)["version"] == __version__


def test_get_shows_a_refusal_and_ends_with_status_1(url: str) -> None:
    result = mock_oms("get", "/oms/v3/shipment", "--url", url)

    assert result.exit_code == 1
    assert isinstance(json.loads(result.stdout), dict)
    assert "Error: status 400" in result.stderr


def test_a_wrong_password_is_refused_without_being_repeated(url: str) -> None:
    result = mock_oms(
        "get", "/oms/v3/shipment", "--url", url, "--username", "default", "--password", "wr0ng-secret"
    )

    assert result.exit_code == 1
    assert "Error: 401: " in result.stderr
    assert "wr0ng-secret" not in result.output


def test_get_wants_a_path_that_begins_with_a_slash() -> None:
    result = mock_oms("get", "oms/v3/shipment")

    assert result.exit_code == 2
    assert "PATH begins with a slash" in result.stderr


# tenant


def test_a_tenant_is_created_as_wished(url: str) -> None:
    made = own_tenant(
        url, "--name", "as-wished", "--invoice-mode", "fynd", "--credit-note-mode", "aggregator",
        "--location", "BLR-01", "--location", "BLR-02", "--seed", "7",
        "--freeze-at", "2025-01-25T12:00:00+00:00",
    )  # fmt: skip

    assert made["tenant"] == "as-wished"
    assert (made["invoice_mode"], made["credit_note_mode"]) == ("fynd", "aggregator")
    assert [location["code"] for location in made["locations"]] == ["BLR-01", "BLR-02"]
    assert (made["seed"], made["clock"]["frozen"]) == (7, True)


def test_a_new_tenant_is_shown_with_its_credentials(url: str) -> None:
    told = done("tenant", "create", "--name", "shown", "--location", "BLR-01", "--url", url)

    assert told.startswith("tenant     shown\n")
    assert "company    username shown/company, password " in told
    assert "BLR-01     username shown/BLR-01, password " in told


def test_a_name_that_is_taken_is_refused_in_one_line(url: str) -> None:
    result = mock_oms("tenant", "create", "--name", "default", "--url", url)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: 409: ")
    assert result.stderr.count("\n") == 1


def test_tenants_are_listed_without_their_passwords(url: str) -> None:
    made = own_tenant(url, "--name", "listed")

    told = done("tenant", "list", "--url", url)

    assert "listed  invoice by aggregator, credit note by aggregator, 0 shipments\n" in told
    assert made["company"]["password"] not in told


def test_a_deleted_tenant_is_gone(url: str) -> None:
    own_tenant(url, "--name", "short-lived")

    assert done("tenant", "delete", "short-lived", "--url", url) == "short-lived is gone\n"
    assert "short-lived" not in done("tenant", "list", "--url", url)


def test_a_reset_tenant_is_empty(url: str) -> None:
    own_tenant(url, "--name", "emptied")
    done("order", "place", "--count", "3", "--tenant", "emptied", "--url", url)

    assert done("tenant", "reset", "emptied", "--url", url) == "emptied is empty\n"
    assert done("order", "list", "--tenant", "emptied", "--url", url) == ""


# order


def place(url: str, tenant: str, *wishes: str) -> str:
    """Id of a new shipment."""
    placed = json.loads(done("order", "place", *wishes, "--json", "--tenant", tenant, "--url", url))
    shipment: str = placed["shipments"][0]["id"]
    return shipment


@pytest.fixture
def tenant(url: str) -> str:
    name: str = own_tenant(url)["tenant"]
    return name


def test_orders_are_placed_as_wished(url: str, tenant: str) -> None:
    stock = json.loads(done("get", f"/_control/tenants/{tenant}/stock", "--url", url))["stock"]
    sku = stock[0]["sku"]

    told = done("order", "place", "--count", "2", "--item", f"{sku}=2", "--tenant", tenant, "--url", url)

    lines = told.splitlines()
    assert len(lines) == 2
    assert all("  placed  " in line and line.endswith(f"2 x {sku}") for line in lines)


def test_the_shop_hands_over_and_takes_back(url: str, tenant: str) -> None:
    sale = place(url, tenant, "--state", "bag_invoiced")
    at = ("--tenant", tenant, "--url", url)

    handed_over = done("order", "hand-over", sale, *at)
    opened = json.loads(done("order", "start-return", sale, "--initiator", "erp", "--json", *at))
    rejected = done("order", "reject-return", opened["id"], "--reason", "torn", *at)

    assert handed_over.startswith(f"{sale}  handed_over_to_customer  ")
    assert (opened["forwardId"], opened["initiator"]) == (sale, "erp")
    assert rejected.startswith(f"{opened['id']}  return_rejected_by_store  ")


def test_some_of_an_order_is_returned(url: str, tenant: str) -> None:
    sale = place(url, tenant, "--state", "handed_over_to_customer")
    at = ("--tenant", tenant, "--url", url)
    item = json.loads(done("order", "show", sale, *at))["orderItems"][0]["orderItemId"]

    opened = json.loads(done("order", "start-return", sale, "--item", f"{item}=1", "--json", *at))

    assert [(kept["orderItemId"], kept["quantity"]) for kept in opened["orderItems"]] == [(item, 1)]


def test_the_customer_cancels(url: str, tenant: str) -> None:
    sale = place(url, tenant)

    told = done("order", "cancel", sale, "--tenant", tenant, "--url", url)

    assert told.startswith(f"{sale}  cancelled_customer  ")


def test_any_event_can_be_named(url: str, tenant: str) -> None:
    sale = place(url, tenant, "--state", "bag_invoiced")

    told = done("order", "event", "hand_over", sale, "--tenant", tenant, "--url", url)

    assert told.startswith(f"{sale}  handed_over_to_customer  ")


def test_an_event_that_is_not_possible_now_is_refused_with_those_that_are(url: str, tenant: str) -> None:
    sale = place(url, tenant)

    result = mock_oms("order", "hand-over", sale, "--tenant", tenant, "--url", url)

    assert result.exit_code == 1
    assert result.stderr.startswith("Error: 409: ")
    assert "possible now: " in result.stderr
    assert "cancel_by_customer" in result.stderr
    assert result.stderr.count("\n") == 1


def test_a_long_list_of_orders_is_read_page_by_page(url: str, tenant: str) -> None:
    done("order", "place", "--count", "250", "--tenant", tenant, "--url", url)
    at = ("--tenant", tenant, "--url", url)

    first = mock_oms("order", "list", "--state", "placed", *at)
    cursor = first.stderr.split()[-1]
    second = done("order", "list", "--state", "placed", "--cursor", cursor, *at)

    assert first.stderr == f"more: --cursor {cursor}\n"
    assert len(set(first.stdout.splitlines() + second.splitlines())) == 250


@pytest.mark.parametrize("pieces", ["=2", "SHIRT=0", "SHIRT=x", "SHIRT=-1"])
def test_a_quantity_that_is_none_is_wrong_use(pieces: str) -> None:
    result = mock_oms("order", "place", "--item", pieces)

    assert result.exit_code == 2
    assert f"expected NAME or NAME=QUANTITY with a quantity from 1, not {pieces!r}" in result.stderr
