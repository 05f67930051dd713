"""Requirements of returns: starting, quality control, completion."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy, platform
from contracts.requirements.row import Cited, in_order

_PAS = documented("pick-at-store")
_QC = documented("return-qc")
_UNSAID = assumed("nothing is published about it")

INITIATION = in_order(
    Cited(_PAS).says("PAS-RET-01: A return starts in the store: in its ERP, in Store OS or in Fynd OMS."),
    Cited(documented("get-returns", "field descriptions"), "get_returns").says(
        "PAS-RET-02: A return appears as a separate shipment, with its own `id`."
    ),
    Cited(documented("get-returns"), "get_returns").says(
        "PAS-RET-03: The `forwardId` of a return is the `id` of the sale's shipment.",
        "PAS-RET-04: A return has a `marketplaceReturnId`.",
    ),
    Cited(legacy("summaries"), "get_returns").says(
        "PAS-RET-05: A return that was just started is listed under `RETURN_PROCESSING`."
    ),
    Cited(legacy("integrations", "captured answers of the same OMS"), "get_returns").says(
        "PAS-RET-16: The items of a return keep their `orderItemId`."
    ),
    Cited(platform("fdk-order", "starting a return may break a shipment up"), "get_returns").says(
        "PAS-RET-06: Some of the items can be returned; the return holds only those."
    ),
    Cited(platform("pos-returns")).says("PAS-RET-07: Only what was handed over can be returned."),
    Cited(platform("pos-returns"), "get_returns").says(
        "PAS-RET-08: Goods go back to the store that sold them."
    ),
    Cited(platform("fdk-order", "the return is a separate shipment"), "get_order_by_id").says(
        "PAS-RET-09: The sale stays where it is while its return goes on."
    ),
    Cited(_UNSAID, "get_returns").says(
        "PAS-RET-10: A sale can be returned in several parts.",
        "PAS-RET-14: The `orderStatus` of a rejected return is `RETURN_REJECTED`.",
        "PAS-RET-15: Some pieces of an item can be returned.",
    ),
    Cited(_UNSAID).says(
        "PAS-RET-11: Open and accepted returns together never exceed what was sold.",
        "PAS-RET-12: A rejected return frees its pieces for another one.",
    ),
    Cited(
        platform("oms-states", "`return_rejected_by_store` is a state, and no page has a call for it")
    ).says("PAS-RET-13: The store can reject a return; no Konnect call does."),
)

QUALITY_CONTROL = in_order(
    Cited(_PAS, "return").says("PAS-QC-01: Return and QC takes a return to `return_accepted`."),
    Cited(_QC, "return").says(
        "PAS-QC-02: An accepted return is listed under `RETURN_ACCEPTED`.",
        "PAS-QC-03: No `reasonCode`, or an empty one, means good condition.",
        "PAS-QC-04: A `reasonCode` of the published lists (bad, missing, ugly) is taken and the return is "
        "accepted.",
    ),
    Cited(platform("fdk-order", "`return_initiated` leads to `return_accepted`"), "return").says(
        "PAS-QC-05: A return at the store can be accepted at once, without a way back to wait for."
    ),
    Cited(_UNSAID, "return").says(
        "PAS-QC-06: The `orderId` of the call is the return's; a sale's is refused.",
        "PAS-QC-07: Items that the call does not name are in good condition.",
        "PAS-QC-08: Accepting a second time is refused.",
        "PAS-QC-10: More pieces than the return holds are refused.",
        "PAS-QC-11: A rejected return cannot be accepted.",
    ),
    Cited(assumed("the published list is not complete", "return-qc"), "return").says(
        "PAS-QC-09: A reason code that no page lists is refused unless the profile accepts it."
    ),
)

COMPLETION = in_order(
    Cited(_PAS, "get_returns").says(
        "PAS-CMP-01: With the credit note processed the return becomes `return_completed`."
    ),
    Cited(documented("pick-at-store", "the filter goes by the state's name"), "get_returns").says(
        "PAS-CMP-02: GET Returns shows the completed return, under `RETURN_COMPLETED`."
    ),
    Cited(assumed("the page names no step in between", "pick-at-store"), "get_returns").says(
        "PAS-CMP-03: It completes without a further call, at once unless a pace is set."
    ),
    Cited(
        assumed("the step is immediate, so that a poll of that filter would never see it"), "get_returns"
    ).says("PAS-CMP-04: A completed return is still listed under `CREDIT_NOTE_GENERATED`."),
)
