"""Automatic steps follow the tenant's pace and clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.conftest import NewTenant
from tests.support.mock_client import FROZEN_AT, Tenant, denied

pytestmark = pytest.mark.every_store

START = datetime.fromisoformat(FROZEN_AT)
AUTOMATIC = {"invoice_mode": "fynd", "credit_note_mode": "fynd"}


def at(seconds: float) -> str:
    return (START + timedelta(seconds=seconds)).isoformat()


def times(tenant: Tenant, order: str) -> dict[str, str]:
    return {step["event"]: step["at"] for step in tenant.look(order)["trail"]}


def test_steps_come_at_once_unless_told_otherwise(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC)
    order = tenant.place()
    tenant.confirm(order)
    assert tenant.state(order) == "bag_invoiced"


def test_a_held_step_waits_for_the_control_plane(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"issue_invoice": "held"})
    order = tenant.place()
    tenant.confirm(order)
    tenant.advance(30 * 24 * 3600)
    assert (tenant.state(order), tenant.word(order)) == ("bag_confirmed", "CONFIRMED")
    assert "issue_invoice" in tenant.look(order)["next"]
    tenant.fire(order, "issue_invoice")
    assert tenant.state(order) == "bag_invoiced"
    reply = tenant.control_reply("POST", f"/shipments/{order}/events/issue_invoice")
    denied(
        reply,
        409,
        "not_allowed",
        f"order {order} already has invoice I00014000A",
        "issued by Fynd OMS at",
    )


def test_a_delayed_step_comes_when_its_time_has_come_and_not_before(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = tenant.place()
    tenant.confirm(order)
    tenant.advance(29.5)
    assert tenant.state(order) == "bag_confirmed"
    tenant.advance(0.5)
    assert tenant.state(order) == "bag_invoiced"


def test_a_delayed_step_is_stamped_with_its_due_time_however_late_one_looks(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = tenant.place()
    tenant.confirm(order)
    tenant.advance(3600)
    assert times(tenant, order)["issue_invoice"] == at(30)
    (document,) = tenant.look(order)["documents"]
    assert document["date"] == "2026-01-05T15:30:30+00:00"


def test_who_looks_in_between_sees_the_same_history(new_tenant: NewTenant) -> None:
    trails = []
    for looks in (True, False):
        tenant = new_tenant(**AUTOMATIC, pace={"*": {"after_s": 10}}, seed=7)
        back = tenant.place(state="return_initiated")
        tenant.accept_return(back)
        for _ in range(30):
            tenant.advance(1)
            if looks:
                tenant.word(back)
                tenant.listed("RETURN_COMPLETED")
                tenant.get({"orderStatus": "CREDIT_NOTE_GENERATED"}, path="/info")
        trails.append(tenant.look(back)["trail"])
    assert trails[0] == trails[1]


def test_a_chain_of_delays_counts_from_step_to_step(new_tenant: NewTenant) -> None:
    tenant = new_tenant(
        **AUTOMATIC, pace={"issue_credit_note": {"after_s": 10}, "complete_return": {"after_s": 5}}
    )
    back = tenant.place(state="return_initiated")
    tenant.accept_return(back)
    tenant.advance(12)
    assert tenant.state(back) == "credit_note_generated"
    tenant.advance(100)
    assert times(tenant, back) == {
        "open_return": at(0),
        "accept_return": at(0),
        "issue_credit_note": at(10),
        "complete_return": at(15),
    }


def test_due_steps_of_many_orders_are_taken_in_the_order_of_their_times(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"issue_invoice": {"after_s": 60}})
    orders = tenant.place_many(3)
    for order in reversed(orders):
        tenant.confirm(order)
        tenant.advance(1)
    tenant.advance(600)
    numbers = [tenant.look(order)["marketplaceInvoiceNumber"] for order in orders]
    assert numbers == ["I00014000A000003", "I00014000A000002", "I00014000A000001"]


def test_reading_advances_nothing(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"*": {"after_s": 1}})
    order = tenant.place()
    tenant.confirm(order)
    before = tenant.look(order)
    for _ in range(5):
        tenant.word(order)
        tenant.listed("CONFIRMED")
        tenant.get({"orderId": order}, path="/info")
        tenant.control("GET", "/stock")
        tenant.control("GET", "/clock")
    assert tenant.look(order) == before


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
    new_tenant: NewTenant, pace: dict[str, object], wait: float, due: str
) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"*": "held"})
    order = tenant.place()
    tenant.confirm(order)
    tenant.advance(5)
    tenant.change(pace=pace)
    if wait:
        assert tenant.state(order) == "bag_confirmed"
        tenant.advance(wait)
    assert tenant.state(order) == "bag_invoiced"
    assert times(tenant, order)["issue_invoice"] == due


def test_a_delay_that_was_running_can_be_held(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"*": {"after_s": 30}})
    order = tenant.place()
    tenant.confirm(order)
    tenant.change(pace={"*": "held"})
    tenant.advance(3600)
    assert tenant.state(order) == "bag_confirmed"


def test_an_event_by_name_wins_over_all_of_them(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"*": "held", "issue_invoice": "immediate"})
    order = tenant.place()
    tenant.confirm(order)
    assert tenant.state(order) == "bag_invoiced"


def test_the_profile_gives_the_pace_of_tenants_that_say_nothing(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, profile={"automatic_after_s": 60})
    order = tenant.place()
    tenant.confirm(order)
    tenant.advance(59)
    assert tenant.state(order) == "bag_confirmed"
    tenant.advance(1)
    assert tenant.state(order) == "bag_invoiced"


def test_a_return_that_waits_takes_a_leg_that_the_profile_adds(tenant: Tenant) -> None:
    back = tenant.place(state="return_initiated")
    tenant.advance(10)
    tenant.change(profile={"return_passes_bag_delivered": True})
    assert tenant.state(back) == "return_bag_delivered"
    assert times(tenant, back)["deliver_return"] == at(10)


def test_a_return_goes_on_when_the_profile_takes_its_leg_back(new_tenant: NewTenant) -> None:
    tenant = new_tenant(profile={"return_passes_bag_delivered": True}, pace={"*": "held"})
    accepted, rejected = (tenant.place(state="return_bag_delivered") for _ in range(2))
    tenant.change(profile={"return_passes_bag_delivered": False})
    tenant.accept_return(accepted)
    tenant.fire(rejected, "reject_return")
    assert (tenant.state(accepted), tenant.state(rejected)) == ("return_accepted", "return_rejected_by_store")


def test_what_was_fired_early_does_not_come_again(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = tenant.place()
    tenant.confirm(order)
    tenant.fire(order, "issue_invoice")
    tenant.advance(60)
    assert [step["event"] for step in tenant.look(order)["trail"]].count("issue_invoice") == 1


def test_a_cancelled_order_is_not_invoiced_later(new_tenant: NewTenant) -> None:
    tenant = new_tenant(**AUTOMATIC, pace={"issue_invoice": {"after_s": 30}})
    order = tenant.place()
    tenant.confirm(order)
    tenant.cancel(order)
    tenant.advance(60)
    assert tenant.state(order) == "cancelled_fynd"
    assert tenant.look(order)["documents"] == []


def test_the_settings_tell_the_pace(new_tenant: NewTenant) -> None:
    pace = {"*": "held", "issue_invoice": {"after_s": 1.5}, "complete_return": "immediate"}
    tenant = new_tenant(pace=pace)
    assert tenant.control("GET", "")["pace"] == pace
    assert tenant.change(pace={})["pace"] == {}


# The clock


def test_a_frozen_clock_stands_still_and_moves_when_told(tenant: Tenant) -> None:
    assert tenant.control("GET", "/clock") == {"now": at(0), "frozen": True}
    assert tenant.control("POST", "/clock", {"advance_s": 1.25}) == {"now": at(1.25), "frozen": True}
    assert tenant.control("POST", "/clock", {"freeze_at": at(60)})["now"] == at(60)


@pytest.mark.parametrize("moment", [at(-0.001), "1970-01-01T00:00:00Z", "2026-01-05T15:29:59+05:30"])
def test_the_clock_cannot_go_back(tenant: Tenant, moment: str) -> None:
    with tenant.unchanged():
        reply = tenant.control_reply("POST", "/clock", {"freeze_at": moment})
        body = denied(reply, 400, "bad_request", "a time not before the tenant's now")
        assert body["field"] == "freeze_at"


def test_a_resumed_clock_runs_on_from_where_it_stood(tenant: Tenant) -> None:
    answer = tenant.control("POST", "/clock", {"resume": True})
    now = datetime.fromisoformat(answer["now"])
    assert not answer["frozen"]
    assert START <= now < START + timedelta(minutes=5)
    assert datetime.fromisoformat(tenant.control("GET", "/clock")["now"]) >= now


def test_a_running_clock_can_be_moved_and_stopped(new_tenant: NewTenant) -> None:
    tenant = new_tenant(clock=None)
    now = datetime.fromisoformat(tenant.control("GET", "/clock")["now"])
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    later = datetime.fromisoformat(tenant.control("POST", "/clock", {"advance_s": 86400})["now"])
    assert timedelta(days=1) <= later - now < timedelta(days=1, minutes=1)
    stopped = (later + timedelta(hours=1)).isoformat()
    assert tenant.control("POST", "/clock", {"freeze_at": stopped}) == {"now": stopped, "frozen": True}


def test_clocks_of_tenants_are_their_own(new_tenant: NewTenant) -> None:
    one, other = new_tenant(), new_tenant()
    one.advance(10)
    assert other.control("GET", "/clock")["now"] == at(0)


def test_time_ends_in_2199(new_tenant: NewTenant) -> None:
    tenant = new_tenant(
        clock={"freeze_at": "2199-12-31T23:59:00Z"}, **AUTOMATIC, pace={"*": {"after_s": 366 * 86400}}
    )
    back = tenant.place(state="return_initiated")
    tenant.accept_return(back)
    with tenant.unchanged():
        denied(
            tenant.control_reply("POST", "/clock", {"advance_s": 60}),
            400,
            "bad_request",
            "2199-12-31T23:59:59",
        )
