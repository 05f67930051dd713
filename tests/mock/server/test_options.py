"""Options of `mock-oms serve`: flags, variables, defaults, and what is refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_oms.server.options import OPTIONS, ServerOptions, SettingsError, misspelt, resolve
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
        ("port", "70000", "--port expects a port from 0 to 65535, not '70000'"),
        ("port", "http", "--port expects a port from 0 to 65535, not 'http'"),
        ("seed", "-1", "--seed expects a whole number, 0 or more, not '-1'"),
        ("threads", "0", "--threads expects a number from 1 to 256, not '0'"),
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
    with pytest.raises(SettingsError) as refused:
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
    assert "--port expects a port from 0 to 65535, not 'x'" in result.stderr


def test_a_misspelt_variable_is_pointed_out() -> None:
    told = misspelt({"MOCK_OMS_INVOCE_MODE": "fynd", "MOCK_OMS_URL": "x", "PATH": "y"})

    assert told == [
        "MOCK_OMS_INVOCE_MODE is set but means nothing here; did you mean 'MOCK_OMS_INVOICE_MODE'?"
    ]


def test_the_application_gets_only_what_was_given(tmp_path: Path) -> None:
    profile = tmp_path / "profile.toml"
    profile.touch()

    found = resolve({"profile": str(profile), "seed": "3"}, {})

    assert found.app_options() == {
        "invoice_mode": "aggregator",
        "credit_note_mode": "aggregator",
        "seed": 3,
        "profile": str(profile),
        "tenants_max": 1_000,
        "orders_max": 250_000,
        "store": "memory",
    }


def test_every_option_is_in_the_help_of_serve() -> None:
    told = done("serve", "--help")

    assert [option.flag for option in OPTIONS if option.flag not in told] == []


def test_the_environment_of_test_servers_has_no_options_of_the_person_who_tests(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("MOCK_OMS_INVOICE_MODE", "fynd")

    assert "MOCK_OMS_INVOICE_MODE" not in clean_environment()
