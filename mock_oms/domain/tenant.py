"""A tenant: its settings, its time, and where its ids, numbers and chance come from.

Nothing in the mock asks the wall clock or a random generator directly: with a frozen clock two tenants
with one seed answer the same bytes. Secrets are the exception and live in `mock_oms.domain.users`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter

from contracts.lifecycle.table import CONDITIONS, DocumentMode, Event
from contracts.profile import DEFAULT, Profile
from mock_oms.domain import catalogue
from mock_oms.domain.catalogue import Shop
from mock_oms.domain.shipment import Product, Shipment

SHIPMENT, ORDER_ITEM, INVOICE, CREDIT_NOTE, DRIVEN_INVOICE = (
    "shipment",
    "order_item",
    "invoice",
    "credit_note",
    "driven_document",
)
"""Names of the series of numbers."""

HELD = None
"""A pace under which a step never comes by itself."""


@dataclass(frozen=True, slots=True)
class Clock:
    """The tenant's time: standing still at `frozen_at`, or real time moved by `offset_s` seconds."""

    frozen_at: datetime | None = None
    offset_s: float = 0.0

    def now(self) -> datetime:
        """The tenant's time, UTC."""
        if self.frozen_at is not None:
            return self.frozen_at
        real = datetime.now(UTC)
        return real + timedelta(seconds=self.offset_s) if self.offset_s else real

    def advanced(self, seconds: float) -> Clock:
        """The clock moved forward."""
        if self.frozen_at:
            return Clock(frozen_at=self.frozen_at + timedelta(seconds=seconds))
        return Clock(offset_s=self.offset_s + seconds)

    def frozen(self, at: datetime) -> Clock:
        """The clock standing still at `at`."""
        return Clock(frozen_at=at.astimezone(UTC))

    def resumed(self) -> Clock:
        """The clock running on from where it stands."""
        if self.frozen_at is None:
            return self
        return Clock(offset_s=(self.frozen_at - datetime.now(UTC)).total_seconds())


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """Settings of one tenant; replaced whole when they change.

    `pace` maps an event (or `*`) to seconds of delay, or to `HELD`. `start` is the clock that a reset
    goes back to.
    """

    tenant: str
    invoice_mode: DocumentMode
    credit_note_mode: DocumentMode
    locations: tuple[str, ...]
    seed: int = 0
    clock: Clock = Clock()
    start: Clock = Clock()
    pace: Mapping[str, float | None] = field(default_factory=dict)
    profile: Profile = DEFAULT
    extra_products: tuple[Product, ...] = ()

    def delay_s(self, event: Event) -> float | None:
        """Seconds until the automatic `event` comes; `HELD` when it never does by itself."""
        for name in (str(event), "*"):
            if name in self.pace:
                return self.pace[name]
        return float(self.profile.automatic_after_s)

    def shop(self, code: str) -> Shop:
        """The shop behind a location code of this tenant."""
        return catalogue.shop(code, self.locations.index(code))

    def products(self) -> dict[str, Product]:
        """The catalogue by SKU."""
        return {product.sku: product for product in (*catalogue.PRODUCTS, *self.extra_products)}

    def mixed(self, series: str, number: int, size: int = 8) -> int:
        """A number that looks random, the same for the same seed, series and number; `size` bytes."""
        text = f"{self.seed}/{series}/{number}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=size).digest(), "big")

    def shipment_id(self, number: int, at: datetime) -> str:
        """Twenty digits: milliseconds, then a permuted counter, so that no two are alike."""
        return f"{_milliseconds(at):013d}{_permuted(number, self.seed):07d}"

    def order_id(self, number: int, at: datetime) -> str:
        """`FY`, the second in hex, and ten hex digits."""
        return f"FY{int(at.timestamp()):08X}{self.mixed('order', number, 5):010X}"

    def item_id(self, number: int) -> str:
        """Bag id: digits, counting up."""
        return str(1_000_000 + self.seed % 1000 * 100 + number)


_SPAN = 10**7
_STRIDE = 6_700_417
"""Shares no factor with the span, so counting by it visits every number once."""


def _permuted(number: int, seed: int) -> int:
    return (number * _STRIDE + seed) % _SPAN


def _milliseconds(at: datetime) -> int:
    return int(at.timestamp() * 1000)


_SWITCHES = tuple(name for name in CONDITIONS if name in Profile.model_fields)
_MARKS = tuple(name for name in CONDITIONS if name not in Profile.model_fields)
"""Conditions that the profile sets, and those that each shipment carries."""
_switches, _marks = attrgetter(*_SWITCHES), attrgetter(*_MARKS)


def conditions(shipment: Shipment, profile: Profile) -> dict[str, object]:
    """Returns every condition of the lifecycle table for a shipment."""
    return _conditions(_marks(shipment), _switches(profile))


@lru_cache(maxsize=1024)
def _conditions(marks: tuple[object, ...], switches: tuple[object, ...]) -> dict[str, object]:
    return dict(zip(_MARKS + _SWITCHES, marks + switches, strict=True))
