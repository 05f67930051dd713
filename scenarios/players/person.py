"""A person as customer or store: asked at the terminal or by a command, known by what they did."""

from __future__ import annotations

import json
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import IO, Any

from contracts.lifecycle.table import Event
from scenarios.language import actions as a
from scenarios.language import statuses
from scenarios.language.flow import Step
from scenarios.players.instructions import instruction, watched_for
from scenarios.players.suite import Outcome, bind
from scenarios.records import Answered, Asked, Exchange, HumanAnswer, Player, StepChanged, StepStatus
from scenarios.records import StepView as Recorded
from scenarios.session.context import FlowContext
from scenarios.session.memory import items_of, quantity_of
from scenarios.targets.answers import Shipment
from scenarios.targets.polling import watch

KNOWN_BEFORE = "known before"
"""What the note is about that lists the ids from before a person was asked."""
ANSWER_LIMIT = 100_000
"""Characters of a command's output that are read."""
BORN_UNDER = {
    Event.PLACE: (statuses.CREATED,),
    Event.START_RETURN: (statuses.RETURN_PROCESSING, statuses.RETURN_DELIVERED),
}
"""Where what a person brought into being shows up."""


class PersonAbsentError(Exception):
    """Nobody did what was asked for, or whoever was asked could not."""


@dataclass(slots=True)
class PersonDesk:
    """What all persons' steps of a run share.

    Its name, ids that a flow has taken as its own, and answers given with `oms-scenarios answer`.
    """

    run: str
    answer: Callable[[str, int], str | None] = lambda _flow, _step: None
    claimed: set[str] = field(default_factory=set)
    lock: Lock = field(default_factory=Lock)

    def claim(self, ids: list[str]) -> None:
        """Take these as one flow's own."""
        with self.lock:
            self.claimed.update(ids)

    def claim_if(self, found: set[str], count: int) -> list[str]:
        """What nobody has taken yet of `found`; taken at once when it is exactly `count`."""
        with self.lock:
            free = sorted(found - self.claimed)
            if len(free) == count:
                self.claimed.update(free)
            return free


@dataclass(frozen=True, slots=True)
class PersonTask:
    """One thing for a person to do: with `shipment`, or bringing one into being."""

    shipment: str | None
    items: tuple[dict[str, Any], ...]
    location: str


def ask_person(stage: FlowContext, step: Step, front: PersonDesk, before: Recorded | None = None) -> Outcome:
    """Have a person do the step; the effect is left to the expectations, what came into being is found here.

    `before` is what the records of an interrupted run tell of this step: nothing is asked for twice. Raises
    `PersonAbsentError`.
    """
    errands = tasks_of(stage, step)
    known = _known_before(stage, step, before)
    done = len(before.sendings) if before else 0
    told: list[str] = [i for i in map(_told, before.exchanges if before else ()) if i]
    for errand in errands:
        _announce(stage, step, errand)
        if stage.target.person_command and done <= 0:
            told += _run_command(stage, step, front, errand)
        done -= 1
    if step.action.births:
        ids = told if len(told) == len(errands) else _find(stage, step, front, known, len(errands))
        front.claim(ids)
        basket = step.action.basket if isinstance(step.action, a.PlaceOrder) else ()
        bind(stage, step.action.births, ids, basket)
    return Outcome(asked=[errand.shipment for errand in errands if errand.shipment])


def tasks_of(stage: FlowContext, step: Step) -> list[PersonTask]:
    """The single things to do in a step: one for each order, or for each shipment."""
    action = step.action
    if isinstance(action, a.PlaceOrder):
        skus: list[str | None] = list(stage.skus(len(action.basket)))
        skus += [None] * (len(action.basket) - len(skus))
        items = tuple({"sku": sku, "quantity": n} for sku, n in zip(skus, action.basket, strict=True))
        return [PersonTask(None, items, stage.location(action.at))] * action.count
    pieces = getattr(action, "pieces", None)
    return [
        PersonTask(order_id, _items(stage, order_id, pieces), stage.location())
        for order_id in stage.story.of(action.names)
    ]


def _items(stage: FlowContext, order_id: str, pieces: a.Pieces | None) -> tuple[dict[str, Any], ...]:
    shipment = stage.known(order_id) or {}
    shown = {str(item.get("orderItemId")): item for item in items_of(shipment)}
    meant = stage.story.pieces(order_id) if pieces is None else pieces
    known = stage.story.items.get(order_id, [])
    return tuple(
        {"orderItemId": known[n], "sku": shown.get(known[n], {}).get("sku"), "quantity": count}
        for n, count in meant.items()
        if n < len(known)
    )


def _announce(stage: FlowContext, step: Step, errand: PersonTask) -> None:
    stage.scribe.emit(
        StepChanged(
            flow=stage.scribe.flow,
            step=stage.scribe.step,
            status=StepStatus.WAITING,
            player=Player.PERSON,
            instruction=instruction(step, errand.shipment, errand.items, _where(stage, errand)),
            watched_for=watched_for(step, errand.shipment),
            deadline=datetime.now(UTC) + timedelta(seconds=stage.patience.give_up_after_s),
        )
    )


def _where(stage: FlowContext, errand: PersonTask) -> str:
    tenant = f" of tenant {stage.control.tenant}" if stage.control is not None else ""
    return errand.location + tenant


def request_of(stage: FlowContext, step: Step, front: PersonDesk, errand: PersonTask) -> dict[str, Any]:
    """What a person's command gets on its standard input."""
    request: dict[str, Any] = {
        "run": front.run,
        "flow": stage.scribe.flow,
        "step": stage.scribe.step,
        "actor": str(step.actor),
        "event": str(step.action.event),
        "shipment": errand.shipment,
        "items": list(errand.items),
        "location": errand.location,
        "says": step.says,
    }
    if stage.control is not None:
        request["tenant"] = stage.control.tenant
    if isinstance(step.action, a.StartReturn):
        request["initiator"] = str(step.action.started_in)
    if isinstance(step.action, a.PlaceOrder):
        request["channel"] = step.action.channel or stage.target.ordering_channel
    return request


def _run_command(stage: FlowContext, step: Step, front: PersonDesk, errand: PersonTask) -> list[str]:
    """Run the person's command; the id that it told, if it did. Raises `PersonAbsentError`."""
    request = request_of(stage, step, front, errand)
    shipments = (errand.shipment,) if errand.shipment else ()
    with tempfile.TemporaryFile("w+", encoding="utf-8") as asked:
        # A file and not a pipe: the command then knows everything even if we are killed once it runs.
        json.dump(request, asked)
        asked.seek(0)
        key = stage.scribe.sending("PERSON", str(step.action.event), shipments)
        began = datetime.now(UTC)
        status, answer = _call(stage.target.person_command, asked, stage.patience.give_up_after_s)
    stage.scribe.exchange(
        Exchange(
            flow=stage.scribe.flow,
            step=stage.scribe.step,
            method="PERSON",
            url=f"person:{step.action.event}",
            request=Asked(body=request),
            answer=Answered(status=status, body=answer),
            started_at=began,
            elapsed_ms=(datetime.now(UTC) - began).total_seconds() * 1000,
            key=key,
        )
    )
    if status != 0:
        raise PersonAbsentError(f"the person's command ended with status {status}")
    return [str(answer["orderId"])] if isinstance(answer, dict) and answer.get("orderId") else []


def _call(command: tuple[str, ...], asked: IO[str], timeout_s: float) -> tuple[int, Any]:
    """Exit status and output of the command: its JSON, its text, or None."""
    try:
        done = subprocess.run(  # noqa: S603 - the command is the user's own
            command,
            stdin=asked,
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
        raise PersonAbsentError(f"the person's command cannot be run: {error.strerror}") from None
    text = done.stdout.strip()[:ANSWER_LIMIT]
    try:
        return done.returncode, json.loads(text) if text else None
    except ValueError:
        return done.returncode, text


def _told(exchange: Exchange) -> str:
    body = exchange.answer.body if exchange.answer else None
    told = body.get("orderId") if isinstance(body, dict) and exchange.method == "PERSON" else None
    return str(told) if told else ""


# What came into being


def _known_before(stage: FlowContext, step: Step, before: Recorded | None) -> set[str]:
    """Ids that were there before the person was asked; recorded, so that a resumed run knows them too."""
    if not step.action.births:
        return set()
    notes = before.notes if before else []
    written = next((note.text for note in notes if note.about == KNOWN_BEFORE), None)
    if written is not None:
        return set(written.split())
    found = {str(entry.get("id")) for entry in _newborn(stage, step)}
    stage.scribe.note(KNOWN_BEFORE, " ".join(sorted(found)))
    return found


def _newborn(stage: FlowContext, step: Step) -> list[Shipment]:
    """Shipments in the statuses in which the step's shipments would appear, at the step's store."""
    action = step.action
    place = action.at if isinstance(action, a.PlaceOrder) else a.Place.FIRST
    location = stage.location(place)
    filters = BORN_UNDER[action.event] if action.event else ()
    return [s for word in filters for s in stage.konnect.listed(word, location)]


def _matches(stage: FlowContext, step: Step, shipment: Shipment) -> bool:
    """Whether a shipment can be what the step asked for: pieces and products, and the sale of a return."""
    action = step.action
    shown = sorted((quantity_of(item), str(item.get("sku"))) for item in items_of(shipment))
    if isinstance(action, a.StartReturn):
        sales = stage.story.of(action.names)
        if str(shipment.get("forwardId")) not in sales or str(shipment.get("id")) in sales:
            return False
        wanted = _items(stage, str(shipment.get("forwardId")), action.pieces)
    else:
        wanted = tasks_of(stage, step)[0].items
    if sorted(n for n, _ in shown) != sorted(item["quantity"] for item in wanted):
        return False
    skus = [str(item["sku"]) for item in wanted if item["sku"]]
    return not skus or sorted(skus) == sorted(sku for _, sku in shown)


def _find(stage: FlowContext, step: Step, front: PersonDesk, known: set[str], count: int) -> list[str]:
    """Wait for exactly `count` new shipments that match; ask which is meant when there are more."""
    asked = False

    def look() -> list[str]:
        nonlocal asked
        answered = front.answer(stage.scribe.flow, stage.scribe.step)
        if answered:
            stage.scribe.emit(HumanAnswer(flow=stage.scribe.flow, step=stage.scribe.step, order_id=answered))
            return [answered]
        fresh = {str(s.get("id")) for s in _newborn(stage, step) if _matches(stage, step, s)}
        found = front.claim_if(fresh - known, count)
        if len(found) > count and not asked:
            asked = True
            _ask_which(stage, front, found)
        return found

    found = watch(look, lambda ids: len(ids) == count, stage.pause(), stage.patience)
    if len(found) != count:
        seen = f"{len(found)} that could be meant" if found else "none"
        raise PersonAbsentError(f"waited for {count} new shipment(s) that match, saw {seen}")
    return found


def _ask_which(stage: FlowContext, front: PersonDesk, found: list[str]) -> None:
    where = f"'{stage.scribe.flow}/{stage.scribe.step}'"
    stage.scribe.emit(
        StepChanged(
            flow=stage.scribe.flow,
            step=stage.scribe.step,
            status=StepStatus.WAITING,
            player=Player.PERSON,
            instruction=f"Several new shipments match: {', '.join(found)}. Tell which one is meant: "
            f"oms-scenarios answer {front.run} {where} --order-id ID",
            watched_for="your answer",
            deadline=datetime.now(UTC) + timedelta(seconds=stage.patience.give_up_after_s),
        )
    )
