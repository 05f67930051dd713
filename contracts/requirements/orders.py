"""Requirements of orders: placing, confirming, cancelling, reading, handing over."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy, platform
from contracts.requirements.row import Cited, in_order

_PAS = documented("pick-at-store")
_LISTS = documented("get-orders")
_WINDOW_WHOLE = documented("cancel", "whole until packed; Pick-At-Store is not packed")
_WINDOW_ITEMS = documented("cancel", "single items until invoicing")
_UNSAID = assumed("nothing is published about it")

PLACEMENT = in_order(
    Cited(_PAS, "get_orders").says(
        "PAS-ORD-01: What a customer buys at the till appears in the OMS as an order."
    ),
    Cited(_PAS, "get_order_by_id").says(
        "PAS-ORD-02: An order from the till has the order type `PickAtStore`."
    ),
    Cited(documented("order-events"), "get_orders").says(
        "PAS-ORD-03: A new order is listed under `CREATED`, and says so in its `orderStatus`."
    ),
    Cited(documented("get-orders", "field descriptions and example"), "get_order_by_id").says(
        "PAS-ORD-04: `id` is the shipment's id; `marketplaceOrderId` holds the number of the customer's "
        "order."
    ),
    Cited(assumed("the channel list has it for the merchant's Store OS", "get-orders"), "get_orders").says(
        "PAS-ORD-05: Orders taken in the shop come from the channel `FYND-STORE`."
    ),
    Cited(documented("pick-at-store", "the page names none of them")).says(
        "PAS-ORD-06: An order gets from placement to hand-over without pack, dispatch, courier or AWB calls."
    ),
    Cited(assumed("the fields of prices are not shown"), "get_order_by_id").says(
        "PAS-ORD-07: The prices of items and order, and their discounts, add up to the paisa.",
        "PAS-ORD-08: A free gift is an item of the order that costs nothing.",
    ),
)

CONFIRMATION = in_order(
    Cited(_PAS, "confirm").says(
        "PAS-CNF-01: Confirming takes an order from created to confirmed.",
        "PAS-CNF-02: Confirming reserves the order's items for the customer.",
    ),
    Cited(documented("confirm"), "confirm").says(
        "PAS-CNF-03: When the customer has cancelled some items, confirming is about the others only.",
        "PAS-CNF-04: An order that was cancelled as a whole cannot be confirmed.",
        "PAS-CNF-06: `orderItems` may be left out of a confirmation.",
    ),
    Cited(documented("order-events"), "get_orders").says(
        "PAS-CNF-05: A confirmed order is listed under `CONFIRMED`, no longer under `CREATED`."
    ),
    Cited(_UNSAID, "confirm").says(
        "PAS-CNF-07: A confirmation that names only a part of what is left, or another quantity, is refused.",
        "PAS-CNF-08: Confirming a second time changes nothing, and is refused unless the profile accepts it.",
        "PAS-CNF-09: A return cannot be confirmed.",
    ),
)

CANCELLATION = in_order(
    Cited(_WINDOW_WHOLE, "cancel").says(
        "PAS-CAN-01: The aggregator can cancel a new order as a whole.",
        "PAS-CAN-02: The aggregator can cancel a confirmed order as a whole.",
        "PAS-CAN-03: The aggregator can cancel an invoiced order as a whole.",
    ),
    Cited(assumed("hand-over is where other order types are packed and picked up", "cancel"), "cancel").says(
        "PAS-CAN-04: An order that was handed over can no longer be cancelled."
    ),
    Cited(_WINDOW_ITEMS, "cancel").says(
        "PAS-CAN-05: Before invoicing single items, or some pieces, can be cancelled; the order goes on "
        "with the rest.",
        "PAS-CAN-06: After invoicing single items can no longer be cancelled.",
    ),
    Cited(documented("cancel"), "cancel").says(
        "PAS-CAN-07: Every item to cancel needs a `reasonCode`.",
        "PAS-CAN-08: The reason codes `6`, `7`, `8`, `9` and `NA` are taken.",
    ),
    Cited(documented("order-events"), "get_orders").says(
        "PAS-CAN-09: A cancelled order is listed under `CANCELLED`, and says so in its `orderStatus`.",
        "PAS-CAN-10: The customer can cancel an order that is not confirmed yet.",
    ),
    Cited(documented("confirm", "the rest is what gets confirmed"), "confirm").says(
        "PAS-CAN-11: The customer can cancel some items of an order that is not confirmed yet."
    ),
    Cited(documented("order-events", "the event is described as before the store's confirmation")).says(
        "PAS-CAN-12: Once an order is confirmed the customer cannot cancel it."
    ),
    Cited(documented("get-returns"), "get_returns").says(
        "PAS-CAN-13: An order cancelled after invoicing shows among the returns."
    ),
    Cited(assumed("the page does not name the filter", "get-returns"), "get_returns").says(
        "PAS-CAN-14: The filter for it is `RETURN_DELIVERED`, besides `CANCELLED`."
    ),
    Cited(assumed("the pages disagree on its type", "cancel"), "cancel").says(
        "PAS-CAN-15: A reason code may come as a number instead of a text."
    ),
    Cited(assumed("the published list is not complete", "cancel"), "cancel").says(
        "PAS-CAN-16: A reason code that no page lists is refused unless the profile accepts it."
    ),
    Cited(_UNSAID, "cancel").says(
        "PAS-CAN-17: Without `orderItems` the whole order is cancelled.",
        "PAS-CAN-18: Cancelling the last piece of an order cancels the order.",
        "PAS-CAN-19: Cancelling a second time is refused.",
        "PAS-CAN-20: Cancelling more pieces than are left is refused.",
        "PAS-CAN-21: A return cannot be cancelled.",
    ),
    Cited(platform("order-processing", "off unless the profile says otherwise"), "cancel").says(
        "PAS-CAN-22: An order that its store cancels goes to another store that has its goods, if the OMS"
        " reassigns orders (`reassign_on_seller_cancel`); otherwise it is cancelled.",
    ),
)

TRACKING = in_order(
    Cited(documented("get-order-by-id"), "get_order_by_id").says(
        "PAS-TRK-01: Reading an order by id gives an array with that one shipment.",
        "PAS-TRK-03: An order read by id shows its lock status and its documents.",
    ),
    Cited(_PAS, "get_order_by_id").says("PAS-TRK-02: Polling an order by id shows where it is now."),
    Cited(documented("get-orders"), "get_order_by_id").says(
        "PAS-TRK-04: A shipment has the fields of the published example."
    ),
    Cited(documented("get-returns"), "get_order_by_id").says(
        "PAS-TRK-05: The `forwardId` of a sale is its own `id`."
    ),
    Cited(documented("get-orders", "as in the example"), "get_order_by_id").says(
        "PAS-TRK-06: `orderDate` is ISO 8601 with an offset."
    ),
    Cited(documented("shipment-info"), "get_shipment_info").says(
        "PAS-TRK-07: The light view takes an order id or a status, and needs one of them.",
        "PAS-TRK-08: The light view answers an object whose `orders` hold items with an `id`.",
    ),
    Cited(documented("shipment-info", "both names stand in the text"), "get_shipment_info").says(
        "PAS-TRK-09: An item of the light view carries `lockStatus` and `sla`."
    ),
    Cited(documented("shipment-info", "described without their names"), "get_shipment_info").says(
        "PAS-TRK-10: An item of the light view shows status, order type and processing deadline."
    ),
    Cited(_UNSAID, "get_order_by_id").says(
        "PAS-TRK-11: Reading an unknown id gives an empty array.", "PAS-TRK-12: Reading changes nothing."
    ),
)

HAND_OVER = in_order(
    Cited(_PAS, "get_orders").says(
        "PAS-HND-01: Once the customer has the goods, the order is listed under `DELIVERED`."
    ),
    Cited(_PAS).says("PAS-HND-02: The OMS calls that state `handed_over_to_customer`."),
    Cited(documented("pick-at-store", "the page names no call")).says(
        "PAS-HND-03: The shop's systems hand over; the aggregator has no call for it."
    ),
    Cited(legacy("summaries"), "get_orders").says(
        "PAS-HND-04: `HANDED_OVER_TO_CUSTOMER` lists the same orders as `DELIVERED`."
    ),
    Cited(assumed("the page names the filter, not the word", "pick-at-store"), "get_order_by_id").says(
        "PAS-HND-05: The `orderStatus` of a handed-over order is `DELIVERED`."
    ),
    Cited(assumed("the page invoices first; the FDK map would allow it", "pick-at-store")).says(
        "PAS-HND-06: An order is not handed over before it is invoiced."
    ),
)

LISTS = in_order(
    Cited(_LISTS, "get_orders").says(
        "API-LST-01: `orderStatus` lists the shipments with that status.",
        "API-LST-03: `pageSize` and `pageNumber` choose a part of the list.",
        "API-LST-07: `orderingChannel` narrows a list to one channel.",
        "API-LST-08: `locationCode` narrows a list to one location.",
        "API-LST-09: `orderDateFrom` and `orderDateTo` narrow a list to a time.",
    ),
    Cited(documented("get-orders", "as in the example"), "get_orders").says(
        "API-LST-02: A list is a bare JSON array of shipments."
    ),
    Cited(legacy("integrations"), "get_orders").says("API-LST-04: The first page is 1."),
    Cited(documented("cron-timings"), "get_orders").says(
        "API-LST-12: A date may be written yyyy-mm-ddThh:mm:ss.",
        "API-LST-25: Dates of filters are Indian wall-clock time.",
    ),
    Cited(
        documented("get-orders", "computed: the example shows 12:19:38+00:00, its ids say 06:49:38 UTC"),
        "get_orders",
    ).says("API-LST-26: `orderDate` is Indian wall-clock time, although its offset says UTC."),
    Cited(assumed("callers send 100; no page gives default or limit", "get-orders"), "get_orders").says(
        "API-LST-05: A page has at most 100 shipments, and 100 when `pageSize` is not given."
    ),
    Cited(_UNSAID, "get_orders").says(
        "API-LST-06: A list has ended when a page is short or empty.",
        "API-LST-13: Any other spelling of a date is answered 400.",
        "API-LST-14: Both ends of a time are inclusive; a day ends with its last moment, in Indian time.",
        "API-LST-16: An `orderStatus` that does not exist is answered 400.",
        "API-LST-17: Lists are sorted by `orderDate`, then `id`, oldest first.",
        "API-LST-20: A list without matches is an empty array.",
        "API-LST-21: A query parameter that no page names is answered 400.",
    ),
    Cited(documented("get-orders", "parameter text"), "get_orders").says(
        "API-LST-10: A date may be written dd-mm-yyyy."
    ),
    Cited(documented("get-orders", "curl sample"), "get_orders").says(
        "API-LST-11: A date may be written yyyy-mm-dd."
    ),
    Cited(assumed("the pages ask for one or the other", "get-orders"), "get_orders").says(
        "API-LST-15: A call with neither `orderStatus` nor `orderId` is answered 400."
    ),
    Cited(documented("get-returns"), "get_returns").says(
        "API-LST-18: Returns are listed by the same call, with a return's status as the filter.",
        "API-LST-19: Returns take the same parameters as orders.",
    ),
    Cited(assumed("a curl sample sends 0", "get-orders"), "get_orders").says(
        "API-LST-22: `pageNumber` 0 is the first page."
    ),
    Cited(assumed("the pages ask for it on lists", "get-order-by-id"), "get_order_by_id").says(
        "API-LST-23: Reading by id, and the light view, need no `locationCode`."
    ),
    Cited(legacy("summaries"), "get_orders").says(
        "API-LST-24: Filters of other order types (`COMPLETED`, `TRANSIT`) exist and list no Pick-At-Store "
        "order."
    ),
)
