"""Refusals: each has a code and a reason, and changes nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from contracts.evidence import Evidence
from contracts.lifecycle.queries import find, obstacle
from contracts.lifecycle.table import CANCELLED_STATES, Event, State
from contracts.lifecycle.validation import combinations
from contracts.problems import FROM_OBSTACLE, ROWS, Problem, ProblemRow
from tests.conftest import NewTenant
from tests.support.mock_client import accepted, refusals, refused
from tests.support.refusal_recipes import READY, RECIPES, Recipe, path, request

DOCUMENTED = {
    ("confirm", "cancelled"): "O400",
    ("confirm", "unknown"): "O422",
    ("update_invoice", "cancelled"): "IN401",
    ("update_invoice", "unknown"): "IN400",
    ("update_invoice", "unknown_item"): "IN400",
    ("update_invoice", "too_early"): "IN403",
    ("update_invoice", "wrong_type"): "IN422",
    ("update_invoice", "number"): "IN422",
    ("update_invoice", "already"): "IN453",
    ("invoice", "unknown"): "IN400",
    ("invoice", "too_early"): "IN403",
    ("labels", "unknown"): "L400",
    ("labels", "too_early"): "L403",
}
"""What the pages give, typed from the fact sheet (7.5)."""


@pytest.mark.parametrize("recipe", RECIPES, ids=[f"{n}-{r.name}" for n, r in enumerate(RECIPES)])
def test_a_refused_order_gets_its_code_and_changes_nothing(new_tenant: NewTenant, recipe: Recipe) -> None:
    tenant = new_tenant(**recipe.settings)
    orders = recipe.prepare(tenant)
    with tenant.unchanged():
        reply = tenant.post(path(recipe.touchpoint), orders, recipe.who)
    refused(reply, recipe.code, recipe.says)
    assert refusals(reply) == [(orders[0]["orderId"], recipe.code)]


def test_every_row_is_reached_by_a_recipe_and_every_recipe_by_a_row() -> None:
    rows = {(row.touchpoint, row.problem) for row in ROWS}
    reached = {(recipe.touchpoint, recipe.problem) for recipe in RECIPES}
    assert rows - reached == set(), "rows that nobody can reach"
    assert reached - rows == set()


def test_the_rows_called_documented_are_those_of_the_pages() -> None:
    rows = {
        (row.touchpoint, str(row.problem)): row.code
        for row in ROWS
        if row.origin.evidence is Evidence.DOCUMENTED
    }
    assert rows == DOCUMENTED


def test_recipes_agree_with_the_pages() -> None:
    told = {(recipe.touchpoint, str(recipe.problem)): recipe.code for recipe in RECIPES}
    assert {key: told[key] for key in DOCUMENTED} == DOCUMENTED


@pytest.mark.parametrize("row", [row for row in ROWS if row.origin.evidence is not Evidence.DOCUMENTED])
def test_an_open_code_is_what_the_profile_says(new_tenant: NewTenant, row: ProblemRow) -> None:
    recipe = next(r for r in RECIPES if (r.touchpoint, r.problem) == (row.touchpoint, row.problem))
    profile = {**recipe.settings.get("profile", {}), "codes": {f"{recipe.touchpoint}.{recipe.problem}": "X1"}}
    recipe = replace(recipe, settings={**recipe.settings, "profile": profile})
    tenant = new_tenant(**recipe.settings)
    refused(tenant.post(path(recipe.touchpoint), recipe.prepare(tenant), recipe.who), "X1", recipe.says)


EVENTS = {
    Event.CONFIRM: "confirm",
    Event.CANCEL: "cancel",
    Event.CANCEL_ITEMS: "cancel",
    Event.PUSH_INVOICE: "update_invoice",
    Event.PUSH_CREDIT_NOTE: "credit_note",
    Event.ACCEPT_RETURN: "return",
}


@pytest.mark.parametrize("event", EVENTS)
def test_whatever_bars_an_event_has_a_row_under_every_condition(event: Event) -> None:
    rows = {(row.touchpoint, row.problem) for row in ROWS}
    for conditions in combinations():
        for state in set(State) - CANCELLED_STATES:
            if find(event, state, conditions) is None:
                problem = FROM_OBSTACLE[obstacle(event, state, conditions)]
                assert (EVENTS[event], problem) in rows, (state, conditions)


@pytest.mark.parametrize("touchpoint", sorted(READY))
def test_another_companys_order_is_unknown(new_tenant: NewTenant, touchpoint: str) -> None:
    ours, theirs = new_tenant(seed=1), new_tenant(seed=2)
    order = theirs.place(state=READY[touchpoint])
    unknown = next(r.code for r in RECIPES if (r.touchpoint, r.problem) == (touchpoint, Problem.UNKNOWN))
    with theirs.unchanged(), ours.unchanged():
        refused(ours.post(path(touchpoint), [request(touchpoint, order)]), unknown, "not known")


@pytest.mark.parametrize("touchpoint", sorted(READY))
@pytest.mark.parametrize("who", ["company", "STORE-1"])
def test_the_company_and_the_orders_own_location_are_served(
    new_tenant: NewTenant, touchpoint: str, who: str
) -> None:
    tenant = new_tenant()
    reply = tenant.post(path(touchpoint), [request(touchpoint, tenant.place(state=READY[touchpoint]))], who)
    if touchpoint in ("invoice", "labels"):
        assert (reply.status, reply.media) == (200, "application/pdf")
    else:
        accepted(reply)


def test_a_refusal_about_an_item_names_it(new_tenant: NewTenant) -> None:
    tenant = new_tenant()
    order = tenant.place()
    item = next(iter(tenant.items(order)))
    named = [{"orderItemId": item, "quantity": 9, "reasonCode": "6"}]
    (error,) = tenant.post("cancel", [{"orderId": order, "orderItems": named}]).json["errors"]
    assert set(error) == {"orderId", "orderItemId", "errorCode", "errorMessage"}
    assert (error["orderId"], error["orderItemId"]) == (order, item)


def test_a_refusal_about_an_order_names_no_item(new_tenant: NewTenant) -> None:
    (error,) = new_tenant().post("confirm", [{"orderId": "1"}]).json["errors"]
    assert error["orderItemId"] is None
