"""One call to a touchpoint on its way through the mock, and the answer it gets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from pydantic import BaseModel
from pydantic_core import to_json

from contracts.endpoints import Operation
from contracts.profile import Profile
from mock_oms.directory import Session
from mock_oms.journal import Journals, Outcome
from mock_oms.limits import DEFAULT_LIMITS, Limits
from mock_oms.refusals import Rejection
from mock_oms.sent import Sent
from mock_oms.store import Store
from mock_oms.world import World

JSON = "application/json"
PDF = "application/pdf"


@dataclass(frozen=True, slots=True)
class Server:
    """What all calls share: the store, the journals, the profile that tenants start from, and the limits."""

    store: Store
    journals: Journals
    profile: Profile
    control_key: str | None = None
    limits: Limits = DEFAULT_LIMITS


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body, media type and further headers."""

    status: int
    body: bytes
    media: str = JSON
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Call:
    """A call as handlers see it: who calls (`session`), what was sent (`query` or `orders`).

    `outcomes` is filled by the handler for the journal; `tenant` says whose journal. `operation` is None for
    a request that is no touchpoint.
    """

    server: Server
    sent: Sent
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

    def __post_init__(self) -> None:
        self.profile = self.server.profile
        self.parameters = _parameters(self.sent.query)

    @property
    def caller(self) -> Session:
        """Who calls; only for operations that need a token."""
        if self.session is None:
            raise LookupError("this operation has no session")
        return self.session

    @property
    def world(self) -> World:
        """Settings of the caller's tenant."""
        return self.server.store.world(self.caller.tenant)


def _parameters(query: str) -> list[tuple[str, str]]:
    return parse_qsl(query, keep_blank_values=True, errors="replace") if query else []


def json_answer(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Answer:
    """`value` as JSON; a number that JSON cannot write, which a client may have sent, is shown as text."""
    return Answer(status, to_json(value, inf_nan_mode="strings"), JSON, headers or {})


def rejection_answer(rejection: Rejection) -> Answer:
    """A call refused as a whole, in the shape of `contracts.models.ErrorAnswer`."""
    body = {
        "status": "FAILED",
        "message": rejection.message,
        "errors": [
            {"field": f.field, "rule": f.rule, "expected": f.expected, "received": f.received}
            for f in rejection.findings
        ],
    }
    return json_answer(body, rejection.status, rejection.headers)
