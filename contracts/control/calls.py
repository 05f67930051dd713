"""The mock's control plane: its calls and shapes. No part of Konnect.

It plays everybody who is not the aggregator. Others build on these calls: they are kept stable and
documented like the API.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Discriminator,
    Field,
    JsonValue,
    Tag,
)

from contracts.konnect.numbers import whole
from contracts.lifecycle.table import TABLE, Actor, DocumentMode, Initiator, State

KEY_HEADER = "x-control-key"
COUNT_LIMIT = 1000
"""Most orders that one call places."""
ADVANCE_LIMIT_S = 366 * 24 * 3600
"""Furthest that one call moves a clock."""
LOCATIONS_LIMIT = 500
PAGE_LIMIT = 200
"""Shipments or journal entries in one answer."""
STOCK_LIMIT = 10_000
"""Most stock levels that one call sets."""
ON_HAND_LIMIT = 10_000_000
CATALOGUE_LIMIT = 50_000
"""Most products of one tenant."""

ANY_EVENT = "*"
AUTOMATIC_EVENTS = tuple(dict.fromkeys(str(row.event) for row in TABLE if row.automatic))
"""Events that the OMS makes happen by itself, and so may be paced."""


class ControlRequest(BaseModel):
    """Base of what is sent to the control plane: unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class ControlAnswer(BaseModel):
    """Base of what the control plane answers."""

    model_config = ConfigDict(extra="allow", defer_build=True)


class Delay(ControlRequest):
    """An automatic step that comes `after_s` seconds of the tenant's clock."""

    after_s: Annotated[float, Field(ge=0, le=ADVANCE_LIMIT_S, allow_inf_nan=False)]


def _known_events(pace: dict[str, Any]) -> dict[str, Any]:
    for name in pace:
        if name != ANY_EVENT and name not in AUTOMATIC_EVENTS:
            known = ", ".join((ANY_EVENT, *AUTOMATIC_EVENTS))
            raise ValueError(f"{name!r} is not an automatic event; one of: {known}")
    return pace


def _word_or_delay(value: object) -> str:
    return "union:delay" if isinstance(value, dict | Delay) else "union:word"


Pace = Annotated[
    dict[
        str,
        Annotated[
            Annotated[Literal["immediate", "held"], Tag("union:word")] | Annotated[Delay, Tag("union:delay")],
            Discriminator(_word_or_delay),
        ],
    ],
    Field(
        description="When automatic steps happen, by event or `*` for all of them.",
        examples=[{"issue_invoice": {"after_s": 30}, "complete_return": "held"}],
        max_length=50,
        json_schema_extra={"propertyNames": {"enum": [ANY_EVENT, *AUTOMATIC_EVENTS]}},
    ),
    AfterValidator(_known_events),
]
ProfileChoices = Annotated[
    dict[str, JsonValue],
    Field(
        description="Choices of the behaviour profile that differ from the server's.",
        examples=[{"token_ttl_s": 60}],
    ),
]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$", examples=["my-test"])]
LocationCode = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$", examples=["STORE-1"])]
_INNER = r"[^\u0000-\u001f\u007f-\u009f\u2028\u2029]"
_OUTER = r"[^\u0000-\u0020\u007f-\u00a0\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]"
SKU_PATTERN = f"^{_OUTER}({_INNER}*{_OUTER})?$"
r"""No control characters, no blanks at the ends. By code points: what \S means differs by dialect."""
Sku = Annotated[str, Field(min_length=1, max_length=100, pattern=SKU_PATTERN, examples=["SHIRT-BLU-M"])]
Seed = Annotated[int, Field(ge=0, le=2**63 - 1), BeforeValidator(whole)]
Reason = Annotated[str, Field(max_length=200)]
Words = Annotated[str, Field(max_length=200)]


EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
LATEST = datetime(2199, 12, 31, 23, 59, 59, tzinfo=UTC)
"""Between these two lies every tenant's time, with room for delays and deadlines."""


def _within_time(moment: datetime) -> datetime:
    if not EARLIEST <= moment <= LATEST:
        raise ValueError(f"expected a time from {EARLIEST:%Y} to {LATEST:%Y}")
    return moment


Moment = Annotated[
    AwareDatetime,
    AfterValidator(_within_time),
    Field(description="A time with its zone, 1970 to 2199.", examples=["2026-01-05T10:00:00+05:30"]),
]


class ClockStart(ControlRequest):
    """A tenant whose time stands still from its beginning."""

    freeze_at: Moment


class NewTenant(ControlRequest):
    """A tenant of one's own; everything has a default."""

    name: Name | None = None
    invoice_mode: DocumentMode | None = None
    credit_note_mode: DocumentMode | None = None
    locations: Annotated[list[LocationCode], Field(min_length=1, max_length=LOCATIONS_LIMIT)] | None = None
    seed: Seed | None = None
    clock: ClockStart | None = None
    pace: Pace | None = None
    profile: ProfileChoices | None = None


class TenantChange(ControlRequest):
    """Settings to change while the tenant runs; modes affect later orders and returns only."""

    invoice_mode: DocumentMode | None = None
    credit_note_mode: DocumentMode | None = None
    pace: Pace | None = None
    profile: ProfileChoices | None = None


class Credentials(ControlAnswer):
    """What `GET /aggregator/v1/token` takes."""

    username: str
    password: str


class LocationCredentials(Credentials):
    """Credentials of one location."""

    code: str


class ClockAnswer(ControlAnswer):
    """The tenant's time, and whether it stands still."""

    now: datetime
    frozen: bool


class TenantAnswer(ControlAnswer):
    """A tenant's settings."""

    tenant: str
    invoice_mode: DocumentMode
    credit_note_mode: DocumentMode
    locations: list[Any]
    seed: int
    clock: ClockAnswer
    pace: dict[str, Any]
    profile: dict[str, Any]
    shipments: int


class NewTenantAnswer(TenantAnswer):
    """A new tenant with its credentials, which are shown only now."""

    company: Credentials
    locations: list[LocationCredentials]


class TenantsAnswer(ControlAnswer):
    """All tenants."""

    tenants: list[TenantAnswer]


class NewItem(ControlRequest):
    """Pieces of one product at the till."""

    sku: Sku
    quantity: Annotated[int, Field(ge=1, le=10_000), BeforeValidator(whole)] = 1


class Customer(ControlRequest):
    """Who buys; left out, a plausible person is made up."""

    name: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    phone: Words | None = None
    email: Words | None = None
    gstin: Annotated[str, Field(max_length=15)] | None = None
    address: Words | None = None
    city: Words | None = None
    state: Words | None = None
    pincode: Annotated[str, Field(max_length=10)] | None = None


class NewOrder(ControlRequest):
    """The customer buys at the till; an empty body gives a sensible order."""

    location: LocationCode | None = None
    order_type: Literal["PickAtStore"] = "PickAtStore"
    ordering_channel: Annotated[str, Field(min_length=1, max_length=60)] = "FYND-STORE"
    items: Annotated[list[NewItem], Field(min_length=1, max_length=200)] | None = None
    customer: Customer | None = None
    count: Annotated[int, Field(ge=1, le=COUNT_LIMIT), BeforeValidator(whole)] = 1
    state: Annotated[State, Field(description="Drive the orders to this state.")] | None = None


class TrailEntry(ControlAnswer):
    """One step of a shipment's history."""

    event: str
    from_: Annotated[str | None, Field(alias="from")]
    to: str
    actor: Actor
    at: datetime


class Modes(ControlAnswer):
    """The modes stamped on a shipment."""

    invoice: DocumentMode
    credit_note: DocumentMode


class ControlShipment(ControlAnswer):
    """The Konnect object and what only the mock knows."""

    id: str
    state: State
    modes: Modes
    initiator: Initiator | None
    location: str
    next: list[str]
    trail: list[TrailEntry]


class ShipmentsAnswer(ControlAnswer):
    """Shipments, and where the next page begins."""

    shipments: list[ControlShipment]
    next_cursor: str | None = None


class EventItem(ControlRequest):
    """Pieces of an order item that an event is about."""

    orderItemId: Annotated[str, Field(min_length=1, max_length=64)]
    quantity: Annotated[int, Field(ge=1, le=1_000_000), BeforeValidator(whole)]


class EventRequest(ControlRequest):
    """Details of an event; all optional."""

    items: Annotated[list[EventItem], Field(min_length=1, max_length=200)] | None = None
    reason: Reason | None = None
    initiator: Initiator | None = None


def _given(name: str) -> dict[str, JsonValue]:
    return {"required": [name], "properties": {name: {"not": {"type": "null"}}}}


class ClockRequest(ControlRequest):
    """Moves the tenant's time: exactly one of the three."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [_given("advance_s"), _given("freeze_at"), _given("resume")]}
    )

    advance_s: Annotated[float, Field(gt=0, le=ADVANCE_LIMIT_S, allow_inf_nan=False)] | None = None
    freeze_at: Moment | None = None
    resume: Literal[True] | None = None


class StockLevel(ControlAnswer):
    """Stock of one product at one location."""

    location: str
    sku: str
    on_hand: int
    reserved: int


class StockAnswer(ControlAnswer):
    """Stock of a tenant."""

    stock: list[StockLevel]


class StockEntry(ControlRequest):
    """Sets what a location has of a product.

    A SKU that is new joins the tenant's catalogue; title, price (rupees, tax included), HSN and GST rate may
    then be given.
    """

    location: LocationCode
    sku: Sku
    on_hand: Annotated[int, Field(ge=0, le=ON_HAND_LIMIT), BeforeValidator(whole)]
    title: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    price: Annotated[float, Field(gt=0, le=10_000_000, allow_inf_nan=False)] | None = None
    hsn: Annotated[str, Field(pattern=r"^\d{4,8}$")] | None = None
    gst_percent: Annotated[float, Field(ge=0, le=40, allow_inf_nan=False)] | None = None


class StockRequest(ControlRequest):
    """Stock levels to set; others stay."""

    stock: Annotated[list[StockEntry], Field(min_length=1, max_length=STOCK_LIMIT)]


class JournalAnswer(ControlAnswer):
    """Calls, newest last."""

    entries: list[dict[str, Any]]
    dropped: int


class Health(ControlAnswer):
    """The server is up."""

    status: str
    version: str


class ProfileAnswer(ControlAnswer):
    """The server's profile: hash, values, and every field described."""

    digest: str
    values: dict[str, Any]
    fields: list[dict[str, Any]]


class ControlError(ControlAnswer):
    """A refusal: `error` is a stable word, `message` a sentence, `field` the offending field."""

    error: str
    message: str
    field: str | None = None
    allowed: list[str] | None = None


class Nothing(ControlAnswer):
    """Done."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the control plane. `statuses` are the refusals it can answer; `success` its good status.

    A call that is about something `stored` answers 503 while the database of a server that has one cannot be
    used.
    """

    name: str
    method: str
    path: str
    does: str
    answer: type[BaseModel]
    body: type[BaseModel] | None = None
    query: tuple[tuple[str, str], ...] = ()
    success: int = 200
    statuses: tuple[int, ...] = ()
    stored: bool = True


_TENANT = "/_control/tenants/{tenant}"
_SHIPMENT = _TENANT + "/shipments/{shipment}"

CALLS: tuple[Call, ...] = (
    Call("health", "GET", "/_control/health", "reports that the server answers", Health),
    Call(
        "profile",
        "GET",
        "/_control/profile",
        "shows the behaviour profile, every field described",
        ProfileAnswer,
        stored=False,
    ),
    Call(
        "control_document",
        "GET",
        "/_control/openapi.json",
        "this interface as OpenAPI",
        Nothing,
        stored=False,
    ),
    Call("tenants", "GET", "/_control/tenants", "lists the tenants", TenantsAnswer),
    Call(
        "create_tenant",
        "POST",
        "/_control/tenants",
        "creates a tenant: company, locations, credentials",
        NewTenantAnswer,
        body=NewTenant,
        success=201,
        statuses=(400, 409, 413, 415),
    ),
    Call("tenant", "GET", _TENANT, "shows a tenant's settings", TenantAnswer, statuses=(404,)),
    Call(
        "change_tenant",
        "PATCH",
        _TENANT,
        "changes modes, pace and profile while it runs",
        TenantAnswer,
        body=TenantChange,
        statuses=(400, 404, 413, 415),
    ),
    Call(
        "delete_tenant",
        "DELETE",
        _TENANT,
        "removes a tenant and everything in it",
        Nothing,
        statuses=(404, 409),
    ),
    Call(
        "reset_tenant",
        "POST",
        _TENANT + "/reset",
        "empties a tenant: credentials and tokens stay, the seed restarts",
        TenantAnswer,
        statuses=(404,),
    ),
    Call(
        "place_orders",
        "POST",
        _TENANT + "/orders",
        "the customer buys at the till",
        ShipmentsAnswer,
        body=NewOrder,
        success=201,
        statuses=(400, 404, 409, 413, 415),
    ),
    Call(
        "shipments",
        "GET",
        _TENANT + "/shipments",
        "lists shipments, oldest first",
        ShipmentsAnswer,
        query=(
            ("state", "OMS state"),
            ("location", "store code"),
            ("cursor", "`next_cursor` of the page before"),
        ),
        statuses=(400, 404),
    ),
    Call("shipment", "GET", _SHIPMENT, "shows one shipment with its trail", ControlShipment, statuses=(404,)),
    Call(
        "fire_event",
        "POST",
        _SHIPMENT + "/events/{event}",
        "makes an event happen whose actor is not the aggregator",
        ControlShipment,
        body=EventRequest,
        statuses=(400, 404, 409, 413, 415),
    ),
    Call("clock", "GET", _TENANT + "/clock", "shows the tenant's time", ClockAnswer, statuses=(404,)),
    Call(
        "move_clock",
        "POST",
        _TENANT + "/clock",
        "moves, stops or resumes the tenant's time",
        ClockAnswer,
        body=ClockRequest,
        statuses=(400, 404, 413, 415),
    ),
    Call(
        "stock", "GET", _TENANT + "/stock", "shows stock per location and SKU", StockAnswer, statuses=(404,)
    ),
    Call(
        "set_stock",
        "PUT",
        _TENANT + "/stock",
        "sets stock, and adds products",
        StockAnswer,
        body=StockRequest,
        statuses=(400, 404, 409, 413, 415),
    ),
    Call(
        "journal",
        "GET",
        _TENANT + "/journal",
        "shows the calls to the touchpoints",
        JournalAnswer,
        query=(("order", "only calls about this shipment"), ("limit", "newest so many, 1 to 1000")),
        statuses=(400, 404),
    ),
    Call(
        "clear_journal", "DELETE", _TENANT + "/journal", "forgets the calls so far", Nothing, statuses=(404,)
    ),
    Call(
        "stray_journal",
        "GET",
        "/_control/journal",
        "shows the calls that belong to no tenant",
        JournalAnswer,
        query=(("limit", "newest so many, 1 to 1000"),),
        statuses=(400,),
    ),
)
"""Every call may also answer 401 where a control key is needed."""
