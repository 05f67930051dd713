"""Defects that show only in calls at the same moment, with the store in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from contracts.lifecycle.table import Event
from mock_oms.engine import firing
from mock_oms.mutants.patch import Apply, Kind, Mutant, Patch
from mock_oms.store.errors import UnknownTenantError
from mock_oms.store.memory import MemoryStore, MemoryTransaction

_THINKING_S = 0.05
"""Between deciding and writing; long enough for another call to decide too."""


@contextmanager
def _unlocked(store: MemoryStore, name: str) -> Iterator[MemoryTransaction]:
    tenant = store._tenants.get(name)
    if tenant is None:
        raise UnknownTenantError(name)
    yield MemoryTransaction(tenant)


def _two_winners(event: Event) -> Apply:
    """Calls about one order do not wait for each other, and take their time over `event`."""

    def apply(patch: Patch) -> None:
        def around(right: Callable[..., Any]) -> Callable[..., Any]:
            def changed(tx: Any, row: Any, *rest: Any) -> Any:
                if row.event is event:
                    time.sleep(_THINKING_S)
                return right(tx, row, *rest)

            return changed

        patch.attribute(MemoryStore, "write", _unlocked_method)
        patch.wrap(firing, "_apply", around)

    return apply


def _unlocked_method(store: MemoryStore, name: str) -> Any:
    return _unlocked(store, name)


MUTANTS: tuple[Mutant, ...] = (
    Mutant(
        "two-confirm-at-once",
        "of two calls that confirm an order at the same moment both win",
        Kind.RACE,
        _two_winners(Event.CONFIRM),
    ),
    Mutant(
        "two-invoice-at-once",
        "of two calls that invoice an order at the same moment both win",
        Kind.RACE,
        _two_winners(Event.PUSH_INVOICE),
    ),
)
