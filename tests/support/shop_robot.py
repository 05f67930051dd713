"""The person command of a stand-in sandbox: it plays the shop.

It reads a task on standard input and calls the control plane, which the runner does not know. Its
environment: ROBOT_URL, ROBOT_SLOW_S (how long it takes), ROBOT_TELLS (whether it prints ids), ROBOT_EXTRA
(how many more orders of the same kind it places), ROBOT_PIECES (pieces of each product, in place of those of
the task), ROBOT_REFUSES (an event that it cannot do).
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any

import requests

PERSON = {"x-simulated-person": "yes"}
"""The header by which the stand-in knows the person, and the test that counts afterwards."""
TENANT = os.environ.get("ROBOT_URL", "") + "/_control/tenants/default"


def main() -> int:
    """Do one task and return the exit status."""
    task = json.load(sys.stdin)
    time.sleep(float(os.environ.get("ROBOT_SLOW_S", "0")))
    if task["event"] == os.environ.get("ROBOT_REFUSES"):
        return 1
    made = place(task) if task["event"] == "place" else fire(task)
    if made and os.environ.get("ROBOT_TELLS"):
        print(json.dumps({"orderId": made}))
    return 0 if made else 1


def place(task: dict[str, Any]) -> str:
    """Place orders and return the id of the first."""
    pieces = os.environ.get("ROBOT_PIECES")
    items = [{**item, "quantity": int(pieces)} for item in task["items"]] if pieces else task["items"]
    body = {"location": task["location"], "items": items, "ordering_channel": task["channel"]}
    body["count"] = 1 + int(os.environ.get("ROBOT_EXTRA", "0"))
    answer = requests.post(f"{TENANT}/orders", json=body, headers=PERSON, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["shipments"][0]["id"])


def fire(task: dict[str, Any]) -> str:
    """Fire the event and return the shipment's id, empty when refused."""
    body: dict[str, Any] = {}
    if task["event"] in ("start_return", "cancel_by_customer"):
        body["items"] = [{n: item[n] for n in ("orderItemId", "quantity")} for item in task["items"]]
    if task["event"] == "start_return":
        body["initiator"] = task["initiator"]
    path = f"{TENANT}/shipments/{task['shipment']}/events/{task['event']}"
    answer = requests.post(path, json=body, headers=PERSON, timeout=30)
    return str(answer.json()["id"]) if answer.status_code == 200 else ""


if __name__ == "__main__":
    sys.exit(main())
