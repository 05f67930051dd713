"""Looks at the set-up of a target: address, users, stores, modes."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass

from contracts.konnect.operations import operation_of
from contracts.lifecycle.table import DocumentMode
from scenarios.checks.base import CheckContext
from scenarios.choices import Player
from scenarios.interruption import SetupError
from scenarios.language import actions as a
from scenarios.language import statuses as s
from scenarios.language.flow import CREDIT_NOTE, INVOICE, MODE_SWITCH
from scenarios.players.suite import perform
from scenarios.records.recorder import StepRecorder
from scenarios.targets.answers import Reading, UnreadableError
from scenarios.targets.http import Reply, TargetLostError, WritesSpentError
from scenarios.targets.konnect import Konnect
from scenarios.targets.opening import Target

WRONG = "The set-up is wrong:"
NOT_FOUND = (301, 302, 303, 307, 308, 404, 405)
"""HTTP statuses of a token call at a wrong address."""
TURNED_AWAY = (400, 401, 403)
REFUSED = (*TURNED_AWAY, 404, 422)
TOKEN = "generate_token"  # noqa: S105 - a touchpoint
LISTS = "get_orders"


def require_setup(target: Target, reading: Reading) -> None:
    """Raise `SetupError` if a described target cannot be tested with its file.

    It gets a token for each user and lists each store: nothing is written. Other failures are left to flows.
    """
    command = target.person_command[:1]
    if command and shutil.which(command[0]) is None:
        raise SetupError(f"{WRONG} the person's command {command[0]} cannot be run. Correct [person] command")
    if not target.described or not target.credentials:
        return
    mute = StepRecorder(lambda _record: None, "run", 1)
    konnect = Konnect(target.wire, target.credentials, Reading(reading.profile), mute)
    try:
        for problem in _problems(target, konnect):
            raise SetupError(f"{WRONG} {problem}")
    except (TargetLostError, UnreadableError):
        return


def _problems(target: Target, konnect: Konnect) -> Iterator[str]:
    for by in target.credentials:
        yield from _token_problem(target, konnect, by)
    company = a.Caller.COMPANY if a.Caller.COMPANY in target.credentials else a.Caller.LOCATION
    stores = zip((a.Caller.LOCATION, a.Caller.OTHER_LOCATION), target.locations, strict=False)
    readers: list[tuple[a.Caller, str]] = [(by, code) for by, code in stores if by in target.credentials]
    if company is a.Caller.COMPANY:
        readers = [(company, code) for code in target.locations] + readers
    for by, code in readers:
        query = {"orderStatus": s.CREATED, "locationCode": code, "pageNumber": 1, "pageSize": 1}
        reply = konnect.call("get_shipments", LISTS, by=by, query=query)
        if reply.status in REFUSED:
            who = f"the user of {_users(konnect, by)}"
            yield (
                f"{who} cannot list store {code} (HTTP {reply.status}{_reason(reply)}). "
                f"Check [target] locations and the user's store"
            )


def _token_problem(target: Target, konnect: Konnect, by: a.Caller) -> Iterator[str]:
    reply = konnect.ask_token(by)
    if reply.status in NOT_FOUND or (reply.status == 200 and not isinstance(reply.body, dict)):
        media = reply.headers.get("content-type", "no content type").partition(";")[0]
        path = operation_of(TOKEN).path
        yield (
            f"there is no Konnect at {target.url}: {path} is answered HTTP {reply.status} with {media}. "
            "Check [target] url, also its path"
        )
    if reply.status in TURNED_AWAY:
        yield (
            f"user or password of {_users(konnect, by)} is wrong (HTTP {reply.status}{_reason(reply)}). "
            "Set the right ones"
        )


def _users(konnect: Konnect, by: a.Caller) -> str:
    """Name the environment variables of a caller, never their values."""
    return " and ".join(konnect.credentials[by].variables) or str(by)


def _reason(reply: Reply) -> str:
    message = reply.body.get("message") if isinstance(reply.body, dict) else None
    return f": {str(message)[:120]}" if message else ""


@dataclass(frozen=True, slots=True)
class _Mode:
    """How a document mode shows.

    `before` and `after` are the statuses around its document, `push` is the call that brings it.
    """

    key: str
    before: str
    after: tuple[str, ...]
    acts: type[a.KonnectAction]
    push: type[a.PushInvoice]


_MODES = (
    _Mode(INVOICE, s.CONFIRMED, (s.PROCESSING,), a.Confirm, a.PushInvoice),
    _Mode(
        CREDIT_NOTE,
        s.RETURN_ACCEPTED,
        (s.CREDIT_NOTE_GENERATED, s.RETURN_COMPLETED),
        a.AcceptReturn,
        a.PushCreditNote,
    ),
)
NOT_YOURS = "IN453"
"""Code for a document that exists already, or that Fynd issues."""


def require_mode(context: CheckContext) -> None:
    """Raise `SetupError` if a failed step shows another document mode.

    Declared as pushed, the document is there without a push. Declared as issued by Fynd, it is missing, and a
    push is accepted.
    """
    flow = context.flow
    target = flow.target
    if not target.described or MODE_SWITCH in target.abilities:
        return
    if flow.player(context.step.actor) is Player.SYSTEM:
        return
    for mode in _MODES:
        declared = flow.case.modes.get(mode.key)
        shown = _shown(context, mode)
        if declared is DocumentMode.AGGREGATOR and _issued_by_itself(context, mode, shown):
            raise _wrong_mode(mode, declared, "the OMS issues the document itself")
        if declared is DocumentMode.FYND and _accepts_push(context, mode, shown):
            raise _wrong_mode(mode, declared, "the OMS issues none, and accepts a pushed one")


def _wrong_mode(mode: _Mode, declared: DocumentMode, seen: str) -> SetupError:
    return SetupError(
        f'{WRONG} {mode.key}_mode = "{declared}" in the target file, but {seen}. '
        "Set the mode of the account in [target]"
    )


def _shown(context: CheckContext, mode: _Mode) -> dict[str, str]:
    """Return the shipments that this mode is about, with their statuses."""
    flow = context.flow
    names = [name for name in context.step.action.names if name in flow.memory.ids]
    found = {}
    for order_id in flow.memory.of(tuple(names)):
        shipment = flow.look(order_id)
        word = flow.reading.word(shipment) if shipment else ""
        if word in (mode.before, *mode.after):
            found[order_id] = word
    return found


def _waits(action: a.Action, mode: _Mode) -> bool:
    """Return whether a step comes before the push of this mode."""
    return isinstance(action, a.WaitOnly | mode.acts)


def _issued_by_itself(context: CheckContext, mode: _Mode, shown: dict[str, str]) -> bool:
    """Return whether a document is there that nobody has pushed."""
    reading, pushed = context.flow.reading, context.flow.memory.numbers
    there = {i for i, word in shown.items() if word in mode.after and i not in pushed}
    action = context.step.action
    if _waits(action, mode):
        return bool(there)
    if type(action) is not mode.push or not context.outcome.replies:
        return False
    about = [x for i in there for x in reading.errors_about(context.outcome.replies[-1].body, i)]
    return any(reading.has_code(item, NOT_YOURS) for item in about)


def _accepts_push(context: CheckContext, mode: _Mode, shown: dict[str, str]) -> bool:
    """Return whether a push for a missing document is accepted."""
    flow, action = context.flow, context.step.action
    late = next((i for i, word in shown.items() if word == mode.before), None)
    if late is None or not _waits(action, mode):
        return False
    try:
        outcome = perform(mode.push(flow.memory.name_of(late)), flow)
    except (TargetLostError, WritesSpentError):
        return False
    reply = outcome.replies[-1]
    return reply.status == 200 and not flow.reading.errors_about(reply.body, late)
