"""Statements about the calls themselves: authorization, lists, bulk calls."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy
from contracts.requirements.row import Requirement as Row

_AUTH = documented("authorization")
_LISTS = documented("get-orders")
_UNSAID = assumed("nothing is published about it")

_AUTHORIZATION = (
    Row(
        "API-AUTH-01", "The token call takes `username` and `password` in the query.", _AUTH, "generate_token"
    ),
    Row("API-AUTH-02", "It answers a token and a status.", _AUTH, "generate_token"),
    Row(
        "API-AUTH-03",
        "The fields are called `accessToken` and `status`.",
        legacy("integrations", "so in the previous generation"),
        "generate_token",
    ),
    Row(
        "API-AUTH-04",
        "Every other call carries the token in the header `x-access-token`.",
        documented("api-reference"),
    ),
    Row(
        "API-AUTH-05",
        "A call with no token, or one that was never issued, is answered 401.",
        assumed("no page tells status or body", "authorization"),
    ),
    Row(
        "API-AUTH-06",
        "There are credentials of the company and credentials of one location.",
        _AUTH,
        "generate_token",
    ),
    Row("API-AUTH-07", "With a company's token, lists need `locationCode`.", _AUTH, "get_orders"),
    Row("API-AUTH-08", "A location's token reaches the orders of that location only.", _AUTH),
    Row(
        "API-AUTH-09",
        "A token lives for a limited time; a new one can be had at any time.",
        _AUTH,
        "generate_token",
    ),
    Row(
        "API-AUTH-10",
        "A token lives one hour.",
        legacy("integrations", "so in the previous generation"),
        "generate_token",
    ),
    Row("API-AUTH-11", "A new token does not end the ones before it.", _UNSAID, "generate_token"),
    Row("API-AUTH-12", "Wrong credentials are answered 401.", _UNSAID, "generate_token"),
    Row("API-AUTH-13", "A missing `username` or `password` is answered 400.", _UNSAID, "generate_token"),
    Row("API-AUTH-14", "Another company's order is as unknown as one that does not exist.", _UNSAID),
    Row("API-AUTH-15", "An expired token is answered 401.", _UNSAID),
)

_READING = (
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
        "A page has 100 shipments when `pageSize` is not given, and at most.",
        assumed("callers send 100; no page tells default or limit", "get-orders"),
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

_BULK = (
    Row("API-BLK-01", "A call may carry up to 20 orders.", documented("confirm", "on every bulk page")),
    Row("API-BLK-02", "More than 20 orders refuse the whole call with 400.", _UNSAID),
    Row(
        "API-BLK-03",
        "`payloadCount` tells how many orders came, `successCount` and `failedCount` how they fared.",
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
        "Orders fare one by one, in the order sent: a refused one does not stop the others.",
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

CALLS: tuple[Row, ...] = _AUTHORIZATION + _READING + _BULK
