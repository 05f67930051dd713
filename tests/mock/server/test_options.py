"""Options of `mock-oms serve`: flags, variables, defaults, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from mock_oms.cli.serve import ServeCommand
from mock_oms.options import AppOptions, OptionError, Whole, app_options, row
from mock_oms.server import options
from mock_oms.server.options import ServerOptions, misspelt, resolve, rows
from tests.support.commands import done, mock_oms
from tests.support.server import clean_environment


def test_a_flag_wins_over_a_variable_which_wins_over_the_default() -> None:
    environment = {"MOCK_OMS_PORT": "9000", "MOCK_OMS_SEED": "7"}

    found = resolve({"port": "9001"}, environment)

    assert (found.port, found.seed, found.host) == (9001, 7, "127.0.0.1")


def test_an_empty_variable_counts_as_not_set() -> None:
    assert resolve({}, {"MOCK_OMS_INVOICE_MODE": ""}) == ServerOptions()


@pytest.mark.parametrize(
    ("flag", "text", "message"),
    [
        ("port", "70000", "--port expects a whole number from 0 to 65535, not '70000'"),
        ("port", "http", "--port expects a whole number from 0 to 65535, not 'http'"),
        ("seed", "-1", "--seed expects a whole number from 0 to 9223372036854775807, not '-1'"),
        ("threads", "0", "--threads expects a whole number from 1 to 256, not '0'"),
        ("host", "a b", "--host expects an address or name of this machine, not 'a b'"),
        ("profile", "none.toml", "--profile expects a TOML file that exists, not 'none.toml'"),
        (
            "ready_file",
            "none/r.json",
            "--ready-file expects a file in a folder that exists, not 'none/r.json'",
        ),
        ("invoice_mode", "me", "--invoice-mode expects aggregator or fynd, not 'me'"),
        (
            "credit_note_mode",
            "agregator",
            "--credit-note-mode expects aggregator or fynd, not 'agregator'; did you mean 'aggregator'?",
        ),
    ],
)
def test_a_wrong_option_is_refused_with_what_it_expects(flag: str, text: str, message: str) -> None:
    with pytest.raises(OptionError) as refused:
        resolve({flag: text}, {})

    assert str(refused.value) == message


def test_a_wrong_variable_is_named_as_the_variable() -> None:
    result = mock_oms("serve", MOCK_OMS_INVOICE_MODE="fnyd")

    assert result.exit_code == 2
    assert (
        "MOCK_OMS_INVOICE_MODE expects aggregator or fynd, not 'fnyd'; did you mean 'fynd'?" in result.stderr
    )


def test_a_wrong_flag_ends_serve_with_status_2() -> None:
    result = mock_oms("serve", "--port", "x")

    assert result.exit_code == 2
    assert "--port expects a whole number from 0 to 65535, not 'x'" in result.stderr


def test_a_misspelt_variable_is_pointed_out() -> None:
    told = misspelt({"MOCK_OMS_INVOCE_MODE": "fynd", "MOCK_OMS_URL": "x", "PATH": "y"})

    assert told == ["MOCK_OMS_INVOCE_MODE is set but is no option; did you mean 'MOCK_OMS_INVOICE_MODE'?"]


KUBERNETES = {
    "MOCK_OMS_PORT": "tcp://10.96.0.1:8080",
    "MOCK_OMS_PORT_8080_TCP": "tcp://10.96.0.1:8080",
    "MOCK_OMS_PORT_8080_TCP_ADDR": "10.96.0.1",
    "MOCK_OMS_PORT_8080_TCP_PORT": "8080",
    "MOCK_OMS_PORT_8080_TCP_PROTO": "tcp",
    "MOCK_OMS_SERVICE_HOST": "10.96.0.1",
    "MOCK_OMS_SERVICE_PORT": "8080",
    "MOCK_OMS_SERVICE_PORT_HTTP": "8080",
    "MOCK_OMS_STORE_SERVICE_HOST": "10.96.0.2",
    "MOCK_OMS_STORE_PORT": "tcp://10.96.0.2:5432",
}
"""The variables of two services, mock-oms and mock-oms-store."""


def test_variables_that_kubernetes_makes_for_a_service_of_that_name_are_ignored() -> None:
    assert resolve({}, KUBERNETES) == ServerOptions()
    assert misspelt(KUBERNETES) == [
        "MOCK_OMS_PORT is ignored: Kubernetes sets it to the address of a service (enableServiceLinks: false)"
    ]
    assert resolve({"port": "9"}, KUBERNETES).port == 9


def test_any_other_address_in_place_of_a_port_is_refused() -> None:
    with pytest.raises(OptionError, match="MOCK_OMS_PORT expects a whole number from 0 to 65535"):
        resolve({}, {"MOCK_OMS_PORT": "http://10.96.0.1:8080"})
    with pytest.raises(OptionError, match="--port expects a whole number from 0 to 65535"):
        resolve({"port": KUBERNETES["MOCK_OMS_PORT"]}, {})


@pytest.mark.parametrize("text", ["\ufeffkey-77\r\n", "key-77"])
def test_a_key_file_may_begin_with_a_byte_order_mark(tmp_path: Path, text: str) -> None:
    file = tmp_path / "key.txt"
    file.write_text(text, encoding="utf-8")

    assert resolve({"control_key_file": str(file)}, {}).control_key == "key-77"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_a_key_file_of_another_encoding_is_refused_in_one_line(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "key.txt"
    file.write_text("key-77", encoding=encoding)

    with pytest.raises(OptionError) as refused:
        resolve({"control_key_file": str(file)}, {})
    assert str(refused.value) == f"the control key in {file} expects 1 to 100 characters without blanks"


def test_the_application_takes_its_part_of_the_options_of_the_server(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.touch()

    found = resolve({"profile": str(profile), "seed": "3"}, {})

    assert app_options(found) is found
    assert found.model_dump(include=set(AppOptions.model_fields)) == {
        "invoice_mode": "aggregator",
        "credit_note_mode": "aggregator",
        "seed": 3,
        "profile": profile,
        "mutant": None,
        "control_key": None,
        "allowed_hosts": None,
        "tenants_max": 1_000,
        "orders_max": 250_000,
        "store": "memory",
    }


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"sed": 1}, "option sed does not exist; did you mean 'seed'?"),
        (
            {"port": 1},
            "option port does not exist; expected invoice_mode, credit_note_mode, seed, profile, mutant, "
            "control_key, allowed_hosts, store, tenants_max or orders_max",
        ),
        ({"seed": True}, "option seed expects a whole number from 0 to 9223372036854775807, not True"),
        ({"seed": 1.0}, "option seed expects a whole number from 0 to 9223372036854775807, not 1.0"),
        ({"orders_max": 0}, "option orders_max expects a whole number from 1 to 10000000, not 0"),
        (
            {"invoice_mode": "fnyd"},
            "option invoice_mode expects aggregator or fynd, not 'fnyd'; did you mean 'fynd'?",
        ),
        ({"control_key": "two words"}, "option control_key expects 1 to 100 characters without blanks"),
    ],
)
def test_the_application_refuses_a_wrong_option(given: dict[str, object], message: str) -> None:
    with pytest.raises(OptionError) as refused:
        app_options(given)

    assert str(refused.value) == message


def test_hosts_are_names_separated_by_commas_or_any_iterable() -> None:
    assert resolve({"allowed_hosts": "oms.test, B.test"}, {}).allowed_hosts == frozenset(
        {"oms.test", "b.test"}
    )
    assert app_options({"allowed_hosts": ["Oms.test"]}).allowed_hosts == frozenset({"oms.test"})
    with pytest.raises(OptionError, match="--allowed-hosts expects names separated by commas, not 'a,,b'"):
        resolve({"allowed_hosts": "a,,b"}, {})


def test_a_secret_that_is_wrong_is_not_repeated() -> None:
    with pytest.raises(OptionError) as refused:
        resolve({"control_key": "two words"}, {})

    assert str(refused.value) == "--control-key expects 1 to 100 characters without blanks"


def test_every_option_is_in_the_help_of_serve() -> None:
    told = " ".join(done("serve", "--help").split())

    assert [row.flag for row in rows() if f"{row.flag} {row.metavar}" not in told] == []
    assert {row.name for row in rows()} == set(ServerOptions.model_fields)
    assert rows()[1] == (
        "port",
        "--port",
        "MOCK_OMS_PORT",
        "N",
        "8080",
        "port to listen on; 0 takes a free one",
    )


def test_an_option_is_added_by_one_row(monkeypatch: pytest.MonkeyPatch) -> None:
    class MoreOptions(ServerOptions):
        retries: Whole = row(3, "attempts to deliver", ge=0, le=9)

    monkeypatch.setattr(options, "ServerOptions", MoreOptions)

    assert ("retries", "--retries", "MOCK_OMS_RETRIES", "N", "3", "attempts to deliver") in rows()
    assert resolve({}, {"MOCK_OMS_RETRIES": "7"}).model_dump()["retries"] == 7
    assert misspelt({"MOCK_OMS_RETRIES": "7"}) == []
    with pytest.raises(OptionError, match="--retries expects a whole number from 0 to 9, not '10'"):
        resolve({"retries": "10"}, {})
    shown = CliRunner().invoke(ServeCommand("serve"), ["--help"]).stdout
    assert "--retries N" in shown


def test_every_option_has_a_meaning_and_describes_its_values() -> None:
    for each in rows():
        assert each.meaning, each.name
        with pytest.raises(OptionError, match=f"{each.flag} expects [a-z0-9]"):
            resolve({each.name: "a b" if each.name != "ready_file" else "no/such/folder/file"}, {})


def test_the_environment_of_test_servers_has_no_options_of_the_person_who_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOCK_OMS_INVOICE_MODE", "fynd")

    assert "MOCK_OMS_INVOICE_MODE" not in clean_environment()
