"""The pipeline of all calls: its phases, and its check of handlers."""

from __future__ import annotations

from typing import Any

import pytest

from mock_oms.app import create_app
from mock_oms.web.control.call import CONTROL
from mock_oms.web.dispatch import Surface
from mock_oms.web.konnect import TOUCHPOINTS
from mock_oms.web.pages import SURFACE as PAGES
from tests.support.mock_client import InProcess, control, denied, new_tenant, rejected

LONG = {"x": "y" * 9000}


@pytest.mark.parametrize(
    ("surface", "name", "decorator"),
    [(TOUCHPOINTS, "confirm", "@handles"), (CONTROL, "clock", "@handles_control"),
     (PAGES, "home", "@handles_page")],
)  # fmt: skip
def test_start_up_names_a_call_without_a_handler(
    monkeypatch: pytest.MonkeyPatch, surface: Surface[Any, Any], name: str, decorator: str
) -> None:
    monkeypatch.delitem(surface.handlers, name)

    with pytest.raises(LookupError, match=rf'{name} .*{decorator}\("{name}"\)'):
        create_app()


@pytest.mark.parametrize("surface", [TOUCHPOINTS, CONTROL, PAGES], ids=lambda one: one.name)
def test_start_up_names_a_handler_without_a_row(
    monkeypatch: pytest.MonkeyPatch, surface: Surface[Any, Any]
) -> None:
    monkeypatch.setitem(surface.handlers, "fly", next(iter(surface.handlers.values())))

    with pytest.raises(LookupError, match="fly"):
        create_app()


def test_a_token_is_checked_before_the_limits_so_that_its_tenant_journals_the_refusal() -> None:
    tenant = new_tenant(InProcess(create_app()))
    token = {"x-access-token": tenant.token()}

    rejected(tenant.transport.send("GET", "/oms/v3/shipment", LONG), 401, "missing")
    rejected(tenant.transport.send("GET", "/oms/v3/shipment", LONG, b"", token), 414, "query")
    entry = tenant.control("GET", "/journal")["entries"][-1]
    assert (entry["status"], entry["path"]) == (414, "/oms/v3/shipment")


def test_a_control_call_is_screened_before_its_key_is_checked() -> None:
    transport = InProcess(create_app({"control_key": "k"}))

    denied(transport.send("GET", "/_control/tenants", LONG), 414, "too_long", "query")
    denied(control(transport, "GET", "/tenants"), 401, "key_needed")
    denied(control(transport, "GET", "/tenants/nobody"), 401, "key_needed")
