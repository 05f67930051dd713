"""Claims about the printed papers, read back with pypdf."""

import logging
import re
from collections.abc import Iterable
from contextlib import closing
from dataclasses import fields, replace
from datetime import datetime
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypdf import PageObject, PdfReader
from pypdfium2 import PdfDocument

from mock_oms.documents import render
from mock_oms.documents.layout.text import day, money
from mock_oms.documents.model import Line, Paper, Party, Size
from mock_oms.documents.tax import breakdown
from tests.support.sample_documents import BARE, CREDIT_NOTE, INVOICE, LABEL, PHONE, SHIRT, SIZES

MILLIMETRES: dict[Size, tuple[int, int]] = {"A4": (210, 297), "A6": (105, 148)}
SCAN_PIXELS_PER_POINT = 150 / 72
ODD_TEXTS = {
    "emoji": "👩‍👩‍👧‍👦 \U0001f600",
    "devanagari": "राजेश कुमार",
    "right to left": "שלום مرحبا \u202e reversed",
    "controls": "".join(map(chr, range(32))) + "\x7f\x85\u2028\u2029\ufeff",
    "lone surrogates": "\ud800 and \udfff",
    "newlines": "one\ntwo\r\nthree\ttabbed",
    "long word": "W" * 10_000,
    "long prose": "a word and " * 1_000,
    "only spaces": " \u00a0 \u3000",
    "pdf syntax": "(unbalanced \\ << /Names >> endstream %%EOF",
    "markup": "**bold** __under__ <b>tag</b> {nb}",
    "typst": "#eval(1) $x$ \\ #panic() @ref <label> *b* _i_ `raw` = // /* ~ --- '' [ ]",
}


def pages_of(papers: Iterable[Paper], size: Size) -> list[PageObject]:
    return list(PdfReader(BytesIO(render(list(papers), size)), strict=True).pages)


def texts_of(papers: Iterable[Paper], size: Size) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in pages_of(papers, size)]


def text_of(paper: Paper, size: Size) -> str:
    return " ".join(texts_of([paper], size))


def with_text_everywhere(text: str, paper: Paper) -> Paper:
    party = Party(text, (text, text), text, text)
    line = Line(text, text, text, 1, Decimal("99.99"), Decimal(1), Decimal(12), (text, text))
    texts: dict[str, Any] = {f.name: text for f in fields(Paper) if f.type is str}
    return replace(paper, **texts, seller=party, store=party, buyer=party, lines=(line,))


# What is printed


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("paper", [INVOICE, CREDIT_NOTE], ids=["invoice", "credit note"])
def test_every_field_of_an_invoice_and_a_credit_note_can_be_read(paper: Paper, size: Size) -> None:
    text = text_of(paper, size)
    for party in (paper.seller, paper.store, paper.buyer):
        for piece in (party.name, *party.lines, party.phone, party.gstin):
            assert piece in text
    for line in paper.lines:
        for piece in (line.title, line.sku, line.hsn, money(line.unit_price), *line.serials):
            assert piece in text
    for piece in (paper.number, paper.shipment_id, paper.order_id, paper.store_code, paper.place_of_supply):
        assert piece in text
    for piece in (paper.irn, paper.ack_number, paper.ack_date, "05-Nov-2026"):
        assert piece in text


@pytest.mark.parametrize("size", SIZES)
def test_an_invoice_and_a_credit_note_say_what_they_are(size: Size) -> None:
    assert "TAX INVOICE" in text_of(INVOICE, size)
    assert "CREDIT NOTE" not in text_of(INVOICE, size)
    assert "CREDIT NOTE" in text_of(CREDIT_NOTE, size)
    assert "TAX INVOICE" not in text_of(CREDIT_NOTE, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_credit_note_names_the_invoice_and_the_shipment_it_gives_back(size: Size) -> None:
    text = text_of(CREDIT_NOTE, size)
    assert "Original invoice KA26-INV-000042" in text
    assert "Original shipment 17619420031234567890" in text
    assert "Shipment id 17619500039876543210" in text
    assert "Original invoice" not in text_of(INVOICE, size)


@pytest.mark.parametrize("size", SIZES)
def test_a_line_shows_its_discount_taxable_value_and_taxes(size: Size) -> None:
    text = text_of(replace(INVOICE, lines=(SHIRT,)), size)
    for piece in ("1,499.00", "150.00", "2,712.38", "5%", "67.81", "2,848.00"):
        assert piece in text


@pytest.mark.parametrize("size", SIZES)
def test_the_total_stands_in_figures_and_in_words(size: Size) -> None:
    text = text_of(INVOICE, size)
    assert "₹31,847.00" in text
    assert "Rupees Thirty-One Thousand Eight Hundred Forty-Seven Only" in text


@pytest.mark.parametrize("size", SIZES)
def test_the_taxes_are_cgst_and_sgst_inside_a_state(size: Size) -> None:
    text = text_of(INVOICE, size)
    assert "5% (2.5% + 2.5%) 2,712.38 67.81 67.81 135.62" in text
    assert "18% (9% + 9%) 24,575.42 2,211.79 2,211.79 4,423.58" in text
    assert "IGST" not in text


@pytest.mark.parametrize("size", SIZES)
def test_the_tax_is_igst_across_states(size: Size) -> None:
    text = text_of(replace(INVOICE, interstate=True), size)
    assert "5% 2,712.38 135.62 135.62" in text
    assert "18% 24,575.42 4,423.58 4,423.58" in text
    assert "CGST" not in text
    assert "SGST" not in text


@pytest.mark.parametrize("size", SIZES)
def test_a_label_says_pick_at_store_and_whose_bag_it_is(size: Size) -> None:
    (text,) = texts_of([LABEL], size)
    for piece in (
        "PICK AT STORE",
        "nothing ships",
        "3 items",
        LABEL.shipment_id,
        LABEL.order_id,
        LABEL.number,
    ):
        assert piece in text
    for piece in (
        LABEL.buyer.name,
        LABEL.buyer.phone,
        LABEL.store.name,
        LABEL.store_code,
        *LABEL.store.lines,
    ):
        assert piece in text


@pytest.mark.parametrize("size", SIZES)
def test_a_label_shows_neither_prices_nor_a_courier(size: Size) -> None:
    text = text_of(LABEL, size)
    assert not re.search(r"₹|AWB|courier|\d\.\d\d", text, re.IGNORECASE)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("paper", [INVOICE, CREDIT_NOTE, LABEL], ids=["invoice", "credit note", "label"])
def test_every_page_says_that_it_is_no_tax_document(paper: Paper, size: Size) -> None:
    long = replace(paper, lines=(SHIRT,) * 70)
    assert all("Made by a mock for testing. Not a tax document." in text for text in texts_of([long], size))


@pytest.mark.parametrize("size", SIZES)
def test_what_is_empty_leaves_no_label_behind(size: Size) -> None:
    absent = "Order id|GSTIN|Phone|Bill to|Store|Original|IRN|Ack|Place of|SKU|HSN|IMEI|Discount"
    assert not re.search(absent, text_of(BARE, size).replace("Original for recipient", ""))
    label = text_of(replace(BARE, kind="label", number=""), size)
    assert not re.search("Order id|Invoice no|Customer|Store", label)


def codes_on(papers: Iterable[Paper], size: Size) -> list[list[str]]:
    """Scan each page for QR codes, from top to bottom."""
    found = []
    with closing(PdfDocument(render(list(papers), size))) as document:
        for page in document:
            seen = zxingcpp.read_barcodes(page.render(scale=SCAN_PIXELS_PER_POINT).to_pil())
            found.append([code.text for code in sorted(seen, key=lambda code: code.position.top_left.y)])
    return found


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("paper", [INVOICE, CREDIT_NOTE, LABEL], ids=["invoice", "credit note", "label"])
def test_a_qr_code_holds_the_shipment_id(paper: Paper, size: Size) -> None:
    assert codes_on([paper], size)[0][0] == paper.shipment_id


@pytest.mark.parametrize("text", [INVOICE.qr, "signed invoice data " * 50, "हस्ताक्षरित " * 30])
@pytest.mark.parametrize("size", SIZES)
def test_the_qr_code_of_an_e_invoice_holds_its_text(size: Size, text: str) -> None:
    pages = codes_on([replace(INVOICE, qr=text)], size)
    assert [code for page in pages for code in page] == [INVOICE.shipment_id, text]


@pytest.mark.parametrize("size", SIZES)
def test_a_text_too_long_for_a_qr_code_is_said_to_be(size: Size) -> None:
    assert "its text is too long for a QR code" in text_of(replace(INVOICE, qr="x" * 3_000), size)


# Pages


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("paper", [INVOICE, CREDIT_NOTE, LABEL], ids=["invoice", "credit note", "label"])
def test_pages_have_the_size_that_was_asked_for(paper: Paper, size: Size) -> None:
    for page in pages_of([paper], size):
        millimetres = (round(page.mediabox.width / 72 * 25.4), round(page.mediabox.height / 72 * 25.4))
        assert millimetres == MILLIMETRES[size]


@pytest.mark.parametrize("size", SIZES)
def test_papers_follow_each_other_in_the_order_given(size: Size) -> None:
    given_order = [replace(LABEL, shipment_id=f"90000{n}") for n in (3, 1, 2)]
    mixed = [*given_order, replace(BARE, shipment_id="900009"), given_order[0]]
    ids = [re.findall(r"90000\d", text) for text in texts_of(mixed, size)]
    assert ids == [["900003"], ["900001"], ["900002"], ["900009"], ["900003"]]


@pytest.mark.parametrize("size", SIZES)
def test_many_lines_flow_over_pages_under_a_repeated_heading(size: Size) -> None:
    long = replace(INVOICE, lines=tuple(replace(PHONE, sku=f"SKU-{n:03}.") for n in range(65)))
    texts = texts_of([long], size)
    goods = [text for text in texts if "SKU-0" in text]
    assert len(goods) > 2
    assert all("Item" in text and "Unit price incl. GST" in text for text in goods)
    assert re.findall(r"SKU-(\d{3})\.", " ".join(texts)) == [f"{n:03}" for n in range(65)]
    for number, text in enumerate(texts, start=1):
        assert f"Page {number} of {len(texts)}" in text
        assert long.shipment_id in text


@pytest.mark.parametrize("size", SIZES)
def test_pages_are_counted_for_each_paper(size: Size) -> None:
    assert all("Page 1 of 1" in text for text in texts_of([BARE, BARE, BARE], size))


@pytest.mark.parametrize("size", SIZES)
def test_hundreds_of_serials_are_all_printed(size: Size) -> None:
    serials = tuple(str(356938035643809 + n) for n in range(300))
    text = text_of(replace(INVOICE, lines=(replace(PHONE, quantity=300, serials=serials),)), size)
    assert all(serial in text for serial in serials)


@pytest.mark.parametrize("size", SIZES)
def test_a_long_title_wraps_and_is_not_cut(size: Size) -> None:
    title = "Cotton shirt with a mandarin collar, coconut buttons and side vents, washed " * 3
    assert title.strip() in text_of(replace(INVOICE, lines=(replace(SHIRT, title=title),)), size)


@pytest.mark.parametrize("interstate", [False, True])
@pytest.mark.parametrize("size", SIZES)
def test_huge_amounts_are_printed_whole(size: Size, interstate: bool) -> None:
    line = replace(
        SHIRT, quantity=1, unit_price=Decimal(999_999_999), discount=Decimal(0), gst_percent=Decimal(18)
    )
    text = text_of(replace(INVOICE, lines=(line, line), interstate=interstate), size)
    tax = breakdown(line, interstate)
    for amount in (tax.taxable, tax.cgst or tax.igst, tax.total, tax.total * 2):
        assert money(amount) in text
    assert "99,99,99,999.00" in text
    assert "…" not in text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("odd", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_no_text_stands_outside_the_page(odd: str, size: Size) -> None:
    width, height = (side / 25.4 * 72 for side in MILLIMETRES[size])
    papers = [with_text_everywhere(odd, paper) for paper in (INVOICE, CREDIT_NOTE, LABEL)]
    with closing(PdfDocument(render(papers, size))) as document:
        for page in document:
            text = page.get_textpage()
            for at in range(text.count_chars()):
                left, bottom, right, top = text.get_charbox(at)
                assert 5 < left <= right < width - 5
                assert 5 < bottom <= top < height - 5


LONG = {
    "200 letters": "Flat 402, Tower B, Sri Sai Krupa Apartments, Mahatma Gandhi Road, " * 3,
    "1,000 letters": "Opposite the Old Municipal Corporation Office, " * 22,
    "without a space": "W" * 1_000,
    "Hindi": "फ्लैट 402, श्री साई कृपा अपार्टमेंट, महात्मा गांधी मार्ग, " * 5,
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("street", LONG.values(), ids=LONG)
def test_a_long_address_leaves_room_for_city_state_and_pin_code(street: str, size: Size) -> None:
    long = Party("Ananya Rao", (street, "Bengaluru 560008", "Madhya Pradesh"), "98450 12345")
    for paper in (replace(INVOICE, buyer=long), replace(CREDIT_NOTE, store=long), replace(LABEL, store=long)):
        text = text_of(paper, size)
        # The page may end between two words.
        assert {"Bengaluru", "560008,", "Pradesh"} <= set(text.split())


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 14),
    st.text("Wi 9", max_size=300).filter(str.strip),
    st.sampled_from(["", "राजेश", "राजेश कुमार " * 8, "محمد عبداللہ " * 12, "\u0bf5" * 60, "W" * 90]),
    st.booleans(),
    st.sampled_from(SIZES),
)
def test_each_page_says_its_number_and_how_many_there_are(
    lines: int, text: str, name: str, signed: bool, size: Size
) -> None:
    party = Party(text, (text,), "98450 12345")
    paper = replace(
        INVOICE,
        buyer=party,
        lines=(replace(SHIRT, title=text),) * lines,
        store=replace(party, name=name),
        qr=INVOICE.qr if signed else "",
    )
    texts = texts_of([paper, BARE, paper], size)
    per_paper = (len(texts) - 1) // 2
    counts = [f"Page {n} of {per_paper}" for n in range(1, per_paper + 1)]
    for seen, expected in zip(texts, [*counts, "Page 1 of 1", *counts], strict=True):
        assert expected in seen


# Any text


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("odd", ODD_TEXTS.values(), ids=ODD_TEXTS)
def test_odd_text_in_every_field_is_printed_without_a_murmur(
    odd: str, size: Size, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        pages_of([with_text_everywhere(odd, paper) for paper in (INVOICE, CREDIT_NOTE, LABEL)], size)
    assert caplog.records == []


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(exclude_categories=())), st.sampled_from(SIZES))
def test_no_text_whatsoever_stops_the_press(text: str, size: Size) -> None:
    papers = [with_text_everywhere(text, paper) for paper in (INVOICE, CREDIT_NOTE, LABEL)]
    assert len(pages_of(papers, size)) >= 3


@settings(max_examples=15, deadline=None)
@given(st.datetimes(timezones=st.timezones()))
def test_any_date_can_be_printed(date: datetime) -> None:
    assert day(date) in text_of(replace(BARE, date=date), "A6")


@pytest.mark.parametrize(
    "control", ["\0", "\x1b", "\x7f", "\x9f", "\u202e", "\u2066", "\ufeff", "\ue000", "\ud800"]
)
def test_what_is_no_character_of_a_text_becomes_a_replacement_character(control: str) -> None:
    name = f"Ananya{control}Rao"
    assert "Ananya\ufffdRao" in text_of(replace(LABEL, buyer=replace(LABEL.buyer, name=name)), "A6")


@pytest.mark.parametrize("size", SIZES)
def test_markup_is_printed_as_it_was_given(size: Size) -> None:
    text = ODD_TEXTS["typst"]
    assert text in text_of(replace(INVOICE, buyer=Party(text, ()), lines=(replace(SHIRT, title=text),)), size)
    assert text in text_of(replace(LABEL, buyer=Party(text, ())), size)


def test_a_line_break_in_a_name_becomes_a_space() -> None:
    assert "Ananya Rao" in text_of(replace(LABEL, buyer=replace(LABEL.buyer, name="Ananya\r\nRao")), "A6")


def test_nothing_to_print_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one paper"):
        render([], "A4")


@pytest.mark.parametrize("size", SIZES)
def test_a_paper_without_lines_is_printed_with_a_total_of_zero(size: Size) -> None:
    assert "₹0.00" in text_of(replace(INVOICE, lines=()), size)
    assert "0 items" in text_of(replace(LABEL, lines=()), size)
