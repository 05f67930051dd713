"""Known facts that are no row of another table."""

from __future__ import annotations

from dataclasses import dataclass

from contracts.evidence import Source, assumed, documented, legacy, platform


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, and what this project makes of it.

    `rows` are the profile fields, requirements and states that it decides.
    """

    text: str
    origin: Source
    use: str
    rows: tuple[str, ...] = ()


_CAPTURED = legacy("integrations", "captured answers of the same OMS")
_TYPES = platform("fdk-order", "types and examples of the platform's API")

FACTS: tuple[Fact, ...] = (
    Fact(
        "A shipment's `id` has 20 digits: the milliseconds of its creation, and 7 more.",
        documented("get-orders", "computed from the example; captured ids agree"),
        "ids of the mock are made so",
    ),
    Fact(
        "A `marketplaceOrderId` is `FY`, the second of the order in 8 hex digits, and more hex digits.",
        documented("get-orders", "computed from the example"),
        "ids of the mock are made so; `FYMP` of marketplaces is not",
    ),
    Fact(
        "An `orderItemId` is the number of a bag.",
        _CAPTURED,
        "item ids of the mock are digits",
        ("PAS-RET-16",),
    ),
    Fact(
        "A `packageId` is `PK` and ten digits, made where none is pushed.",
        _TYPES,
        "the mock shows the pushed packages and makes none",
    ),
    Fact(
        "Numbers that Fynd issues are `I` (invoice) or `J` (credit note), 8 digits of the store, a letter and"
        " 6 digits.",
        _CAPTURED,
        "issued numbers of the mock are made so",
        ("PAS-INV-10",),
    ),
    Fact(
        "`orderDate` is Indian wall-clock time with `+00:00`.",
        documented("get-orders", "computed from the ids of the example; captured answers agree"),
        "the default",
        ("date_zone", "date_offset"),
    ),
    Fact(
        "Filters take Indian times, `YYYY-MM-DDTHH:MM:SS`.",
        documented("cron-timings"),
        "the default; dates alone and `dd-mm-yyyy` are taken too",
        ("date_zone", "date_offsets"),
    ),
    Fact(
        "The first 100 orders of 5 minutes are `pageNumber=1`, `pageSize=100`.",
        documented("cron-timings"),
        "the default page",
        ("page_size_default", "page_zero"),
    ),
    Fact(
        "New orders are fetched every 5 to 10 minutes; every 1 to 5 with 1,000 orders a day, every 15 to 30"
        " below 100.",
        documented("cron-timings"),
        "advice to clients; the mock has no limit of calls",
    ),
    Fact(
        "`ONDC`, `ECOMM` and `JIOMART` are channels.",
        documented("cron-timings"),
        "any channel can be ordered from",
    ),
    Fact(
        "Lists with a company's token and no `locationCode` fail.",
        legacy("summaries"),
        "they are refused",
        ("API-AUTH-07",),
    ),
    Fact(
        "An integrator keeps its token for one hour.", legacy("integrations"), "the default", ("token_ttl_s",)
    ),
    Fact(
        "`sla` is a number of seconds since 1970 inside the OMS; what Konnect shows is not known.",
        _CAPTURED,
        "the mock shows a date, like `orderDate`",
        ("sla_s",),
    ),
    Fact(
        "Locks are `complete`, `operational` or `financial`; `lock_status` of a shipment is true or false.",
        _TYPES,
        "nothing is locked; a lock is not played",
        ("unlocked_word",),
    ),
    Fact(
        "Items that a confirmation leaves out do not stay open: the OMS deals with them.",
        platform("order-processing"),
        "a partial confirmation is refused, as what happens to the rest is not said",
    ),
    Fact(
        "Cancelling some items leaves the others as they are.",
        platform("order-processing"),
        "played",
        ("PAS-CAN-05",),
    ),
    Fact(
        "What a seller cancels goes to another store that can fulfil it, and is cancelled only otherwise.",
        platform("order-processing"),
        "whole orders before the invoice, if the profile says so; single items are always cancelled",
        ("reassign_on_seller_cancel", "store_reassigned", "PAS-CAN-22"),
    ),
    Fact(
        "The page lets whole orders be cancelled until packed or picked, the API reference only before the"
        " invoice.",
        documented("cancel", "both are Fynd's"),
        "a choice",
        ("cancel_after_invoice", "PAS-CAN-03"),
    ),
    Fact(
        "IRN and acknowledgement belong to buyers with a GSTIN; for others there are none.",
        _CAPTURED,
        "optional in every call",
        ("PAS-INV-07",),
    ),
    Fact(
        "Issuing invoices and credit notes is a setting of each selling location.",
        _CAPTURED,
        "it is a setting of a tenant, kept by each shipment",
    ),
    Fact(
        "Fynd issues an invoice a second after the confirmation, a credit note in the same second.",
        _CAPTURED,
        "at once by default; a pace or the profile delays it",
        ("automatic_after_s",),
    ),
    Fact(
        "Invoices and labels exist as A4, A6 and POS.",
        _CAPTURED,
        "A4 or A6; no parameter chooses",
        ("paper_size", "PAS-DOC-05"),
    ),
    Fact(
        "A return is a new shipment from `return_initiated` on; its sale is `forwardId`, its bags stay.",
        _CAPTURED,
        "played",
        ("PAS-RET-02", "PAS-RET-03", "PAS-RET-16", "return_initiated"),
    ),
    Fact(
        "A captured return ends as `credit_note_generated`; the Pick-At-Store page names `return_completed`.",
        _CAPTURED,
        "a choice; the page's is the default",
        ("return_completes", "credit_note_generated", "return_completed"),
    ),
    Fact(
        "A return can be requested and verified before it is initiated.",
        platform("oms-states"),
        "not played: in the shop the goods are there",
    ),
    Fact(
        "Quality control is kept per line, as good and bad pieces; no reason is good.",
        _TYPES,
        "played",
        ("PAS-QC-03", "PAS-QC-07"),
    ),
    Fact(
        "Answers to several orders are HTTP 200 with a result for each.",
        platform("fdk-order", "the status call; Konnect's keys are not shown"),
        "the default",
        ("refused_status", "partly_refused_status", "error_code_key"),
    ),
    Fact(
        "Numbers of states and reasons differ between environments.",
        _CAPTURED,
        "none is used",
    ),
    Fact(
        "Konnect retries events that a subscriber did not take; three times on the platform.",
        platform("fdk-order"),
        "events are not sent: poll instead",
    ),
    Fact(
        "Packing, courier, dispatch, AWB, tracking, price, inventory and catalogue calls exist.",
        documented("order-pack", "each has a page"),
        "not played",
    ),
    Fact(
        "The buyer's GSTIN is somewhere in the order.",
        assumed("the API that this one descends from has it at the order"),
        "`gstin` of the shipment",
    ),
)
