"""A system under test as aggregator, watched through the mock's journal."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

from contracts.konnect.operations import OPERATIONS
from scenarios.choices import Player
from scenarios.language import actions as a
from scenarios.language.flow import Step
from scenarios.players.instructions import watched_for
from scenarios.players.suite import Outcome
from scenarios.session.context import FlowContext
from scenarios.targets.polling import watch

ENTRIES = 1000
"""Journal entries that are searched."""
REQUEST_SHOWN = 200
"""Characters of a request that a message quotes."""
KINDS_SHOWN = 3
"""Kinds of calls that a message counts."""
MESSAGE_SHOWN = 160
"""Characters of a refusal that a message quotes."""
WATCHED_READS = (a.FetchInvoice, a.FetchLabels)
"""Reads that the system must make; the runner makes the others."""

Entry = Mapping[str, Any]


class SystemSilentError(Exception):
    """A missing call of the system; the message lists its actual calls.

    `group` is the same for all calls that did not come, and empty for a refused call.
    """

    def __init__(self, message: str, group: str = "") -> None:
        super().__init__(message)
        self.group = group


def is_watched(action: a.Action) -> bool:
    """Return whether the system, not the runner, makes this call."""
    return action.konnect and (action.writes or isinstance(action, WATCHED_READS))


def watch_system(context: FlowContext, step: Step) -> Outcome:
    """Wait until the journal shows an accepted call for each order.

    Raises `SystemSilentError`.
    """
    ids = context.memory.of(step.action.names)
    call = operation_of(step.action.touchpoint)
    context.recorder.waiting(
        Player.SYSTEM,
        f"Your system {step.says}.",
        f"{call}: {watched_for(step, ', '.join(ids))}",
        context.patience.give_up_after_s,
    )
    calls: dict[str, Entry] = {}
    begun, first = time.monotonic(), _last_number(context)

    def look() -> list[str]:
        for order_id in [each for each in ids if each not in calls]:
            entries = _entries(context, step.action, order_id)
            taken = [entry for entry in entries if _accepted(entry, order_id, step.action.touchpoint)]
            if taken:
                calls[order_id] = taken[-1]
        return [each for each in ids if each not in calls]

    missing = watch(look, lambda left: not left, context.pause(), context.patience)
    if missing:
        entries = _entries(context, step.action, missing[0])
        seconds = time.monotonic() - begun
        made = _came_instead(context, step, missing[0], first, seconds)
        refused = _seen_instead(entries, step, missing[0])
        raise SystemSilentError(refused or made, "" if refused else "your system did not make the call")
    for order_id, entry in calls.items():
        _learn(context, order_id, entry)
    return Outcome(order_ids=ids)


def operation_of(touchpoint: str) -> str:
    """Return the operation of a touchpoint, or the touchpoint itself."""
    rows = [row.name for row in OPERATIONS if touchpoint in {point.name for point in row.touchpoints}]
    return rows[0] if rows else touchpoint


def _entries(context: FlowContext, action: a.Action, order_id: str) -> list[Entry]:
    """Return the journal entries of an operation about an order, oldest first."""
    journal = context.shop.call("journal", query={"limit": ENTRIES, "order": order_id})["entries"]
    return [entry for entry in journal if entry.get("operation") == operation_of(action.touchpoint)]


def _accepted(entry: Entry, order_id: str, touchpoint: str) -> bool:
    return any(
        outcome.get("orderId") == order_id
        and outcome.get("outcome") == "accepted"
        and outcome.get("touchpoint") in ("", touchpoint)
        for outcome in entry.get("outcomes", ())
    )


def _learn(context: FlowContext, order_id: str, entry: Entry) -> None:
    """Remember the number of a pushed document."""
    for row in _rows(entry):
        if row.get("orderId") == order_id and row.get("invoiceNumber"):
            context.memory.numbers[order_id] = str(row["invoiceNumber"])


def _rows(entry: Entry) -> list[dict[str, Any]]:
    request = entry.get("request")
    return [row for row in request if isinstance(row, dict)] if isinstance(request, list) else []


def _seen_instead(entries: list[Entry], step: Step, order_id: str) -> str:
    """Describe the last call about an order; empty if none came.

    `you called confirm at 12:03:07 with {...} and were answered O400`.
    """
    call = operation_of(step.action.touchpoint)
    about = [entry for entry in entries if order_id in json.dumps(entry.get("request"))]
    if not about:
        return ""
    entry = about[-1]
    moment = str(entry.get("at", "")).partition("T")[2][:8]
    own = [row for row in _rows(entry) if row.get("orderId") == order_id]
    sent = json.dumps(own[0] if len(own) == 1 else entry.get("request"))[:REQUEST_SHOWN]
    return f"you called {call} at {moment} with {sent} and were answered {_answered(entry, order_id)}"


def _last_number(context: FlowContext) -> int:
    """Return the number of the last journal entry; 0 without one."""
    entries = context.shop.call("journal", query={"limit": 1})["entries"]
    return int(entries[-1]["number"]) if entries else 0


def _came_instead(context: FlowContext, step: Step, order_id: str, first: int, seconds: float) -> str:
    """Describe the calls that the system made during a wait."""
    call = operation_of(step.action.touchpoint)
    query = {"limit": ENTRIES, "after": first}
    entries = [e for e in context.shop.call("journal", query=query)["entries"] if not e.get("by_suite")]
    missing = f"you did not call {call} for {order_id}"
    if not entries:
        asked = f"does your system run, and use {context.target.url} with a user of this company?"
        return f"{missing}: no call of this company was seen in {seconds:.0f} s; {asked}"
    kinds = Counter(_kind(entry) for entry in entries)
    most = "; ".join(f"{count} x {kind}" for kind, count in kinds.most_common(KINDS_SHOWN))
    calls = "1 call" if len(entries) == 1 else f"{len(entries)} calls"
    more = len(kinds) - KINDS_SHOWN
    rest = f"; {more} other kinds" if more > 0 else ""
    return f"{missing}: in {seconds:.0f} s your system made {calls}, {most}{rest}"


def _kind(entry: Entry) -> str:
    """Describe a call without ids, so that equal ones can be counted."""
    refused = next((outcome for outcome in entry.get("outcomes", ()) if outcome.get("code")), None)
    answer = entry.get("answer")
    message = answer.get("message") if isinstance(answer, dict) and int(entry["status"]) >= 400 else None
    why = refused["code"] if refused else str(message or "")[:MESSAGE_SHOWN]
    named = entry.get("operation") or entry["path"]
    return f"{entry['method']} {named} answered {entry['status']}" + (f" ({why})" if why else "")


def _answered(entry: Entry, order_id: str) -> str:
    for outcome in entry.get("outcomes", ()):
        if outcome.get("orderId") == order_id and outcome.get("code"):
            return f"{outcome['code']} ({outcome.get('message')})"
    answer = entry.get("answer")
    message = answer.get("message") if isinstance(answer, dict) else None
    return f"HTTP {entry.get('status')}" + (f" ({message})" if message else "")


def player_of(context: FlowContext, step: Step) -> Player:
    """Return the player of a step.

    The system plays only its own calls; waiting is always done by the suite.
    """
    player = context.player(step.actor)
    if isinstance(step.action, a.WaitOnly | a.TimePasses):
        return Player.SUITE
    if player is Player.SYSTEM and not is_watched(step.action):
        return Player.SUITE
    return player
