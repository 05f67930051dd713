"""Has what large requests needed go back to the system.

glibc keeps what is freed: in an arena for nearly every thread, and on its heap once a large block was freed
there, because it then takes blocks of that size for usual. A few thousand bodies of a megabyte leave hundreds
of megabytes behind in which nothing lies.
"""

from __future__ import annotations

import ctypes

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""Names of glibc's settings, from its malloc.h."""
LARGE = 128 * 1024
"""Bytes from which a block is given back when it is freed: glibc's own beginning, which it would raise."""
ARENAS = 2


def give_back() -> None:
    """Set the process up so; where the C library has no such settings, nothing happens."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for setting, value in ((_ARENA_MAX, ARENAS), (_MMAP_THRESHOLD, LARGE), (_TRIM_THRESHOLD, LARGE)):
            mallopt(setting, value)
