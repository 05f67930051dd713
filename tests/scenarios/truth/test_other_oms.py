"""The second OMS works; its choices and defects are complete."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path

import requests

from tests.support.other_oms import ALTERNATIVES, DEFECTS, Choices, OtherOms
from tests.support.other_oms.serving import serve, write_target

SHOP = {"x-shop-robot": "1"}


def test_every_choice_has_an_alternative_that_differs() -> None:
    defaults = {field.name: field.default for field in fields(Choices)}
    assert len(ALTERNATIVES) >= 40
    assert set(ALTERNATIVES) <= set(defaults)
    assert {name for name, others in ALTERNATIVES.items() if defaults[name] in others} == set()


def test_every_defect_is_looked_at_by_the_code_of_this_oms() -> None:
    folder = Path(__file__).parents[2] / "support" / "other_oms"
    code = "".join(file.read_text("utf-8") for file in folder.glob("*.py") if file.name != "defects.py")
    assert len(DEFECTS) >= 60
    assert {name for name in DEFECTS if f'"{name}"' not in code} == set()


def test_an_order_is_bought_confirmed_invoiced_and_handed_over(tmp_path: Path) -> None:
    oms = OtherOms()
    with serve(oms) as url, requests.Session() as session:
        write_target(oms, url, tmp_path)
        place = {
            "event": "place",
            "location": "BLR-01",
            "channel": "FYND-STORE",
            "items": [{"sku": "SHIRT-BLU-M", "quantity": 2}],
        }
        order = session.post(f"{url}/shop", json=place, headers=SHOP, timeout=10).json()["orderId"]
        query = {"username": "acme", "password": oms.account.users["acme"]}
        token = session.get(f"{url}/aggregator/v1/token", params=query, timeout=10).json()["accessToken"]
        session.headers["x-access-token"] = token

        def call(path: str, row: dict[str, str]) -> dict[str, object]:
            answer = session.post(f"{url}/oms/v3/shipment/{path}", data=json.dumps([row]), timeout=10)
            found: dict[str, object] = answer.json()
            return found

        early = call("invoiceUpdate", {"orderId": order, "invoiceNumber": "A-1", "invoiceType": "sale"})
        assert (early["status"], early["failedCount"]) == ("FAILED", 1)
        assert call("confirm", {"orderId": order})["status"] == "SUCCESS"
        pushed = call("invoiceUpdate", {"orderId": order, "invoiceNumber": "A-1", "invoiceType": "sale"})
        assert pushed["successCount"] == 1
        task = {"event": "hand_over", "shipment": order}
        assert session.post(f"{url}/shop", json=task, headers=SHOP, timeout=10).status_code == 200
        shown = session.get(f"{url}/oms/v3/shipment", params={"orderId": order}, timeout=10).json()
        assert (shown[0]["orderStatus"], shown[0]["marketplaceInvoiceNumber"]) == ("DELIVERED", "A-1")
