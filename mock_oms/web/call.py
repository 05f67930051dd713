"""One call to a touchpoint on its way through the mock, and the answer it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from pydantic import BaseModel
from pydantic_core import to_json

from contracts.konnect.operations import Operation
from contracts.profile import Profile
from mock_oms.context import AppContext
from mock_oms.domain.journal import Outcome
from mock_oms.domain.tenant import TenantSettings
from mock_oms.domain.users import Session
from mock_oms.web.rejections import CallRefusal
from mock_oms.web.request import Request
from mock_oms.web.screening import PARAMETERS_MAX, QUERY_BYTES_MAX

JSON = "application/json"
PDF = "application/pdf"
NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    """Status, body, media type and further headers."""

    status: int
    body: bytes
    media: str = JSON
    headers: Mapping[str, str] = NO_HEADERS


@dataclass(slots=True)
class Call:
    """A call as handlers see it: who calls (`session`), what was sent (`query` or `orders`).

    `outcomes` is filled by the handler for the journal; `tenant` says whose journal. `operation` is None for
    a request that is no touchpoint.
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
    profile: Profile = field(init=False)
    parameters: Sequence[tuple[str, str]] = field(init=False)
    _settings: TenantSettings | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        self.profile = self.server.profile
        self.parameters = _parameters(self.request.query)

    @property
    def caller(self) -> Session:
        """Who calls; only for operations that need a token."""
        if self.session is None:
            raise LookupError("this operation has no session")
        return self.session

    @property
    def settings(self) -> TenantSettings:
        """Settings of the caller's tenant, as they were when the call came."""
        return self.settings_of(self.caller.tenant)

    def settings_of(self, tenant: str) -> TenantSettings:
        """Settings of the tenant that the call is about, fetched once; raises `UnknownTenantError`."""
        known = self._settings
        if known is None or known.tenant != tenant:
            fetched = self.session.settings if self.session else None
            if fetched is None or fetched.tenant != tenant:
                fetched = self.server.store.settings(tenant)
            self._settings = known = fetched
        return known


def _parameters(query: str) -> list[tuple[str, str]]:
    """The parameters of a query; of one that is refused for its length, the first are for the journal."""
    if not query:
        return []
    kept = query[:QUERY_BYTES_MAX]
    if "%" in kept or "+" in kept:
        return parse_qsl(kept, keep_blank_values=True, errors="replace")[:PARAMETERS_MAX]
    parts = [part.partition("=") for part in kept.split("&")[: PARAMETERS_MAX + 1] if part]
    return [(name, value) for name, _, value in parts][:PARAMETERS_MAX]


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """`value` as JSON; a number that JSON cannot write, which a client may have sent, is shown as text.

    An array may be a generator: what it gives is written piece by piece, and a long list never lies in memory
    as objects.
    """
    return Answer(status, to_json(value, inf_nan_mode="strings"), JSON, headers or NO_HEADERS)


def rejection_answer(rejection: CallRefusal) -> Answer:
    """A call refused as a whole, in the shape of `contracts.konnect.shared.ErrorAnswer`."""
    body = {
        "status": "FAILED",
        "message": rejection.message,
        "errors": [
            {"field": f.field, "rule": f.rule, "expected": f.expected, "received": f.received}
            for f in rejection.findings
        ],
    }
    return json_answer(body, rejection.status, rejection.headers)
