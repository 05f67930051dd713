"""The measurement: starts, then rounds of load on every server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import cycle, islice

from tests.tools.bench import calls, load
from tests.tools.bench.calls import WrongAnswerError, ask, check_order
from tests.tools.bench.contenders import Contender, stub_ids
from tests.tools.bench.load import CONNECTIONS, Load, Seen, Target
from tests.tools.bench.machine import memory_mb
from tests.tools.bench.running import Running, running

ORDERS = 10_000
CONFIRMS = ORDERS + 32
"""Orders of a round of confirming; the last few stay behind, see load.lua."""
ENDLESS = 500_000
"""More calls than a server answers in one run: stubs confirm for all of it, and pay for their garbage too."""

Say = Callable[[str], None]


@dataclass(slots=True)
class Measured:
    """What was seen of one server; `absent` says why there is nothing."""

    name: str
    setting: str
    absent: str | None = None
    starts_s: list[float] = field(default_factory=list)
    idle_mb: float = 0.0
    after_mb: float = 0.0
    loads: dict[str, list[Load]] = field(default_factory=lambda: {"get": [], "confirm": []})


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how often."""

    seconds: int
    rounds: int
    starts: int


def rotated(several: Sequence[Contender], by: int) -> list[Contender]:
    """The same in another order, so that none always comes first."""
    by %= len(several)
    return [*several[by:], *several[:by]]


def measure(several: Sequence[Contender], plan: Plan, say: Say) -> list[Measured]:
    """Everything about all of them; raises when an answer was wrong."""
    sample = calls.sample()
    found = {one.name: Measured(one.name, one.setting, one.absent()) for one in several}
    present = [one for one in several if found[one.name].absent is None]
    for number in range(plan.starts):
        say(f"start {number + 1} of {plan.starts}")
        for one in rotated(present, number):
            if one.once:
                continue
            with running(one, sample) as started:
                found[one.name].starts_s.append(started.started_s)
    with ExitStack() as stack:
        served = {one.name: stack.enter_context(running(one, sample)) for one in present}
        _load_all(present, served, found, plan, say)
    return list(found.values())


def _load_all(
    present: Sequence[Contender],
    served: Mapping[str, Running],
    found: Mapping[str, Measured],
    plan: Plan,
    say: Say,
) -> None:
    for one in present:
        say(f"warm-up: {one.name}")
        found[one.name].starts_s.append(served[one.name].started_s)
        found[one.name].idle_mb = memory_mb(served[one.name].pid)
        _round(one, served[one.name], one.warm_up_s)
    for number in range(plan.rounds):
        for one in rotated(present, number):
            say(f"round {number + 1} of {plan.rounds}: {one.name}")
            for call, seen in _round(one, served[one.name], plan.seconds).items():
                found[one.name].loads[call].append(seen)
    for one in present:
        found[one.name].after_mb = memory_mb(served[one.name].pid)


def _round(one: Contender, served: Running, seconds: int) -> dict[str, Load]:
    if one.knows_orders:
        return _round_of_ours(served, seconds)
    one.answers(served.url)
    ids = list(islice(cycle(stub_ids()), ENDLESS))
    target = Target(served.url, served.pid)
    seen = {call: load.measured(target, call, ids, seconds)[0] for call in one.calls}
    one.answers(served.url)
    return seen


def _round_of_ours(served: Running, seconds: int) -> dict[str, Load]:
    """Orders are placed anew, looked at, and confirmed, each once."""
    url, key = served.url, calls.token(served.url)
    calls.start_afresh(url)
    ids = calls.place(url, CONFIRMS)
    for known in (ids[0], ids[-1]):
        check_order(ask(url, f"{calls.LOOK}?orderId={known}", token=key), known)
    target = Target(url, served.pid, key)
    get, _ = load.measured(target, "get", ids, seconds)
    confirm, seen = load.measured(target, "confirm", ids, seconds)
    check_all_confirmed(seen, len(ids), calls.confirmed_orders(url))
    return {"get": get, "confirm": confirm}


def check_all_confirmed(seen: Seen, placed: int, confirmed: int) -> None:
    """Raise `WrongAnswerError` unless every call confirmed an order.

    The last calls may lack their answers.
    """
    if seen.sent > placed:
        raise WrongAnswerError(f"only {placed} orders were placed for {seen.sent} calls")
    if not seen.requests <= confirmed <= seen.requests + CONNECTIONS:
        raise WrongAnswerError(f"{seen.requests} calls were answered, {confirmed} orders confirmed")
