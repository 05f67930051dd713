"""Runs the blocks of the guides and compares their output."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.server import ROOT, clean_environment, start_server

TOUR_LIMIT_S = 60
GUIDES = ("README.md", "mock_oms/README.md")
PRINTED_URL = "http://127.0.0.1:8080"
_STEP = re.compile(
    r"^```sh\n(?P<shell>.*?)^```\n(?:\n```text\n(?P<shown>.*?)^```\n)?", re.DOTALL | re.MULTILINE
)
_MARK = "@@ end of step @@"
INTEGRATION = """
import requests

def confirm_new_orders(base_url, username, password):
    token = requests.get(
        f"{base_url}/aggregator/v1/token", params={"username": username, "password": password}
    ).json()["accessToken"]
    headers, url = {"x-access-token": token}, f"{base_url}/oms/v3/shipment"
    query = {"orderStatus": "CREATED", "locationCode": "STORE-1"}
    orders = requests.get(url, params=query, headers=headers).json()
    requests.post(f"{url}/confirm", json=[{"orderId": order["id"]} for order in orders], headers=headers)
"""
"""A minimal integration: it confirms every new order."""


@dataclass(frozen=True)
class Step:
    """A block of shell lines, and the output shown below it."""

    shell: str
    shown: str | None


def text_of(guide: str) -> str:
    return (ROOT / guide).read_text(encoding="utf-8")


def steps_of(text: str) -> list[Step]:
    """The shell blocks of a guide, in order."""
    return [Step(match["shell"], match["shown"]) for match in _STEP.finditer(text)]


def prints(shown: str, output: str) -> bool:
    """Compare an output; `…` stands for an id or a time."""
    pattern = r"[\w:.+-]+".join(re.escape(part) for part in shown.strip().split("…"))
    return re.fullmatch(pattern, output.strip()) is not None


def run(steps: list[Step], url: str, folder: Path) -> list[str]:
    """Run the steps in one shell, which stops at the first failure.

    Returns the output of each step. The printed address is replaced by `url`.
    """
    script = "set -euo pipefail\n" + "".join(f"{step.shell}\nprintf '%s\\n' '{_MARK}'\n" for step in steps)
    done = subprocess.run(
        ["bash", "-c", script.replace(PRINTED_URL, url)],
        cwd=folder,
        env=environment({"MOCK_OMS_URL": url}),
        capture_output=True,
        text=True,
        timeout=TOUR_LIMIT_S,
        check=False,
    )
    outputs = done.stdout.split(_MARK)
    assert done.returncode == 0, f"step {len(outputs)} failed:\n{outputs[-1]}\n{done.stderr}"
    return outputs[: len(steps)]


def environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a reader, with our programs in the path."""
    clean = clean_environment(extra)
    return clean | {"PATH": f"{Path(sys.executable).parent}:{clean['PATH']}"}


@pytest.mark.parametrize("guide", GUIDES)
def test_every_block_of_a_guide_prints_the_output_it_shows(guide: str, tmp_path: Path) -> None:
    steps = steps_of(text_of(guide))

    with start_server() as server:
        run(steps, server.url, tmp_path)
        outputs = run(steps, server.url, tmp_path)  # a reader may paste everything twice

    assert steps
    assert [
        (step.shown, output)
        for step, output in zip(steps, outputs, strict=True)
        if step.shown and not prints(step.shown, output)
    ] == []


def test_the_tour_leaves_a_pdf(tmp_path: Path) -> None:
    with start_server() as server:
        run(steps_of(text_of("README.md")), server.url, tmp_path)

    assert (tmp_path / "invoice.pdf").read_bytes().startswith(b"%PDF-")


def test_the_tours_go_through_sale_return_refusal_and_a_second_tenant() -> None:
    shell = "".join(step.shell for guide in GUIDES for step in steps_of(text_of(guide)))

    for call in (
        "/aggregator/v1/token",
        "orderStatus=CREATED",
        "/confirm",
        "/invoiceUpdate",
        "KONNECT/invoice ",
        "order hand-over",
        "order start-return",
        "KONNECT/return ",
        "/events/hand_over",
        "/_control/tenants ",
        "/journal",
    ):
        assert call in shell


def test_no_step_of_the_tour_hides_an_answer() -> None:
    shown = [step.shown for guide in GUIDES for step in steps_of(text_of(guide)) if step.shown]

    assert shown
    assert [text for text in shown if '"errorMessage":"…"' in text or "..." in text] == []


def test_the_pytest_example_passes_and_fails_with_the_integration(tmp_path: Path) -> None:
    (example,) = re.findall(r"^```python\n(.*?)^```", text_of("README.md"), re.DOTALL | re.MULTILINE)
    (tmp_path / "test_orders.py").write_text(example, encoding="utf-8")
    module = tmp_path / "your_integration.py"

    module.write_text(INTEGRATION, encoding="utf-8")
    assert play(tmp_path) == (0, "1 passed")
    module.write_text("def confirm_new_orders(base_url, username, password): pass\n", encoding="utf-8")
    assert play(tmp_path) == (1, "1 failed")


def play(folder: Path) -> tuple[int, str]:
    """Run pytest in a folder; returns its exit status and its count."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--rootdir", str(folder)],
        cwd=folder,
        env=environment({}),
        capture_output=True,
        text=True,
        timeout=TOUR_LIMIT_S,
        check=False,
    )
    count = re.search(r"\d+ (passed|failed)", done.stdout)
    return done.returncode, count[0] if count else done.stdout + done.stderr


@pytest.mark.parametrize(
    ("shown", "output", "same"),
    [
        ("CREATED\n", "CREATED\n", True),
        ('{"id":"…"}\n', '{"id":"17"}\n', True),
        ("pushed at …\n", "pushed at 2026-11-27T18:41:02+00:00\n", True),
        ("CREATED\n", "CONFIRMED\n", False),
        ("CREATED\n", "CREATED\nand more\n", False),
        ('{"id":"…"}\n', '{"id":"17",\n"x":"18"}\n', False),
        ('{"id":"…"}\n', '{"id":"17","message":"a sentence"}\n', False),
    ],
)
def test_the_comparison_finds_every_difference_but_ids_and_times(shown: str, output: str, same: bool) -> None:
    assert prints(shown, output) is same


def test_a_step_that_fails_fails_the_tour(tmp_path: Path) -> None:
    with pytest.raises(AssertionError, match="step 2 failed"):
        run(
            [Step("echo one", None), Step("false", None), Step("echo three", None)],
            "http://127.0.0.1:1",
            tmp_path,
        )
