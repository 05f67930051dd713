"""Validates bodies and queries: they become models, or the call is refused.

A refusal lists all errors of a call, each with the path of the field, the rule, the expected and the
received value.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import islice
from typing import Annotated, Any, Literal, Protocol, TypeVar, get_args

from pydantic import BaseModel, Field, TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from contracts.masking import MASK, is_secret_name
from contracts.profile import Profile
from contracts.suggest import suggest
from mock_oms.web.rejections import CallRefusal, CallRefusedError, FieldError

T_co = TypeVar("T_co", covariant=True)
Extra = Literal["forbid", "ignore"]

BODY_LIMIT = 1024 * 1024
"""Largest request body in bytes."""
JSON_DEPTH_MAX = 201
"""Most levels of nested arrays and objects: the limit of the parser, which a test compares."""
FIELD_ERRORS_LIMIT = 50
"""Most field errors in one answer."""
DETAILS_LIMIT = 500
"""Most pydantic errors of a call that become field errors; equal ones become one."""
BULK_VALUES_LIMIT = 10_000
VALUES_LIMIT = 50_000
"""Most values in the body of a bulk call, and of any other call.

A body of one megabyte has room for a million values; reporting two errors for each would take seconds and
gigabytes.
"""
SHOWN_LIMIT = 120
"""Characters of a wrong value that an answer shows."""
NAME_SHOWN = 200
"""Characters of a field's path that an answer shows."""
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+"?', re.DOTALL)
"""A JSON string. Unterminated ones match too; otherwise each quote in one would be searched to the end."""


class Validator(Protocol[T_co]):
    """A validator of models; raises ValidationError."""

    def validate_json(self, sent: bytes, *, strict: bool, extra: Extra) -> T_co:
        """Validates JSON."""

    def validate_python(self, sent: object, *, extra: Extra) -> T_co:
        """Validates Python values."""


@cache
def _bulk(item: type[BaseModel], limit: int) -> Validator[list[BaseModel]]:
    bounded: Any = Annotated[list[item], Field(min_length=1, max_length=limit)]  # type: ignore[valid-type]
    reads: Validator[list[BaseModel]] = _validator(bounded)
    return reads


@cache
def _single(model: type[BaseModel]) -> Validator[BaseModel]:
    reads: Validator[BaseModel] = _validator(model)
    return reads


def _validator(shape: Any) -> Any:
    """Returns the validator of a TypeAdapter.

    Calling it directly halves the cost of small bodies.
    """
    adapter: TypeAdapter[Any] = TypeAdapter(shape)
    adapter.rebuild()  # the models are built when they are needed first, which is now
    return adapter.validator


def bulk(body: bytes, item: type[BaseModel], limit: int, profile: Profile) -> list[BaseModel]:
    """Reads a JSON array of 1 to `limit` orders; raises `CallRefusedError`."""
    strict, extra = _rules(profile)
    _check_values(body, BULK_VALUES_LIMIT, profile.shape_status)
    read = _bulk(item, limit).validate_json
    try:
        return read(body, strict=strict, extra=extra)
    except ValidationError as error:
        nulls = _optional_nulls(error, item)
        if not nulls or profile.null_fields == "reject":
            raise _refused(error, item, "body", profile.shape_status) from None
    try:
        return read(_without(body, nulls), strict=strict, extra=extra)
    except ValidationError as error:
        raise _refused(error, item, "body", profile.shape_status) from None


def _optional_nulls(error: ValidationError, model: type[BaseModel]) -> list[tuple[int | str, ...]]:
    """Lists the places of optional fields that are null."""
    details = islice(_details(error), DETAILS_LIMIT)
    return [detail["loc"] for detail in details if _is_optional_null(detail, model)]


def _is_optional_null(detail: ErrorDetails, model: type[BaseModel]) -> bool:
    if detail["input"] is not None or detail["type"] == "missing" or not detail["loc"]:
        return False
    *above, name = detail["loc"]
    field = _model_at(model, above).model_fields.get(str(name))
    return field is not None and not field.is_required()


def _without(body: bytes, places: Iterable[tuple[int | str, ...]]) -> bytes:
    """Returns JSON without the members at these places."""
    sent = json.loads(body)
    for *above, name in places:
        holder = sent
        for part in above:
            holder = holder[part]
        holder.pop(name, None)
    return json.dumps(sent).encode()


def single(body: bytes, model: type[BaseModel], status: int = 400) -> BaseModel:
    """Reads an object; an empty body is an empty object. Raises `CallRefusedError`."""
    _check_values(body, VALUES_LIMIT, status)
    try:
        return _single(model).validate_json(body or b"{}", strict=True, extra="forbid")
    except ValidationError as error:
        raise _refused(error, model, "body", status) from None


def _check_values(body: bytes, limit: int, status: int) -> None:
    """Refuses a body with more values than `limit`.

    Values are counted by the commas outside of strings.
    """
    if body.count(b",") >= limit:
        values = _STRING.sub(b"", body).count(b",") + 1
        if values > limit:
            error = FieldError("", "too_many_values", f"at most {limit} values", f"{values} values")
            raise refusal([error], "body", status)


def query(
    pairs: Sequence[tuple[str, str]], model: type[BaseModel], profile: Profile, status: int | None = None
) -> BaseModel:
    """Reads a query, each parameter at most once; raises `CallRefusedError`."""
    values = dict(pairs)
    repeated = _repeated(pairs) if len(values) < len(pairs) else ()
    status = status or profile.shape_status
    empty: list[str] = []
    if "" in values.values():
        empty = [name for name, value in values.items() if not value and name in model.model_fields]
    if empty and profile.empty_parameters == "reject":
        expected = "a value, or no parameter"
        errors = [FieldError(name, "empty", expected, "an empty parameter") for name in empty]
        raise refusal(errors, "query", status)
    for name in empty:
        del values[name]
    if repeated:
        raise refusal(
            [
                FieldError(name, "repeated", "the parameter once", masked(name, values[name]))
                for name in repeated
            ],
            "query",
            status,
        )
    try:
        return _single(model).validate_python(values, extra=_rules(profile)[1])
    except ValidationError as error:
        raise _refused(error, model, "query", status) from None


def _repeated(pairs: Sequence[tuple[str, str]]) -> list[str]:
    counts = Counter(name for name, _ in pairs)
    return [name for name, count in counts.items() if count > 1]


def _rules(profile: Profile) -> tuple[bool, Extra]:
    strict = profile.strings_for_numbers == "reject"
    return strict, "forbid" if profile.unknown_fields == "reject" else "ignore"


def _refused(error: ValidationError, model: type[BaseModel], part: str, status: int) -> CallRefusedError:
    details = _details(error)
    kept = list(islice(details, DETAILS_LIMIT))
    left_out = sum(not _may_echo(detail) for detail in details)
    return refusal(_field_errors(kept, model), part, status, left_out=left_out)


_ONE_BY_ONE = json.JSONDecoder()


def _details(error: ValidationError) -> Iterator[ErrorDetails]:
    """Yields the errors of pydantic; many errors are decoded one by one.

    All errors at once would take many times the memory of the body, and the freed memory would be
    fragmented.
    """
    if error.error_count() <= DETAILS_LIMIT:
        yield from error.errors(include_url=False)
        return
    text = error.json(include_url=False)
    place = len("[")
    while place < len(text):
        detail, end = _ONE_BY_ONE.raw_decode(text, place)
        yield detail | {"loc": tuple(detail["loc"])}
        place = end + len(",")


def refusal(errors: Sequence[FieldError], part: str, status: int, *, left_out: int = 0) -> CallRefusedError:
    """Makes the refusal of a call whose `part` is wrong."""
    first = errors[0]
    where = f"{part} field {first.field}" if first.field else part
    count = len(errors) - 1 + left_out
    more = f" (and {count} more)" if count else ""
    message = f"{where}: expected {first.expected}, received {first.received}{more}"
    return CallRefusedError(CallRefusal(status, message, tuple(errors[:FIELD_ERRORS_LIMIT])))


def wrong_field(part: str, name: str, rule: str, expected: str, received: str) -> CallRefusedError:
    """Makes the refusal of a control call with one wrong field."""
    return refusal([FieldError(name, rule, expected, received)], part, 400)


def _field_errors(details: list[ErrorDetails], model: type[BaseModel]) -> list[FieldError]:
    found: dict[tuple[str, str], FieldError] = {}
    for detail in details:
        if not _is_echo(detail, details):
            error = _field_error(detail, model)
            found.setdefault((error.field, error.expected), error)
    return list(found.values())


def _is_echo(detail: ErrorDetails, details: list[ErrorDetails]) -> bool:
    """Whether an error repeats others.

    Pydantic also reports a list with invalid elements as too short.
    """
    if not _may_echo(detail):
        return False
    size = len(detail["loc"])
    return any(len(other["loc"]) > size and other["loc"][:size] == detail["loc"] for other in details)


def _field_error(detail: ErrorDetails, model: type[BaseModel]) -> FieldError:
    rule = detail["type"]
    name = _path(detail["loc"], rule == "extra_forbidden")
    expected = _EXPECTED[rule](detail) if rule in _EXPECTED else _plain(detail)
    if rule == "extra_forbidden":
        near = suggest(str(detail["loc"][-1]), _model_at(model, detail["loc"][:-1]).model_fields)
        expected = f"no field of this name{near}"
    if _is_optional_null(detail, model):
        expected += ", or no field"
    received = "nothing" if rule == "missing" else masked(name, _shown(detail["input"]))
    return FieldError(name, rule, expected, received)


def masked(name: str, received: str) -> str:
    """Masks a value if its name is the name of a secret."""
    return MASK if is_secret_name(name) else received


def _may_echo(detail: ErrorDetails) -> bool:
    return detail["type"] == "too_short" and bool(detail["input"])


_UNION_TAGS = frozenset({"str", "int", "constrained-str", "function-before"})


def _path(location: tuple[int | str, ...], ends_in_a_name: bool) -> str:
    """JSON path of a value, without pydantic's union tags."""
    text = ""
    for place, part in enumerate(location, 1):
        if isinstance(part, int):
            text += f"[{part}]"
        elif not _is_union_tag(part) or (ends_in_a_name and place == len(location)):
            text += f".{part[:NAME_SHOWN]}" if text else part[:NAME_SHOWN]
    return text[:NAME_SHOWN]


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


def _model_at(model: type[BaseModel], location: Sequence[int | str]) -> type[BaseModel]:
    """Returns the model of the object at `location` in a `model`."""
    for part in location:
        if isinstance(part, str) and part in model.model_fields:
            model = _model_in(model.model_fields[part].annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for inner in get_args(annotation) if (found := _model_in(inner))), None)


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
