"""Companies, orders and calls as an integrator's tests use them."""

from __future__ import annotations

import os
import subprocess
import sys
import unittest.mock
from collections.abc import Iterator

import pytest

from mock_oms.testing import MockOms, MockOmsError, Server
from tests.support.mock_client import OverHttp


@pytest.fixture
def oms_here(server_url: str) -> Iterator[MockOms]:
    with MockOms(server_url, seed=7) as made:
        yield made


def send(oms: MockOms, touchpoint: str, order: str, **headers: str) -> None:
    """A call of the program under test."""
    way = OverHttp(oms.url)
    login = dict(zip(("username", "password"), oms.company, strict=True))
    token = way.send("GET", "/aggregator/v1/token", login).json["accessToken"]
    body = f'[{{"orderId": "{order}"}}]'.encode()
    way.send(
        "POST",
        f"/oms/v3/shipment/{touchpoint}",
        (),
        body,
        {"x-access-token": token, "content-type": "application/json", **headers},
    )


def test_an_order_is_placed_sold_and_brought_back(oms_here: MockOms) -> None:
    order = oms_here.place({"SHIRT-BLU-M": 2}, location="STORE-2")
    assert (order.state, order.status) == ("placed", "CREATED")
    assert [(item["sku"], item["quantity"]) for item in order.items] == [("SHIRT-BLU-M", 2)]
    send(oms_here, "confirm", order.id)
    assert order.refresh().state == "bag_confirmed"

    sold = oms_here.place({"SHIRT-BLU-M": 2}, state="bag_invoiced").hand_over()
    back = sold.start_return({"SHIRT-BLU-M": 1}, initiator="erp")

    assert (sold.state, back.state) == ("handed_over_to_customer", "return_initiated")
    assert oms_here.order(back.id).trail == back.trail
    assert repr(sold) == f"<Order {sold.id} handed_over_to_customer>"


def test_calls_are_counted_and_shown(oms_here: MockOms) -> None:
    order = oms_here.place()
    assert oms_here.calls("confirm").never()
    send(oms_here, "confirm", order.id)
    send(oms_here, "confirm", order.id, **{"x-mock-oms-dry-run": "1"})
    calls = oms_here.calls("confirm", order)
    assert calls.once()
    assert (calls.count, calls.last["request"]) == (1, [{"orderId": order.id}])
    send(oms_here, "confirm", order.id)
    assert oms_here.calls("confirm", order, outcome="refused").once()
    assert oms_here.calls(code="CF409").times(1)
    with pytest.raises(
        AssertionError, match=r"expected 1 call to confirm .*, found 2; nearest calls:"
    ) as shown:
        calls.once()
    assert "CF409: order" in str(shown.value)
    with pytest.raises(MockOmsError, match=r"did you mean 'confirm'"):
        oms_here.calls("confrim").once()


def test_a_state_is_waited_for(oms_here: MockOms) -> None:
    order = oms_here.place(state="bag_confirmed")
    assert order.wait_for("placed") is order
    send(oms_here, "confirm", order.id)
    with pytest.raises(AssertionError, match=r"did not reach bag_invoiced within 0 s; .*CF409"):
        order.wait_for("bag_invoiced", timeout=0)


def test_time_moves(oms_here: MockOms) -> None:
    before = oms_here.clock.now
    assert oms_here.clock.advance(hours=2, minutes=1) > before


def test_a_refused_call_of_the_test_says_why(oms_here: MockOms) -> None:
    with pytest.raises(MockOmsError, match=r"409 .*it is too early to hand it over"):
        oms_here.place().hand_over()
    with pytest.raises(ValueError, match=r"has no MUG; it has SHIRT-BLU-M"):
        oms_here.place({"SHIRT-BLU-M": 1}).start_return({"MUG": 1})


def test_credentials_are_variables_of_a_subprocess(oms_here: MockOms) -> None:
    found = oms_here.env()
    assert found["OMS_URL"] == oms_here.url
    assert found["OMS_COMPANY_USER"] == oms_here.company.username
    assert found["OMS_STORE_1_PASSWORD"] == oms_here.stores["STORE-1"].password


def test_without_an_address_a_server_is_started_and_stopped() -> None:
    with MockOms() as oms:
        url = oms.url
        assert oms.place().explain()["next"]
    with pytest.raises(MockOmsError, match=r"does not answer"):
        MockOms(url)


def test_a_server_that_does_not_start_shows_its_output() -> None:
    with pytest.raises(MockOmsError, match=r"ended with exit status 2\n(.*\n)*.*No such option"):
        Server("--no-such-option")


def test_variables_of_the_environment_do_not_reach_the_server() -> None:
    with unittest.mock.patch.dict(os.environ, {"MOCK_OMS_INVOICE_MODE": "nobody"}), Server() as server:
        assert server.url


def test_the_package_imports_the_standard_library_only() -> None:
    code = "import sys, mock_oms.testing; print([n for n in sys.modules if n.split('.')[0] in sys.argv[1:]])"
    foreign = ("contracts", "scenarios", "flask", "pydantic", "requests", "click", "granian")
    done = subprocess.run(
        [sys.executable, "-c", code, *foreign], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout == "[]\n"
