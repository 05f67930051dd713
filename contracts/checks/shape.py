"""The check of the shape of answers: every deviation, with its grade.

`x-evidence` in the document is the grade of a field. A field that the document does not name is a deviation
from an assumption: answers may grow.
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
"""Deviations of one answer that are reported."""
_UNNAMED_LIMIT = 10


class Shapes:
    """The shapes of answers in one document."""

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

    def violations(self, seen: ObservedCall) -> Iterator[Violation]:
        """Yields the deviations of an answer that the document describes."""
        if seen.media != JSON:
            return
        schema = self._schema(seen)
        if schema is None:
            return
        for number, error in enumerate(self._validator(seen, schema).iter_errors(seen.answer)):
            if number < DEVIATIONS_LIMIT:
                yield self._deviation(seen, schema, error)
        for place, grade in list(self._unnamed(schema, seen.answer, ""))[:_UNNAMED_LIMIT]:
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
        """Returns the grade of the innermost graded field."""
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
        """Yields the fields of `value` that the schema does not name."""
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
    """Returns the path to a missing property."""
    if not isinstance(error.kind, jsonschema_rs.ValidationErrorKind.Required):
        return []
    return ["properties", str(error.kind.property)]


def _plain(path: Sequence[str | int]) -> str:
    """Returns the path without indices: a deviation of many orders is one."""
    names = [str(part) for part in path if not isinstance(part, int)]
    return ".".join(names) or "the answer"
