"""The document of the touchpoints, built from `contracts.konnect.operations`."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from contracts import problems, vocabulary
from contracts.konnect import operations, shared
from contracts.konnect.base import BULK_LIMIT, REFUSED_HEADER
from contracts.konnect.operations import Operation, Reply, Touchpoint
from contracts.openapi import answers, schemas
from contracts.profile import DEFAULT

Json = dict[str, Any]

INFO: Json = {
    "title": "Fynd Konnect for Pick-At-Store, as mock-oms serves it",
    "version": "1.0.0",
    "summary": "Orders and returns of shops, for ERP, POS and warehouse systems.",
    "description": (
        "The touchpoints that a Pick-At-Store integration uses, in the mock's default behaviour profile. "
        "`x-evidence` shows how sure each operation and field is: `documented` was read in Fynd's Konnect "
        "documentation, `platform` in other material by Fynd, `legacy` in third-party summaries or older "
        "integrations, and `assumed` is the mock's own choice where nothing is published.\n\n"
        "Every path answers other methods with 405, and headers that are too large with 431. A server that "
        "keeps everything in a database answers 503 while that cannot be used. Bodies are JSON of at most "
        "1 MiB. This is an independent description, not one by Fynd."
    ),
    "contact": {"name": "The mock-oms project"},
    "license": {"name": "MIT", "identifier": "MIT"},
}
SERVERS: list[Json] = [
    {"url": "/", "description": "The server that this document came from."},
    {"url": "http://127.0.0.1:8080", "description": "The mock on this machine: mock-oms serve."},
]
TAGS: list[Json] = [{"name": group.tag, "description": group.description} for group in operations.GROUPS]
_NOTES = {
    Reply.BULK: (
        f"Up to {BULK_LIMIT} orders per call. Each is processed separately, in the order sent: a refused "
        "one is listed in `errors` and does not stop the others. A body of the wrong shape refuses the whole "
        "call with 400."
    ),
    Reply.PDF: (
        f"Up to {BULK_LIMIT} orders per call. The orders that can be rendered come as one PDF, and the "
        f"header `{REFUSED_HEADER}` counts the others; when none can, the answer is JSON with the errors. "
        "A body of the wrong shape refuses the whole call with 400."
    ),
}


def document() -> Json:
    """Return the whole document."""
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": SERVERS,
        "security": [{"ApiKeyAuth": []}],
        "tags": TAGS,
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "ApiKeyAuth": {
                    "type": "apiKey",
                    "in": "header",
                    "name": operations.TOKEN_HEADER,
                    "description": "A token of GET /aggregator/v1/token.",
                }
            },
            "responses": answers.refusals(),
            "schemas": _components(),
        },
    }


def _paths() -> Json:
    paths: dict[str, Json] = {}
    for group in operations.GROUPS:
        for row in group.operations:
            paths.setdefault(row.path, {})[row.method.lower()] = _operation(row, group.tag)
    return paths


def _operation(row: Operation, tag: str) -> Json:
    built: Json = {
        "operationId": row.name,
        "tags": [tag],
        "summary": row.title,
        "description": _description(row),
        "externalDocs": {
            "url": row.origin.url,
            "description": f"Documentation of {row.touchpoints[0].title}",
        },
        "x-evidence": schemas.evidence(row.origin)
        | {"touchpoints": [_touchpoint(t) for t in row.touchpoints]},
    }
    if not row.needs_token:
        built["security"] = []
    if row.query:
        built["parameters"] = parameters(row.query)
    if row.item:
        built["requestBody"] = _body(row, row.item)
    built["responses"] = answers.responses(row)
    return built


def _touchpoint(touchpoint: Touchpoint) -> Json:
    return {"name": touchpoint.name, **schemas.evidence(touchpoint.origin)}


def _description(row: Operation) -> str:
    uses = "\n".join(f"- [{t.title}]({t.origin.url}): {t.purpose}." for t in row.touchpoints)
    tables = [_codes(t) for t in row.touchpoints if problems.rows_of(t.name)]
    note = row.note.format_map(DEFAULT.model_dump()) if row.note else _NOTES[row.reply]
    return "\n\n".join([uses, note, *tables])


def _codes(touchpoint: Touchpoint) -> str:
    lines = [f"Codes of {touchpoint.title}:", "", "| code | when | evidence |", "| --- | --- | --- |"]
    lines += [
        f"| {row.code} | {row.meaning} | {row.origin.evidence} |" for row in problems.rows_of(touchpoint.name)
    ]
    return "\n".join(lines)


def parameters(query: type[BaseModel]) -> list[Json]:
    """Return the query parameters of a model."""
    schema = schemas.tidy(query.model_json_schema(ref_template="#/components/schemas/{model}"))
    required = schema.get("required", [])
    return [_parameter(query, name, inner, name in required) for name, inner in schema["properties"].items()]


def _parameter(query: type[BaseModel], name: str, schema: Json, required: bool) -> Json:
    shown = schemas.without_null({key: value for key, value in schema.items() if key != "description"})
    if name == "orderStatus":
        shown = shown | {"enum": list(vocabulary.filters(DEFAULT))}
    parameter: Json = {"name": name, "in": "query"}
    if "description" in schema:
        parameter["description"] = schema["description"]
    if required:
        parameter["required"] = True
    return parameter | {"schema": shown, "x-evidence": schemas.evidence(operations.origin_of(query, name))}


def _body(row: Operation, item: type[BaseModel]) -> Json:
    schema = {"type": "array", "minItems": 1, "maxItems": BULK_LIMIT, "items": schemas.ref(item)}
    content = {"schema": schema, "examples": row.requests}
    return {
        "description": f"1 to {BULK_LIMIT} orders.",
        "required": True,
        "content": {"application/json": content},
    }


def _components() -> Json:
    wanted: list[tuple[type[BaseModel], schemas.Mode]] = [
        (row.item, "validation") for row in operations.OPERATIONS if row.item
    ]
    wanted += [(answers.model(row), "serialization") for row in operations.OPERATIONS]
    wanted.append((shared.ErrorAnswer, "serialization"))
    built = schemas.components(wanted)
    for model in operations.FIELDS:
        for name, schema in built.get(model.__name__, {}).get("properties", {}).items():
            schema["x-evidence"] = schemas.evidence(operations.origin_of(model, name))
    return built
