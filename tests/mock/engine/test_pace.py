"""Automatic steps come at the world's pace, on the world's clock, whoever looks and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import NewWorld
from tests.support.mock_client import FROZEN_AT, World, told

pytestmark = pytest.mark.every_store

START = datetime.fromisoformat(FROZEN_AT)
AUTOMATIC = {"invoice_mode": "fynd", "credit_note_mode": "fynd"}


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def times(world: World, order: str) -> dict[str, str]:
    return {step["event"]: step["at"] for step in world.look(order)["trail"]}


def test_steps_come_at_once_unless_told_otherwise(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC)
    order = world.place()
    world.confirm(order)
    assert world.state(order) == "bag_invoiced"


def test_a_held_step_waits_for_the_control_plane(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"issue_invoice": "held"})
    order = world.place()
    world.confirm(order)
    world.advance(30 * 24 * 3600)
    assert (world.state(order), world.word(order)) == ("bag_confirmed", "CONFIRMED")
    assert "issue_invoice" in world.look(order)["next"]
    world.fire(order, "issue_invoice")
    assert world.state(order) == "bag_invoiced"
    reply = world.control_reply("POST", f"/shipments/{order}/events/issue_invoice")
    told(reply, 409, "not_allowed", "cannot issue_invoice while bag_invoiced (already)")


def test_a_delayed_step_comes_when_its_time_has_come_and_not_before(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = world.place()
    world.confirm(order)
    world.advance(29.5)
    assert world.state(order) == "bag_confirmed"
    world.advance(0.5)
    assert world.state(order) == "bag_invoiced"


def test_a_delayed_step_is_stamped_with_its_due_time_however_late_one_looks(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = world.place()
    world.confirm(order)
    world.advance(3600)
    assert times(world, order)["issue_invoice"] == at(30)
    (document,) = world.look(order)["documents"]
    assert document["date"] == at(30)


def test_who_looks_in_between_sees_the_same_history(new_world: NewWorld) -> None:
    trails = []
    for looks in (True, False):
        world = new_world(**AUTOMATIC, pace={"*": {"after_s": 10}}, seed=7)
        back = world.place(state="return_initiated")
        world.accept_return(back)
        for _ in range(30):
            world.advance(1)
            if looks:
                world.word(back)
                world.listed("RETURN_COMPLETED")
                world.get({"orderStatus": "CREDIT_NOTE_GENERATED"}, path="/info")
        trails.append(world.look(back)["trail"])
    assert trails[0] == trails[1]


def test_a_chain_of_delays_counts_from_step_to_step(new_world: NewWorld) -> None:
    world = new_world(
        **AUTOMATIC, pace={"issue_credit_note": {"after_s": 10}, "complete_return": {"after_s": 5}}
    )
    back = world.place(state="return_initiated")
    world.accept_return(back)
    world.advance(12)
    assert world.state(back) == "credit_note_generated"
    world.advance(100)
    assert times(world, back) == {
        "open_return": at(0),
        "accept_return": at(0),
        "issue_credit_note": at(10),
        "complete_return": at(15),
    }


def test_due_steps_of_many_orders_are_taken_in_the_order_of_their_times(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"issue_invoice": {"after_s": 60}})
    orders = world.place_many(3)
    for order in reversed(orders):
        world.confirm(order)
        world.advance(1)
    world.advance(600)
    numbers = [world.look(order)["marketplaceInvoiceNumber"] for order in orders]
    assert numbers == ["INV-000003", "INV-000002", "INV-000001"]


def test_reading_advances_nothing(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"*": {"after_s": 1}})
    order = world.place()
    world.confirm(order)
    before = world.look(order)
    for _ in range(5):
        world.word(order)
        world.listed("CONFIRMED")
        world.get({"orderId": order}, path="/info")
        world.control("GET", "/stock")
        world.control("GET", "/clock")
    assert world.look(order) == before


@pytest.mark.parametrize(
    ("pace", "wait", "due"),
    [
        ({"issue_invoice": {"after_s": 30}}, 25, at(30)),
        ({"issue_invoice": "immediate"}, 0, at(5)),
        ({"*": "immediate"}, 0, at(5)),
        ({"issue_invoice": {"after_s": 2}}, 0, at(5)),
    ],
)
def test_a_changed_pace_counts_for_what_waits_already_but_not_for_the_past(
    new_world: NewWorld, pace: dict[str, object], wait: float, due: str
) -> None:
    world = new_world(**AUTOMATIC, pace={"*": "held"})
    order = world.place()
    world.confirm(order)
    world.advance(5)
    world.change(pace=pace)
    if wait:
        assert world.state(order) == "bag_confirmed"
        world.advance(wait)
    assert world.state(order) == "bag_invoiced"
    assert times(world, order)["issue_invoice"] == due


def test_a_delay_that_was_running_can_be_held(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"*": {"after_s": 30}})
    order = world.place()
    world.confirm(order)
    world.change(pace={"*": "held"})
    world.advance(3600)
    assert world.state(order) == "bag_confirmed"


def test_an_event_by_name_wins_over_all_of_them(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"*": "held", "issue_invoice": "immediate"})
    order = world.place()
    world.confirm(order)
    assert world.state(order) == "bag_invoiced"


def test_the_profile_gives_the_pace_of_worlds_that_say_nothing(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, profile={"automatic_after_s": 60})
    order = world.place()
    world.confirm(order)
    world.advance(59)
    assert world.state(order) == "bag_confirmed"
    world.advance(1)
    assert world.state(order) == "bag_invoiced"


def test_a_return_that_waits_takes_a_leg_that_the_profile_adds(world: World) -> None:
    back = world.place(state="return_initiated")
    world.advance(10)
    world.change(profile={"return_passes_bag_delivered": True})
    assert world.state(back) == "return_bag_delivered"
    assert times(world, back)["deliver_return"] == at(10)


def test_what_was_fired_early_does_not_come_again(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = world.place()
    world.confirm(order)
    world.fire(order, "issue_invoice")
    world.advance(60)
    assert [step["event"] for step in world.look(order)["trail"]].count("issue_invoice") == 1


def test_a_cancelled_order_is_not_invoiced_later(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = world.place()
    world.confirm(order)
    world.cancel(order)
    world.advance(60)
    assert world.state(order) == "cancelled_fynd"
    assert world.look(order)["documents"] == []


def test_the_settings_tell_the_pace(new_world: NewWorld) -> None:
    pace = {"*": "held", "issue_invoice": {"after_s": 1.5}, "complete_return": "immediate"}
    world = new_world(pace=pace)
    assert world.control("GET", "")["pace"] == pace
    assert world.change(pace={})["pace"] == {}


# The clock


def test_a_frozen_clock_stands_still_and_moves_when_told(world: World) -> None:
    assert world.control("GET", "/clock") == {"now": at(0), "frozen": True}
    assert world.control("POST", "/clock", {"advance_s": 1.25}) == {"now": at(1.25), "frozen": True}
    assert world.control("POST", "/clock", {"freeze_at": at(60)})["now"] == at(60)


@pytest.mark.parametrize("moment", [at(-0.001), "1970-01-01T00:00:00Z", "2026-01-05T15:29:59+05:30"])
def test_the_clock_cannot_go_back(world: World, moment: str) -> None:
    with world.unchanged():
        reply = world.control_reply("POST", "/clock", {"freeze_at": moment})
        body = told(reply, 400, "bad_request", "a time not before the world's now")
        assert body["field"] == "freeze_at"


def test_a_resumed_clock_runs_on_from_where_it_stood(world: World) -> None:
    answer = world.control("POST", "/clock", {"resume": True})
    now = datetime.fromisoformat(answer["now"])
    assert not answer["frozen"]
    assert START <= now < START + timedelta(minutes=5)
    assert datetime.fromisoformat(world.control("GET", "/clock")["now"]) >= now


def test_a_running_clock_can_be_moved_and_stopped(new_world: NewWorld) -> None:
    world = new_world(clock=None)
    now = datetime.fromisoformat(world.control("GET", "/clock")["now"])
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    later = datetime.fromisoformat(world.control("POST", "/clock", {"advance_s": 86400})["now"])
    assert timedelta(days=1) <= later - now < timedelta(days=1, minutes=1)
    stopped = (later + timedelta(hours=1)).isoformat()
    assert world.control("POST", "/clock", {"freeze_at": stopped}) == {"now": stopped, "frozen": True}


def test_clocks_of_worlds_are_their_own(new_world: NewWorld) -> None:
    one, other = new_world(), new_world()
    one.advance(10)
    assert other.control("GET", "/clock")["now"] == at(0)


def test_time_ends_in_2199(new_world: NewWorld) -> None:
    world = new_world(
        clock={"freeze_at": "2199-12-31T23:59:00Z"}, **AUTOMATIC, pace={"*": {"after_s": 366 * 86400}}
    )
    back = world.place(state="return_initiated")
    world.accept_return(back)
    with world.unchanged():
        told(
            world.control_reply("POST", "/clock", {"advance_s": 60}),
            400,
            "bad_request",
            "2199-12-31T23:59:59",
        )
