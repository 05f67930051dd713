"""Finds the packages `contracts` and `scenarios` of mock-oms.

Integrators have packages with these names, so an installed wheel keeps its packages in `mock_oms/_bundle`,
not at the top level. Every process of mock-oms (the commands, the server's workers) puts that folder first.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

_PACKAGE = Path(__file__).resolve().parent


def folder() -> Path:
    """Return the bundle of a wheel, or the root of a checkout."""
    bundled = _PACKAGE / "_bundle"
    return bundled if bundled.is_dir() else _PACKAGE.parent


def activate(*names: str) -> None:
    """Put the folder first on `sys.path`.

    `names` (default: `contracts`) will be imported. Raises ImportError when this process has already imported
    another package under one of them, because Python would silently use that one.
    """
    ours = folder()
    for name in names or ("contracts",):
        _refuse_foreign(name, ours)
    entry = str(ours)
    sys.path[:] = [entry, *(other for other in sys.path if other != entry)]


def _refuse_foreign(name: str, ours: Path) -> None:
    """Raise ImportError when another package is imported under this name."""
    module = sys.modules.get(name)
    if module is None or ours / name in _places(module):
        return
    where = ", ".join(str(place) for place in _places(module)) or "an unknown place"
    raise ImportError(
        f"mock-oms needs its own package {name!r} from {ours / name}, but this process has already "
        f"imported another one from {where}; start mock-oms in a separate process",
        name=name,
    )


def _places(module: ModuleType) -> list[Path]:
    """List the folders of a package; without `__init__` it may have several."""
    return [Path(place).resolve() for place in getattr(module, "__path__", ())]
