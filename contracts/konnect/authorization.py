"""Authorization: the call that fetches a token."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from contracts.evidence import documented, legacy
from contracts.konnect.base import FieldEvidence, Fields, Group, Operation, Reply, Touchpoint, example
from contracts.konnect.shared import TEXT_LIMIT, Answer, Request


class TokenQuery(Request):
    """Credentials of the company, or of one location."""

    username: Annotated[str, Field(min_length=1, max_length=TEXT_LIMIT, examples=["default"])]
    password: Annotated[
        str,
        Field(
            min_length=1,
            max_length=TEXT_LIMIT,
            json_schema_extra={"format": "password"},
            examples=["default"],
        ),
    ]


class TokenAnswer(Answer):
    """A token for the header `x-access-token`."""

    accessToken: Annotated[str, Field(examples=["61780580-3ff6-4dbb-b6d8-7955b5904a45"])]
    status: Annotated[str, Field(examples=["SUCCESS"])]


_FIELDS: FieldEvidence = {
    TokenQuery: Fields(documented("authorization")),
    TokenAnswer: Fields(
        legacy("integrations", "the page describes two fields without their names; these are v1's")
    ),
}

_OPERATIONS = (
    Operation(
        "generate_token",
        "GET",
        "/aggregator/v1/token",
        "Generate access token",
        Reply.TOKEN,
        (
            Touchpoint(
                "generate_token",
                "Generate access token",
                "exchange integration credentials, of the company or of one location, for a token",
                documented("authorization"),
            ),
        ),
        query=TokenQuery,
        answer=TokenAnswer,
        answers={
            "token": example(
                "A token", {"accessToken": "61780580-3ff6-4dbb-b6d8-7955b5904a45", "status": "SUCCESS"}
            )
        },
        success="A token.",
        note="A token lives {token_ttl_s} seconds. Asking again does not end earlier tokens.",
    ),
)

GROUP = Group("Authorization", "Tokens for a company or for one of its locations.", _OPERATIONS, _FIELDS)
