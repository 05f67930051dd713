"""The checked-in OpenAPI documents for tests: schemas, operations, examples, breaches."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from openapi_schema_validator import OAS31Validator

from tests.support.server import ROOT

Json = dict[str, Any]


def load(name: str) -> Json:
    """The checked-in document `konnect` or `control`."""
    read: Json = json.loads((ROOT / "contracts" / f"{name}.openapi.json").read_text(encoding="utf-8"))
    return read


def resolve(document: Json, node: Json) -> Json:
    """What a `$ref` leads to, or the node itself."""
    if "$ref" not in node:
        return node
    found: Any = document
    for part in node["$ref"].removeprefix("#/").split("/"):
        found = found[part]
    return dict(found)


def violations(document: Json, schema: Json, value: object) -> list[str]:
    """Where `value` breaks `schema`; empty when it is valid."""
    validator = OAS31Validator({**schema, "components": document["components"]})
    return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(value)]


@dataclass(frozen=True)
class Operation:
    """One operation of a document, with what its path adds."""

    method: str
    path: str
    body: Json

    @property
    def id(self) -> str:
        """The operationId."""
        return str(self.body["operationId"])


def operations(document: Json) -> list[Operation]:
    """All operations."""
    return [
        Operation(method.upper(), path, operation)
        for path, item in document["paths"].items()
        for method, operation in item.items()
        if method != "parameters"
    ]


def contents(document: Json, operation: Operation) -> Iterator[tuple[str, str, Json]]:
    """Yield place, media type and media type object of an operation's contents."""
    body = operation.body.get("requestBody", {})
    for media, told in body.get("content", {}).items():
        yield "body", media, told
    for status, response in operation.body["responses"].items():
        for media, told in resolve(document, response)["content"].items():
            yield status, media, told


def examples(document: Json) -> Iterator[tuple[str, Json, object]]:
    """Yield name, schema and value of every example of a document."""
    for operation in operations(document):
        for place, _, told in contents(document, operation):
            for name, example in told.get("examples", {}).items():
                yield f"{operation.id}-{place}-{name}", told["schema"], example["value"]
    for name, schema in document["components"]["schemas"].items():
        yield from _inner_examples(name, schema)
    for operation in operations(document):
        for parameter in operation.body.get("parameters", []):
            yield from _inner_examples(operation.id, {"properties": {parameter["name"]: parameter["schema"]}})


def _inner_examples(name: str, schema: Json) -> Iterator[tuple[str, Json, object]]:
    for field, inner in schema.get("properties", {}).items():
        for value in inner.get("examples", []):
            yield f"{name}.{field}", inner, value
