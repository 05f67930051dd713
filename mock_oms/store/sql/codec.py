"""Conversion between values and columns.

Shipments and settings are stored as JSON and cached by that text, so an unchanged shipment is always the same
object, and its rendering can be cached too.
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

SHIPMENTS_CACHED = 8192
"""Shipments in the cache."""
SETTINGS_CACHED = 1024
"""Settings of tenants in the cache."""

K = TypeVar("K")
V = TypeVar("V")


def microseconds(moment: datetime) -> int:
    """Returns a time as whole microseconds since 1970."""
    return (moment - _EPOCH) // _MICROSECOND


def moment(column: int) -> datetime:
    """Returns the time of a column."""
    return _EPOCH + timedelta(microseconds=column)


def moment_or_none(column: int | None) -> datetime | None:
    """Returns the time of a column that may be empty."""
    return None if column is None else moment(column)


def storable(text: str) -> str:
    """Escapes NUL, which PostgreSQL refuses; different texts stay different."""
    if "\x00" not in text and "\x01" not in text:
        return text
    return text.replace("\x01", "\x01\x01").replace("\x00", "\x01\x02")


def bucket_name(bucket: Bucket) -> str:
    """Returns a bucket as text, for instance `bag_confirmed/0`."""
    return _BUCKET_NAMES[bucket]


class _BucketNames(dict[Bucket, str]):
    def __missing__(self, bucket: Bucket) -> str:
        name = self[bucket] = f"{bucket.state}/{int(bucket.invoiced)}"
        return name


_BUCKET_NAMES = _BucketNames()


class BoundedCache(Generic[K, V]):
    """A bounded cache, shared by threads; the oldest values are dropped first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._values: OrderedDict[K, V] = OrderedDict()
        self._lock = threading.Lock()
        self.get = self._values.get

    def keep(self, key: K, value: V) -> V:
        """Adds a value; returns the cached one if there is one."""
        with self._lock:
            while len(self._values) >= self._limit:
                self._values.popitem(last=False)
            return self._values.setdefault(key, value)


_shipment_cache: BoundedCache[str, Shipment] = BoundedCache(SHIPMENTS_CACHED)
_shipment = TypeAdapter(Shipment)


def shipment_text(shipment: Shipment) -> str:
    """Returns a shipment as JSON."""
    text = _shipment.dump_json(shipment).decode()
    _shipment_cache.keep(text, shipment)
    return text


def shipment_of(text: str) -> Shipment:
    """Returns the shipment of its JSON."""
    found = _shipment_cache.get(text)
    return found if found is not None else _shipment_cache.keep(text, _shipment.validate_json(text))


_settings_cache: BoundedCache[bytes, TenantSettings] = BoundedCache(SETTINGS_CACHED)
_adapter = TypeAdapter(TenantSettings)


def settings_text(settings: TenantSettings) -> tuple[bytes, str]:
    """Returns settings without the clock: the digest, and the JSON itself."""
    text = _adapter.dump_json(replace(settings, clock=Clock())).decode()
    return hashlib.blake2b(text.encode(), digest_size=16).digest(), text


def cached_settings(digest: bytes) -> TenantSettings | None:
    """Returns the cached settings with this digest, without their clock."""
    return _settings_cache.get(digest)


def settings_of(digest: bytes, text: str) -> TenantSettings:
    """Returns the settings of their JSON, without their clock."""
    found = _settings_cache.get(digest)
    if found is None:
        settings = _adapter.validate_json(text)
        found = _settings_cache.keep(digest, replace(settings, profile=_interned(settings.profile)))
    return found


@lru_cache(maxsize=SETTINGS_CACHED)
def _interned(profile: Profile) -> Profile:
    """Returns one object for equal profiles, so that tenants share cached renderings."""
    return profile


def with_clock(settings: TenantSettings, frozen_at: int | None, offset_us: int) -> TenantSettings:
    """Returns settings with the clock of its columns."""
    if frozen_at is None and not offset_us:
        return settings
    return replace(settings, clock=Clock(moment_or_none(frozen_at), offset_us / 1_000_000))


def clock_columns(clock: Clock) -> dict[str, int | None]:
    """Returns the columns of a clock."""
    frozen_at = None if clock.frozen_at is None else microseconds(clock.frozen_at)
    return {"frozen_at": frozen_at, "offset_us": round(clock.offset_s * 1_000_000)}
