"""Requirements of documents: invoices, credit notes, labels."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy
from contracts.requirements.row import Requirement as Row

_PAS = documented("pick-at-store")
_UNSAID = assumed("nothing is published about it")

INVOICES = (
    Row(
        "PAS-INV-01",
        "Where the aggregator makes the invoice, it pushes it with Update Invoice after confirming.",
        _PAS,
        "update_invoice",
    ),
    Row(
        "PAS-INV-02",
        "Where Fynd makes the invoice, it appears after the confirmation without a further call.",
        _PAS,
        "get_order_by_id",
    ),
    Row(
        "PAS-INV-03",
        "An invoiced order is listed under `PROCESSING`, in either mode.",
        documented("order-events"),
        "get_orders",
    ),
    Row(
        "PAS-INV-04",
        "A pushed invoice needs `orderId`, `invoiceNumber` and `invoiceType`.",
        documented("update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-05",
        "QR code, IRN, signed invoice, acknowledgement number and date may accompany it.",
        documented("update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-06",
        "Serial numbers of the pieces may accompany its items.",
        documented("update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-07",
        "Its package dimensions replace those that were stored.",
        documented("update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-08",
        "An invoice number is unique: one that was used before is refused.",
        documented("update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-09",
        "A pushed number is shown as pushed, in `marketplaceInvoiceNumber`.",
        assumed("the field is documented, what fills it is not", "get-orders"),
        "get_order_by_id",
    ),
    Row(
        "PAS-INV-10",
        "A number that Fynd made shows in the same field.",
        assumed("the field is documented, what fills it is not", "get-orders"),
        "get_order_by_id",
    ),
    Row(
        "PAS-INV-11",
        "Pushing an invoice where Fynd makes them is refused with IN453.",
        assumed("follows from the code's definition", "update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-12",
        "A sale's invoice for a return, or a credit note for a sale, is refused with IN422.",
        assumed("follows from the code's definition", "update-invoice"),
        "update_invoice",
    ),
    Row(
        "PAS-INV-13",
        "Without `orderItems` all that is left is invoiced; a part of it is refused.",
        _UNSAID,
        "update_invoice",
    ),
    Row(
        "PAS-INV-14",
        "`sellerInvoiced` is true where the aggregator makes the invoice.",
        assumed("the field is documented, its meaning is not", "get-orders"),
        "get_order_by_id",
    ),
    Row(
        "PAS-INV-15",
        "A partly cancelled order is invoiced for what is left of it.",
        assumed("follows from confirming what is left", "confirm"),
        "update_invoice",
    ),
)

DOCUMENTS = (
    Row("PAS-DOC-01", "The invoice of an order comes as a PDF.", documented("customer-invoice"), "invoice"),
    Row("PAS-DOC-02", "The label of an order comes as a PDF.", documented("shipping-label"), "labels"),
    Row("PAS-DOC-03", "The invoice can be fetched once the order is invoiced.", _PAS, "invoice"),
    Row("PAS-DOC-04", "The label can be fetched once the order is invoiced.", _PAS, "labels"),
    Row(
        "PAS-DOC-05",
        "Both exist on A4 and on A6.",
        documented("customer-invoice", "no parameter chooses"),
        "invoice",
    ),
    Row("PAS-DOC-06", "Several orders come as one PDF.", _UNSAID, "invoice"),
    Row(
        "PAS-DOC-07",
        "One order that can be rendered makes the answer a PDF; none makes it the counts with the errors.",
        assumed("the page lists a PDF and the counts as success", "customer-invoice"),
        "invoice",
    ),
    Row(
        "PAS-DOC-08",
        "The invoice call with a return's id gives the credit note.",
        legacy("summaries"),
        "invoice",
    ),
    Row("PAS-DOC-09", "The label of an order that nobody ships has no AWB number.", _UNSAID, "labels"),
    Row("PAS-DOC-10", "Both can still be fetched after hand-over.", _UNSAID, "invoice"),
    Row("PAS-DOC-11", "The PDF shows the invoice number that the order shows.", _UNSAID, "invoice"),
)

CREDIT_NOTES = (
    Row(
        "PAS-CRN-01",
        "Where the aggregator makes the credit note, invoiceUpdate with type `return` pushes it.",
        _PAS,
        "credit_note",
    ),
    Row(
        "PAS-CRN-02",
        "Where Fynd makes the credit note, it appears after acceptance without a further call.",
        _PAS,
        "get_returns",
    ),
    Row(
        "PAS-CRN-03",
        "A pushed credit note takes the return to `credit_note_generated`.",
        documented("credit-note"),
        "credit_note",
    ),
    Row(
        "PAS-CRN-04",
        "A credit note can be pushed only for an accepted return.",
        documented("credit-note"),
        "credit_note",
    ),
    Row(
        "PAS-CRN-05",
        "Returns that wait for a credit note are listed under `RETURN_COMPLETED`.",
        documented("credit-note", "the quality-control page lists them under RETURN_ACCEPTED; both hold"),
        "get_returns",
    ),
    Row("PAS-CRN-06", "GET Returns shows that the credit note was made.", _PAS, "get_returns"),
    Row("PAS-CRN-07", "The body is that of a sale's invoice.", documented("credit-note"), "credit_note"),
    Row(
        "PAS-CRN-08",
        "A return with a credit note is listed under `CREDIT_NOTE_GENERATED`.",
        legacy("summaries"),
        "get_returns",
    ),
    Row(
        "PAS-CRN-09",
        "The credit note's number shows as the return's `marketplaceInvoiceNumber`.",
        _UNSAID,
        "get_returns",
    ),
    Row(
        "PAS-CRN-10",
        "Refusals carry the codes that the same call has for a sale's invoice.",
        assumed("the page has no error table", "credit-note"),
        "credit_note",
    ),
    Row(
        "PAS-CRN-11",
        "Pushing a credit note where Fynd makes them, or a second one, is refused with IN453.",
        assumed("follows from the code's definition", "credit-note"),
        "credit_note",
    ),
)
