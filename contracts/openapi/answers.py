"""Answers of the touchpoints: schemas, examples, links, refusals."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from contracts import problems
from contracts.konnect import shared
from contracts.konnect.base import REFUSED_HEADER, Problem, example
from contracts.konnect.operations import OPERATIONS, Operation, Reply
from contracts.openapi import schemas

Json = dict[str, Any]

_REPLIES = {
    Reply.BULK: "The call was processed: how many orders succeeded, and why the others were refused.",
    Reply.PDF: "One PDF of the orders that can be rendered; if there is none, why.",
}
"""Descriptions of the successful answers that several operations share."""


_REFUSED: Json = {
    "description": "Number of orders that are not in the PDF; absent if all are.",
    "schema": {"type": "integer", "minimum": 1},
}


def model(row: Operation) -> type[BaseModel]:
    """Return the model of a JSON answer, or of its elements."""
    return row.answer or shared.BulkAnswer


def responses(row: Operation) -> Json:
    """Return an answer for each status of the operation."""
    found: Json = {"200": _success(row), "400": _shared("WrongBody" if row.item else "WrongQuery")}
    found["401"] = _shared("Unauthorized" if row.needs_token else "WrongCredentials")
    if row.item:
        found["413"] = _shared("TooLarge")
    found["414"] = _shared("TooLong")
    if row.item:
        found["415"] = _shared("NotJson")
    return found


def _links(row: Operation) -> Json:
    """Link lists to calls about their first shipment, and changes to reads."""
    if row.reply is Reply.SHIPMENTS:
        first = "$response.body#/0/id"
        return {"read": _read(first), "poll": _read(first, "get_shipment_info")} | {
            other.name: {
                "operationId": other.name,
                "requestBody": [{"orderId": first}],
                "description": other.next_step,
            }
            for other in OPERATIONS
            if other.next_step
        }
    if row.reply is Reply.INFO:
        return {"read": _read("$response.body#/orders/0/id")}
    if row.reply is Reply.BULK:
        return {"read": _read("$request.body#/0/orderId")}
    return {}


def _read(expression: str, name: str = "get_shipments") -> Json:
    return {"operationId": name, "parameters": {"orderId": expression}, "description": "Read the shipment."}


def _shared(name: str) -> Json:
    return {"$ref": f"#/components/responses/{name}"}


def _success(row: Operation) -> Json:
    schema: Json = schemas.ref(model(row))
    if row.reply is Reply.SHIPMENTS:
        schema = {"type": "array", "items": schema}
    content: Json = {"application/json": {"schema": schema, "examples": _success_examples(row)}}
    if row.reply is Reply.PDF:
        content = {"application/pdf": {"schema": {"type": "string", "format": "binary"}}} | content
    answer: Json = {"description": row.success or _REPLIES[row.reply], "content": content}
    if row.reply is Reply.PDF:
        answer["headers"] = {REFUSED_HEADER: _REFUSED}
    links = _links(row)
    return answer | ({"links": links} if links else {})


def _success_examples(row: Operation) -> Json:
    if row.answers:
        return row.answers
    unknown = problems.row(row.touchpoints[0].name, Problem.UNKNOWN)
    message = unknown.sentences[0].format(id=shared.ORDER, owner="store STORE-1")
    refusal = example("Refused", shared.refused(unknown.code, message))
    done = {"done": example("All went well", shared.ALL_WELL)}
    return ({} if row.reply is Reply.PDF else done) | {"refused": refusal}


def refusals() -> Json:
    """Return the refusals of a whole call, shared by operations."""
    without = "header x-access-token is missing; fetch one from /aggregator/v1/token"
    too_large = "body: expected at most 1048576 bytes, received more"
    not_json = "header Content-Type: expected application/json, received text/plain"
    too_many = "query: expected at most 100 parameters, received 121"
    return {
        "Unauthorized": _error(
            "No token, or one that is unknown or expired.", "missing", "No token", shared.failed(without)
        ),
        "WrongCredentials": _error(
            "Unknown username, or wrong password.",
            "wrong",
            "Wrong password",
            shared.failed("username or password is wrong"),
        ),
        "WrongQuery": _error(
            "A parameter is missing, unknown, or has a wrong value; nothing was read.",
            "date",
            "A date in another spelling",
            shared.WRONG_QUERY,
        ),
        "WrongBody": _error(
            "The body has the wrong shape; no order was changed. All errors are reported at once.",
            "range",
            "A negative quantity",
            shared.WRONG_SHAPE,
        ),
        "TooLarge": _error("The body is larger than 1 MiB.", "large", "Too large", shared.failed(too_large)),
        "TooLong": _error(
            "The path or the query string is longer than allowed, or has too many parameters.",
            "parameters",
            "Too many parameters",
            shared.failed(too_many),
        ),
        "NotJson": _error("The content type is not JSON.", "text", "Plain text", shared.failed(not_json)),
    }


def _error(description: str, name: str, summary: str, answer: Json) -> Json:
    content = {"schema": schemas.ref(shared.ErrorAnswer), "examples": {name: example(summary, answer)}}
    return {"description": description, "content": {"application/json": content}}
