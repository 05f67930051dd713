"""Errors of the stores."""

from __future__ import annotations


class UnknownTenantError(KeyError):
    """No tenant has that name, or the tenant was deleted."""


class TenantExistsError(ValueError):
    """Another tenant has that name."""


class StoreUnavailableError(Exception):
    """The store failed; the message gives the cause and holds no secret."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class StoreError(ValueError):
    """The chosen store cannot be opened; the message holds no password."""
