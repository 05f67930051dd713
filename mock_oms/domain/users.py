"""Who may call: users and tokens of all tenants. The one place where secrets are made and compared.

Passwords and tokens are kept hashed. A token belongs to a tenant and perhaps to one location, and lives on
the tenant's clock; an expired one still tells whose it was, so that its call is found in the right journal.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mock_oms.domain.tenant import TenantSettings

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
    """An integration user; `location` is None for the company's; of the password only the hash is kept."""

    username: str
    tenant: str
    location: str | None
    password: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """What a token stands for. `settings` are the tenant's, if the store found them with the token."""

    username: str
    tenant: str
    location: str | None
    expires_at: datetime
    settings: TenantSettings | None = field(default=None, compare=False, repr=False)


_NOBODYS = digest("")


class UserStore(ABC):
    """Users by name and sessions by token, of all tenants; stores say where they are kept."""

    @abstractmethod
    def user(self, username: str) -> User | None:
        """The user of that name."""

    @abstractmethod
    def _keep(self, key: bytes, session: Session) -> None:
        """Keeps a session under the hash of its token; the tenant's oldest go when there are too many."""

    @abstractmethod
    def _found(self, key: bytes) -> Session | None:
        """The session kept under the hash of its token."""

    def authenticate(self, username: str, password: str) -> User | None:
        """The user whose password this is, or None."""
        user = self.user(username)
        expected = user.password if user else _NOBODYS  # as much work as for a known name
        matches = hmac.compare_digest(expected, digest(password))
        return user if user and matches else None

    def tenant_of(self, username: str) -> str | None:
        """The tenant that a user belongs to, for the journal of a failed log-in."""
        user = self.user(username)
        return user.tenant if user else None

    def open_session(self, user: User, expires_at: datetime) -> str:
        """A new token for `user`."""
        token = new_token()
        self._keep(digest(token), Session(user.username, user.tenant, user.location, expires_at))
        return token

    def session(self, token: str) -> Session | None:
        """What `token` stands for, expired or not."""
        return self._found(digest(token))
