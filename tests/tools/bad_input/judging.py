"""Requirements on every answer, for any request."""

from __future__ import annotations

import json
from typing import Any

from pydantic import ValidationError

from contracts.control.models import ControlError
from contracts.konnect.shared import ErrorAnswer
from tests.tools.bad_input.messages import Plan
from tests.tools.bad_input.sending import Answer, End, Exchange

BARE = frozenset({400, 408, 413, 414, 431})
"""Refusals that may come without a body: the server says so of what never reached the application."""
JSON = "application/json"


def violations(plan: Plan, exchange: Exchange, documented: frozenset[int]) -> list[str]:
    """List the errors in the answers to a plan.

    `documented` are the statuses from 500 on that the contract names.
    """
    found = [exchange.trouble] if exchange.trouble else []
    if plan.answers is not None and len(exchange.answers) < plan.answers:
        found.append(f"{plan.answers} answers expected, {len(exchange.answers)} came ({exchange.end})")
    elif exchange.end is End.SILENT:
        found.append("the server keeps the connection though our side of it has ended")
    if plan.last and exchange.answers and exchange.answers[-1].status != plan.last:
        found.append(f"last answer: {plan.last} expected, {exchange.answers[-1].status} came")
    methods = [*plan.methods, *["GET"] * len(exchange.answers)]
    for method, answer in zip(methods, exchange.answers, strict=False):
        found += _violations_of(answer, documented, headed=method == "HEAD")
    if plan.armed and any(_carried_out(answer) for answer in exchange.answers):
        found.append("a wrong call was carried out")
    return found


def _violations_of(answer: Answer, documented: frozenset[int], *, headed: bool) -> list[str]:
    if 200 <= answer.status < 300 or answer.status in documented:
        return _unreadable(answer) if not headed else []
    if not 400 <= answer.status < 500:
        return [f"HTTP {answer.status}: {answer.body[:300]!r}"]
    if headed or (answer.status in BARE and not answer.body):
        return []
    return [] if _is_refusal(answer) else [f"HTTP {answer.status} in no shape of ours: {answer.body[:300]!r}"]


def _unreadable(answer: Answer) -> list[str]:
    if answer.headers.get("content-type", "").split(";")[0] != JSON:
        return []
    return [] if _parsed(answer.body) is not None else [f"no JSON: {answer.body[:300]!r}"]


def _is_refusal(answer: Answer) -> bool:
    for model in (ErrorAnswer, ControlError):
        try:
            model.model_validate_json(answer.body)
        except ValidationError:
            continue
        return True
    return False


def _carried_out(answer: Answer) -> bool:
    value = _parsed(answer.body) if 200 <= answer.status < 300 else None
    if not isinstance(value, dict):
        return False
    return bool(value.get("successCount")) or bool({"now", "stock", "invoice_mode"} & set(value))


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        return None


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")
