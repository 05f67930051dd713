"""Actions of group documents: push invoices and credit notes, fetch PDFs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from contracts.lifecycle.table import Event
from scenarios.language.actions.base import ALL, RETURN, Caller, KonnectAction, Names, Pieces


@dataclass(frozen=True, slots=True)
class PushInvoice(KonnectAction):
    """POST invoiceUpdate with `invoiceType` `kind`.

    `number` empty: a fresh number for each order; `same_number_as`: the number of that shipment. `fields` are
    further fields of the call, `serials` gives each piece an IMEI.
    """

    number: str = field(default="", kw_only=True)
    same_number_as: str = field(default="", kw_only=True)
    kind: str = field(default="sale", kw_only=True)
    fields: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    pieces: Pieces | None = field(default=ALL, kw_only=True)
    serials: bool = field(default=False, kw_only=True)

    touchpoint = "update_invoice"
    event = Event.PUSH_INVOICE
    writes = True


@dataclass(frozen=True, slots=True)
class PushCreditNote(PushInvoice):
    """POST invoiceUpdate with `invoiceType` `return`."""

    on: str | Names = RETURN
    kind: str = field(default="return", kw_only=True)

    touchpoint = "credit_note"
    event = Event.PUSH_CREDIT_NOTE


@dataclass(frozen=True, slots=True)
class FetchInvoice(KonnectAction):
    """POST invoice: the PDF of an invoice or a credit note."""

    touchpoint = "invoice"


@dataclass(frozen=True, slots=True)
class FetchLabels(KonnectAction):
    """POST labels: the PDF of the label."""

    touchpoint = "labels"


push_invoice = PushInvoice
push_credit_note = PushCreditNote
fetch_invoice = FetchInvoice
fetch_labels = FetchLabels


def fetch_credit_note(on: str | Names = RETURN, *, by: Caller = Caller.COMPANY) -> FetchInvoice:
    """Fetch the credit note of a return as PDF."""
    return FetchInvoice(on, by=by)
