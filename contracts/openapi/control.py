"""The document of the control plane, built from `contracts.control.calls`."""

from __future__ import annotations

import re
from typing import Any

from pydantic import BaseModel

from contracts.control import calls
from contracts.control.calls import Call
from contracts.control.models import ControlError, Nothing
from contracts.konnect.base import Examples, example
from contracts.konnect.operations import touchpoints
from contracts.konnect.shared import ORDER
from contracts.lifecycle.table import TABLE, Actor, State
from contracts.openapi import schemas
from contracts.problems import replaceable
from contracts.profile import Profile

Json = dict[str, Any]

INFO: Json = {
    "title": "Control plane of mock-oms",
    "version": "1.0.0",
    "summary": "Plays the customer, the shop and the clock.",
    "description": (
        "No part of Fynd Konnect. With these calls a test creates a separate tenant, buys at the "
        "till, hands over, starts returns, moves time, sets stock, and reads what was sent to the "
        "touchpoints.\n\n"
        "A server that listens on this machine only asks for no key; any other asks for one in the header "
        "`x-control-key`. Every path answers other methods with 405, headers that are too large with 431, "
        "and a web page that is none of the server's with 403. Bodies are JSON of at most 1 MiB."
    ),
    "contact": {"name": "The mock-oms project"},
    "license": {"name": "MIT", "identifier": "MIT"},
}
SERVERS: list[Json] = [
    {"url": "/", "description": "The server that this document came from."},
    {"url": "http://127.0.0.1:8080", "description": "The mock on this machine: mock-oms serve."},
]
FIRED_EVENTS = tuple(
    dict.fromkeys(
        str(row.event) for row in TABLE if row.actor is not Actor.AGGREGATOR and row.source is not None
    )
)
"""Events that the control plane can fire: all except creations and events of the aggregator."""

_PATH_PARAMETERS: dict[str, Json] = {
    "tenant": {
        "description": "Name of the tenant.",
        "schema": {
            "type": "string",
            "pattern": r"^[A-Za-z0-9][A-Za-z0-9_.\-]{0,63}$",
            "examples": ["default"],
        },
    },
    "shipment": {
        "description": "Id of the shipment, of a sale or of a return.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 64, "examples": ["17328629784861446350"]},
    },
    "event": {"description": "What happens.", "schema": {"type": "string", "enum": list(FIRED_EVENTS)}},
}
_COUNT: Json = {"type": "integer", "minimum": 0, "maximum": 999_999_999}
_QUERY_SCHEMAS: dict[str, Json] = {
    "state": {"type": "string", "enum": [str(state) for state in State]},
    "limit": {"type": "integer", "minimum": 1, "maximum": 1000},
    "operation": {
        "type": "string",
        "enum": list(dict.fromkeys(name for row, use in touchpoints() for name in (use.name, row.name))),
    },
    "outcome": {"type": "string", "enum": ["accepted", "refused"]},
    **dict.fromkeys(("after", "times", "at_least", "at_most"), _COUNT),
}
_REFUSALS = {
    400: ("WrongRequest", "The body or a parameter has the wrong shape; nothing changed."),
    401: ("KeyNeeded", "The server asks for a control key, and none or a wrong one came."),
    404: ("NotFound", "There is no such tenant or shipment."),
    409: ("NotNow", "That cannot be done as things are (`allowed` lists what can), or a limit is reached."),
    413: ("TooLarge", "The body is larger than 1 MiB."),
    414: ("TooLong", "The path or the query string is longer than allowed, or has too many parameters."),
    415: ("NotJson", "The content type is not JSON."),
    503: ("StoreUnavailable", "The database that the server keeps everything in cannot be used now."),
}


def _refused(error: str, message: str, **more: Any) -> Examples:
    return {error: example(message, {"error": error, "message": message, **more})}


_EXAMPLES: dict[int, Examples] = {
    400: _refused("bad_request", "body field count: expected at least 1, received 0", field="count"),
    401: _refused("key_needed", "header x-control-key: expected the control key of this server"),
    404: {
        **_refused("unknown_tenant", "there is no tenant 'my-tset'", field="tenant"),
        **_refused("unknown_shipment", f"tenant default has no shipment '{ORDER}'", field="shipment"),
    },
    409: {
        **_refused(
            "not_allowed",
            f"order {ORDER} was placed at 09:58:00 and is not confirmed; it is too early to hand it over."
            " Next: confirm it (POST /oms/v3/shipment/confirm)",
            allowed=["cancel_by_customer", "cancel_items_by_customer"],
        ),
        **_refused("tenant_exists", "there is a tenant my-test", field="name"),
        **_refused(
            "limit_reached",
            "tenant my-test has room for 250000 orders and returns and holds 250000: POST .../reset empties "
            "it, --orders-max of the server allows more",
            field="count",
        ),
    },
    413: _refused("too_large", "body: expected at most 1048576 bytes, received more"),
    414: _refused("too_long", "path: expected at most 1024 characters, received 1136 characters"),
    415: _refused(
        "wrong_content_type", "header Content-Type: expected application/json, received text/plain"
    ),
    503: _refused("store_unavailable", "the disk of the database is full"),
}


def document() -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": INFO,
        "servers": SERVERS,
        "security": [{}, {"ControlKey": []}],
        "tags": [{"name": name, "description": text} for name, text in calls.TAGS.items()],
        "paths": _paths(),
        "components": {
            "securitySchemes": {
                "ControlKey": {
                    "type": "apiKey",
                    "in": "header",
                    "name": calls.KEY_HEADER,
                    "description": "Needed where the server listens on more than this machine.",
                }
            },
            "parameters": {
                name: {"name": name, "in": "path", "required": True} | rest
                for name, rest in _PATH_PARAMETERS.items()
            },
            "responses": {name: _refusal(status, text) for status, (name, text) in _REFUSALS.items()},
            "schemas": _components(),
        },
    }


def _paths() -> Json:
    paths: dict[str, Json] = {}
    for call in calls.CALLS:
        item = paths.setdefault(call.path, {})
        names = re.findall(r"{(\w+)}", call.path)
        if names and "parameters" not in item:
            item["parameters"] = [{"$ref": f"#/components/parameters/{name}"} for name in names]
        item[call.method.lower()] = _operation(call)
    return paths


def _operation(call: Call) -> Json:
    summary = call.does[0].upper() + call.does[1:]
    built: Json = {
        "operationId": call.name,
        "tags": [call.tag],
        "summary": summary,
        "description": _description(call, summary),
    }
    if call.query:
        built["parameters"] = [_query(name, text) for name, text in call.query]
    if call.body:
        built["requestBody"] = _body(call, call.body)
    built["responses"] = {str(call.success): _success(call)} | {
        str(status): {"$ref": f"#/components/responses/{_REFUSALS[status][0]}"} for status in _statuses(call)
    }
    return built


def _statuses(call: Call) -> list[int]:
    """Return the statuses of refusals; every call refuses a wrong query."""
    when = {
        401: call.name != "health",
        404: "{" in call.path,
        409: call.conflicts,
        413: call.body is not None,
        415: call.body is not None,
        503: call.stored,
    }
    return sorted([400, 414, *(status for status, possible in when.items() if possible)])


def _description(call: Call, summary: str) -> str:
    about = [call.body.__doc__ or ""] if call.body else []
    if call.body_optional:
        about.append("The body may be left out.")
    return "\n\n".join([f"{summary}.", *about])


def _query(name: str, text: str) -> Json:
    schema = _QUERY_SCHEMAS.get(name, {"type": "string"})
    return {"name": name, "in": "query", "description": f"{text[0].upper()}{text[1:]}.", "schema": schema}


def _body(call: Call, body: type[BaseModel]) -> Json:
    content = {"schema": schemas.ref(body), "examples": call.requests}
    return {"required": not call.body_optional, "content": {"application/json": content}}


def _success(call: Call) -> Json:
    schema: Json = {"type": "object"} if call.answer is Nothing else schemas.ref(call.answer)
    content: Json = {"schema": schema}
    if call.answers:
        content["examples"] = call.answers
    text = (call.answer.__doc__ or "Done.").splitlines()[0]
    answer: Json = {"description": text, "content": {"application/json": content}}
    return answer | ({"links": call.links} if call.links else {})


def _refusal(status: int, text: str) -> Json:
    content = {"schema": schemas.ref(ControlError), "examples": _EXAMPLES[status]}
    return {"description": text, "content": {"application/json": content}}


def _components() -> Json:
    wanted: list[tuple[type[BaseModel], schemas.Mode]] = [
        (call.body, "validation") for call in calls.CALLS if call.body
    ]
    wanted += [(call.answer, "serialization") for call in calls.CALLS if call.answer is not Nothing]
    wanted += [(ControlError, "serialization"), (Profile, "validation")]
    built = schemas.components(wanted)
    for name in ("NewTenant", "TenantChange"):
        built[name]["properties"]["profile"] = _some_choices(built[name]["properties"]["profile"])
    built["JsonValue"] = {"description": "Any JSON."}
    built["Profile"] = _with_evidence(built["Profile"])
    return built


def _with_evidence(profile: Json) -> Json:
    properties = {name: _choice(schema) for name, schema in profile["properties"].items()}
    properties["codes"]["propertyNames"] = {"enum": list(replaceable())}
    return profile | {"properties": properties}


def _choice(schema: Json) -> Json:
    """Return a profile field with its evidence in the common form."""
    shown = {"grade": schema["x-evidence"], "source": schema["x-source"], "note": schema["x-note"]}
    kept = {key: value for key, value in schema.items() if not key.startswith("x-")}
    return kept | {"x-evidence": {key: value for key, value in shown.items() if value}}


def _some_choices(schema: Json) -> Json:
    """Return the schema of choices, which allows any field of the profile."""
    shown = {key: schema[key] for key in ("description", "examples") if key in schema}
    return shown | {"anyOf": [{"$ref": "#/components/schemas/Profile"}, {"type": "null"}]}
