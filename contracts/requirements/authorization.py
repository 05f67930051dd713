"""Requirements of authorization: the token and its use."""

from __future__ import annotations

from contracts.evidence import assumed, documented, legacy
from contracts.requirements.row import Requirement as Row

_AUTH = documented("authorization")
_UNSAID = assumed("nothing is published about it")

AUTHORIZATION = (
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
        assumed("no page gives status or body", "authorization"),
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
