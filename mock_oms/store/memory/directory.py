"""Users and tokens in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Sequence

from mock_oms.domain import users as directory
from mock_oms.domain.users import Session, User, UserStore


class MemoryUserStore(UserStore):
    """Users and tokens in memory."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._sessions: dict[bytes, Session] = {}
        self._by_tenant: dict[str, OrderedDict[bytes, None]] = {}
        self._lock = threading.Lock()

    def add(self, users: Sequence[User]) -> None:
        with self._lock:
            self._users = self._users | {user.username: user for user in users}

    def user(self, username: str) -> User | None:
        return self._users.get(username)

    def _keep(self, key: bytes, session: Session) -> None:
        with self._lock:
            self._sessions[key] = session
            own = self._by_tenant.setdefault(session.tenant, OrderedDict())
            own[key] = None
            while len(own) > directory.TOKENS_LIMIT:
                self._sessions.pop(own.popitem(last=False)[0], None)

    def _found(self, key: bytes) -> Session | None:
        return self._sessions.get(key)

    def forget_tenant(self, tenant: str) -> None:
        with self._lock:
            self._users = {name: user for name, user in self._users.items() if user.tenant != tenant}
            for key in self._by_tenant.pop(tenant, ()):
                self._sessions.pop(key, None)
