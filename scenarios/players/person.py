"""A person as customer or store, instructed by terminal or command."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import IO, Any

from contracts.lifecycle.table import Event
from scenarios.choices import Player
from scenarios.interruption import SetupError
from scenarios.language import actions as a
from scenarios.language import statuses
from scenarios.language.flow import Step
from scenarios.players.instructions import instruction, watched_for
from scenarios.players.suite import Outcome, bind
from scenarios.records import Answered, Asked, Exchange, HumanAnswer
from scenarios.records import StepView as Recorded
from scenarios.session.context import FlowContext
from scenarios.session.memory import items_of, quantity_of
from scenarios.targets.answers import Shipment
from scenarios.targets.polling import watch

KNOWN_BEFORE = "known before"
"""Subject of the note with the ids from before the person's step."""
ANSWER_LIMIT = 100_000
"""Characters of a command's output that are read."""
BORN_UNDER = {
    Event.PLACE: (statuses.CREATED,),
    Event.START_RETURN: (statuses.RETURN_PROCESSING, statuses.RETURN_DELIVERED),
}
"""Event -> filters that list the created shipment."""


class PersonAbsentError(Exception):
    """The person did not do the step, or could not."""


@dataclass(slots=True)
class PersonDesk:
    """Shared state of all steps played by people: claimed ids and answers.

    `run` names the run; `answer` returns the answer given with `oms-scenarios answer`.
    """

    run: str
    answer: Callable[[str, int], str | None] = lambda _flow, _step: None
    claimed: set[str] = field(default_factory=set)
    worked: bool = False
    """Whether the command has done a task."""
    lock: Lock = field(default_factory=Lock)

    def claim(self, ids: list[str]) -> None:
        """Claim ids for one flow."""
        with self.lock:
            self.claimed.update(ids)

    def claim_if(self, found: set[str], count: int) -> list[str]:
        """Return the unclaimed ids; claim them if there are exactly `count`."""
        with self.lock:
            free = sorted(found - self.claimed)
            if len(free) == count:
                self.claimed.update(free)
            return free


@dataclass(frozen=True, slots=True)
class PersonTask:
    """One task of a person; `shipment` is None if it creates one."""

    shipment: str | None
    items: tuple[dict[str, Any], ...]
    location: str


def ask_person(context: FlowContext, step: Step, desk: PersonDesk, before: Recorded | None = None) -> Outcome:
    """Have a person do the step, and find the created shipments.

    Expectations check the effect. `before` holds the records of an interrupted run: no task is repeated.
    Raises `PersonAbsentError`.
    """
    tasks = tasks_of(context, step)
    known = _known_before(context, step, before)
    done = len(before.sendings) if before else 0
    answered: list[str] = [i for i in map(_answered_id, before.exchanges if before else ()) if i]
    for task in tasks:
        context.recorder.waiting(
            Player.PERSON,
            instruction(step, task.shipment, task.items, _where(context, task)),
            watched_for(step, task.shipment),
            context.patience.give_up_after_s,
        )
        if context.target.person_command and done <= 0:
            answered += _run_command(context, step, desk, task)
        done -= 1
    if step.action.births:
        ids = answered if len(answered) == len(tasks) else _find(context, step, desk, known, len(tasks))
        desk.claim(ids)
        basket = step.action.basket if isinstance(step.action, a.PlaceOrder) else ()
        bind(context, step.action.births, ids, basket)
    return Outcome(order_ids=[task.shipment for task in tasks if task.shipment])


def tasks_of(context: FlowContext, step: Step) -> list[PersonTask]:
    """Split a step into tasks: one per order, or per shipment."""
    action = step.action
    if isinstance(action, a.PlaceOrder):
        skus: list[str | None] = list(context.skus(len(action.basket)))
        skus += [None] * (len(action.basket) - len(skus))
        items = tuple({"sku": sku, "quantity": n} for sku, n in zip(skus, action.basket, strict=True))
        return [PersonTask(None, items, context.location(action.at))] * action.count
    pieces = getattr(action, "pieces", None)
    return [
        PersonTask(order_id, _items(context, order_id, pieces), context.location())
        for order_id in context.memory.of(action.names)
    ]


def _items(context: FlowContext, order_id: str, pieces: a.Pieces | None) -> tuple[dict[str, Any], ...]:
    shipment = context.known(order_id) or {}
    shown = {str(item.get("orderItemId")): item for item in items_of(shipment)}
    meant = context.memory.pieces(order_id) if pieces is None else pieces
    known = context.memory.items.get(order_id, [])
    return tuple(
        {"orderItemId": known[n], "sku": shown.get(known[n], {}).get("sku"), "quantity": count}
        for n, count in meant.items()
        if n < len(known)
    )


def _where(context: FlowContext, task: PersonTask) -> str:
    tenant = f" of tenant {context.control.tenant}" if context.control is not None else ""
    return task.location + tenant


def request_of(context: FlowContext, step: Step, desk: PersonDesk, task: PersonTask) -> dict[str, Any]:
    """Build the standard input of a person's command."""
    request: dict[str, Any] = {
        "run": desk.run,
        "flow": context.recorder.flow,
        "step": context.recorder.step,
        "actor": str(step.actor),
        "event": str(step.action.event),
        "shipment": task.shipment,
        "items": list(task.items),
        "location": task.location,
        "says": step.says,
    }
    if context.control is not None:
        request["tenant"] = context.control.tenant
    if isinstance(step.action, a.StartReturn):
        request["initiator"] = str(step.action.started_in)
    if isinstance(step.action, a.PlaceOrder):
        request["channel"] = step.action.channel or context.target.ordering_channel
    return request


def _run_command(context: FlowContext, step: Step, desk: PersonDesk, task: PersonTask) -> list[str]:
    """Run the person's command; return the id in its answer, if any.

    Raises `PersonAbsentError`.
    """
    request, command = request_of(context, step, desk, task), context.target.person_command[0]
    shipments = (task.shipment,) if task.shipment else ()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as file:
        # A file and not a pipe: the command then knows everything even if we are killed once it runs.
        json.dump(request, file)
        file.seek(0)
        key = context.recorder.sending("PERSON", str(step.action.event), shipments)
        began = datetime.now(UTC)
        status, answer = _call(context.target.person_command, file, context.patience.give_up_after_s)
    context.recorder.exchange(
        Exchange(
            flow=context.recorder.flow,
            step=context.recorder.step,
            method="PERSON",
            url=f"person:{step.action.event}",
            request=Asked(body=request),
            answer=Answered(status=status, body=answer),
            started_at=began,
            elapsed_ms=(datetime.now(UTC) - began).total_seconds() * 1000,
            key=key,
        )
    )
    if status != 0 and not desk.worked:
        raise SetupError(
            f"The set-up is wrong: the person's command {command} ended with status {status} at its first "
            f"task ({step.action.event}). Run it with this task on standard input; the report has the task"
        )
    if status != 0:
        raise PersonAbsentError(f"the person's command ended with status {status}")
    desk.worked = True
    return [str(answer["orderId"])] if isinstance(answer, dict) and answer.get("orderId") else []


def _call(command: tuple[str, ...], request: IO[str], timeout_s: float) -> tuple[int, Any]:
    """Run a command; return its exit status and its JSON or text."""
    try:
        done = subprocess.run(  # noqa: S603 - the command is the user's own
            command,
            stdin=request,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            timeout=timeout_s,
            check=False,
            start_new_session=True,  # what ends us must not end a person half-way
        )
    except subprocess.TimeoutExpired:
        raise PersonAbsentError(f"the person's command did not end within {timeout_s:g} s") from None
    except OSError as error:
        raise SetupError(
            f"The set-up is wrong: the person's command {command[0]} cannot be run ({error.strerror}). "
            "Correct [person] command"
        ) from None
    text = done.stdout.strip()[:ANSWER_LIMIT]
    try:
        return done.returncode, json.loads(text) if text else None
    except ValueError:
        return done.returncode, text


def _answered_id(exchange: Exchange) -> str:
    body = exchange.answer.body if exchange.answer else None
    order_id = body.get("orderId") if isinstance(body, dict) and exchange.method == "PERSON" else None
    return str(order_id) if order_id else ""


# What came into being


def _known_before(context: FlowContext, step: Step, before: Recorded | None) -> set[str]:
    """Return the ids from before the person's step.

    They are recorded, so that a resumed run knows them.
    """
    if not step.action.births:
        return set()
    notes = before.notes if before else []
    written = next((note.text for note in notes if note.about == KNOWN_BEFORE), None)
    if written is not None:
        return set(written.split())
    found = {str(entry.get("id")) for entry in _newborn(context, step)}
    context.recorder.note(KNOWN_BEFORE, " ".join(sorted(found)))
    return found


def _newborn(context: FlowContext, step: Step) -> list[Shipment]:
    """List shipments that may be created by the step."""
    action = step.action
    place = action.at if isinstance(action, a.PlaceOrder) else a.Place.FIRST
    location = context.location(place)
    filters = BORN_UNDER[action.event] if action.event else ()
    return [s for word in filters for s in context.konnect.listed(word, location)]


def _matches(context: FlowContext, step: Step, shipment: Shipment) -> bool:
    """Return whether a shipment fits the step: pieces, products, and sale."""
    action = step.action
    shown = sorted((quantity_of(item), str(item.get("sku"))) for item in items_of(shipment))
    if isinstance(action, a.StartReturn):
        sales = context.memory.of(action.names)
        if str(shipment.get("forwardId")) not in sales or str(shipment.get("id")) in sales:
            return False
        wanted = _items(context, str(shipment.get("forwardId")), action.pieces)
    else:
        wanted = tasks_of(context, step)[0].items
    if sorted(n for n, _ in shown) != sorted(item["quantity"] for item in wanted):
        return False
    skus = [str(item["sku"]) for item in wanted if item["sku"]]
    return not skus or sorted(skus) == sorted(sku for _, sku in shown)


def _find(context: FlowContext, step: Step, desk: PersonDesk, known: set[str], count: int) -> list[str]:
    """Wait for exactly `count` new shipments; if there are more, ask."""
    asked = False

    def look() -> list[str]:
        nonlocal asked
        answer = desk.answer(context.recorder.flow, context.recorder.step)
        if answer:
            context.recorder.emit(
                HumanAnswer(flow=context.recorder.flow, step=context.recorder.step, order_id=answer)
            )
            return [answer]
        fresh = {str(s.get("id")) for s in _newborn(context, step) if _matches(context, step, s)}
        found = desk.claim_if(fresh - known, count)
        if len(found) > count and not asked:
            asked = True
            _ask_which(context, desk, found)
        return found

    found = watch(look, lambda ids: len(ids) == count, context.pause(), context.patience)
    if len(found) != count:
        seen = f"{len(found)} that match" if found else "none"
        raise PersonAbsentError(f"waited for {count} new shipment(s) that match, saw {seen}")
    return found


def _ask_which(context: FlowContext, desk: PersonDesk, found: list[str]) -> None:
    where = f"'{context.recorder.flow}/{context.recorder.step}'"
    context.recorder.waiting(
        Player.PERSON,
        f"Several new shipments match: {', '.join(found)}. Choose one with: "
        f"oms-scenarios answer {desk.run} {where} --order-id ID",
        "your answer",
        context.patience.give_up_after_s,
    )
