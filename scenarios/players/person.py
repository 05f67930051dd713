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
    restored: dict[str, str] = field(default_factory=dict)
    """Id -> its flow, from the records of an earlier part of the run."""
    lock: Lock = field(default_factory=Lock)

    def taken(self, flow: str) -> set[str]:
        """Return the ids of other steps, also of the interrupted run."""
        return self.claimed | {order_id for order_id, owner in self.restored.items() if owner != flow}

    def claim_for(self, named: list[str], fitting: list[list[str]]) -> list[str]:
        """Claim a shipment for each task; return none if one is missing.

        `named` has the id of each task or an empty text, `fitting` the shipments that fit it. Any of several
        like shipments will do, but none that another task or flow has.
        """
        with self.lock:
            chosen: list[str] = []
            for known, found in zip(named, fitting, strict=True):
                free = (i for i in found if i not in self.claimed and i not in chosen and i not in named)
                chosen.append(known or next(free, ""))
            if "" in chosen:
                return []
            self.claimed.update(chosen)
            return chosen


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
    done = _done_before(before) if before else 0
    named = [
        _answered_id(exchange) for exchange in (before.exchanges if before else ()) if _is_task(exchange)
    ]
    for task in tasks:
        context.recorder.waiting(
            Player.PERSON,
            instruction(step, task.shipment, task.items, _where(context, task)),
            watched_for(step, task.shipment),
            context.patience.give_up_after_s,
        )
        if context.target.person_command and done <= 0:
            named.append(_run_command(context, step, desk, task))
        done -= 1
    if step.action.births:
        named = [*named, *[""] * len(tasks)][: len(tasks)]
        ids = _find(context, step, desk, known, named)
        basket = step.action.basket if isinstance(step.action, a.PlaceOrder) else ()
        bind(context, step.action.births, ids, basket)
    return Outcome(order_ids=[task.shipment for task in tasks if task.shipment])


def _done_before(before: Recorded) -> int:
    """Count the given tasks, without those whose command failed."""
    failed = {e.key for e in before.exchanges if e.answer is not None and not _is_task(e)}
    return sum(sending.key not in failed for sending in before.sendings)


def tasks_of(context: FlowContext, step: Step) -> list[PersonTask]:
    """Split a step into tasks: one per order, or per shipment."""
    action = step.action
    if isinstance(action, a.PlaceOrder):
        skus: list[str | None] = list(context.skus(len(action.basket)))
        skus += [None] * (len(action.basket) - len(skus))
        items = tuple(action.lines(skus))
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
        request |= {"discount": step.action.discount} if step.action.discount else {}
    return request


def _run_command(context: FlowContext, step: Step, desk: PersonDesk, task: PersonTask) -> str:
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
    return str(answer.get("orderId") or "") if isinstance(answer, dict) else ""


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


def _is_task(exchange: Exchange) -> bool:
    """Return whether an exchange is a task that a command did."""
    return exchange.method == "PERSON" and exchange.answer is not None and exchange.answer.status == 0


def _answered_id(exchange: Exchange) -> str:
    body = exchange.answer.body if exchange.answer else None
    return str(body.get("orderId") or "") if isinstance(body, dict) else ""


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
    """List new shipments at the store of a step, returns at each."""
    action = step.action
    at_one = (context.location(action.at),) if isinstance(action, a.PlaceOrder) else context.locations
    filters = BORN_UNDER[action.event] if action.event else ()
    return [s for word in filters for location in at_one for s in context.konnect.listed(word, location)]


def _fits(context: FlowContext, step: Step, task: PersonTask, shipment: Shipment) -> bool:
    """Return whether a shipment fits a task: sale, channel, pieces and products."""
    action = step.action
    sale = str(shipment.get("forwardId") or shipment.get("id"))
    if (sale if sale != str(shipment.get("id")) else None) != task.shipment:
        return False
    channel = action.channel if isinstance(action, a.PlaceOrder) else ""
    if channel and shipment.get("orderingChannel", channel) != channel:
        return False
    shown = sorted((quantity_of(item), str(item.get("sku"))) for item in items_of(shipment))
    if [n for n, _ in shown] != sorted(item["quantity"] for item in task.items):
        return False
    skus = [str(item["sku"]) for item in task.items if item["sku"]]
    return not skus or sorted(skus) == sorted(sku for _, sku in shown)


def _find(context: FlowContext, step: Step, desk: PersonDesk, known: set[str], named: list[str]) -> list[str]:
    """Wait for a new shipment for each task without a known id."""
    tasks = tasks_of(context, step)
    others: list[str] = []

    def look() -> list[str]:
        if all(named):
            return desk.claim_for(named, [[] for _ in named])
        answer = _answer(context, desk)
        if answer:
            return desk.claim_for([answer], [[]])
        fresh = {str(s.get("id")): s for s in _newborn(context, step)}
        old = known | desk.taken(context.recorder.flow)
        new = {order_id: s for order_id, s in fresh.items() if order_id not in old}
        fitting = [[i for i, s in new.items() if _fits(context, step, task, s)] for task in tasks]
        if new and not any(fitting) and not others:
            others.extend(new)
            _ask_which(context, desk, others)
        return desk.claim_for(named, fitting)

    found = watch(look, bool, context.pause(), context.patience)
    if not found:
        seen = f"; new but different: {', '.join(others)}" if others else ""
        raise PersonAbsentError(f"waited for {len(tasks)} new shipment(s) that match{seen}")
    return found


def _answer(context: FlowContext, desk: PersonDesk) -> str:
    """Return the id that a person has named, and record it."""
    flow, step = context.recorder.flow, context.recorder.step
    answer = desk.answer(flow, step)
    if not answer:
        return ""
    if answer in desk.taken(flow):
        raise PersonAbsentError(f"order {answer} was named, but another step of this run has it")
    context.recorder.emit(HumanAnswer(flow=flow, step=step, order_id=answer))
    return answer


def _ask_which(context: FlowContext, desk: PersonDesk, found: list[str]) -> None:
    where = f"'{context.recorder.flow}/{context.recorder.step}'"
    context.recorder.waiting(
        Player.PERSON,
        f"New shipments do not match: {', '.join(found)}. If yours is among them, name it with: "
        f"oms-scenarios answer {desk.run} {where} --order-id ID",
        "a shipment that matches, or your answer",
        context.patience.give_up_after_s,
    )
