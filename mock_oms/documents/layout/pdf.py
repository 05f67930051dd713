"""Prints papers with typst.

Only `mock_oms.documents` imports this module. It loads typst, whose threads do not survive a fork, so it must
be imported in the process that prints.
"""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from io import BytesIO
from pathlib import Path
from typing import Any

import typst

from mock_oms.documents.layout.characters import printable
from mock_oms.documents.layout.contents import contents, title
from mock_oms.documents.model import Paper, Size

_HERE = Path(__file__).parent
_FONTS = typst.Fonts(
    include_system_fonts=False, include_embedded_fonts=False, font_paths=[_HERE.parent / "fonts"]
)
_MAIN = b'#import "papers.typ": print\n#print(json("data.json"))'
Press = tuple[typst.Compiler, typst.Compiler]
"""A compiler of papers and one of nothing, with parsed templates, for one thread at a time."""
_kept: list[Press] = []
"""Those that nobody uses, each with its last, small, job."""
KEPT_BYTES_MAX = 64 * 1024
"""Size of a job above which its compiler is not kept."""
LINES_MAX = 400
"""Lines of goods in one job.

A line takes 70 kB while it is printed, and typst does not give back the largest tables that it made."""
ROUNDS_KEPT = 11
"""Rounds after which typst forgets a result that it did not need again."""


def print_papers(papers: Sequence[Paper], size: Size) -> bytes:
    """Render papers in order; the PDF has the first one's date.

    Raises `RuntimeError` when typst fails.
    """
    made = [_print(some, size) for some in _jobs(papers)]
    return made[0] if len(made) == 1 else _joined(made)


def _jobs(papers: Sequence[Paper]) -> Iterator[list[Paper]]:
    """Divide papers into jobs that typst prints in little memory."""
    job: list[Paper] = []
    for paper in papers:
        if job and sum(len(each.lines) for each in (*job, paper)) > LINES_MAX:
            yield job
            job = []
        job.append(paper)
    yield job


def _print(papers: Sequence[Paper], size: Size) -> bytes:
    job = json.dumps(
        {
            "size": size,
            "title": printable(title(papers[0])),
            "papers": [contents(paper, size) for paper in papers],
        }
    )
    try:
        press = _kept.pop()
    except IndexError:
        press = (_compiler("papers.typ"), _compiler("nothing.typ"))
    compiler, nothing = press
    try:
        files: Any = {"main.typ": _MAIN, "data.json": job.encode()}  # typed without files in memory
        made = compiler.compile(files, format="pdf", timestamp=_whole_minutes(papers[0].date), pdf_tags=False)
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # no Exception, so that nobody would answer the call
            raise RuntimeError(f"typst stopped while it printed: {error}") from None
        raise
    finally:
        _forget(nothing)
    if len(job) <= KEPT_BYTES_MAX:
        _kept.append(press)
    assert isinstance(made, bytes)  # noqa: S101 - a PDF is one file
    return made


def _joined(parts: Iterable[bytes]) -> bytes:
    """Join PDFs, with the date and the title of the first."""
    from pypdf import PdfReader, PdfWriter

    writer = PdfWriter()
    for number, part in enumerate(parts):
        reader = PdfReader(BytesIO(part))
        writer.append(reader, import_outline=False)
        if number == 0:
            writer.metadata = reader.metadata
    whole = BytesIO()
    writer.write(whole)
    writer.close()
    return whole.getvalue()


def _compiler(template: str) -> typst.Compiler:
    return typst.Compiler(_HERE / template, root=_HERE, font_paths=_FONTS)


def _forget(nothing: typst.Compiler) -> None:
    """Make typst forget the papers.

    It forgets a result that some later rounds did not need, so it prints nothing for as many rounds. The next
    PDF then takes less time too, because there is less to search.
    """
    for _ in range(ROUNDS_KEPT):
        nothing.compile(format="svg")


def _whole_minutes(moment: datetime) -> datetime:
    """Return a moment with an offset that a PDF can name."""
    offset = moment.utcoffset() or timedelta()
    return moment.replace(
        tzinfo=timezone(timedelta(minutes=offset // timedelta(minutes=1))), microsecond=0, fold=0
    )
