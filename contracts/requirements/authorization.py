"""Requirements of authorization: the token and its use."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy
from contracts.requirements.row import Cited, in_order

_AUTH = documented("authorization")
_UNSAID = assumed("nothing is published about it")

AUTHORIZATION = in_order(
    Cited(_AUTH, "generate_token").says(
        "API-AUTH-01: The token call takes `username` and `password` in the query.",
        "API-AUTH-02: It answers a token and a status.",
        "API-AUTH-06: There are credentials of the company and credentials of one location.",
        "API-AUTH-09: A token lives for a limited time; a new one can be had at any time.",
    ),
    Cited(legacy("integrations", "so in the previous generation"), "generate_token").says(
        "API-AUTH-03: The fields are called `accessToken` and `status`.",
        "API-AUTH-10: A token lives one hour.",
    ),
    Cited(documented("api-reference")).says(
        "API-AUTH-04: Every other call carries the token in the header `x-access-token`."
    ),
    Cited(assumed("no page gives status or body", "authorization")).says(
        "API-AUTH-05: A call with no token, or one that was never issued, is answered 401."
    ),
    Cited(_AUTH, "get_orders").says("API-AUTH-07: With a company's token, lists need `locationCode`."),
    Cited(_AUTH).says("API-AUTH-08: A location's token reaches the orders of that location only."),
    Cited(_UNSAID, "generate_token").says(
        "API-AUTH-11: A new token does not end the ones before it.",
        "API-AUTH-12: Wrong credentials are answered 401.",
        "API-AUTH-13: A missing `username` or `password` is answered 400.",
    ),
    Cited(_UNSAID).says(
        "API-AUTH-14: Another company's order is as unknown as one that does not exist.",
        "API-AUTH-15: An expired token is answered 401.",
    ),
)
