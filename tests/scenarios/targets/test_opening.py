"""Messages about wrong targets name the expected value."""

from __future__ import annotations

from pathlib import Path

import pytest

from contracts.lifecycle.table import Actor
from scenarios.choices import Grade, Player
from scenarios.errors import UsageError
from scenarios.language.actions import Caller
from scenarios.targets.opening import open_target

GOOD = """
[target]
url = "https://fyndkonnect.konnect.uat.fyndx1.de"
locations = ["BLR-01"]
ordering_channel = "FYND-STORE"
invoice_mode = "aggregator"
credit_note_mode = "fynd"
abilities = []
[credentials]
company = { username = "OMS_COMPANY_USER", password = "OMS_COMPANY_PASSWORD" }
locations.BLR-01 = { username = "OMS_BLR_USER", password = "OMS_BLR_PASSWORD" }
[cast]
aggregator = "suite"
store = "person"
customer = "person"
[person]
command = []
[patience]
poll_every_s = 5
give_up_after_s = 900
[pace]
requests_per_s_max = 2
writes_max = 200
"""
VARIABLES = ("OMS_COMPANY_USER", "OMS_COMPANY_PASSWORD", "OMS_BLR_USER", "OMS_BLR_PASSWORD")


@pytest.fixture(autouse=True)
def variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.setenv(name, f"value-of-{name}")


def written(folder: Path, text: str) -> str:
    path = folder / "sandbox.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_the_example_of_the_design_is_a_target(tmp_path: Path) -> None:
    target = open_target(written(tmp_path, GOOD))
    assert target.grade is Grade.EVIDENCE
    assert target.profile is None
    assert not target.controlled
    assert target.cast[Actor.STORE] is Player.PERSON
    assert target.patience.give_up_after_s == 900
    assert target.credentials[Caller.LOCATION].username == "value-of-OMS_BLR_USER"


def test_a_target_file_may_begin_with_a_byte_order_mark(tmp_path: Path) -> None:
    assert open_target(written(tmp_path, "\ufeff" + GOOD.strip())).patience.give_up_after_s == 900


def test_credentials_are_not_shown_when_a_target_is_printed(tmp_path: Path) -> None:
    assert "value-of" not in repr(open_target(written(tmp_path, GOOD)))


@pytest.mark.parametrize(
    ("wrong", "right", "said"),
    [
        ("locations = [", "location = [", "did you mean 'locations'"),
        ("[patience]", "[patiance]", "did you mean 'patience'"),
        ("poll_every_s", "poll_evry_s", "did you mean 'poll_every_s'"),
        ('credit_note_mode = "fynd"', 'credit_note_mode = "find"', "did you mean 'fynd'"),
        ("abilities = []", 'abilities = ["clocks"]', "did you mean 'clock'"),
        ('store = "person"', 'store = "persons"', "did you mean 'person'"),
        ("give_up_after_s = 900", "give_up_after_s = 0", "patience.give_up_after_s"),
        ('url = "https://', 'url = "ftp://', "target.url"),
        ("[target]", "[target", "is not TOML"),
    ],
)
def test_a_wrong_target_file_is_answered_with_what_is_right(
    tmp_path: Path, wrong: str, right: str, said: str
) -> None:
    with pytest.raises(UsageError, match=r"sandbox\.toml") as error:
        open_target(written(tmp_path, GOOD.replace(wrong, right, 1)))
    assert said in str(error.value)


def test_a_secret_in_place_of_a_variable_name_is_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as error:
        open_target(written(tmp_path, GOOD.replace('"OMS_COMPANY_PASSWORD"', '"s3cr3t!pass"')))
    assert "s3cr3t" not in str(error.value)


def test_variables_that_are_not_set_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OMS_BLR_PASSWORD")
    with pytest.raises(UsageError, match="not set: OMS_BLR_PASSWORD"):
        open_target(written(tmp_path, GOOD))


@pytest.mark.parametrize(
    "host",
    ["api.konnect.fynd.extensions.fynd.com", "ginesys.extensions.fynd.com", "fyndkonnect.konnect.fyndx1.de"],
)
def test_production_is_refused_unless_it_is_allowed(tmp_path: Path, host: str) -> None:
    path = written(tmp_path, GOOD.replace("fyndkonnect.konnect.uat.fyndx1.de", host))
    for name in (path, f"https://{host}"):
        with pytest.raises(UsageError, match="--allow-production"):
            open_target(name)
        assert host in str(open_target(name, allow_production=True).url)


def test_without_a_control_plane_only_a_person_can_play_the_shop(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="only a person can play the customer"):
        open_target(written(tmp_path, GOOD), cast={Actor.CUSTOMER: Player.SUITE})


@pytest.mark.parametrize(
    ("cast", "said"),
    [
        ({Actor.AGGREGATOR: Player.SYSTEM}, "--target URL"),
        ({Actor.STORE: Player.SYSTEM}, "only the aggregator"),
    ],
)
def test_a_cast_that_cannot_be_is_refused(cast: dict[Actor, Player], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        open_target("mock", cast=cast)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("mok", "did you mean 'mock'"),
        ("app:nowhere.at.all:create_app", "cannot be imported"),
        ("app:mock_oms.app:create_ap", "cannot be imported"),
        ("ftp://host", "http://host:port"),
        ("http://user:secret@host", "without user and password"),
        ("missing.toml", "cannot be read"),
    ],
)
def test_a_target_that_is_none_is_refused(name: str, said: str) -> None:
    with pytest.raises(UsageError, match=said) as error:
        open_target(name)
    assert "secret@" not in str(error.value)


def test_people_on_a_mock_have_half_an_hour_and_a_target_file_its_own_time() -> None:
    url = "http://127.0.0.1:1"
    assert open_target(url, cast={Actor.STORE: Player.PERSON}).patience.give_up_after_s == 1800
    assert open_target(url).patience.give_up_after_s < 1800
