"""The tour of the README is run as it stands there, and prints what it shows."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.server import ROOT, clean_environment, start_server

TOUR_LIMIT_S = 60
_STEP = re.compile(
    r"^```sh\n(?P<shell>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```\n)?", re.DOTALL | re.MULTILINE
)
_MARK = "@@ end of step @@"


@dataclass(frozen=True)
class Step:
    """A block of shell lines, and the output that the README shows below it, if any."""

    shell: str
    shown: str | None


def tour(readme: str) -> list[Step]:
    """The steps of the section that is called a tour."""
    section = readme.split("\n## A tour in five minutes\n", 1)[1].split("\n## ", 1)[0]
    return [Step(match["shell"], match["shown"]) for match in _STEP.finditer(section)]


def prints(shown: str, output: str) -> bool:
    """Whether `output` is what the README shows; `…` stands for anything within a line."""
    pattern = "[^\n]+".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, output.strip()) is not None


def run(steps: list[Step], url: str, folder: Path) -> list[str]:
    """Output of each step, run one after the other in one shell that stops at the first failure."""
    script = "set -euo pipefail\n" + "".join(f"{step.shell}\nprintf '%s\\n' '{_MARK}'\n" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=clean_environment({"MOCK": url}),
        capture_output=True,
        text=True,
        timeout=TOUR_LIMIT_S,
        check=False,
    )
    outputs = done.stdout.split(_MARK)
    assert done.returncode == 0, f"step {len(outputs)} failed:\n{outputs[-1]}\n{done.stderr}"
    return outputs[: len(steps)]


def test_every_step_of_the_tour_prints_what_the_readme_shows(tmp_path: Path) -> None:
    steps = tour((ROOT / "README.md").read_text(encoding="utf-8"))

    with start_server() as server:
        run(steps, server.url, tmp_path)
        outputs = run(steps, server.url, tmp_path)  # whoever pastes it twice gets the same

    wrong = [
        (s.shown, out) for s, out in zip(steps, outputs, strict=True) if s.shown and not prints(s.shown, out)
    ]
    assert wrong == []
    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-")


def test_the_tour_goes_through_sale_return_refusal_and_a_second_tenant() -> None:
    told = "".join(step.shell for step in tour((ROOT / "README.md").read_text(encoding="utf-8")))

    for call in (
        "/aggregator/v1/token",
        "orderStatus=CREATED",
        "/confirm",
        "/invoiceUpdate",
        '/shipment/invoice"',
        "hand_over",
        "orderStatus=DELIVERED",
        "start_return",
        "/shipment/return",
        "orderStatus=RETURN_COMPLETED",
        '/_control/tenants"',
        "/journal",
    ):
        assert call in told


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        ("CREATED\n", "CREATED\n", True),
        ('{"id":"…"}\n', '{"id":"17"}\n', True),
        ("CREATED\n", "CONFIRMED\n", False),
        ("CREATED\n", "CREATED\nand more\n", False),
        ('{"id":"…"}\n', '{"id":"17",\n"x":"18"}\n', False),
    ],
)
def test_shown_and_printed_output_are_told_apart(shown: str, output: str, same: bool) -> None:
    assert prints(shown, output) is same


def test_a_step_that_fails_fails_the_tour(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="step 2 failed"):
        run(
            [Step("echo one", None), Step("false", None), Step("echo three", None)],
            "http://127.0.0.1:1",
            tmp_path,
        )
