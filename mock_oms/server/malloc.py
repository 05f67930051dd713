"""Makes glibc return freed memory to the system.

By default glibc keeps freed memory: it has an arena for nearly every thread, and raises its threshold for
large blocks after each one that is freed. A few thousand bodies of a megabyte would leave hundreds of
megabytes allocated and unused.
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Numbers of glibc's settings, from its malloc.h."""
LARGE = 128 * 1024
"""Bytes from which a freed block is returned at once: glibc's initial threshold, which it would raise."""
ARENAS = 2


def give_back() -> None:
    """Apply the settings; do nothing on other C libraries."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting, value in ((_ARENA_MAX, ARENAS), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, LARGE)):
            mallopt(setting, value)
