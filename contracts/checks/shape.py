"""The shape of answers, with the grade of what was not met: every deviation, not just the first.

The document tells the grade of each field under `x-evidence`. A field that the document does not name is a
deviation too, in something assumed: answers may grow.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import jsonschema_rs

from contracts.checks.violations import JSON, ObservedCall, Violation
from contracts.evidence import Evidence

Json = Mapping[str, Any]
SHAPE = "shape_is_as_described"
"""Name of the check."""
DEVIATIONS_LIMIT = 20
"""Most deviations of one answer that are told."""
_UNNAMED_LIMIT = 10


class Shapes:
    """The shapes that one document gives to answers."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._validators: dict[str, jsonschema_rs.Draft202012Validator] = {}

    @cached_property
    def _operations(self) -> dict[str, Json]:
        return {
            operation["operationId"]: operation
            for item in self._document["paths"].values()
            for operation in item.values()
            if isinstance(operation, dict)
        }

    def faults(self, seen: ObservedCall) -> Iterator[Violation]:
        """Where the answer is not what the document says; nothing for an answer that it does not describe."""
        if seen.media != JSON:
            return
        schema = self._schema(seen)
        if schema is None:
            return
        for number, error in enumerate(self._validator(seen, schema).iter_errors(seen.told)):
            if number < DEVIATIONS_LIMIT:
                yield self._deviation(seen, schema, error)
        for place, grade in list(self._unnamed(schema, seen.told, ""))[:_UNNAMED_LIMIT]:
            yield Violation(
                "every field of the answer is one that is described", "no such field", place, grade
            )

    def _schema(self, seen: ObservedCall) -> Json | None:
        operation = self._operations.get(seen.operation, {})
        response = self._resolved(operation.get("responses", {}).get(str(seen.status), {}))
        content = response.get("content", {}).get(JSON)
        return content["schema"] if content else None

    def _validator(self, seen: ObservedCall, schema: Json) -> jsonschema_rs.Draft202012Validator:
        key = f"{seen.operation} {seen.status}"
        if key not in self._validators:
            whole = {**schema, "components": self._document["components"]}
            self._validators[key] = jsonschema_rs.Draft202012Validator(whole, validate_formats=True)
        return self._validators[key]

    def _deviation(self, seen: ObservedCall, schema: Json, error: jsonschema_rs.ValidationError) -> Violation:
        place = ".".join(str(part) for part in error.instance_path) or "the answer"
        missing = _missing(error)
        grade, source = self._graded(seen, schema, [*error.schema_path[:-1], *missing])
        says = f"{_plain(error.instance_path)} is as described"
        return Violation(says, error.message[:300], f"{place}: {str(error.instance)[:200]}", grade, source)

    def _graded(self, seen: ObservedCall, schema: Json, path: Sequence[str | int]) -> tuple[Evidence, str]:
        """Grade of the innermost field on the way that has one; of the answer as a whole where none has."""
        found = {"grade": Evidence.DOCUMENTED if seen.status == 200 else Evidence.ASSUMED, "source": ""}
        node: Any = self._document if path[:1] == ["components"] else schema
        for part in path:
            node = self._step(self._resolved(node), part)
            if isinstance(node, Mapping) and "x-evidence" in node:
                found = node["x-evidence"]
        return Evidence(found["grade"]), str(found.get("source", ""))

    def _step(self, node: Any, part: str | int) -> Any:
        if isinstance(node, Mapping):
            inner = node.get(str(part))
            return node if inner is None else inner
        if isinstance(node, list) and isinstance(part, int) and part < len(node):
            return node[part]
        return node

    def _resolved(self, node: Any) -> Any:
        while isinstance(node, Mapping) and "$ref" in node:
            target: Any = self._document
            for part in str(node["$ref"]).removeprefix("#/").split("/"):
                target = target[part]
            node = target
        return node

    def _unnamed(self, schema: Json, value: Any, place: str) -> Iterator[tuple[str, Evidence]]:
        """Fields of `value` that its schema does not name, where it names any."""
        schema = self._resolved(schema)
        if isinstance(value, list) and isinstance(schema.get("items"), Mapping):
            for entry in value:
                yield from self._unnamed(schema["items"], entry, f"{place}[]")
        named = schema.get("properties")
        if not isinstance(value, Mapping) or not named:
            return
        for name, inner in value.items():
            where = f"{place}.{name}" if place else str(name)
            if name in named:
                yield from self._unnamed(named[name], inner, where)
            else:
                yield where, Evidence.ASSUMED


def _missing(error: jsonschema_rs.ValidationError) -> list[str]:
    """The way to the property that a failed `required` is about, from the schema that requires it."""
    if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return []
    return ["properties", str(error.kind.property)]


def _plain(path: Sequence[str | int]) -> str:
    """The place without indices, so that the same deviation in many orders is one."""
    names = [str(part) for part in path if not isinstance(part, int)]
    return ".".join(names) or "the answer"
