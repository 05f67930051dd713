"""Builds the OpenAPI documents and compares them with the files."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contracts.openapi import control, konnect

Document = dict[str, Any]

FOLDER = Path(__file__).resolve().parent.parent
DOCUMENTS: dict[str, Callable[[], Document]] = {
    "konnect.openapi.json": konnect.document,
    "control.openapi.json": control.document,
}
"""File in `contracts/` -> function that builds the document."""

_METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")


def render(document: Document) -> str:
    """Return the text of the file; equal documents give equal bytes."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def routes(document: Document) -> dict[str, tuple[str, str]]:
    """Return method and path by operationId."""
    return {
        operation["operationId"]: (method.upper(), path)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method in _METHODS
    }


def stale(folder: Path = FOLDER) -> list[str]:
    """Return the names of missing or outdated files in `folder`."""
    return [name for name, build in DOCUMENTS.items() if _text(folder / name) != render(build())]


def write(folder: Path = FOLDER) -> None:
    """Write both documents."""
    for name, build in DOCUMENTS.items():
        (folder / name).write_text(render(build()), encoding="utf-8")


def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
