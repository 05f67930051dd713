"""A touchpoint takes six files; the start names a missing one."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.server import ROOT
from tests.support.toy_touchpoint import FILES, FLOW, OPERATION, copy_with_touchpoint, edited

TIME_LIMIT_S = 120
CONTRACT, REQUIREMENTS, HANDLER, ACTION, SUITE, FLOWS = FILES
ADD = "touchpoint return_note"
LEFT_OUT: dict[tuple[str, ...], str] = {
    (CONTRACT,): "cannot import name 'ReturnNote' from 'contracts.konnect.returns'",
    (REQUIREMENTS,): f"{ADD} has no requirement: add one in contracts/requirements/returns.py",
    (HANDLER,): (
        "operation add_return_note has no function: "
        'add one with @handles("add_return_note") in mock_oms/web/konnect/<group>.py'
    ),
    (ACTION,): "name 'add_return_note' is not defined",
    (SUITE,): "action AddReturnNote has no performer: add one in scenarios/players/suite/returns.py",
    (FLOWS,): f"{ADD} is in no flow: add a step to a flow in scenarios/flows/",
    (ACTION, SUITE, FLOWS): f"{ADD} has no action: add one in scenarios/language/actions/returns.py",
    (CONTRACT, HANDLER, FLOWS): (
        "action AddReturnNote is for touchpoint return_note, which has no row: "
        "add one in contracts/konnect/<group>.py"
    ),
}
"""Files left out -> the message of the start."""


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, ...], dict[str, Any]]:
    """What the start of each copy printed, by the files left out."""
    folder = tmp_path_factory.mktemp("touchpoint")
    copies = {
        left_out: copy_with_touchpoint(folder / str(number), left_out)
        for number, left_out in enumerate([(), *LEFT_OUT])
    }
    done = subprocess.run(
        [sys.executable, ROOT / "tests/support/start_copies.py", FLOW, *copies.values()],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=TIME_LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return dict(zip(copies, lines, strict=True))


def test_a_touchpoint_takes_six_hand_written_files(tmp_path: Path) -> None:
    assert len(FILES) == 6
    assert all((ROOT / name).is_file() for name in FILES)


def test_a_new_touchpoint_works_from_the_document_to_a_flow(
    results: dict[tuple[str, ...], dict[str, Any]],
) -> None:
    whole = results[()]

    assert whole.get("error") is None
    assert whole["operations"][OPERATION] == ["POST", "/oms/v3/shipment/return/note"]
    assert whole["status"] == 0


@pytest.mark.parametrize("left_out", LEFT_OUT, ids="+".join)
def test_start_up_names_the_part_that_was_left_out(
    left_out: tuple[str, ...], results: dict[tuple[str, ...], dict[str, Any]]
) -> None:
    assert LEFT_OUT[left_out] in results[left_out].get("error", "")


def test_the_guide_shows_lines_of_a_real_touchpoint() -> None:
    guide = (ROOT / "contracts/README.md").read_text(encoding="utf-8")
    shown = dict(re.findall(r"\*\*\d\. `([^`]+)`\*\*.*?```text\n(.*?)```", guide, re.DOTALL))

    assert shown.keys() == FILES.keys()
    for name, block in shown.items():
        source = (ROOT / name).read_text(encoding="utf-8").splitlines()
        assert [line for line in block.splitlines() if line not in source] == [], name


def test_an_edit_whose_anchor_is_gone_is_refused() -> None:
    with pytest.raises(ValueError, match="stands 0 times"):
        edited("GROUP = 1\n", (("FIELDS = {", "x"),))
