"""Every seeded defect turns a flow red, with one root cause."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from mock_oms import mutants
from mock_oms.mutants.patch import Kind
from scenarios.records import Verdict
from tests.gauges import contract_gauge, machine_gauge
from tests.gauges.mutants import (
    ONE_OF_EACH_KIND,
    Found,
    causes_over_http,
    find,
    main,
    play,
    read_table,
    tell,
    totals,
)
from tests.support.deep_targets import Progress
from tests.support.server import ROOT

TABLE = read_table()
OVER_HTTP = (Kind.DOCUMENT, Kind.RACE)
"""Kinds that may look different over HTTP: bytes, and calls at the same moment. `make mutants` tries all."""


def test_the_table_has_a_row_for_every_seeded_defect() -> None:
    assert sorted(TABLE) == sorted(mutants.FOR_FLOWS)


@pytest.mark.parametrize("name", TABLE)
def test_a_seeded_defect_turns_its_flow_red_with_the_one_cause_that_names_it(name: str) -> None:
    expected = TABLE[name]
    found = find(name, [expected.flow])
    assert found.flows == (expected.flow,)
    assert found.causes == (expected.cause,)
    assert found.says


@pytest.mark.parametrize("kind", OVER_HTTP)
def test_a_seeded_defect_shows_over_http_as_it_does_in_this_process(kind: Kind) -> None:
    name = ONE_OF_EACH_KIND[kind]

    assert causes_over_http(name) == [TABLE[name].cause]


def test_one_defect_of_each_kind_is_tried_over_http_by_the_command() -> None:
    assert set(ONE_OF_EACH_KIND) == set(Kind) - {Kind.ANSWER}
    assert set(OVER_HTTP) <= set(ONE_OF_EACH_KIND)


def test_without_any_defect_the_flows_of_the_table_are_green() -> None:
    view = play(patterns=sorted({row.flow for row in TABLE.values()}))

    assert {flow.verdict for flow in view.flows.values()} == {Verdict.PASS}


def test_a_defect_is_found_when_flows_are_red_and_have_one_cause() -> None:
    assert Found("x", ("a cause",), ("PAS-S-01",)).good
    assert not Found("x", (), ()).good
    assert not Found("x", ("a cause", "another"), ("PAS-S-01",)).good


def test_what_was_found_is_told_with_the_defect_the_causes_and_the_flows() -> None:
    caught = tell(Found("confirm-lost", ("confirm | lost",), ("PAS-S-01", "PAS-S-02")))
    assert caught.split()[:2] == ["caught", "confirm-lost:"]
    assert "confirm | lost" in caught
    assert "2 flows: PAS-S-01, PAS-S-02" in caught
    assert tell(Found("confirm-lost", (), ())).startswith("MISSED")
    assert tell(Found("confirm-lost", ("a", "b"), ("PAS-S-01",))).startswith("2 CAUSES")


def test_totals_are_told_for_each_kind() -> None:
    found = [Found("confirm-lost", ("a",), ("PAS-S-01",)), Found("cancel-lost", (), ())]
    assert [line.split() for line in totals(found)] == [
        [str(Kind.TRANSITION), "1", "of", "2"],
        ["all", "1", "of", "2"],
    ]


def test_the_command_refuses_a_defect_that_it_does_not_know(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["mutants", "confirm-los"])
    with pytest.raises(SystemExit, match="2"):
        main(Progress("defects"))
    assert "did you mean 'confirm-lost'" in capsys.readouterr().err


def test_the_guide_says_how_many_defects_each_oracle_must_catch() -> None:
    flows, checks, machine = set(TABLE), _defects(contract_gauge.CATCHES), _defects(machine_gauge.CATCHES)
    numbers = {
        f"| {len(flows)} of {len(mutants.MUTANTS)} |",
        f"| {len(checks)}, of which {len(checks - flows)} no flow can find |",
        f"| {len(machine)}, all of them found by flows too |",
        f"{len(flows - checks - machine)} are left to the flows alone",
    }
    guide = (ROOT / "tests" / "README.md").read_text(encoding="utf-8")

    assert machine <= flows
    assert {number for number in numbers if number not in guide} == set()


def _defects(catches: Mapping[str, Iterable[str]]) -> set[str]:
    return {defect for defects in catches.values() for defect in defects}
