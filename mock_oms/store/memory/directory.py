"""Users and tokens in memory."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from mock_oms.domain import users as directory
from mock_oms.domain.users import Session, User, UserStore


class _Tokens:
    """The tokens of one tenant: number by hash, those never used apart."""

    def __init__(self) -> None:
        self.unused: dict[bytes, int] = {}
        self.used: dict[bytes, int] = {}
        self.made = 0


class MemoryUserStore(UserStore):
    """Users and tokens in memory."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._sessions: dict[bytes, Session] = {}
        self._unused: set[bytes] = set()
        self._by_tenant: dict[str, _Tokens] = {}
        self._lock = threading.Lock()

    def add(self, users: Sequence[User]) -> None:
        with self._lock:
            self._users = self._users | {user.username: user for user in users}

    def user(self, username: str) -> User | None:
        return self._users.get(username)

    def _keep(self, key: bytes, session: Session) -> None:
        with self._lock:
            self._sessions[key] = session
            self._unused.add(key)
            own = self._by_tenant.setdefault(session.tenant, _Tokens())
            own.made += 1
            own.unused[key] = own.made
            oldest = next(iter(own.unused))
            if own.unused[oldest] <= own.made - directory.TOKENS_LIMIT:
                del own.unused[oldest]
                self._drop(oldest)

    def _found(self, key: bytes) -> Session | None:
        session = self._sessions.get(key)
        if session and key in self._unused:
            self._use(key, session.tenant)
        return session

    def _use(self, key: bytes, tenant: str) -> None:
        with self._lock:
            own = self._by_tenant.get(tenant)
            number = own.unused.pop(key, None) if own else None
            if own is None or number is None:
                return
            self._unused.discard(key)
            own.used[key] = number
            if len(own.used) > directory.TOKENS_LIMIT:
                oldest = min(own.used, key=own.used.__getitem__)
                del own.used[oldest]
                self._drop(oldest)

    def _drop(self, key: bytes) -> None:
        self._sessions.pop(key, None)
        self._unused.discard(key)

    def forget_tenant(self, tenant: str) -> None:
        with self._lock:
            self._users = {name: user for name, user in self._users.items() if user.tenant != tenant}
            own = self._by_tenant.pop(tenant, _Tokens())
            for key in (*own.unused, *own.used):
                self._drop(key)
