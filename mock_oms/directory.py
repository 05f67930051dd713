"""Who may call: users and tokens of all tenants. The one place where secrets are made and compared.

Passwords and tokens are kept hashed. A token belongs to a tenant and perhaps to one location, and lives on
the tenant's clock; an expired one still tells whose it was, so that its call is found in the right journal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import threading
import uuid
from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime

TOKENS_LIMIT = 10_000
"""Live tokens kept per tenant; the oldest go first."""


def digest(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def new_password() -> str:
    """A password nobody can guess."""
    return secrets.token_urlsafe(18)


def new_token() -> str:
    """A token in the shape that integrators know: a random UUID."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


@dataclass(frozen=True, slots=True)
class User:
    """An integration user; `location` is None for the company's."""

    username: str
    tenant: str
    location: str | None
    password: bytes


@dataclass(frozen=True, slots=True)
class Session:
    """What a token stands for."""

    username: str
    tenant: str
    location: str | None
    expires_at: datetime


class Directory:
    """Users by name and sessions by token, in memory."""

    def __init__(self) -> None:
        self._users: dict[str, User] = {}
        self._sessions: dict[bytes, Session] = {}
        self._by_tenant: dict[str, OrderedDict[bytes, None]] = {}
        self._lock = threading.Lock()

    def add_user(self, username: str, tenant: str, location: str | None, password: str) -> None:
        """Makes a user; an existing one of that name is replaced."""
        with self._lock:
            self._users[username] = User(username, tenant, location, digest(password))

    def authenticate(self, username: str, password: str) -> User | None:
        """The user whose password this is, or None."""
        user = self._users.get(username)
        expected = user.password if user else digest("")
        matches = hmac.compare_digest(expected, digest(password))
        return user if user and matches else None

    def tenant_of(self, username: str) -> str | None:
        """The tenant that a user belongs to, for the journal of a failed log-in."""
        user = self._users.get(username)
        return user.tenant if user else None

    def open_session(self, user: User, expires_at: datetime) -> str:
        """A new token for `user`."""
        token = new_token()
        key = digest(token)
        with self._lock:
            self._sessions[key] = Session(user.username, user.tenant, user.location, expires_at)
            own = self._by_tenant.setdefault(user.tenant, OrderedDict())
            own[key] = None
            while len(own) > TOKENS_LIMIT:
                self._sessions.pop(own.popitem(last=False)[0], None)
        return token

    def session(self, token: str) -> Session | None:
        """What `token` stands for, expired or not."""
        return self._sessions.get(digest(token))

    def forget_tenant(self, tenant: str) -> None:
        """Removes the users and tokens of a tenant."""
        with self._lock:
            self._users = {name: user for name, user in self._users.items() if user.tenant != tenant}
            for key in self._by_tenant.pop(tenant, ()):
                self._sessions.pop(key, None)
