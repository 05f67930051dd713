"""JSON Schemas of the wire models, for OpenAPI 3.1."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from contracts.evidence import Source

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]

_PREFIX = "#/components/schemas/"
_SUBSCHEMAS = ("items", "additionalProperties", "propertyNames")


def ref(model: type[BaseModel]) -> Schema:
    """Return a reference to the component of `model`."""
    return {"$ref": _PREFIX + model.__name__}


def evidence(source: Source) -> dict[str, object]:
    """Return the value of `x-evidence`: grade, page and remark."""
    shown: dict[str, object] = {"grade": source.evidence.value}
    if source.url:
        shown["source"] = source.url
    if source.note:
        shown["note"] = source.note
    return shown


def components(models: Iterable[tuple[type[BaseModel], Mode]]) -> dict[str, Schema]:
    """Return the schemas of `models` and their parts, by name."""
    wanted = list(dict.fromkeys(models))
    _, found = models_json_schema(wanted, ref_template=_PREFIX + "{model}")
    return {name: tidy(schema) for name, schema in sorted(found["$defs"].items())}


def tidy(schema: Schema) -> Schema:
    """Return a schema without titles and empty defaults, nullable by type."""
    kept = {key: value for key, value in schema.items() if not _is_noise(key, value)}
    for key in _SUBSCHEMAS:
        if isinstance(kept.get(key), dict):
            kept[key] = tidy(kept[key])
    if "properties" in kept:
        kept["properties"] = {name: tidy(inner) for name, inner in kept["properties"].items()}
    if "anyOf" in kept:
        kept["anyOf"] = [tidy(inner) for inner in kept["anyOf"]]
    return _merged(kept)


def _is_noise(key: str, value: object) -> bool:
    return key == "title" or (key == "default" and value in (None, [], {}))


def _merged(schema: Schema) -> Schema:
    """Merge `anyOf` of a plain type and null into one schema."""
    options = schema.get("anyOf", [])
    if len(options) != 2 or options[1] != {"type": "null"} or not isinstance(options[0].get("type"), str):
        return schema
    merged: Schema = options[0] | {key: value for key, value in schema.items() if key != "anyOf"}
    merged["type"] = [merged["type"], "null"]
    if "const" in merged:
        merged["enum"] = [merged.pop("const")]
    if "enum" in merged:
        merged["enum"] = [*merged["enum"], None]
    return merged


def without_null(schema: Schema) -> Schema:
    """Return the schema of a parameter, which is omitted instead of null."""
    if isinstance(schema.get("type"), list):
        return {**schema, "type": schema["type"][0]}
    return schema
