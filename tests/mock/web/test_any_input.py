"""Any request to any route: no 500, and refusals change nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, get_args
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contracts.control.calls import CALLS, Call
from contracts.konnect.operations import OPERATIONS, Operation
from contracts.lifecycle.table import Event, State
from contracts.vocabulary import Filter
from mock_oms.context import AppContext
from mock_oms.store import Query
from tests.support.mock_client import JSON, InProcess, Reply, Tenant, Transport, control, new_tenant
from tests.support.refusal_recipes import UNKNOWN_ID

BOUNDED = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
"""The same examples in every run."""
FEWER = settings(BOUNDED, max_examples=8)

TEXTS = st.text(max_size=12) | st.sampled_from(["", "0", "\x00", "\u202e", "x" * 300, "é" * 70, "NaN", "[]"])
NUMBERS = st.integers(-3, 5) | st.integers() | st.floats() | st.sampled_from([1000, 10**20, 1e308, -0.0])
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
STATES = (
    "placed",
    "bag_confirmed",
    "bag_invoiced",
    "handed_over_to_customer",
    "return_initiated",
    "return_accepted",
)


class Known:
    """A tenant with shipments in many states, and its ids."""

    def __init__(self, transport: Transport) -> None:
        self.tenant: Tenant = new_tenant(transport)
        self.orders = [self.tenant.place(state=state) for state in STATES for _ in range(2)]
        self.items = [item for order in self.orders for item in self.tenant.items(order)]
        self.tenant.token()
        self._last: Any = None

    def send(self, method: str, path: str, query: Any, body: bytes, headers: dict[str, str]) -> Reply:
        """One call; a refused one must leave everything as it was."""
        before = self._seen() if self._last is None else self._last
        reply = self.tenant.transport.send(method, path, query, body, headers)
        if refused(reply):
            assert self._seen() == before
        self._last = before if refused(reply) or method == "GET" else None
        return reply

    def _seen(self) -> Any:
        """Return the whole state except the time, which may run on."""
        if not isinstance(self.tenant.transport, InProcess):
            seen = self.tenant.snapshot()
            del seen["settings"]["clock"]["now"]
            return seen
        server: AppContext = self.tenant.transport.app.extensions["mock_oms"]
        with server.store.read(self.tenant.name) as tx:
            return tx.settings, tx.find(Query(limit=100_000)), tx.all_stock(), tx.all_waiting()


@pytest.fixture(scope="module")
def near(in_process: Transport) -> Iterator[Known]:
    """A tenant in this process."""
    known = Known(in_process)
    yield known
    control(in_process, "DELETE", f"/tenants/{known.tenant.name}")


@pytest.fixture(scope="module")
def far(over_http: Transport) -> Iterator[Known]:
    """A tenant behind HTTP."""
    known = Known(over_http)
    yield known
    control(over_http, "DELETE", f"/tenants/{known.tenant.name}")


@st.composite
def plausible(draw: st.DrawFn, name: str, known: Known) -> Any:
    """A value that the field `name` might really have."""
    choices: dict[str, st.SearchStrategy[Any]] = {
        "orderId": st.sampled_from([*known.orders, UNKNOWN_ID]),
        "orderItemId": st.sampled_from([*known.items, "1"]),
        "quantity": st.integers(1, 3),
        "reasonCode": st.sampled_from(["6", 6, "", "tag_missing", "NA", None]),
        "invoiceNumber": st.sampled_from(["S-1", "S-2", "", "I00014000A000001"]) | TEXTS,
        "invoiceType": st.sampled_from(["sale", "return", "SALE"]),
        "orderStatus": st.sampled_from([*Filter]),
        "locationCode": st.sampled_from(["STORE-1", "STORE-2", "STORE-3"]),
        "location": st.sampled_from(["STORE-1", "STORE-2", "STORE-3"]),
        "state": st.sampled_from([*State]),
        "sku": st.sampled_from(["MUG-STN-350", "NEW-1", "Ω"]),
        "on_hand": st.integers(0, 5),
        "count": st.integers(1, 2),
        "freeze_at": st.sampled_from(
            ["2026-01-05T10:00:00Z", "2199-12-31T23:59:59Z", "0001-01-01T00:00:00Z"]
        ),
        "advance_s": st.sampled_from([0.001, 1, 1e9]),
        "pace": st.dictionaries(
            st.sampled_from([*Event, "*"]), st.sampled_from(["held", {"after_s": 1}]), max_size=2
        ),
        "profile": st.dictionaries(
            st.sampled_from(["date_zone", "sla_s", "extra_fields"]), VALUES, max_size=2
        ),
        "orderDateFrom": st.sampled_from(["2026-01-05", "31-12-9999", "0001-01-01", "2026-01-05T10:00:00"]),
        "orderDateTo": st.sampled_from(["2026-01-05", "31-12-9999", "0001-01-01"]),
        "pageNumber": st.sampled_from(["0", "1", "1000000"]),
        "pageSize": st.sampled_from(["1", "100", "100000"]),
        "limit": st.sampled_from(["1", "1000", "0"]),
    }
    return draw(choices.get(name, VALUES))


@st.composite
def filled(draw: st.DrawFn, model: Any, known: Known, depth: int = 2) -> Any:
    """Draw an object with some of a model's fields, mostly plausible values."""
    made: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        if not (field.is_required() or draw(st.booleans())):
            continue
        inner = _model_in(field.annotation)
        if inner is not None and depth and draw(st.integers(0, 4)):
            element = filled(inner, known, depth - 1)
            many = "list" in str(field.annotation) or "tuple" in str(field.annotation)
            made[name] = draw(st.lists(element, max_size=2) if many else element)
        else:
            made[name] = draw(plausible(name, known) if draw(st.integers(0, 6)) else VALUES)
    return made | (draw(st.dictionaries(TEXTS, VALUES, max_size=1)) if draw(st.integers(0, 5)) == 0 else {})


def _model_in(annotation: Any) -> Any:
    if hasattr(annotation, "model_fields"):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def bodies(model: Any, known: Known, many: bool) -> st.SearchStrategy[bytes]:
    """Bodies from nearly right to no JSON at all."""
    right = filled(model, known)
    shaped = st.lists(right, max_size=22) if many else right
    return st.one_of(shaped.map(written), shaped.map(written), VALUES.map(written), st.binary(max_size=40))


def queries(names: tuple[str, ...], known: Known) -> st.SearchStrategy[list[tuple[str, str]]]:
    """Query strings with known and unknown names, sometimes twice."""
    one = st.sampled_from([*names, "x"]).flatmap(
        lambda name: st.tuples(st.just(name), st.one_of(plausible(name, known).map(str), TEXTS))
    )
    return st.lists(one, max_size=4)


def refused(reply: Reply) -> bool:
    if reply.status >= 400:
        return True
    return reply.media == "application/json" and b'"successCount":0' in reply.body


def check(known: Known, method: str, path: str, query: Any, body: bytes, *, headers: dict[str, str]) -> None:
    reply = known.send(method, path, query, body, headers)
    assert reply.status < 500, reply.body
    if reply.media == "application/json":
        assert reply.json is not None


def touchpoint(known: Known, row: Operation, data: st.DataObject) -> None:
    names = tuple(row.query.model_fields) if row.query else ()
    query = [(name, _sendable(value)) for name, value in data.draw(queries(names, known))]
    body = data.draw(bodies(row.item, known, many=True)) if row.item else b""
    headers = {"x-access-token": known.tenant.token(), "Content-Type": JSON}
    check(known, row.method, row.path, query, body, headers=headers)


def control_call(known: Known, call: Call, data: st.DataObject) -> None:
    event = data.draw(st.sampled_from([*Event]) | TEXTS)
    shipment = data.draw(st.sampled_from(known.orders) | TEXTS)
    parts = {"tenant": known.tenant.name, "shipment": shipment, "event": event}
    path = call.path.format(**{name: quote(_sendable(part), safe="") for name, part in parts.items()})
    query = (
        data.draw(queries(tuple(name for name, _ in call.query), known)) if data.draw(st.booleans()) else []
    )
    body = data.draw(bodies(call.body, known, many=False)) if call.body else b""
    headers = {"Content-Type": JSON} if body else {}
    check(known, call.method, path, [(n, _sendable(v)) for n, v in query], body, headers=headers)


def _sendable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


SAFE_CALLS = [call for call in CALLS if call.name not in ("delete_tenant", "reset_tenant")]
"""The others would take the tenant away."""


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
@BOUNDED
@given(data=st.data())
def test_any_call_to_a_touchpoint_is_answered(near: Known, row: Operation, data: st.DataObject) -> None:
    touchpoint(near, row, data)


@pytest.mark.parametrize("row", OPERATIONS, ids=lambda row: row.name)
@FEWER
@given(data=st.data())
def test_any_call_to_a_served_touchpoint_is_answered(far: Known, row: Operation, data: st.DataObject) -> None:
    touchpoint(far, row, data)


@pytest.mark.parametrize("call", SAFE_CALLS, ids=lambda call: call.name)
@BOUNDED
@given(data=st.data())
def test_any_call_to_the_control_plane_is_answered(near: Known, call: Call, data: st.DataObject) -> None:
    control_call(near, call, data)


@pytest.mark.parametrize("call", SAFE_CALLS, ids=lambda call: call.name)
@FEWER
@given(data=st.data())
def test_any_call_to_a_served_control_plane_is_answered(far: Known, call: Call, data: st.DataObject) -> None:
    control_call(far, call, data)


@BOUNDED
@given(path=st.text(max_size=40), method=st.sampled_from(["GET", "POST", "DELETE", "PUT", "OPTIONS"]))
def test_any_path_is_answered(near: Known, path: str, method: str) -> None:
    where = "/" + quote(_sendable(path), safe="/%")
    check(near, method, where, (), b"", headers={"x-access-token": near.tenant.token()})
