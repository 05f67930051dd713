"""The catalogue of seeded defects can be applied and undone."""

from __future__ import annotations

import inspect
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import fields
from types import ModuleType
from typing import Any

import pytest

from mock_oms import mutants
from mock_oms.app import create_app
from mock_oms.mutants.patch import Kind, Patch, replaced
from mock_oms.web.dispatch import Surface
from tests.support.mock_client import InProcess, Reply, new_tenant, pushed

CATALOGUE_MIN = 45
"""Fewer seeded defects would not be a measure of anything."""
SETTINGS = {"invoice_mode": "fynd", "pace": {"*": {"after_s": 5}}, "seed": 7}


def _parts(owner: Any, name: str) -> Iterator[tuple[str, int]]:
    """Yield path and identity of each attribute below a module or class."""
    for key, value in list(vars(owner).items()):
        if key.startswith("__"):
            continue
        path = f"{name}.{key}"
        yield path, id(value)
        if inspect.isclass(value) and value.__module__.startswith("mock_oms"):
            yield from ((f"{path}.{inner}", id(part)) for inner, part in vars(value).items())
        elif isinstance(value, Surface):
            yield from ((f"{path}.{part.name}", id(getattr(value, part.name))) for part in fields(value))
        elif isinstance(value, MutableMapping):
            yield from ((f"{path}[{inner}]", id(part)) for inner, part in list(value.items()))


def everything() -> Mapping[str, int]:
    """Return the identity of every part of the mock and the contract."""
    ours = {
        name: module for name, module in sys.modules.items() if name.startswith(("mock_oms", "contracts"))
    }
    return {path: part for name, module in ours.items() for path, part in _parts(module, name)}


class Recorder:
    """A transport that keeps all answers except tokens, which always differ."""

    def __init__(self) -> None:
        self._inner = InProcess(create_app())
        self.answers: list[bytes] = []

    def send(self, method: str, path: str, *given: Any, **more: Any) -> Reply:
        """Sends one call and keeps the answer."""
        reply = self._inner.send(method, path, *given, **more)
        if "token" not in path:
            self.answers.append(b"%d " % reply.status + reply.body)
        return reply


def day_in_a_shop() -> list[bytes]:
    """Return the answers to good and bad calls, under a frozen clock."""
    tenant = new_tenant(Recorder(), name="frozen", **SETTINGS)
    assert isinstance(tenant.transport, Recorder)
    tenant.transport.answers.clear()
    orders = tenant.place_many(3)
    tenant.post("confirm", [{"orderId": order} for order in [*orders, "1", orders[0]]])
    tenant.post("cancel", [{"orderId": orders[0]}])
    tenant.post("invoiceUpdate", [pushed(orders[1], "N-1"), pushed(orders[2], "N-1", "return")])
    tenant.advance(30)
    tenant.post("invoice", [{"orderId": orders[1]}, {"orderId": orders[0]}])
    for order in orders:
        tenant.control_reply("POST", f"/shipments/{order}/events/hand_over", {})
        reply = tenant.control_reply("POST", f"/shipments/{order}/events/start_return", {})
        tenant.post("return", [{"orderId": str(reply.json.get("id", "1"))}])
    for status in ("CREATED", "CANCELLED", "DELIVERED", "RETURN_ACCEPTED", "RETURN_COMPLETED"):
        tenant.get({"orderStatus": status, "locationCode": "STORE-1"})
    tenant.get({"orderId": orders[1]}, "STORE-1")
    tenant.get({"orderStatus": "DELIVERED"}, path="/info")
    tenant.control_reply("GET", "/stock")
    return tenant.transport.answers


def titles(module: ModuleType) -> list[str]:
    """Returns the titles of a module's defects: `name: sentence`."""
    return [title for defects in module.DEFECTS.values() for title in defects]


def test_the_catalogue_is_large_and_has_every_kind() -> None:
    kinds = Counter(mutant.kind for mutant in mutants.MUTANTS.values())
    assert kinds.total() >= CATALOGUE_MIN
    assert set(kinds) == set(Kind)


def test_every_seeded_defect_has_a_name_and_a_description_of_its_own() -> None:
    every = [title.split(": ", 1) for module in mutants.MODULES for title in titles(module)]
    for texts in zip(*every, strict=True):
        assert [text for text, times in Counter(texts).items() if times > 1] == []
    assert all(name == name.lower().replace(" ", "-") for name, _says in every)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="mutant 'confirm-los' is not known; did you mean 'confirm-lost'"):
        mutants.apply("confirm-los")


def test_the_application_refuses_an_unknown_name() -> None:
    with pytest.raises(ValueError, match="did you mean 'hand-over-lost'"):
        create_app({"mutant": "hand-over-los"})


def test_two_seeded_defects_cannot_be_at_work_together() -> None:
    with (
        mutants.applied("confirm-lost"),
        pytest.raises(ValueError, match="'confirm-lost' is at work in this process; only one can be"),
    ):
        mutants.apply("hand-over-lost")


def test_putting_the_same_defect_in_twice_is_putting_it_in_once() -> None:
    before = everything()
    with mutants.applied("confirm-lost"):
        mutants.apply("confirm-lost")
    assert everything() == before


def test_replacements_are_taken_back_last_first() -> None:
    patch, held = Patch(), {"key": 1}
    patch.entry(held, "key", 2)
    patch.entry(held, "key", 3)
    patch.undo()
    assert held == {"key": 1}


def test_every_seeded_defect_replaces_something_in_the_mock_alone_and_puts_it_back() -> None:
    before = everything()
    for name in mutants.MUTANTS:
        with mutants.applied(name):
            now = everything()
            changed = {path for path in before if now.get(path) != before[path]} - ACTIVE
            assert changed, name
            assert {path for path in changed if path.startswith("contracts")} == set(), name
        assert everything() == before, name


ACTIVE = {"mock_oms.mutants._active"}
"""Where the catalogue remembers which defect is at work."""


@pytest.mark.parametrize("module", mutants.MODULES, ids=lambda module: module.__name__.rpartition(".")[2])
def test_what_seeded_defects_did_is_gone_after_them(module: ModuleType) -> None:
    before = day_in_a_shop()
    assert day_in_a_shop() == before
    for title in titles(module):
        with mutants.applied(title.split(": ")[0]):
            day_in_a_shop()
    assert day_in_a_shop() == before


def test_a_defect_of_a_function_that_does_not_exist_fails_where_it_is_written() -> None:
    with pytest.raises(AttributeError, match="no_such_function"):
        replaced(mutants, "no_such_function", lambda right: right)
