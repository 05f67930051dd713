"""Valid and invalid requests from schemathesis, some completed with real orders."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from random import Random
from typing import Any

import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, reject, seed, settings
from schemathesis import GenerationMode
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation

from contracts.checks import complete, complete_control
from contracts.checks.supply import Caller, Sample
from contracts.exploration.reach import AnyCase, operation_names
from contracts.konnect.operations import TOKEN_HEADER
from contracts.profile import DEFAULT
from scenarios.contract.unknown_ids import UnknownIds
from tests.support.mock_client import FROZEN_AT
from tests.support.server import ROOT
from tests.tools.bad_input.messages import PLAYED_PASSWORD, PLAYED_TOKEN, STORE, STORE_TOKEN, Known, Message

CHUNK = 25
"""Requests that are made at a time, all of them to one operation."""
DOCUMENTS = ("konnect", "control")
COUNT_MAX = 5
"""Orders that one call may place: this is about what is wrong, and whole shops would only cost time."""
TOKEN_SHARE = 0.8
"""Calls with a right token; of the others half have none, and half what schemathesis made up."""
DESTRUCTIVE = ("delete_tenant", "reset_tenant")
UNSETTLING = ("change_tenant", "move_clock")
"""Calls after which the tokens of a company may be worth nothing."""
NEXT = {
    "placed": ("cancel_by_customer",),
    "bag_confirmed": ("cancel_items_by_customer", "cancel_by_customer"),
    "bag_invoiced": ("hand_over",),
    "handed_over_to_customer": ("start_return",),
    "return_initiated": ("reject_return",),
}


class Toys(UnknownIds):
    """The orders of the played tenant, for calls to the touchpoints."""

    avoid_lockout = False
    may_write = True

    def __init__(self, known: Known) -> None:
        self.locations: Sequence[str] = (STORE, "STORE-2")
        self._known = known
        self._callers = (Caller(PLAYED_TOKEN, None, known.played), Caller(STORE_TOKEN, STORE, known.played))

    def caller(self, rng: Random) -> Caller:
        """The company, or one of its stores."""
        return rng.choice(self._callers)

    def caller_of(self, token: str) -> Caller | None:
        """Whose token it is."""
        return next((caller for caller in self._callers if caller.token == token), None)

    def credentials(self, _rng: Random) -> tuple[str, str]:
        """The company's user."""
        return f"{self._known.played}/company", PLAYED_PASSWORD

    def is_user(self, name: str) -> bool:
        """Whether it is that one."""
        return name == f"{self._known.played}/company"

    def fits(self, name: str, password: str) -> bool:
        """Whether it is its password."""
        return self.is_user(name) and password == PLAYED_PASSWORD

    def sample(self, _caller: Caller, _operation: str, rng: Random) -> Sample | None:
        """Any order."""
        state = rng.choice(list(self._known.toys))
        order, item = rng.choice(self._known.toys[state])
        return Sample(order, state, {item: 1})

    def look(self, _caller: Caller, _order_ids: Sequence[str]) -> Mapping[str, Any]:
        """Nobody looks: calls are made long before they are sent."""
        return {}

    def secrets(self) -> frozenset[str]:
        """None that are real."""
        return frozenset()


class Shelves:
    """The same orders behind the control plane."""

    def __init__(self, known: Known) -> None:
        self._known = known

    def tenants(self) -> Sequence[str]:
        """Those that may come to harm; mostly the one with orders."""
        return (*[self._known.played] * 3, self._known.spare)

    def locations(self, _tenant: str) -> Sequence[str]:
        """Stores that every new company has."""
        return (STORE, "STORE-2")

    def skus(self, _tenant: str) -> Sequence[str]:
        """Something that every new company sells."""
        return ("MUG-STN-350",)

    def now(self, _tenant: str) -> datetime:
        """Where time stands at first."""
        return datetime.fromisoformat(FROZEN_AT)

    def shipment(self, tenant: str, rng: Random) -> Mapping[str, Any] | None:
        """Any order of the played tenant."""
        if tenant != self._known.played:
            return None
        state = rng.choice(list(self._known.toys))
        order, item = rng.choice(self._known.toys[state])
        return {"id": order, "next": NEXT[state], "orderItems": [{"orderItemId": item}]}

    def cursor(self, _tenant: str) -> str | None:
        """Nobody has read a page before."""
        return None


@dataclass(frozen=True, slots=True)
class _Source:
    """An operation, and whether its calls are to be right or wrong."""

    operation: Any
    name: str
    mode: GenerationMode


@cache
def sources() -> tuple[_Source, ...]:
    """Return each operation with variable parts, once valid and once invalid."""
    found = []
    for document in DOCUMENTS:
        raw = json.loads((ROOT / "contracts" / f"{document}.openapi.json").read_text(encoding="utf-8"))
        names = operation_names(raw)
        operations = _operations(raw)
        varied = [one for one in operations if one.body or one.query or one.path_parameters]
        found += [_Source(one, names[one.label], mode) for one in varied for mode in GenerationMode]
    Random(len(found)).shuffle(found)  # also a short run sees both documents
    return tuple(found)


def _operations(document: dict[str, Any]) -> list[Any]:
    every: list[Any] = list(schemathesis.openapi.from_dict(document).get_all_operations())
    return [one.ok() for one in every]


@cache
def documented_failures() -> frozenset[int]:
    """Statuses from 500 that the documents name."""
    found = set()
    for document in DOCUMENTS:
        raw = json.loads((ROOT / "contracts" / f"{document}.openapi.json").read_text(encoding="utf-8"))
        calls = [call for item in raw["paths"].values() for call in item.values() if isinstance(call, dict)]
        found |= {int(status) for call in calls for status in call["responses"] if status.startswith("5")}
    return frozenset(found)


def chunk(run_seed: int, number: int, known: Known) -> list[bytes]:
    """Make the requests of one chunk from seed and number only."""
    source = sources()[number % len(sources())]
    rng = Random(f"{run_seed}/chunk/{number}")
    made: list[bytes] = []

    @seed(rng.randrange(2**32))
    @settings(
        max_examples=CHUNK,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(source.operation.as_strategy(generation_mode=source.mode))
    def draw(case: AnyCase) -> None:
        _own(case)
        _complete(case, source.name, known, rng)
        made.append(_wire(case))

    draw()
    return [made[place % len(made)] for place in range(CHUNK)]


def _own(case: AnyCase) -> None:
    """Copy a call's values, which the document's examples share between calls."""
    case.path_parameters = deepcopy(case.path_parameters)
    case.query = deepcopy(case.query)
    if case.body is not NOT_SET:
        case.body = deepcopy(case.body)


def _complete(case: AnyCase, name: str, known: Known, rng: Random) -> None:
    if case.operation.path.startswith("/_control"):
        _complete_control(case, name, known, rng)
        return
    toys = Toys(known)
    caller = toys.caller(rng)
    if rng.random() < TOKEN_SHARE:
        case.headers[TOKEN_HEADER] = caller.token
    elif rng.random() < 0.5:
        case.headers.pop(TOKEN_HEADER, None)
    body = None if case.body is NOT_SET else case.body
    query = _right(case, ParameterLocation.QUERY, case.query)
    right = body if _is_right(case, ParameterLocation.BODY) else None
    draft = complete.Draft(name, query, right, dict(case.query or {}), body, caller, toys, DEFAULT, rng)
    complete.complete(draft)


def _complete_control(case: AnyCase, name: str, known: Known, rng: Random) -> None:
    path = _right(case, ParameterLocation.PATH, case.path_parameters) or {}
    body = _right(case, ParameterLocation.BODY, case.body) or {}
    query = _right(case, ParameterLocation.QUERY, case.query) or {}
    complete_control.complete(complete_control.ControlDraft(name, path, query, body, Shelves(known), rng))
    if name in DESTRUCTIVE and path.get("tenant") in (known.played, known.spare):
        path["tenant"] = known.doomed
    if name in UNSETTLING and path.get("tenant") == known.played:
        path["tenant"] = known.spare
    if isinstance(body.get("count"), int):
        body["count"] = min(body["count"], COUNT_MAX)


def _is_right(case: AnyCase, place: ParameterLocation) -> bool:
    return case.meta is None or not case.meta.is_negative_at(place)


def _right(case: AnyCase, place: ParameterLocation, value: Any) -> dict[str, Any] | None:
    """Return a call's valid object, to be completed in place; else None."""
    return value if _is_right(case, place) and isinstance(value, dict) else None


def _wire(case: AnyCase) -> bytes:
    """Return the bytes that `requests` sends; reject a case that it refuses."""
    kwargs = case.as_transport_kwargs(base_url="http://localhost")
    try:
        ready = requests.Request(**kwargs).prepare()
    except (requests.RequestException, UnicodeError):
        reject()
    body = ready.body or b""
    raw = body.encode("utf-8", "surrogatepass") if isinstance(body, str) else bytes(body)
    kept = {name: value for name, value in ready.headers.items() if "schemathesis" not in name.lower()}
    headers = [(b"Host", b"localhost"), *((_bytes(name), _bytes(value)) for name, value in kept.items())]
    return Message(_bytes(ready.method), _bytes(ready.path_url), tuple(headers), raw).wire()


def _bytes(text: str | bytes | None) -> bytes:
    if isinstance(text, bytes):
        return text
    return (text or "").encode("utf-8", "surrogatepass")
