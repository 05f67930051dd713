"""JSON Schemas of the wire models, as components of an OpenAPI 3.1 document."""

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
    """A reference to the component of `model`."""
    return {"$ref": _PREFIX + model.__name__}


def evidence(source: Source) -> dict[str, object]:
    """What `x-evidence` holds: grade, page and remark, as far as there are any."""
    told: dict[str, object] = {"grade": source.evidence.value}
    if source.url:
        told["source"] = source.url
    if source.note:
        told["note"] = source.note
    return told


def components(models: Iterable[tuple[type[BaseModel], Mode]]) -> dict[str, Schema]:
    """The schemas of `models` and of all that they hold, by name."""
    wanted = list(dict.fromkeys(models))
    _, found = models_json_schema(wanted, ref_template=_PREFIX + "{model}")
    return {name: tidy(schema) for name, schema in sorted(found["$defs"].items())}


def tidy(schema: Schema) -> Schema:
    """A schema without generated titles and empty defaults, and with nullability told by the type."""
    kept = {key: value for key, value in schema.items() if not _is_noise(key, value)}
    for key in _SUBSCHEMAS:
        if isinstance(kept.get(key), dict):
            kept[key] = tidy(kept[key])
    if "properties" in kept:
        kept["properties"] = {name: tidy(inner) for name, inner in kept["properties"].items()}
    if "anyOf" in kept:
        kept["anyOf"] = [tidy(inner) for inner in kept["anyOf"]]
    return _told_by_type(kept)


def _is_noise(key: str, value: object) -> bool:
    return key == "title" or (key == "default" and value in (None, [], {}))


def _told_by_type(schema: Schema) -> Schema:
    """`anyOf` of one plain type and null becomes one schema with both types."""
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
    """The schema of a parameter: left out, it is absent, so that null need not be said."""
    if isinstance(schema.get("type"), list):
        return {**schema, "type": schema["type"][0]}
    return schema
