"""Requirements of orders: placing, confirming, cancelling, reading, handing over."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy
from contracts.requirements.row import Requirement as Row

_PAS = documented("pick-at-store")
_LISTS = documented("get-orders")
_WINDOW_WHOLE = documented("cancel", "whole until packed; Pick-At-Store is not packed")
_WINDOW_ITEMS = documented("cancel", "single items until invoicing")
_UNSAID = assumed("nothing is published about it")

PLACEMENT = (
    Row("PAS-ORD-01", "What a customer buys at the till appears in the OMS as an order.", _PAS, "get_orders"),
    Row("PAS-ORD-02", "An order from the till has the order type `PickAtStore`.", _PAS, "get_order_by_id"),
    Row(
        "PAS-ORD-03",
        "A new order is listed under `CREATED`, and says so in its `orderStatus`.",
        documented("order-events"),
        "get_orders",
    ),
    Row(
        "PAS-ORD-04",
        "`id` is the shipment's id; `marketplaceOrderId` holds the number of the customer's order.",
        documented("get-orders", "field descriptions and example"),
        "get_order_by_id",
    ),
    Row(
        "PAS-ORD-05",
        "Orders taken in the shop come from the channel `FYND-STORE`.",
        assumed("the channel list has it for the merchant's Store OS", "get-orders"),
        "get_orders",
    ),
    Row(
        "PAS-ORD-06",
        "An order gets from placement to hand-over without pack, dispatch, courier or AWB calls.",
        documented("pick-at-store", "the page names none of them"),
    ),
)

CONFIRMATION = (
    Row("PAS-CNF-01", "Confirming takes an order from created to confirmed.", _PAS, "confirm"),
    Row("PAS-CNF-02", "Confirming reserves the order's items for the customer.", _PAS, "confirm"),
    Row(
        "PAS-CNF-03",
        "When the customer has cancelled some items, confirming is about the others only.",
        documented("confirm"),
        "confirm",
    ),
    Row(
        "PAS-CNF-04",
        "An order that was cancelled as a whole cannot be confirmed.",
        documented("confirm"),
        "confirm",
    ),
    Row(
        "PAS-CNF-05",
        "A confirmed order is listed under `CONFIRMED`, no longer under `CREATED`.",
        documented("order-events"),
        "get_orders",
    ),
    Row("PAS-CNF-06", "`orderItems` may be left out of a confirmation.", documented("confirm"), "confirm"),
    Row(
        "PAS-CNF-07",
        "A confirmation that names only a part of what is left, or another quantity, is refused.",
        _UNSAID,
        "confirm",
    ),
    Row(
        "PAS-CNF-08",
        "Confirming a second time changes nothing, and is refused unless the profile accepts it.",
        _UNSAID,
        "confirm",
    ),
    Row("PAS-CNF-09", "A return cannot be confirmed.", _UNSAID, "confirm"),
)

CANCELLATION = (
    Row("PAS-CAN-01", "The aggregator can cancel a new order as a whole.", _WINDOW_WHOLE, "cancel"),
    Row("PAS-CAN-02", "The aggregator can cancel a confirmed order as a whole.", _WINDOW_WHOLE, "cancel"),
    Row("PAS-CAN-03", "The aggregator can cancel an invoiced order as a whole.", _WINDOW_WHOLE, "cancel"),
    Row(
        "PAS-CAN-04",
        "An order that was handed over can no longer be cancelled.",
        assumed("hand-over is where other order types are packed and picked up", "cancel"),
        "cancel",
    ),
    Row(
        "PAS-CAN-05",
        "Before invoicing single items, or some pieces, can be cancelled; the order goes on with the rest.",
        _WINDOW_ITEMS,
        "cancel",
    ),
    Row("PAS-CAN-06", "After invoicing single items can no longer be cancelled.", _WINDOW_ITEMS, "cancel"),
    Row("PAS-CAN-07", "Every item to cancel needs a `reasonCode`.", documented("cancel"), "cancel"),
    Row(
        "PAS-CAN-08",
        "The reason codes `6`, `7`, `8`, `9` and `NA` are taken.",
        documented("cancel"),
        "cancel",
    ),
    Row(
        "PAS-CAN-09",
        "A cancelled order is listed under `CANCELLED`, and says so in its `orderStatus`.",
        documented("order-events"),
        "get_orders",
    ),
    Row(
        "PAS-CAN-10",
        "The customer can cancel an order that is not confirmed yet.",
        documented("order-events"),
        "get_orders",
    ),
    Row(
        "PAS-CAN-11",
        "The customer can cancel some items of an order that is not confirmed yet.",
        documented("confirm", "the rest is what gets confirmed"),
        "confirm",
    ),
    Row(
        "PAS-CAN-12",
        "Once an order is confirmed the customer cannot cancel it.",
        documented("order-events", "the event is described as before the store's confirmation"),
    ),
    Row(
        "PAS-CAN-13",
        "An order cancelled after invoicing shows among the returns.",
        documented("get-returns"),
        "get_returns",
    ),
    Row(
        "PAS-CAN-14",
        "The filter for it is `RETURN_DELIVERED`, besides `CANCELLED`.",
        assumed("the page does not name the filter", "get-returns"),
        "get_returns",
    ),
    Row(
        "PAS-CAN-15",
        "A reason code may come as a number instead of a text.",
        assumed("the pages disagree on its type", "cancel"),
        "cancel",
    ),
    Row(
        "PAS-CAN-16",
        "A reason code that no page lists is refused unless the profile accepts it.",
        assumed("the published list is not complete", "cancel"),
        "cancel",
    ),
    Row("PAS-CAN-17", "Without `orderItems` the whole order is cancelled.", _UNSAID, "cancel"),
    Row("PAS-CAN-18", "Cancelling the last piece of an order cancels the order.", _UNSAID, "cancel"),
    Row("PAS-CAN-19", "Cancelling a second time is refused.", _UNSAID, "cancel"),
    Row("PAS-CAN-20", "Cancelling more pieces than are left is refused.", _UNSAID, "cancel"),
    Row("PAS-CAN-21", "A return cannot be cancelled.", _UNSAID, "cancel"),
)

TRACKING = (
    Row(
        "PAS-TRK-01",
        "Reading an order by id gives an array with that one shipment.",
        documented("get-order-by-id"),
        "get_order_by_id",
    ),
    Row("PAS-TRK-02", "Polling an order by id shows where it is now.", _PAS, "get_order_by_id"),
    Row(
        "PAS-TRK-03",
        "An order read by id shows its lock status and its documents.",
        documented("get-order-by-id"),
        "get_order_by_id",
    ),
    Row(
        "PAS-TRK-04",
        "A shipment has the fields of the published example.",
        documented("get-orders"),
        "get_order_by_id",
    ),
    Row(
        "PAS-TRK-05",
        "The `forwardId` of a sale is its own `id`.",
        documented("get-returns"),
        "get_order_by_id",
    ),
    Row(
        "PAS-TRK-06",
        "`orderDate` is ISO 8601 with an offset.",
        documented("get-orders", "as in the example"),
        "get_order_by_id",
    ),
    Row(
        "PAS-TRK-07",
        "The light view takes an order id or a status, and needs one of them.",
        documented("shipment-info"),
        "get_shipment_info",
    ),
    Row(
        "PAS-TRK-08",
        "The light view answers an object whose `orders` hold items with an `id`.",
        documented("shipment-info"),
        "get_shipment_info",
    ),
    Row(
        "PAS-TRK-09",
        "An item of the light view carries `lockStatus` and `sla`.",
        documented("shipment-info", "both names stand in the text"),
        "get_shipment_info",
    ),
    Row(
        "PAS-TRK-10",
        "An item of the light view shows status, order type and processing deadline.",
        documented("shipment-info", "described without their names"),
        "get_shipment_info",
    ),
    Row("PAS-TRK-11", "Reading an unknown id gives an empty array.", _UNSAID, "get_order_by_id"),
    Row("PAS-TRK-12", "Reading changes nothing.", _UNSAID, "get_order_by_id"),
)

HAND_OVER = (
    Row(
        "PAS-HND-01",
        "Once the customer has the goods, the order is listed under `DELIVERED`.",
        _PAS,
        "get_orders",
    ),
    Row("PAS-HND-02", "The OMS calls that state `handed_over_to_customer`.", _PAS),
    Row(
        "PAS-HND-03",
        "The shop's systems hand over; the aggregator has no call for it.",
        documented("pick-at-store", "the page names no call"),
    ),
    Row(
        "PAS-HND-04",
        "`HANDED_OVER_TO_CUSTOMER` lists the same orders as `DELIVERED`.",
        legacy("summaries"),
        "get_orders",
    ),
    Row(
        "PAS-HND-05",
        "The `orderStatus` of a handed-over order is `DELIVERED`.",
        assumed("the page names the filter, not the word", "pick-at-store"),
        "get_order_by_id",
    ),
    Row(
        "PAS-HND-06",
        "An order is not handed over before it is invoiced.",
        assumed("the page invoices first; the FDK map would allow it", "pick-at-store"),
    ),
)

LISTS = (
    Row("API-LST-01", "`orderStatus` lists the shipments with that status.", _LISTS, "get_orders"),
    Row(
        "API-LST-02",
        "A list is a bare JSON array of shipments.",
        documented("get-orders", "as in the example"),
        "get_orders",
    ),
    Row("API-LST-03", "`pageSize` and `pageNumber` choose a part of the list.", _LISTS, "get_orders"),
    Row("API-LST-04", "The first page is 1.", legacy("integrations"), "get_orders"),
    Row(
        "API-LST-05",
        "A page has at most 100 shipments, and 100 when `pageSize` is not given.",
        assumed("callers send 100; no page gives default or limit", "get-orders"),
        "get_orders",
    ),
    Row("API-LST-06", "A list has ended when a page is short or empty.", _UNSAID, "get_orders"),
    Row("API-LST-07", "`orderingChannel` narrows a list to one channel.", _LISTS, "get_orders"),
    Row("API-LST-08", "`locationCode` narrows a list to one location.", _LISTS, "get_orders"),
    Row("API-LST-09", "`orderDateFrom` and `orderDateTo` narrow a list to a time.", _LISTS, "get_orders"),
    Row(
        "API-LST-10",
        "A date may be written dd-mm-yyyy.",
        documented("get-orders", "parameter text"),
        "get_orders",
    ),
    Row(
        "API-LST-11",
        "A date may be written yyyy-mm-dd.",
        documented("get-orders", "curl sample"),
        "get_orders",
    ),
    Row("API-LST-12", "A date may be written yyyy-mm-ddThh:mm:ss.", legacy("integrations"), "get_orders"),
    Row("API-LST-13", "Any other spelling of a date is answered 400.", _UNSAID, "get_orders"),
    Row(
        "API-LST-14",
        "Both ends of a time are inclusive; a day ends with its last moment, in UTC.",
        _UNSAID,
        "get_orders",
    ),
    Row(
        "API-LST-15",
        "A call with neither `orderStatus` nor `orderId` is answered 400.",
        assumed("the pages ask for one or the other", "get-orders"),
        "get_orders",
    ),
    Row("API-LST-16", "An `orderStatus` that does not exist is answered 400.", _UNSAID, "get_orders"),
    Row("API-LST-17", "Lists are sorted by `orderDate`, then `id`, oldest first.", _UNSAID, "get_orders"),
    Row(
        "API-LST-18",
        "Returns are listed by the same call, with a return's status as the filter.",
        documented("get-returns"),
        "get_returns",
    ),
    Row(
        "API-LST-19", "Returns take the same parameters as orders.", documented("get-returns"), "get_returns"
    ),
    Row("API-LST-20", "A list without matches is an empty array.", _UNSAID, "get_orders"),
    Row("API-LST-21", "A query parameter that no page names is answered 400.", _UNSAID, "get_orders"),
    Row(
        "API-LST-22",
        "`pageNumber` 0 is the first page.",
        assumed("a curl sample sends 0", "get-orders"),
        "get_orders",
    ),
    Row(
        "API-LST-23",
        "Reading by id, and the light view, need no `locationCode`.",
        assumed("the pages ask for it on lists", "get-order-by-id"),
        "get_order_by_id",
    ),
    Row(
        "API-LST-24",
        "Filters of other order types (`COMPLETED`, `TRANSIT`) exist and list no Pick-At-Store order.",
        legacy("summaries"),
        "get_orders",
    ),
)
