"""Reading what was sent: bodies and queries become models, or the whole call is refused with findings.

All findings of a call are reported at once, each with the field's path, the rule, what was expected and
what came.
"""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from contracts.profile import Profile
from contracts.secrets import MASK, is_secret_name
from mock_oms.refusals import Finding, Rejected, Rejection

BODY_LIMIT = 1024 * 1024
"""Largest request body in bytes."""
JSON_DEPTH_MAX = 201
"""Arrays and objects inside each other. The limit is that of the parser; a test holds it to this number."""
FINDINGS_LIMIT = 50
"""Most findings told in one answer."""
SHOWN_LIMIT = 120
"""Characters of an offending value that are shown."""


@cache
def _bulk(item: type[BaseModel], limit: int) -> TypeAdapter[list[BaseModel]]:
    bounded: Any = Annotated[list[item], Field(min_length=1, max_length=limit)]  # type: ignore[valid-type]
    return TypeAdapter(bounded)


@cache
def _single(model: type[BaseModel]) -> TypeAdapter[BaseModel]:
    return TypeAdapter(model)


def bulk(body: bytes, item: type[BaseModel], limit: int, profile: Profile) -> list[BaseModel]:
    """The orders in `body`: a JSON array of 1 to `limit` elements; raises `Rejected`."""
    strict, extra = _rules(profile)
    try:
        return _bulk(item, limit).validate_json(body, strict=strict, extra=extra)
    except ValidationError as error:
        raise refusal(_findings(error, item), "body", profile.shape_status) from None


def single(body: bytes, model: type[BaseModel], status: int = 400) -> BaseModel:
    """The object in `body`, "2" being no number; an empty body is an empty object. Raises `Rejected`."""
    try:
        return _single(model).validate_json(body or b"{}", strict=True, extra="forbid")
    except ValidationError as error:
        raise refusal(_findings(error, model), "body", status) from None


def query(
    pairs: Iterable[tuple[str, str]], model: type[BaseModel], profile: Profile, status: int | None = None
) -> BaseModel:
    """The query string as `model`; each parameter at most once. Raises `Rejected`."""
    values, repeated = _once(pairs)
    status = status or profile.shape_status
    if repeated:
        raise refusal(
            [Finding(name, "repeated", "the parameter once", told(name, values[name])) for name in repeated],
            "query",
            status,
        )
    try:
        return _single(model).validate_python(values, extra=_rules(profile)[1])
    except ValidationError as error:
        raise refusal(_findings(error, model), "query", status) from None


def _once(pairs: Iterable[tuple[str, str]]) -> tuple[dict[str, str], list[str]]:
    values: dict[str, str] = {}
    repeated: list[str] = []
    for name, value in pairs:
        if name in values and name not in repeated:
            repeated.append(name)
        values[name] = value
    return values, repeated


def _rules(profile: Profile) -> tuple[bool, Literal["forbid", "ignore"]]:
    strict = profile.strings_for_numbers == "reject"
    return strict, "forbid" if profile.unknown_fields == "reject" else "ignore"


def refusal(findings: Sequence[Finding], part: str, status: int) -> Rejected:
    """The refusal of a whole call whose `part` (body or query) has the wrong shape."""
    first = findings[0]
    where = f"{part} field {first.field}" if first.field else part
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    message = f"{where}: expected {first.expected}, received {first.received}{more}"
    return Rejected(Rejection(status, message, tuple(findings[:FINDINGS_LIMIT])))


def _findings(error: ValidationError, model: type[BaseModel]) -> list[Finding]:
    details = error.errors(include_url=False)
    found: dict[tuple[str, str], Finding] = {}
    for detail in details:
        if not _is_echo(detail, details):
            finding = _finding(detail, model)
            found.setdefault((finding.field, finding.expected), finding)
    return list(found.values())


def _is_echo(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """A list whose elements are wrong is also reported as too short: that would only confuse."""
    if detail["type"] != "too_short" or not detail["input"]:
        return False
    size = len(detail["loc"])
    return any(len(other["loc"]) > size and other["loc"][:size] == detail["loc"] for other in details)


def _finding(detail: ErrorDetails, model: type[BaseModel]) -> Finding:
    rule = detail["type"]
    name = _path(detail["loc"], rule == "extra_forbidden")
    expected = _EXPECTED[rule](detail) if rule in _EXPECTED else _plain(detail)
    if rule == "extra_forbidden":
        expected = _no_such_field(str(detail["loc"][-1]), _known_at(model, detail["loc"][:-1]))
    received = "nothing" if rule == "missing" else told(name, _shown(detail["input"]))
    return Finding(name, rule, expected, received)


def told(name: str, received: str) -> str:
    """What an answer tells of a value: nothing when its name says that it is a secret."""
    return MASK if is_secret_name(name) else received


_UNION_TAGS = frozenset({"str", "int", "constrained-str", "function-before"})


def _path(location: tuple[int | str, ...], ends_in_a_name: bool) -> str:
    """Where in what was sent; names of alternatives, which only our models know, are left out."""
    text = ""
    for place, part in enumerate(location, 1):
        if isinstance(part, int):
            text += f"[{part}]"
        elif not _is_union_tag(part) or (ends_in_a_name and place == len(location)):
            text += f".{part}" if text else part
    return text


def _is_union_tag(part: str) -> bool:
    return part in _UNION_TAGS or part.startswith("union:")


def _plain(detail: ErrorDetails) -> str:
    message = detail["msg"]
    for prefix in ("Input should be ", "Value error, expected ", "Value error, ", "String should "):
        message = message.removeprefix(prefix)
    return message[:1].lower() + message[1:]


def _json_expected(fault: str) -> str:
    if fault.startswith("recursion limit"):
        return f"JSON of at most {JSON_DEPTH_MAX} levels"
    return f"JSON ({fault[:SHOWN_LIMIT]})"


_EXPECTED: dict[str, Callable[[ErrorDetails], str]] = {
    "missing": lambda _: "the field to be there",
    "json_invalid": lambda detail: _json_expected(str(detail.get("ctx", {}).get("error", ""))),
    "list_type": lambda _: "an array",
    "tuple_type": lambda _: "an array",
    "model_type": lambda _: "an object",
    "model_attributes_type": lambda _: "an object",
    "dataclass_type": lambda _: "an object",
    "string_type": lambda _: "text",
    "int_type": lambda _: "a whole number",
    "int_from_float": lambda _: "a whole number",
    "int_parsing": lambda _: "a whole number",
    "float_type": lambda _: "a number",
    "finite_number": lambda _: "a finite number",
    "greater_than": lambda detail: f"more than {detail['ctx']['gt']}",
    "greater_than_equal": lambda detail: f"at least {detail['ctx']['ge']}",
    "less_than_equal": lambda detail: f"at most {detail['ctx']['le']}",
    "string_too_short": lambda detail: f"at least {detail['ctx']['min_length']} character",
    "string_too_long": lambda detail: f"at most {detail['ctx']['max_length']} characters",
    "too_short": lambda detail: f"at least {detail['ctx']['min_length']} element",
    "too_long": lambda detail: f"at most {detail['ctx']['max_length']} elements",
}


def _known_at(model: type[BaseModel], location: Sequence[int | str]) -> tuple[str, ...]:
    """Names of the fields of the object at `location`, counted from `model` or an array of it."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return tuple(model.model_fields)


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


def _no_such_field(name: str, known: tuple[str, ...]) -> str:
    near = difflib.get_close_matches(name, known, 1, 0.6)
    hint = f" (did you mean {near[0]}?)" if near else ""
    return "no field of this name" + hint


def _shown(value: object) -> str:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
        return f"{len(value)} characters" if value else "nothing"
    if isinstance(value, list | tuple) and len(value) > 1:
        return f"an array of {len(value)}"
    if isinstance(value, BaseModel | Mapping):
        return "an object"
    text = json.dumps(value, ensure_ascii=False, default=str)
    return text if len(text) <= SHOWN_LIMIT else text[:SHOWN_LIMIT] + "…"
