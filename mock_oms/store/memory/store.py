"""All tenants, in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from mock_oms.domain.tenant import TenantSettings
from mock_oms.domain.users import User, UserStore
from mock_oms.store import StockLevels, Unit
from mock_oms.store.errors import TenantExistsError, UnknownTenantError
from mock_oms.store.locking import take
from mock_oms.store.memory.directory import MemoryUserStore
from mock_oms.store.memory.journal import MemoryJournal
from mock_oms.store.memory.tenant import Tenant
from mock_oms.store.memory.transaction import MemoryTransaction


class ReadAccess:
    """A read transaction; a generator would make short calls 5 % slower."""

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


class WriteAccess(ReadAccess):
    """A write transaction: committed whole, or undone when the block raises."""

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
    unit: Unit | None = None

    def __init__(self) -> None:
        self._directory = MemoryUserStore()
        self._tenants: dict[str, Tenant] = {}
        self._unattributed = MemoryJournal()
        self._lock = threading.Lock()

    def directory(self) -> UserStore:
        return self._directory

    def create(self, settings: TenantSettings, stock: StockLevels, users: Sequence[User]) -> None:
        with self._lock:
            if settings.tenant in self._tenants:
                raise TenantExistsError(settings.tenant)
            self._directory.add(users)
            self._tenants[settings.tenant] = Tenant(settings, stock)

    def delete(self, name: str) -> None:
        with self._lock:
            if self._tenants.pop(name, None) is None:
                raise UnknownTenantError(name)
            self._directory.forget_tenant(name)

    def names(self) -> list[str]:
        return list(self._tenants)

    def settings(self, name: str) -> TenantSettings:
        return self._get(name).settings

    def read(self, name: str) -> ReadAccess:
        return ReadAccess(self._get(name))

    def write(self, name: str) -> WriteAccess:
        return WriteAccess(self._get(name))

    def journal(self, name: str | None) -> MemoryJournal:
        tenant = self._tenants.get(name) if name is not None else None
        return tenant.journal if tenant is not None else self._unattributed

    def check(self) -> None:
        """Does nothing: memory is always available."""

    def close(self) -> None:
        """Does nothing: no file is open."""

    def _get(self, name: str) -> Tenant:
        try:
            return self._tenants[name]
        except KeyError:
            raise UnknownTenantError(name) from None
