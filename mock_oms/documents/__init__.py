"""The documents of a sale as PDFs: invoice, credit note, label.

`render` makes one PDF of several `Paper` values. Nothing here reads a clock, a tenant or a store: equal
values give equal bytes in every process.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from threading import BoundedSemaphore
from types import ModuleType

from mock_oms.documents.model import Paper, Size

PARALLEL_MAX = 2
"""PDFs that are rendered at the same time; further ones wait. Each takes a core, and megabytes of memory."""
_slots = BoundedSemaphore(PARALLEL_MAX)


def render(papers: Sequence[Paper], size: Size) -> bytes:
    """Render the papers into one PDF; each begins on a new page.

    Any text is printable: characters that no font has become boxes, very long texts end in an ellipsis.
    Safe to call from several threads. Raises `ValueError` without papers, and `RuntimeError` when the
    typesetter fails.
    """
    if not papers:
        raise ValueError("a PDF needs at least one paper")
    with _slots:
        rendered: bytes = _layout().print_papers(papers, size)
    return rendered


@cache
def _layout() -> ModuleType:
    """Import the layout, with its typesetter, when it is needed.

    A separate thread imports it. A library keeps an exception of its import for good, and that exception
    would keep the first caller's frames, and its tenant, alive.
    """
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(import_module, "mock_oms.documents.layout.pdf").result()
