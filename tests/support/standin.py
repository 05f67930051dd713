"""A stand-in sandbox: the mock with every weaker choice changed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.support.server import ROOT, clean_environment, start_server
from tests.support.shop_robot import PERSON

SANDBOX = (sys.executable, "-m", "tests.support.standin_server")
"""The mock, whose control plane only the simulated person finds."""

PROFILE = """
token_field = "access_token"
unknown_order = "not_found"
list_envelope = "orders"
info_envelope = "bare"
error_order_key = "shipment"
error_item_key = "bag"
error_code_key = "code"
error_message_key = "text"
refused_status = 422
partly_refused_status = 207
status_partial = "PARTIAL"
status_failed = "ERROR"
shape_status = 422
unauthorized_status = 403
handed_over_word = "HANDED_OVER_TO_CUSTOMER"
order_type_key = "orderType"
automatic_after_s = 1
page_size_max = 50
page_size_default = 10
extra_fields = { somethingNew = { inside = [1, "two"] } }
"""
TARGET = """
[target]
url = "{url}"
locations = ["STORE-1", "STORE-2"]
skus = {skus}
[credentials]
company = {{ username = "STANDIN_USER", password = "STANDIN_PASSWORD" }}
[cast]
aggregator = "suite"
store = "person"
customer = "person"
[person]
command = {command}
[patience]
poll_every_s = 0.1
give_up_after_s = {give_up_after_s}
[pace]
requests_per_s_max = 500
writes_max = 500
"""
RUN_LIMIT_S = 120.0
WRITES = ("confirm", "cancel", "invoice_update", "accept_return")
ROBOT = [sys.executable, "-m", "tests.support.shop_robot"]


def seen(url: str, path: str) -> Any:
    """Return a control answer about the stand-in's tenant, read as the person."""
    return requests.get(f"{url}/_control/tenants/default{path}", headers=PERSON, timeout=30).json()


@dataclass(frozen=True)
class StandIn:
    """A running stand-in and the target file that describes it."""

    url: str
    folder: Path
    target: Path

    def environment(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Return the environment of the runner and the robot."""
        known = {"STANDIN_USER": "default", "STANDIN_PASSWORD": "default", "ROBOT_URL": self.url}
        return clean_environment({**known, "PYTHONPATH": str(ROOT), **(extra or {})})

    def start(self, *arguments: str, extra: Mapping[str, str] | None = None) -> subprocess.Popen[str]:
        """Start `oms-scenarios` with these arguments."""
        return subprocess.Popen(
            [sys.executable, "-m", "scenarios", *arguments],
            cwd=self.folder,
            env=self.environment(extra),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *arguments: str, extra: Mapping[str, str] | None = None) -> tuple[int, str]:
        """Run `oms-scenarios` to its end: exit status and output."""
        process = self.start(*arguments, extra=extra)
        told, _ = process.communicate(timeout=RUN_LIMIT_S)
        return process.returncode, told

    def killed(self, *arguments: str, after_s: float, extra: Mapping[str, str] | None = None) -> bool:
        """Run `oms-scenarios`, kill it (-9) after a time; False: it ended earlier."""
        process = self.start(*arguments, extra=extra)
        try:
            process.communicate(timeout=after_s)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.communicate()
            return True
        return False

    def writes(self) -> Counter[str]:
        """Count the stand-in's received writes by operation, and its shipments."""
        told = seen(self.url, "/journal?limit=1000")
        found = Counter(e["operation"] for e in told["entries"] if e["operation"] in WRITES)
        tenant = seen(self.url, "")
        return found + Counter({"shipments": tenant["shipments"]})

    def reset(self) -> None:
        """Forget everything that happened."""
        for method, path in (("POST", "/reset"), ("DELETE", "/journal")):
            requests.request(method, f"{self.url}/_control/tenants/default{path}", headers=PERSON, timeout=30)


@contextmanager
def stand_in(
    folder: Path, *, give_up_after_s: float = 20, robot: list[str] | None = None
) -> Iterator[StandIn]:
    """Start a stand-in sandbox.

    `robot` is the person's command; an empty list means a human at the terminal.
    """
    profile = folder / "profile.toml"
    profile.write_text(PROFILE, encoding="utf-8")
    with start_server("--profile", str(profile), command=SANDBOX) as server:
        stock = seen(server.url, "/stock")["stock"]
        skus = list(dict.fromkeys(level["sku"] for level in stock))[:4]
        target = folder / "sandbox.toml"
        command = json.dumps(ROBOT if robot is None else robot)
        text = TARGET.format(
            url=server.url, skus=json.dumps(skus), command=command, give_up_after_s=give_up_after_s
        )
        target.write_text(text, encoding="utf-8")
        yield StandIn(server.url, folder, target)


def wait_for(path: Path, text: str, limit_s: float = 30) -> None:
    """Wait until a file holds a text."""
    deadline = time.monotonic() + limit_s
    while not (path.exists() and text in path.read_text(encoding="utf-8")):
        assert time.monotonic() < deadline, f"{text!r} does not come in {os.fspath(path)}"
        time.sleep(0.05)
