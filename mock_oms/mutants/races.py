"""Defects that only simultaneous calls show, with the store in memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from contracts.lifecycle.table import Event
from mock_oms.engine import firing
from mock_oms.mutants.patch import Apply, Defects, Kind, replaced, together
from mock_oms.store.errors import UnknownTenantError
from mock_oms.store.memory import MemoryStore, MemoryTransaction

_PAUSE_S = 0.05
"""Between decision and write; long enough for another call to decide too."""


@contextmanager
def _unlocked(_write: object, store: MemoryStore, name: str) -> Iterator[MemoryTransaction]:
    tenant = store._tenants.get(name)
    if tenant is None:
        raise UnknownTenantError(name)
    yield MemoryTransaction(tenant)


def _two_winners(event: Event) -> Apply:
    """Removes the lock of a tenant and delays `event`."""

    def slow(right: Callable[..., Any], tx: Any, row: Any, *rest: Any) -> Any:
        if row.event is event:
            time.sleep(_PAUSE_S)
        return right(tx, row, *rest)

    return together(replaced(MemoryStore, "write", _unlocked), replaced(firing, "_apply", slow))


DEFECTS: Defects = {
    Kind.RACE: {
        "two-confirm-at-once: of two simultaneous confirm calls both succeed": _two_winners(Event.CONFIRM),
        "two-invoice-at-once: of two simultaneous invoice calls both succeed": _two_winners(
            Event.PUSH_INVOICE
        ),
    }
}
