"""Registered functions: start-up finds a row without a function, and the reverse."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from mock_oms import engine
from mock_oms.app import create_app
from mock_oms.domain.registry import Registry
from mock_oms.web.konnect.registry import HANDLERS

REGISTRIES: list[tuple[Registry[Any], str, str]] = [
    (HANDLERS, "accept_return", '@handles("accept_return") in mock_oms/web/konnect/<group>.py'),
    (engine.GUARDS, "enough_stock", "@guard def enough_stock in mock_oms/engine/guards.py"),
    (engine.EFFECTS, "open_return", "@effect def open_return in mock_oms/engine/effects.py"),
]
KINDS = ["operation", "guard", "effect"]


@pytest.mark.parametrize(("registry", "name", "remedy"), REGISTRIES, ids=KINDS)
def test_start_up_names_a_row_without_a_function(
    registry: Registry[Any], name: str, remedy: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(registry, name)

    with pytest.raises(LookupError) as raised:
        create_app()

    assert str(raised.value) == f"{registry.kind} {name} has no function: add one with {remedy}"


@pytest.mark.parametrize(("registry", "name"), [row[:2] for row in REGISTRIES], ids=KINDS)
def test_start_up_names_a_function_without_a_row(
    registry: Registry[Any], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(registry, "celebrate", registry[name])

    with pytest.raises(LookupError) as raised:
        create_app()

    function = f"{registry[name].__module__}.{registry[name].__name__}"
    assert str(raised.value) == (
        f"{function} is for {registry.kind} celebrate, which has no row: add one in {registry.rows}"
    )


def test_a_second_function_of_one_name_is_refused() -> None:
    registry: Registry[Callable[[], None]] = Registry("operation", "rows.py", "@handles")
    registry.named("confirm")(lambda: None)

    with pytest.raises(LookupError, match="operation confirm has two functions"):
        registry.named("confirm")(lambda: None)
