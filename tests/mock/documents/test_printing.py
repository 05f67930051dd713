"""Printing: reproducible bytes, limited parallel work, late import."""

import gc
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from threading import Semaphore

import pytest
from pypdf import PdfReader

from mock_oms.documents import PARALLEL_MAX, render
from mock_oms.documents.layout import pdf
from mock_oms.documents.model import Paper, Size
from tests.support.sample_documents import BARE, CREDIT_NOTE, INVOICE, LABEL, SHIRT
from tests.support.server import ROOT

GROWTH_MAX = 4 * 1024 * 1024
LARGEST_MAX = 80 * 1024 * 1024
"""Memory for 2,400 lines; printed at once they would take 170 MB."""


def run_python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_two_processes_print_the_same_bytes() -> None:
    code = (
        "import hashlib; from mock_oms.documents import render; import tests.support.sample_documents as t;"
        "print([hashlib.sha256(render([t.INVOICE, t.CREDIT_NOTE, t.LABEL], s)).hexdigest() for s in t.SIZES])"
    )
    assert run_python(code, PYTHONHASHSEED="1", TZ="UTC") == run_python(
        code, PYTHONHASHSEED="2", TZ="Asia/Tokyo"
    )


def test_the_pdf_carries_the_date_of_its_first_paper() -> None:
    reader = PdfReader(BytesIO(render([INVOICE, CREDIT_NOTE], "A4")))
    assert reader.metadata is not None
    assert reader.metadata.creation_date == INVOICE.date
    assert reader.metadata.title == "Tax invoice KA26-INV-000042"


def test_threads_print_at_the_same_time_what_one_prints_alone() -> None:
    papers = [replace(INVOICE, number=f"INV-{n}", lines=(SHIRT,) * n) for n in range(1, 9)]
    alone = [render([paper], "A6") for paper in papers]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda paper: render([paper], "A6"), papers * 2))
    assert together == alone * 2


def test_more_threads_than_there_are_presses_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    seats = ThreadPoolExecutor(3 * PARALLEL_MAX)
    printing, most = Semaphore(PARALLEL_MAX), []
    print_papers = pdf.print_papers

    def watched(papers: list[Paper], size: Size) -> bytes:
        most.append(printing.acquire(blocking=False))  # False when more than that many are here
        time.sleep(0.01)  # time for one more to come in, if one is let in
        printing.release()
        return print_papers(papers, size)

    monkeypatch.setattr(pdf, "print_papers", watched)
    with seats:
        printed = list(seats.map(lambda _: render([INVOICE], "A6"), range(6 * PARALLEL_MAX)))
    assert most == [True] * (6 * PARALLEL_MAX)
    assert len(set(printed)) == 1


def test_importing_the_documents_does_not_import_the_pdf_library() -> None:
    heavy = "{'typst', 'zxingcpp'}"
    code = f"import sys, mock_oms.documents; print(sorted({heavy} & set(sys.modules)))"
    assert run_python(code).strip() == "[]"


KEEPS_NOTHING = """
import gc, sys, weakref
from mock_oms.documents import render
from tests.support.sample_documents import BARE

assert "mock_oms.documents.layout.pdf" not in sys.modules  # else the paper below would not be the first

class Tenant:
    pass

def prints():
    tenant = Tenant()
    render([BARE], "A4")
    return weakref.ref(tenant)

ref = prints()
gc.collect()
print("kept" if ref() else "gone")
"""


def test_the_first_paper_keeps_nothing_of_who_prints_it() -> None:
    assert run_python(KEEPS_NOTHING) == "gone\n"


@pytest.mark.parametrize("papers", [[LABEL], [INVOICE, CREDIT_NOTE], [replace(INVOICE, lines=(SHIRT,) * 60)]])
def test_nothing_of_a_printed_pdf_waits_for_the_collector(papers: list[Paper]) -> None:
    """Reference cycles would stay until a full collection, often for minutes."""
    render(papers, "A4")
    gc.collect()
    gc.disable()
    try:
        render(papers, "A4")
        assert gc.collect() == 0
    finally:
        gc.enable()


GROWTH = """
import gc
from dataclasses import replace
from pathlib import Path
from mock_oms.documents import render
from mock_oms.server.malloc import give_back
from tests.support.sample_documents import INVOICE, SHIRT

def resident():
    gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

def prints(number, papers, lines):
    titles = [f"{number} {line} " + "x " * 50 for line in range(lines)]
    lines = tuple(replace(SHIRT, title=title) for title in titles)
    render([replace(INVOICE, number=f"INV-{number}-{paper}", lines=lines) for paper in range(papers)], "A4")

give_back()
for number in range(15):
    prints(number, 1, 20)
before = resident()
for number in range(15, 40):
    prints(number, 1, 20)
small = resident() - before
prints(40, 12, 200)
print(small, resident() - before)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_memory_does_not_grow_with_the_papers_printed() -> None:
    growth, largest = map(int, run_python(GROWTH).split())
    assert growth < GROWTH_MAX
    assert largest < LARGEST_MAX


def test_very_many_lines_are_one_pdf_like_any_other() -> None:
    papers = [
        replace(INVOICE, number=f"INV-{n}", lines=(SHIRT,) * 150, date=INVOICE.date.replace(day=n))
        for n in (3, 1, 2)
    ]
    made = render([*papers, LABEL], "A6")
    assert made == render([*papers, LABEL], "A6")
    reader = PdfReader(BytesIO(made))
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.creation_date) == ("Tax invoice INV-3", papers[0].date)
    texts = [page.extract_text() for page in reader.pages]
    first = [text for text in texts if "TAX INVOICE" in text or "PICK AT STORE" in text]
    assert ["INV-3" in first[0], "INV-1" in first[1], "INV-2" in first[2], "PICK AT STORE" in first[3]] == [
        True
    ] * 4


def test_a_failing_template_is_an_error_and_the_next_paper_is_printed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = render([BARE], "A4")
    with monkeypatch.context() as patched:
        patched.setattr(pdf, "contents", lambda paper, size: {"kind": "label"})
        with pytest.raises(RuntimeError):
            render([BARE], "A4")
    assert render([BARE], "A4") == before


def test_a_panic_of_typst_is_an_error_that_a_call_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    PanicException = type("PanicException", (BaseException,), {})  # noqa: N806 - its name in typst

    class Broken:
        def compile(self, *_: object, **__: object) -> bytes:
            raise PanicException("index out of bounds")

    monkeypatch.setattr(pdf, "_kept", [(Broken(), pdf._compiler("nothing.typ"))])
    with pytest.raises(RuntimeError, match="typst stopped while it printed: index out of bounds"):
        render([BARE], "A4")
    assert PdfReader(BytesIO(render([BARE], "A4"))).pages


def test_a_pdf_names_no_file_of_this_machine() -> None:
    made = render([INVOICE, LABEL], "A4")
    names = {str(ROOT), str(Path.home()), "papers.typ", "mock_oms/documents"}
    reader = PdfReader(BytesIO(made))
    objects = [reader.get_object(number) for number in range(1, len(reader.xref[0]) + 1)]
    text = made.decode("latin-1") + str(objects)
    assert not [name for name in names if name in text]
