"""Requirements of documents: invoices, credit notes, labels."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy
from contracts.requirements.row import Cited, in_order

_PAS = documented("pick-at-store")
_UNSAID = assumed("nothing is published about it")

INVOICES = in_order(
    Cited(_PAS, "update_invoice").says(
        "PAS-INV-01: Where the aggregator makes the invoice, it pushes it with Update Invoice after "
        "confirming."
    ),
    Cited(_PAS, "get_order_by_id").says(
        "PAS-INV-02: Where Fynd makes the invoice, it appears after the confirmation without a further call."
    ),
    Cited(documented("order-events"), "get_orders").says(
        "PAS-INV-03: An invoiced order is listed under `PROCESSING`, in either mode."
    ),
    Cited(documented("update-invoice"), "update_invoice").says(
        "PAS-INV-04: A pushed invoice needs `orderId`, `invoiceNumber` and `invoiceType`.",
        "PAS-INV-05: QR code, IRN, signed invoice, acknowledgement number and date may accompany it.",
        "PAS-INV-06: Serial numbers of the pieces may accompany its items.",
        "PAS-INV-07: Its package dimensions replace those that were stored.",
        "PAS-INV-08: An invoice number is unique: one that was used before is refused.",
    ),
    Cited(assumed("the field is documented, what fills it is not", "get-orders"), "get_order_by_id").says(
        "PAS-INV-09: A pushed number is shown as pushed, in `marketplaceInvoiceNumber`.",
        "PAS-INV-10: A number that Fynd made shows in the same field.",
    ),
    Cited(assumed("follows from the code's definition", "update-invoice"), "update_invoice").says(
        "PAS-INV-11: Pushing an invoice where Fynd makes them is refused with IN453.",
        "PAS-INV-12: A sale's invoice for a return, or a credit note for a sale, is refused with IN422.",
    ),
    Cited(_UNSAID, "update_invoice").says(
        "PAS-INV-13: Without `orderItems` all that is left is invoiced; a part of it is refused."
    ),
    Cited(assumed("the field is documented, its meaning is not", "get-orders"), "get_order_by_id").says(
        "PAS-INV-14: `sellerInvoiced` is true where the aggregator makes the invoice."
    ),
    Cited(assumed("follows from confirming what is left", "confirm"), "update_invoice").says(
        "PAS-INV-15: A partly cancelled order is invoiced for what is left of it."
    ),
)

DOCUMENTS = in_order(
    Cited(documented("customer-invoice"), "invoice").says(
        "PAS-DOC-01: The invoice of an order comes as a PDF."
    ),
    Cited(documented("shipping-label"), "labels").says("PAS-DOC-02: The label of an order comes as a PDF."),
    Cited(_PAS, "invoice").says("PAS-DOC-03: The invoice can be fetched once the order is invoiced."),
    Cited(_PAS, "labels").says("PAS-DOC-04: The label can be fetched once the order is invoiced."),
    Cited(documented("customer-invoice", "no parameter chooses"), "invoice").says(
        "PAS-DOC-05: Both exist on A4 and on A6."
    ),
    Cited(_UNSAID, "invoice").says(
        "PAS-DOC-06: Several orders come as one PDF.",
        "PAS-DOC-10: Both can still be fetched after hand-over.",
        "PAS-DOC-11: The PDF shows the invoice number that the order shows.",
    ),
    Cited(assumed("the page lists a PDF and the counts as success", "customer-invoice"), "invoice").says(
        "PAS-DOC-07: One order that can be rendered makes the answer a PDF; none makes it the counts with "
        "the errors."
    ),
    Cited(legacy("summaries"), "invoice").says(
        "PAS-DOC-08: The invoice call with a return's id gives the credit note."
    ),
    Cited(_UNSAID, "labels").says("PAS-DOC-09: The label of an order that nobody ships has no AWB number."),
)

CREDIT_NOTES = in_order(
    Cited(_PAS, "credit_note").says(
        "PAS-CRN-01: Where the aggregator makes the credit note, invoiceUpdate with type `return` pushes it."
    ),
    Cited(_PAS, "get_returns").says(
        "PAS-CRN-02: Where Fynd makes the credit note, it appears after acceptance without a further call.",
        "PAS-CRN-06: GET Returns shows that the credit note was made.",
    ),
    Cited(documented("credit-note"), "credit_note").says(
        "PAS-CRN-03: A pushed credit note takes the return to `credit_note_generated`.",
        "PAS-CRN-04: A credit note can be pushed only for an accepted return.",
        "PAS-CRN-07: The body is that of a sale's invoice.",
    ),
    Cited(
        documented("credit-note", "the quality-control page lists them under RETURN_ACCEPTED; both hold"),
        "get_returns",
    ).says("PAS-CRN-05: Returns that wait for a credit note are listed under `RETURN_COMPLETED`."),
    Cited(legacy("summaries"), "get_returns").says(
        "PAS-CRN-08: A return with a credit note is listed under `CREDIT_NOTE_GENERATED`."
    ),
    Cited(_UNSAID, "get_returns").says(
        "PAS-CRN-09: The credit note's number shows as the return's `marketplaceInvoiceNumber`."
    ),
    Cited(assumed("the page has no error table", "credit-note"), "credit_note").says(
        "PAS-CRN-10: Refusals carry the codes that the same call has for a sale's invoice."
    ),
    Cited(assumed("follows from the code's definition", "credit-note"), "credit_note").says(
        "PAS-CRN-11: Pushing a credit note where Fynd makes them, or a second one, is refused with IN453."
    ),
)
