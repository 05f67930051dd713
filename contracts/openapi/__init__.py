"""The OpenAPI documents: of the touchpoints, and of the control plane.

They are built from the rows (`contracts.openapi.building`) and checked in, so that serving them needs no
building. `python -m contracts.openapi` writes them, `--check` compares.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent
NAMES = ("konnect", "control")


def file_name(name: str) -> str:
    """Name of the checked-in file of the document `konnect` or `control`."""
    return f"{name}.openapi.json"


@cache
def document(name: str) -> bytes:
    """The checked-in document `konnect` or `control`, as it is served; raises KeyError for another name."""
    if name not in NAMES:
        raise KeyError(name)
    return (FOLDER / file_name(name)).read_bytes()
