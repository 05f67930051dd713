"""The papers of a sale as PDFs: tax invoice, credit note and shipping label.

A caller describes what to print with `Paper` and gets one merged PDF from `render`. Nothing here reads a
clock, a tenant or a store: the same papers are the same bytes, in every process.
"""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib import import_module
from threading import BoundedSemaphore
from types import ModuleType

from mock_oms.documents.model import Paper, Size

PRESSES = 2
"""PDFs that are printed at the same time; the others wait. More would take as long, since printing is work
for one core, but each needs megabytes meanwhile, and memory would not be again what it was."""
_presses = BoundedSemaphore(PRESSES)


def render(papers: Sequence[Paper], size: Size) -> bytes:
    """Print the papers one after another into one PDF; each begins on a page of its own.

    Any text is printable: what the font lacks shows as a box, what is far too long ends in an ellipsis. Safe
    to call from several threads, of which `PRESSES` print at a time. Raises `ValueError` when there is
    nothing to print.
    """
    if not papers:
        raise ValueError("a PDF needs at least one paper")
    with _presses:
        printed: bytes = _press().print_papers(papers, size)
    return printed


@cache
def _press() -> ModuleType:
    """What prints, loaded at the first paper: that takes a third of a second, and most runs never print.

    It is loaded in a thread of its own. A library below it keeps an exception of its own loading for good,
    and with it every frame that led there, which would be the first caller's, with the tenant that he visits.
    """
    with ThreadPoolExecutor(1) as aside:
        return aside.submit(import_module, "mock_oms.documents.layout.pdf").result()
