"""Outcomes of actions, and the dispatch of an action to its performer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import singledispatch

from scenarios.language import actions as a
from scenarios.session.context import FlowContext
from scenarios.session.memory import record_names
from scenarios.targets.answers import Shipment
from scenarios.targets.control import ControlRefusedError
from scenarios.targets.http import Reply


@dataclass(slots=True)
class Outcome:
    """The outcome of an action.

    `order_ids` are the ids that the calls named, `listed` the entries of a list, `refusal` the refusal by the
    control plane, `unanswered` a write whose answer was lost.
    """

    replies: list[Reply] = field(default_factory=list)
    order_ids: list[str] = field(default_factory=list)
    listed: list[Shipment] | None = None
    pages: list[list[Shipment]] = field(default_factory=list)
    refusal: ControlRefusedError | None = None
    unanswered: bool = False


@singledispatch
def perform(action: a.Action, context: FlowContext) -> Outcome:
    """Perform `action`; raises `TypeError` for one without a performer."""
    raise TypeError(f"action {type(action).__name__} has no performer")


@perform.register
def _wait_only(action: a.WaitOnly, context: FlowContext) -> Outcome:
    return Outcome()


@perform.register
def _time_passes(action: a.TimePasses, context: FlowContext) -> Outcome:
    context.advance(action.seconds)
    return Outcome()


def bind(context: FlowContext, name: str, ids: list[str], basket: tuple[int, ...] = ()) -> None:
    """Give `name` to these ids, in memory and records."""
    context.memory.basket[name] = basket
    context.memory.bind(name, ids)
    for recorded, order_id in record_names(name, ids):
        context.recorder.order(recorded, order_id)


def at_once(works: list[Callable[[], Outcome]]) -> list[Outcome | BaseException]:
    """Run functions at the same moment; return their results or exceptions."""
    results: list[Outcome | BaseException] = [Outcome() for _ in works]
    gate = threading.Barrier(len(works))

    def run(place: int, work: Callable[[], Outcome]) -> None:
        gate.wait()
        try:
            results[place] = work()
        except BaseException as error:  # noqa: BLE001 - handed to the caller, who raises it in its own thread
            results[place] = error

    threads = [threading.Thread(target=run, args=(n, work), daemon=True) for n, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results
