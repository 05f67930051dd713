"""All tenants, in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from mock_oms.domain.tenant import TenantSettings
from mock_oms.domain.users import User, UserStore
from mock_oms.store import StockLevels
from mock_oms.store.errors import TenantExistsError, UnknownTenantError
from mock_oms.store.locking import take
from mock_oms.store.memory.directory import MemoryDirectory
from mock_oms.store.memory.journal import MemoryJournal
from mock_oms.store.memory.tenant import Tenant
from mock_oms.store.memory.transaction import MemoryTransaction


class Look:
    """A visit that changes nothing; as a generator it would cost a short call a twentieth of its time."""

    __slots__ = ("_tenant", "_transaction")

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    def __enter__(self) -> MemoryTransaction:
        take(self._tenant.lock)
        try:
            self._transaction = MemoryTransaction(self._tenant)
            return self._transaction
        except BaseException:
            self._tenant.lock.release()
            raise

    def __exit__(self, *_: object) -> None:
        self._tenant.lock.release()


class Change(Look):
    """A visit that may change things: kept whole, or undone when the block raises."""

    __slots__ = ()

    def __exit__(self, *raised: object) -> None:
        try:
            if raised[0] is None:
                self._transaction.done()
            else:
                self._transaction.undo()
        finally:
            self._tenant.lock.release()


class MemoryStore:
    """All tenants, in memory."""

    waits = False

    def __init__(self) -> None:
        self._directory = MemoryDirectory()
        self._tenants: dict[str, Tenant] = {}
        self._nobody = MemoryJournal()
        self._lock = threading.Lock()

    def directory(self) -> UserStore:
        """Users and tokens."""
        return self._directory

    def create(self, settings: TenantSettings, stock: StockLevels, users: Sequence[User]) -> None:
        """Adds a tenant with its users; raises `TenantExistsError` when the name is taken."""
        with self._lock:
            if settings.tenant in self._tenants:
                raise TenantExistsError(settings.tenant)
            self._directory.add(users)
            self._tenants[settings.tenant] = Tenant(settings, stock)

    def delete(self, name: str) -> None:
        """Removes a tenant with its users, tokens and journal; raises `UnknownTenantError`."""
        with self._lock:
            if self._tenants.pop(name, None) is None:
                raise UnknownTenantError(name)
            self._directory.forget_tenant(name)

    def names(self) -> list[str]:
        """Names of all tenants, in the order of their making."""
        return list(self._tenants)

    def settings(self, name: str) -> TenantSettings:
        """A tenant's settings as they are now; raises `UnknownTenantError`."""
        return self._get(name).settings

    def read(self, name: str) -> Look:
        """A visit that changes nothing; raises `UnknownTenantError`."""
        return Look(self._get(name))

    def write(self, name: str) -> Change:
        """A visit that may change things: kept whole, or undone when the block raises."""
        return Change(self._get(name))

    def journal(self, name: str | None) -> MemoryJournal:
        """The journal of a tenant; of None, and of a tenant that is gone, the one for calls of nobody."""
        tenant = self._tenants.get(name) if name is not None else None
        return tenant.journal if tenant is not None else self._nobody

    def check(self) -> None:
        """Memory always answers."""

    def close(self) -> None:
        """Nothing is held open."""

    def _get(self, name: str) -> Tenant:
        try:
            return self._tenants[name]
        except KeyError:
            raise UnknownTenantError(name) from None
