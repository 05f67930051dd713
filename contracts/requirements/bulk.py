"""Requirements of bulk calls, which hold in every group."""

from __future__ import annotations

from contracts.evidence import assumed, documented
from contracts.requirements.row import Cited, in_order

_UNSAID = assumed("nothing is published about it")

BULK = in_order(
    Cited(documented("confirm", "on every bulk page")).says(
        "API-BLK-01: A call may carry up to 20 orders.",
        "API-BLK-12: Every order in a call needs its `orderId`.",
    ),
    Cited(_UNSAID).says(
        "API-BLK-02: More than 20 orders refuse the whole call with 400.",
        "API-BLK-07: A processed call is answered 200, with `PARTIAL_SUCCESS` or `FAILED` when orders were "
        "refused.",
        "API-BLK-08: An item of `errors` has `orderId`, `orderItemId`, `errorCode` and `errorMessage`.",
        "API-BLK-09: An order that comes twice in a call is judged twice, the second time as it then is.",
        "API-BLK-10: An empty array is answered 400.",
        "API-BLK-11: A body that is not a JSON array of objects is answered 400.",
        "API-BLK-13: A wrong type, a missing or unknown field, or a number out of range refuses the whole "
        "call with 400.",
        "API-BLK-14: A call that was refused as a whole has changed nothing.",
        "API-BLK-15: A refused order is as it was before.",
        "API-BLK-16: When several things are wrong with an order, unknown comes before cancelled, cancelled"
        " before type or number, those before already done, already done before too early, and quantity "
        "last.",
        "API-BLK-17: A method that a path does not have is answered 405, a body that is not JSON 415, one "
        "of more than 1 MiB 413.",
        "API-BLK-18: A path that does not exist is answered 404.",
    ),
    Cited(documented("confirm")).says(
        "API-BLK-03: `payloadCount` counts the orders of the call, `successCount` and `failedCount` their "
        "outcomes."
    ),
    Cited(documented("confirm", "as in the example")).says(
        "API-BLK-04: When no order failed, `status` is `SUCCESS` and `errors` is empty."
    ),
    Cited(documented("confirm", "field description")).says(
        "API-BLK-05: `errors` is not empty when an order failed."
    ),
    Cited(assumed("the two counts suggest it", "confirm")).says(
        "API-BLK-06: Orders are processed one by one, in the order sent: a refused one does not stop the "
        "others."
    ),
)
