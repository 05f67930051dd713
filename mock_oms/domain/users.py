"""Users and tokens of all tenants.

No other code creates or compares secrets.
Passwords and tokens are stored as hashes. A token belongs to a tenant and perhaps to one location, and
expires by the tenant's clock. An expired token still identifies the tenant, whose journal gets the call.
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

from contracts.masking import cached_if_short

if TYPE_CHECKING:
    from mock_oms.domain.tenant import TenantSettings

TOKENS_LIMIT = 10_000
"""Used tokens per tenant, and unused ones of as many last logins; the oldest are dropped first.

They are apart because a login is a plain GET. A page that makes a browser log in again and again sees no
token, and pushes out none that is in use."""


def digest(secret: str) -> bytes:
    """Returns the hash of a secret."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


_token_digest = cached_if_short(digest)
"""Hashes of tokens, which come with every call. Those of passwords take the same time always."""


def new_password() -> str:
    """Returns a random password."""
    return secrets.token_urlsafe(18)


def new_token() -> str:
    """Returns a random UUID, the form of Konnect's tokens."""
    return str(uuid.UUID(bytes=secrets.token_bytes(16), version=4))


@dataclass(frozen=True, slots=True)
class User:
    """An integration user; `location` is None for the company, `password` a hash."""

    username: str
    tenant: str
    location: str | None
    password: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Session:
    """The session of a token; `settings` are the tenant's, if already loaded."""

    username: str
    tenant: str
    location: str | None
    expires_at: datetime
    settings: TenantSettings | None = field(default=None, compare=False, repr=False)


_NO_PASSWORD = digest("")


class UserStore(ABC):
    """Users by name and sessions by token, of all tenants."""

    @abstractmethod
    def user(self, username: str) -> User | None:
        """Returns the user of that name, or None."""

    @abstractmethod
    def _keep(self, key: bytes, session: Session) -> None:
        """Stores a session by its token's hash; drops the oldest unused one."""

    @abstractmethod
    def _found(self, key: bytes) -> Session | None:
        """Returns the session with this hash of its token, or None.

        The token is a used one from then on; the oldest used one above the limit is dropped.
        """

    def authenticate(self, username: str, password: str) -> User | None:
        """Returns the user if the password is right, else None."""
        user = self.user(username)
        expected = user.password if user else _NO_PASSWORD  # as much work as for a known name
        matches = hmac.compare_digest(expected, digest(password))
        return user if user and matches else None

    def tenant_of(self, username: str) -> str | None:
        """Returns the tenant of a user, to journal a failed log-in."""
        user = self.user(username)
        return user.tenant if user else None

    def open_session(self, user: User, expires_at: datetime) -> str:
        """Creates a session and returns its token."""
        token = new_token()
        self._keep(digest(token), Session(user.username, user.tenant, user.location, expires_at))
        return token

    def session(self, token: str) -> Session | None:
        """Returns the session of a token, expired or not."""
        return self._found(_token_digest(token))
