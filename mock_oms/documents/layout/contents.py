"""Turns a paper into the texts, tables and codes of its template."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from mock_oms.documents.layout.characters import printable, typeset, width
from mock_oms.documents.layout.codes import qr_svg
from mock_oms.documents.layout.text import counted, day, in_words, money, percent, rupees
from mock_oms.documents.model import Kind, Line, Paper, Party, Size
from mock_oms.documents.tax import ZERO, Tax, breakdown, by_rate, summed

TITLES: dict[Kind, str] = {"invoice": "Tax invoice", "credit_note": "Credit note", "label": "Pick at store"}
NOTICE = "Made by a mock for testing. Not a tax document."
LABEL_NAME_CHARS_MAX = 120
LABEL_STREET_CHARS_MAX = 120
"""A label has no room for more of a name, or of the first line of an address."""
LINES_SURE = 60
"""Lines of an A4 page, less some; see `_on_one_page`."""
_LINES_ALWAYS = 18
_LINES_CODE = 12
_EMS_SURE = 10
"""Ems of text that surely fit on one line of the narrowest column."""
HSN_CHARS_MAX = 12
"""A longer HSN stands below the title instead of in a column."""

Contents = dict[str, Any]


@dataclass(frozen=True, slots=True)
class _Column:
    """A column beside the item; `texts` has one text for each line."""

    heading: tuple[str, ...]
    texts: tuple[str, ...]
    total: str = ""
    align: str = "right"

    def for_template(self) -> Contents:
        """Return what the template needs, with the width in ems."""
        wide = max(width(text) for text in (*self.texts, self.total, *self.heading))
        return {"heading": "\n".join(self.heading), "total": self.total, "align": self.align, "width": wide}


def contents(paper: Paper, size: Size) -> Contents:
    """Return what to print of a paper."""
    shared = {"kind": paper.kind, "notice": NOTICE, "code": qr_svg(paper.shipment_id)}
    if paper.kind == "label":
        return shared | _label(paper)
    made = _invoice(paper, compact=size == "A6")
    return shared | made | {"one_page": size == "A4" and _on_one_page(made)}


def title(paper: Paper) -> str:
    """Return the title of a PDF that begins with this paper."""
    return f"{TITLES[paper.kind]} {paper.number}".strip()


def _invoice(paper: Paper, *, compact: bool) -> Contents:
    taxes = [breakdown(line, paper.interstate) for line in paper.lines]
    parts = tax_parts(paper.interstate)
    whole = summed(taxes)
    columns = _compact_columns(paper.lines, taxes) if compact else _wide_columns(paper, taxes)
    code = qr_svg(paper.qr)
    heading = "Bill to" if paper.kind == "invoice" else "Credit to"
    return {
        "title": TITLES[paper.kind].upper(),
        "continued": typeset(" · ".join(filter(None, (title(paper), paper.shipment_id, "continued")))),
        "seller": {
            "name": typeset(paper.seller.name),
            "address": typeset(_joined(paper.seller.lines), limit=None),
            "phone": typeset(_tagged("Phone", paper.seller.phone)),
            "gstin": typeset(_tagged("GSTIN", paper.seller.gstin)),
        },
        "parties": [
            *_party(heading, paper.buyer),
            *_party("Store", paper.store, _tagged("Store code", paper.store_code)),
        ],
        "facts": _facts(paper),
        "columns": [column.for_template() for column in columns],
        "goods": [
            _goods(
                line, [column.texts[at] for column in columns], _details(line, tax, parts, compact=compact)
            )
            for at, (line, tax) in enumerate(zip(paper.lines, taxes, strict=True))
        ],
        "sums": [
            ("Taxable value", money(whole.taxable)),
            *((name, money(amount(whole))) for name, amount in parts),
        ],
        "total": ("Total" if paper.kind == "invoice" else "Total credit", rupees(whole.total)),
        "words": in_words(whole.total),
        "note": _note(paper.lines),
        "rates": _rates(paper, parts),
        "e_invoice": _e_invoice(paper, has_code=bool(code)),
        "e_invoice_code": code,
        "signed": typeset(f"For {paper.seller.name}" if paper.seller.name.strip() else ""),
    }


def _label(paper: Paper) -> Contents:
    store = paper.store
    facts = (("Order id", paper.order_id), ("Invoice no.", paper.number), ("Date", day(paper.date)))
    return {
        "buyer": typeset(paper.buyer.name, LABEL_NAME_CHARS_MAX),
        "phone": typeset(paper.buyer.phone),
        "store": typeset(" · ".join(filter(None, (store.name, paper.store_code))), LABEL_NAME_CHARS_MAX),
        "street": typeset("".join(store.lines[:1]), LABEL_STREET_CHARS_MAX),
        "place": typeset(_joined(store.lines[1:]), limit=None),
        "pieces": counted(sum(line.quantity for line in paper.lines)),
        "facts": _known(facts),
        "shipment": typeset(paper.shipment_id),
    }


def _party(heading: str, party: Party, code: str = "") -> list[Contents]:
    """Return a party below its heading, or nothing if it is empty."""
    tags = (_tagged("Phone", party.phone), _tagged("GSTIN", party.gstin))
    address = typeset(_joined(party.lines), limit=None)
    texts = [text for text in (typeset(code), address, *map(typeset, tags)) if text]
    name = typeset(party.name)
    return [{"heading": heading, "name": name, "texts": texts}] if name or texts else []


def _joined(lines: Iterable[str]) -> str:
    """Return an address as one paragraph, which saves lines.

    Each line is shortened alone, so a long street does not cut off the city.
    """
    return ", ".join(printable(line).strip().rstrip(",") for line in lines if line.strip())


def _tagged(tag: str, text: str) -> str:
    return f"{tag}: {text}" if text.strip() else ""


def _known(facts: Iterable[tuple[str, str]]) -> list[tuple[str, Any]]:
    """Return the facts that have a value."""
    return [(name, typeset(text)) for name, text in facts if text.strip()]


def _facts(paper: Paper) -> list[tuple[str, Any]]:
    name = "Invoice" if paper.kind == "invoice" else "Credit note"
    facts = (
        (f"{name} no.", paper.number),
        (f"{name} date", day(paper.date)),
        ("Order id", paper.order_id),
        ("Shipment id", paper.shipment_id),
        ("Original invoice", paper.original_number),
        ("Original shipment", paper.original_shipment_id),
        ("Place of supply", paper.place_of_supply),
        ("Reverse charge", "No"),
    )
    return _known(facts)


def _wide_columns(paper: Paper, taxes: Sequence[Tax]) -> list[_Column]:
    """Choose the columns of a wide page; empty ones are left out."""
    lines, whole = paper.lines, summed(taxes)
    pieces = str(sum(line.quantity for line in lines))
    discounts = tuple(money(line.discount) if line.discount else "" for line in lines)
    discount = money(sum((line.discount for line in lines), ZERO))
    hsns = tuple(line.hsn.strip() if _hsn_fits(line) else "" for line in lines)
    columns = [
        _Column(("HSN",), hsns, align="left"),
        _Column(("Qty",), tuple(str(line.quantity) for line in lines), pieces),
        _Column(("Unit price", "incl. GST"), tuple(money(line.unit_price) for line in lines)),
        _Column(("Discount",), discounts, discount),
        _Column(("Taxable", "value"), tuple(money(tax.taxable) for tax in taxes), money(whole.taxable)),
        _Column(("GST",), tuple(percent(line.gst_percent) for line in lines)),
        *(
            _Column((name,), tuple(money(amount(tax)) for tax in taxes), money(amount(whole)))
            for name, amount in tax_parts(paper.interstate)
        ),
        _Column(("Total",), tuple(money(tax.total) for tax in taxes), money(whole.total)),
    ]
    return [column for column in columns if any(column.texts)]


def _compact_columns(lines: Sequence[Line], taxes: Sequence[Tax]) -> list[_Column]:
    """Choose the columns of a narrow page; `_details` has the rest."""
    return [
        _Column(("Qty",), tuple(str(line.quantity) for line in lines)),
        _Column(("Unit price", "incl. GST"), tuple(money(line.unit_price) for line in lines)),
        _Column(("Total",), tuple(money(tax.total) for tax in taxes)),
    ]


Parts = tuple[tuple[str, Callable[[Tax], Decimal]], ...]


def tax_parts(interstate: bool) -> Parts:
    """Return the taxes of a sale: their names and amounts."""
    if interstate:
        return (("IGST", lambda tax: tax.igst),)
    return (("CGST", lambda tax: tax.cgst), ("SGST", lambda tax: tax.sgst))


def _hsn_fits(line: Line) -> bool:
    """Return whether an HSN is short and simple enough for a column."""
    return len(line.hsn) <= HSN_CHARS_MAX and line.hsn.isascii() and line.hsn.isprintable()


def _goods(line: Line, cells: Sequence[str], details: Iterable[str]) -> Contents:
    """Return one line of the table of goods."""
    serials = ", ".join(printable(each) for each in line.serials if each)
    more = [*details, f"IMEI / serial: {serials}" if serials else ""]
    # Serial numbers are hundreds where a line has hundreds of pieces, and none may be missing.
    texts = [typeset(text, limit=None) for text in more if text]
    return {"title": typeset(line.title) or "-", "texts": texts, "cells": cells}


def _details(line: Line, tax: Tax, parts: Parts, *, compact: bool) -> list[str]:
    """List the details that have no column."""
    sku = f"SKU {line.sku}" if line.sku else ""
    hsn = f"HSN {line.hsn}" if line.hsn and (compact or not _hsn_fits(line)) else ""
    if not compact:
        return [" · ".join(filter(None, (sku, hsn)))]
    discount = f"Discount {money(line.discount)}" if line.discount else ""
    taxes = [f"{name} {money(amount(tax))}" for name, amount in parts]
    split = [f"Taxable {money(tax.taxable)}", f"GST {percent(line.gst_percent)}", *taxes]
    return [" · ".join(filter(None, (sku, hsn, discount))), " · ".join(split)]


def _note(lines: Sequence[Line]) -> str:
    """Return what stands below the amount in words."""
    discount = sum((line.discount for line in lines), ZERO)
    saved = f" Discount given: {rupees(discount)}." if discount else ""
    return f"{counted(sum(line.quantity for line in lines))}. Prices include GST.{saved}"


def _rates(paper: Paper, parts: Parts) -> Contents:
    """Return the table of tax by rate."""
    rows = []
    for rate, tax in by_rate(paper.lines, paper.interstate):
        halves = "" if paper.interstate else f" ({percent(rate / 2)} + {percent(rate / 2)})"
        amounts = (tax.taxable, *(amount(tax) for _, amount in parts), tax.tax)
        rows.append([f"{percent(rate)}{halves}", *map(money, amounts)])
    return {
        "headings": ["GST rate", "Taxable value", *(name for name, _ in parts), "Total tax"],
        "rows": rows,
    }


def _e_invoice(paper: Paper, *, has_code: bool) -> list[tuple[str, Any]]:
    too_long = "its text is too long for a QR code" if paper.qr and not has_code else ""
    facts = (("IRN", paper.irn), ("Ack. no.", paper.ack_number), ("Ack. date", paper.ack_date))
    return _known([*facts, ("e-invoice QR", too_long)])


def _on_one_page(made: Contents) -> bool:
    """Return whether an invoice surely has one page.

    Then typst need not count the pages, which takes as long as all the rest. False says nothing.
    """
    parties = [_lines_of([each["name"], *each["texts"]]) for each in made["parties"]]
    goods = sum(_lines_of([each["title"], *each["texts"]]) + 1 for each in made["goods"])
    facts = _lines_of([text for _, text in made["facts"]])
    lines = (
        _lines_of(made["seller"].values())
        + max(*parties, facts, 0)
        + goods
        + len(made["rates"]["rows"]) * 1.2
    )
    codes = _LINES_CODE if made["e_invoice_code"] else 0
    return _LINES_ALWAYS + lines + _lines_of(text for _, text in made["e_invoice"]) / 3 + codes <= LINES_SURE


def _lines_of(texts: Iterable[Any]) -> float:
    """Return more lines than these texts need."""
    return sum(1 + _wide(text) // _EMS_SURE for text in texts if text)


def _wide(text: Any) -> float:
    """Return a width in ems, with what breaking words may add.

    Texts with rows may be of any script, with wide letters and high lines.
    """
    if isinstance(text, str):
        return width(text)
    return 4 * len(text["text"]) + 10 if "rows" in text else 1.5 * width(text["text"])
