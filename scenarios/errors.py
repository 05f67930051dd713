"""Errors of a run that the user can correct."""


class UsageError(ValueError):
    """Wrong use or configuration; the message names the expected value."""
