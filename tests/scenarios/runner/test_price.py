"""The price of a run is shown before it starts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scenarios.choices import Player
from scenarios.errors import UsageError
from scenarios.flows import FLOWS
from scenarios.flows.selection import choose
from scenarios.records import Price
from scenarios.report.wording import price
from scenarios.runner.plan import make_plans
from scenarios.runner.price import limit_writes, price_of
from scenarios.runner.run import writes_of
from scenarios.targets.http import Pacer
from scenarios.targets.opening import Target, open_target
from scenarios.targets.polling import Patience
from tests.tools.truth.cases import Case
from tests.tools.truth.playing import play

SOME = ("PAS-S-01", "PAS-S-25", "PAS-R-1*", "PAS-X-12", "PAS-X-14", "PAS-X-27", "PAS-X-5*", "PAS-L-1*")


def described(**changes: object) -> Target:
    """Build a described target with people as customer and store."""
    mock = open_target("mock")
    people = dict.fromkeys(mock.cast, Player.PERSON) | {
        actor: Player.SUITE for actor in mock.cast if actor == "aggregator"
    }
    return replace(mock, described=True, cast=people, patience=Patience(60, 900), **changes)  # type: ignore[arg-type]


def planned(target: Target, *patterns: str) -> Price:
    return price_of(target, make_plans(choose(FLOWS, patterns)[0], target, {}))


def test_the_planned_writes_and_tasks_are_those_of_the_run() -> None:
    view = play(Case("price"), SOME, patience_s=20)
    assert view.run
    assert view.run.price
    steps = [step for flow in view.flows.values() for step in flow.steps.values()]
    tasks = [e for step in steps for e in step.exchanges if e.method == "PERSON"]
    assert (view.run.price.writes, view.run.price.tasks) == (writes_of(view), len(tasks))
    assert view.run.price.writes > 60


def test_people_and_slow_calls_cost_minutes() -> None:
    target = described()
    target.wire.pacer.requests_per_s_max = 0.5
    found = planned(target, "PAS-X-15")
    assert found.tasks == found.people_minutes / 2 > 0
    assert found.waiting_minutes > 0
    assert planned(replace(target, person_command=("robot",)), "PAS-X-15").people_minutes == 0


@pytest.mark.parametrize(
    ("known", "says"),
    [
        (Price(flows=1, writes=1), "1 flow, 1 write"),
        (
            Price(flows=119, writes=1412, tasks=260, people_minutes=520, waiting_minutes=35),
            "119 flows, 1,412 writes, 260 tasks for people (about 8 h 40 min), about 35 min 0 s of waiting",
        ),
        (Price(flows=2, writes=3, tasks=4), "2 flows, 3 writes, 4 tasks for people (done by the command)"),
    ],
)
def test_a_price_is_one_line(known: Price, says: str) -> None:
    assert price(known) == says


def test_by_default_as_many_writes_are_allowed_as_are_planned() -> None:
    target = described()
    limit_writes(target, Price(flows=3, writes=7), 5)
    assert target.wire.pacer.writes_max == 12


def test_too_few_writes_are_refused_with_the_number_needed() -> None:
    target = described()
    target = replace(target, name="sandbox", wire=replace(target.wire, pacer=Pacer(writes_max=11)))
    with pytest.raises(UsageError, match=r"need 7, after 5 that were sent\. Set writes_max = 12 or more"):
        limit_writes(target, Price(flows=3, writes=7), 5)
