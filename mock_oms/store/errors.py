"""Errors of the stores."""

from __future__ import annotations


class UnknownTenantError(KeyError):
    """There is no tenant of that name (any more)."""


class TenantExistsError(ValueError):
    """The name is taken."""


class StoreUnavailableError(Exception):
    """The store cannot do what was asked of it now; the message says what is wrong and holds no secret."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StoreError(ValueError):
    """The store that was asked for cannot be used; the message holds no password."""
