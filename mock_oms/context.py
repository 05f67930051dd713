"""What all requests to one application share."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.profile import Profile
from mock_oms.engine.limits import DEFAULT_LIMITS, Limits
from mock_oms.store import Store


@dataclass(frozen=True, slots=True)
class AppContext:
    """What all calls share: the store, the profile that tenants start from, and the limits.

    `hosts` are names of this server besides those that can only mean this machine; None lets any name in.
    """

    store: Store
    profile: Profile
    control_key: str | None = None
    limits: Limits = DEFAULT_LIMITS
    hosts: frozenset[str] | None = None
