"""Finds our `contracts` and `scenarios` beside foreign packages of those names.

Integrators have packages of the same names, so an installed wheel keeps ours in `mock_oms/_bundle`, away
from the top level. Every process that is ours (the commands, the server's worker) puts that folder first.
"""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

_PACKAGE = Path(__file__).resolve().parent


def folder() -> Path:
    """The folder with our packages: inside an installed wheel the bundle, else the root of the checkout."""
    bundled = _PACKAGE / "_bundle"
    return bundled if bundled.is_dir() else _PACKAGE.parent


def activate(*names: str) -> None:
    """Put our folder first on `sys.path`.

    `names` (default: `contracts`) are about to be imported: raises ImportError when this process has already
    imported another package under one of them, because Python would silently go on using that one.
    """
    ours = folder()
    for name in names or ("contracts",):
        _refuse_foreign(name, ours)
    entry = str(ours)
    sys.path[:] = [entry, *(other for other in sys.path if other != entry)]


def _refuse_foreign(name: str, ours: Path) -> None:
    """Raise when `name` is imported already and does not come from our folder."""
    module = sys.modules.get(name)
    if module is None or ours / name in _places(module):
        return
    where = ", ".join(str(place) for place in _places(module)) or "an unknown place"
    raise ImportError(
        f"mock-oms needs its own package {name!r} from {ours / name}, but this process has already "
        f"imported another one from {where}; start mock-oms in a process of its own",
        name=name,
    )


def _places(module: ModuleType) -> list[Path]:
    """The folders that a package consists of; a package without `__init__` may have several."""
    return [Path(place).resolve() for place in getattr(module, "__path__", ())]
