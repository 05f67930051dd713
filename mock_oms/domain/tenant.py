"""The settings of a tenant, its clock, ids and pseudo-random numbers.

Nothing else in the mock reads the wall clock or a random generator: two tenants with one seed and frozen
clocks answer the same bytes. Secrets, in `mock_oms.domain.users`, are the exception.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from operator import attrgetter
from string import ascii_uppercase

from contracts.lifecycle.table import CONDITIONS, DocumentMode, Event
from contracts.profile import DEFAULT, Profile
from mock_oms.domain import catalogue
from mock_oms.domain.catalogue import Shop
from mock_oms.domain.shipment import Product, Shipment

SHIPMENT, ORDER_ITEM, INVOICE, CREDIT_NOTE = "shipment", "order_item", "invoice", "credit_note"
"""Names of the series of numbers."""

HELD = None
"""A pace without end: the step waits until a call fires it."""


@dataclass(frozen=True, slots=True)
class Clock:
    """A tenant's clock: frozen at `frozen_at`, or real time plus `offset_s` seconds."""

    frozen_at: datetime | None = None
    offset_s: float = 0.0

    def now(self) -> datetime:
        """Returns the tenant's time, UTC."""
        if self.frozen_at is not None:
            return self.frozen_at
        real = datetime.now(UTC)
        return real + timedelta(seconds=self.offset_s) if self.offset_s else real

    def advanced(self, seconds: float) -> Clock:
        """Returns the clock moved forward."""
        if self.frozen_at:
            return Clock(frozen_at=self.frozen_at + timedelta(seconds=seconds))
        return Clock(offset_s=self.offset_s + seconds)

    def frozen(self, at: datetime) -> Clock:
        """Returns a clock frozen at `at`."""
        return Clock(frozen_at=at.astimezone(UTC))

    def resumed(self) -> Clock:
        """Returns a clock that runs on from the present time."""
        if self.frozen_at is None:
            return self
        return Clock(offset_s=(self.frozen_at - datetime.now(UTC)).total_seconds())


@dataclass(frozen=True, slots=True)
class TenantSettings:
    """Settings of one tenant; replaced whole when they change.

    `pace` maps an event (or `*`) to seconds of delay, or to `HELD`. A reset restores the clock `start`.
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
        """Returns the seconds before an automatic event, or `HELD`."""
        for name in (str(event), "*"):
            if name in self.pace:
                return self.pace[name]
        return float(self.profile.automatic_after_s)

    def shop(self, code: str) -> Shop:
        """Returns the shop of one of the tenant's location codes."""
        return catalogue.shop(code, self.locations.index(code))

    def products(self) -> dict[str, Product]:
        """Returns the catalogue by SKU."""
        return {product.sku: product for product in (*catalogue.PRODUCTS, *self.extra_products)}

    def mixed(self, series: str, number: int, size: int = 8) -> int:
        """Returns a pseudo-random number of `size` bytes, fixed by the seed."""
        text = f"{self.seed}/{series}/{number}".encode()
        return int.from_bytes(hashlib.blake2b(text, digest_size=size).digest(), "big")

    def shipment_id(self, number: int, at: datetime) -> str:
        """Returns twenty unique digits: milliseconds, then a permuted counter."""
        return f"{_milliseconds(at):013d}{_permuted(number, self.seed):07d}"

    def order_id(self, number: int, at: datetime) -> str:
        """Returns `FY`, the second in hex, and ten hex digits."""
        return f"FY{int(at.timestamp()):08X}{self.mixed('order', number, 5):010X}"

    def document_number(self, prefix: str, location: str, count: int) -> str:
        """Returns the number of an issued document, in Fynd's 16 characters.

        These are `prefix`, the store's number, a letter of the series, and the counter of the store.
        """
        letter, rest = divmod(count - 1, 999_999)
        store = FIRST_STORE + self.locations.index(location)
        return f"{prefix}{store:08d}{ascii_uppercase[letter]}{rest + 1:06d}"

    def number_keys(self, number: str) -> tuple[str, ...]:
        """Returns the spellings of a document number that exclude each other."""
        gst = self.profile.invoice_numbers == "gst"
        return tuple(dict.fromkeys((number, number.upper()))) if gst else (number,)

    def item_id(self, number: int) -> str:
        """Returns a bag id: digits, counting up."""
        return str(1_000_000 + self.seed % 1000 * 100 + number)


FIRST_STORE = 14_000
"""Number of a tenant's first store in issued document numbers."""
_SPAN = 10**7
_STRIDE = 6_700_417
"""Step of the ids. It shares no factor with the span, so each number occurs once."""


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
