"""How values are written into columns and read back.

Shipments and tenants are kept as JSON. What was read or written before is remembered by its text, so that an
unchanged shipment is the same object every time, and what was rendered of it can be shown again.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Generic, TypeVar

from pydantic import TypeAdapter

from contracts.profile import Profile
from contracts.vocabulary import Bucket
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import Clock, TenantSettings

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

SHIPMENTS_KNOWN = 8192
"""Shipments that are remembered."""
SETTINGS_KNOWN = 1024
"""Tenants that are remembered."""

K = TypeVar("K")
V = TypeVar("V")


def microseconds(moment: datetime) -> int:
    """A time as its column has it."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(column: int) -> datetime:
    """The time that a column has."""
    return _EPOCH + timedelta(microseconds=column)


def moment_or_none(column: int | None) -> datetime | None:
    """The time that a column has, if any."""
    return None if column is None else moment(column)


def storable(text: str) -> str:
    """Text that a caller sent, without NUL, which PostgreSQL refuses; what differed before differs after."""
    if "\x00" not in text and "\x01" not in text:
        return text
    return text.replace("\x01", "\x01\x01").replace("\x00", "\x01\x02")


def bucket_name(bucket: Bucket) -> str:
    """A bucket as its column has it, such as `bag_confirmed/0`."""
    return _BUCKET_NAMES[bucket]


class _BucketNames(dict[Bucket, str]):
    def __missing__(self, bucket: Bucket) -> str:
        name = self[bucket] = f"{bucket.state}/{int(bucket.invoiced)}"
        return name


_BUCKET_NAMES = _BucketNames()


class Known(Generic[K, V]):
    """The values met last, by what they were made of; the oldest go first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()
        self.get = self._values.get

    def keep(self, key: K, value: V) -> V:
        """Remembers a value; gives the one that was known already, if any."""
        with self._lock:
            while len(self._values) >= self._limit:
                self._values.popitem(last=False)
            return self._values.setdefault(key, value)


_shipments: Known[str, Shipment] = Known(SHIPMENTS_KNOWN)
_shipment = TypeAdapter(Shipment)


def shipment_text(shipment: Shipment) -> str:
    """A shipment as JSON."""
    text = _shipment.dump_json(shipment).decode()
    _shipments.keep(text, shipment)
    return text


def shipment_of(text: str) -> Shipment:
    """The shipment that was written as `text`."""
    found = _shipments.get(text)
    return found if found is not None else _shipments.keep(text, _shipment.validate_json(text))


_known_settings: Known[bytes, TenantSettings] = Known(SETTINGS_KNOWN)
_adapter = TypeAdapter(TenantSettings)


def settings_text(settings: TenantSettings) -> tuple[bytes, str]:
    """A tenant without its clock as JSON, and the digest of that."""
    text = _adapter.dump_json(replace(settings, clock=Clock())).decode()
    return hashlib.blake2b(text.encode(), digest_size=16).digest(), text


def known_settings(digest: bytes) -> TenantSettings | None:
    """The tenant with this digest, if it was met before; its clock is to be set."""
    return _known_settings.get(digest)


def settings_of(digest: bytes, text: str) -> TenantSettings:
    """The tenant that was written as `text`; its clock is to be set."""
    found = _known_settings.get(digest)
    if found is None:
        settings = _adapter.validate_json(text)
        found = _known_settings.keep(digest, replace(settings, profile=_the_one(settings.profile)))
    return found


@lru_cache(maxsize=SETTINGS_KNOWN)
def _the_one(profile: Profile) -> Profile:
    """The same object for equal profiles: what is rendered under one is good under the other."""
    return profile


def with_clock(settings: TenantSettings, frozen_at: int | None, offset_us: int) -> TenantSettings:
    """A tenant with its clock as the columns have it."""
    if frozen_at is None and not offset_us:
        return settings
    return replace(settings, clock=Clock(moment_or_none(frozen_at), offset_us / 1_000_000))


def clock_columns(clock: Clock) -> dict[str, int | None]:
    """A clock as its columns have it."""
    frozen_at = None if clock.frozen_at is None else microseconds(clock.frozen_at)
    return {"frozen_at": frozen_at, "offset_us": round(clock.offset_s * 1_000_000)}
