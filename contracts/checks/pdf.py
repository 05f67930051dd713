"""The check of PDF answers."""

from __future__ import annotations

import io
from collections.abc import Iterator

from contracts.checks.violations import PDF, CheckTerms, ObservedCall, Violation, violation
from contracts.evidence import documented
from contracts.konnect.operations import Reply

_PAGES_READ = 100
"""Maximum of pages read; a PDF has at most twenty orders."""


def pdf_is_one(seen: ObservedCall, _terms: CheckTerms) -> Iterator[Violation]:
    """A PDF can be parsed, has pages, and words on every page."""
    if seen.row is None or seen.row.reply is not Reply.PDF or seen.media != PDF:
        return
    origin = documented(seen.row.origin.page, "the PDF itself is the answer")
    trouble = _trouble(seen.content)
    if trouble:
        yield violation("the answer parses as a PDF", "a PDF with words on every page", trouble, origin)
    elif seen.status != 200:
        yield violation("a PDF comes with 200", 200, seen.status, origin)


def _trouble(content: bytes) -> str:
    """Returns the defect of a PDF; empty if it has none."""
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        pages = PdfReader(io.BytesIO(content), strict=True).pages
        texts = [pages[number].extract_text() for number in range(min(len(pages), _PAGES_READ))]
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, OSError) as error:
        return f"{len(content)} bytes that cannot be read ({type(error).__name__})"
    blank = [number for number, text in enumerate(texts, 1) if not text.strip()]
    return f"page {blank[0]} of {len(texts)} is blank" if blank else ("" if texts else "no pages")
