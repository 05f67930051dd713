"""Defects of this OMS, each against one statement of the documentation.

The value is the statement that is broken, in words. `OtherOms(defects={name})` turns one on.
"""

from __future__ import annotations

from collections.abc import Mapping

DEFECTS: Mapping[str, str] = {
    # order confirmation
    "confirm-lost": "a confirmed order shows CONFIRMED",
    "confirm-other-store": "an order of another store is refused with O422",
    "confirm-other-store-code": "an order of another store is refused with O422, not another code",
    "confirm-cancelled": "a cancelled order is refused with O400",
    "confirm-cancelled-code": "a cancelled order is refused with O400, not another code",
    "confirm-merges-batch": "each order of a call is confirmed for itself",
    "confirm-counts-wrong": "successCount is the number of orders that were accepted",
    "confirm-payload-count": "payloadCount is the number of orders that were sent",
    "confirm-always-success": "status is not SUCCESS when every order was refused",
    "confirm-errors-empty": "a refused order has an entry in errors",
    "confirm-errors-other-order": "an entry of errors names the refused order",
    "confirm-refused-changes": "a refused order stays as it was",
    "confirm-drops-last": "the last of twenty orders is processed too",
    # invoice
    "invoice-lost": "an invoiced order shows PROCESSING",
    "invoice-number-changed": "an invoiced order that shows a number shows the one that was pushed",
    "invoice-number-mixed": "each order of a call shows its own number",
    "invoice-unconfirmed": "an order that is not confirmed is refused with IN403",
    "invoice-unconfirmed-code": "an order that is not confirmed is refused with IN403, not another code",
    "invoice-twice": "an invoiced order is refused with IN453",
    "invoice-twice-code": "an invoiced order is refused with IN453, not another code",
    "invoice-cancelled": "a cancelled order is refused with IN401",
    "invoice-cancelled-code": "a cancelled order is refused with IN401, not another code",
    "invoice-unknown": "an order of another store is refused with IN400",
    "invoice-unknown-item": "an item of another order is refused with IN400",
    "invoice-bad-type": "an invoiceType that is neither sale nor return is refused with IN422",
    "invoice-number-used": "a number of another order is refused with IN422",
    "invoice-never-issued": "Fynd issues the invoice when the order is confirmed",
    # cancellation
    "cancel-lost": "a cancelled order shows CANCELLED",
    "cancel-takes-all": "cancelling one item leaves the others",
    "cancel-forgets-quantity": "cancelling one piece leaves the other pieces",
    "cancel-after-hand-over": "an order that was handed over is not cancelled",
    "cancel-needs-no-reason": "a reason code must come with each item",
    # hand-over and reading
    "hand-over-lost": "a handed-over order is found under DELIVERED",
    "state-goes-back": "an invoiced order does not show CONFIRMED again",
    "names-crossed": "an order shows its own marketplaceOrderId",
    "order-type-missing": "a Pick-At-Store order shows its order type",
    "order-type-home": "the order type is PickAtStore",
    "order-date-missing": "an order shows orderDate",
    "dates-in-utc": "orderDate and the dates of filters are Indian wall-clock time",
    "items-missing": "an order shows its items",
    "channel-missing": "an order shows its ordering channel",
    "forward-id-missing": "a sale shows its own id as forwardId",
    "list-ignores-store": "a list holds orders of the asked store only",
    "list-ignores-status": "a list holds orders of the asked status only",
    "list-ignores-channel": "a list holds orders of the asked channel only",
    "list-ignores-date": "a list holds orders of the asked dates only",
    "page-repeats": "an order stands on one page only",
    "page-skips": "every order stands on some page",
    "page-size-ignored": "a page holds at most pageSize orders",
    "list-shows-cancelled": "a cancelled order is not listed under CREATED",
    "info-disagrees": "GET shipment info shows the status of GET shipment",
    "info-needs-nothing": "GET shipment info asks for an id or a status",
    "company-needs-no-store": "a company token needs locationCode on lists",
    "unknown-order-other": "an unknown id is not answered with another order",
    "store-reads-other-store": "a store's token does not show orders of other stores",
    # authorization
    "no-token-needed": "a call without token is refused",
    "any-token-accepted": "an unknown token is refused",
    "wrong-password-accepted": "a wrong password gets no token",
    # documents
    "invoice-pdf-of-other": "the invoice that is fetched is the order's",
    "invoice-pdf-broken": "the fetched invoice is a PDF",
    "invoice-pdf-as-json": "the fetched invoice is answered as application/pdf",
    "invoice-pdf-early": "an order without invoice is refused with IN403",
    "invoice-pdf-unknown": "the invoice of an order of another store is refused with IN400",
    "label-pdf-broken": "the fetched label is a PDF",
    "label-unknown": "the label of an order of another store is refused with L400",
    "label-early": "the label of an order without invoice is refused with L403",
    "pdf-of-first-only": "one PDF holds the invoices of all orders of the call",
    # returns
    "return-not-linked": "a return shows the id of its sale as forwardId",
    "return-moves-sale": "a return leaves its sale delivered",
    "return-accept-lost": "an accepted return shows RETURN_ACCEPTED",
    "return-accept-reason-refused": "a documented reason code of quality control is accepted",
    "return-not-listed": "an initiated return is found in a list of returns",
    "credit-note-lost": "a return with a credit note is found under RETURN_COMPLETED",
    "credit-note-never-issued": "Fynd issues the credit note when the return is accepted",
    "credit-note-before-acceptance": "a return that is not accepted gets no credit note",
    "credit-note-marks-sale": "a credit note changes the return and not the sale",
    # the call as a whole
    "twenty-one-accepted": "a call holds at most twenty orders",
    "twenty-refused": "a call holds twenty orders",
    "server-error-on-empty": "no call is answered with a server error",
}
