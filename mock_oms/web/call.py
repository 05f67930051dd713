"""One call to a touchpoint on its way through the mock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel

from contracts.konnect.operations import Operation
from contracts.profile import Profile
from mock_oms.context import AppContext
from mock_oms.domain.journal import Outcome
from mock_oms.domain.tenant import TenantSettings
from mock_oms.domain.users import Session
from mock_oms.web.request import Request
from mock_oms.web.screening import PARAMETERS_MAX, QUERY_BYTES_MAX


@dataclass(slots=True)
class Call:
    """A call to a touchpoint.

    Each phase of `mock_oms.web.dispatch` fills in its part.
    From the start: `server`, `request`, `started` (seconds of `perf_counter`), `operation` (None for a
    request that is no touchpoint), `parameters`, and `profile`, which is the server's.
    After authorizing: `tenant`, `session` and `profile` of the token. `generate_token` needs no token; its
    handler sets `tenant` and `profile` from the username.
    After reading: `body` and `orders` of a bulk call, `query` of the others.
    `dry_run`: the answer is as usual, and nothing changes.
    After handling: `outcomes`, one for each order, for the journal.
    """

    server: AppContext
    request: Request
    started: float
    operation: Operation | None = None
    tenant: str | None = None
    session: Session | None = None
    body: bytes = b""
    query: Any = None
    orders: Sequence[BaseModel] = ()
    outcomes: Sequence[Outcome] = ()
    dry_run: bool = False
    profile: Profile = field(init=False)
    parameters: Sequence[tuple[str, str]] = field(init=False)
    _settings: TenantSettings | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.profile = self.server.profile
        self.parameters = parameters(self.request.query)

    @property
    def caller(self) -> Session:
        """The session of the token; raises LookupError for an operation without one."""
        if self.session is None:
            raise LookupError("this operation has no session")
        return self.session

    @property
    def settings(self) -> TenantSettings:
        """Settings of the caller's tenant at the start of the call."""
        return self.settings_of(self.caller.tenant)

    def settings_of(self, tenant: str) -> TenantSettings:
        """Returns the settings of the call's tenant, fetched once; raises `UnknownTenantError`."""
        known = self._settings
        if known is None or known.tenant != tenant:
            fetched = self.session.settings if self.session else None
            if fetched is None or fetched.tenant != tenant:
                fetched = self.server.store.settings(tenant)
            self._settings = known = fetched
        return known


def parameters(query: str) -> list[tuple[str, str]]:
    """Parses a query string, up to the limits of screening."""
    if not query:
        return []
    kept = query[:QUERY_BYTES_MAX]
    if "%" in kept or "+" in kept:
        return parse_qsl(kept, keep_blank_values=True, errors="replace")[:PARAMETERS_MAX]
    parts = [part.split("=", 1) for part in kept.split("&")[: PARAMETERS_MAX + 1] if part]
    return [(part[0], part[1] if len(part) > 1 else "") for part in parts][:PARAMETERS_MAX]
