"""Requirements of bulk calls, which hold in every group."""

from __future__ import annotations

from contracts.evidence import assumed, documented
from contracts.requirements.row import Requirement as Row

_UNSAID = assumed("nothing is published about it")

BULK = (
    Row("API-BLK-01", "A call may carry up to 20 orders.", documented("confirm", "on every bulk page")),
    Row("API-BLK-02", "More than 20 orders refuse the whole call with 400.", _UNSAID),
    Row(
        "API-BLK-03",
        "`payloadCount` counts the orders of the call, `successCount` and `failedCount` their outcomes.",
        documented("confirm"),
    ),
    Row(
        "API-BLK-04",
        "When no order failed, `status` is `SUCCESS` and `errors` is empty.",
        documented("confirm", "as in the example"),
    ),
    Row(
        "API-BLK-05",
        "`errors` is not empty when an order failed.",
        documented("confirm", "field description"),
    ),
    Row(
        "API-BLK-06",
        "Orders are processed one by one, in the order sent: a refused one does not stop the others.",
        assumed("the two counts suggest it", "confirm"),
    ),
    Row(
        "API-BLK-07",
        "A processed call is answered 200, with `PARTIAL_SUCCESS` or `FAILED` when orders were refused.",
        _UNSAID,
    ),
    Row(
        "API-BLK-08",
        "An item of `errors` has `orderId`, `orderItemId`, `errorCode` and `errorMessage`.",
        _UNSAID,
    ),
    Row(
        "API-BLK-09",
        "An order that comes twice in a call is judged twice, the second time as it then is.",
        _UNSAID,
    ),
    Row("API-BLK-10", "An empty array is answered 400.", _UNSAID),
    Row("API-BLK-11", "A body that is not a JSON array of objects is answered 400.", _UNSAID),
    Row(
        "API-BLK-12",
        "Every order in a call needs its `orderId`.",
        documented("confirm", "on every bulk page"),
    ),
    Row(
        "API-BLK-13",
        "A wrong type, a missing or unknown field, or a number out of range refuses the whole call with 400.",
        _UNSAID,
    ),
    Row("API-BLK-14", "A call that was refused as a whole has changed nothing.", _UNSAID),
    Row("API-BLK-15", "A refused order is as it was before.", _UNSAID),
    Row(
        "API-BLK-16",
        "When several things are wrong with an order, unknown comes before cancelled, cancelled before type "
        "or number, those before already done, already done before too early, and quantity last.",
        _UNSAID,
    ),
    Row(
        "API-BLK-17",
        "A method that a path does not have is answered 405, a body that is not JSON 415, one of more than "
        "1 MiB 413.",
        _UNSAID,
    ),
    Row("API-BLK-18", "A path that does not exist is answered 404.", _UNSAID),
)
