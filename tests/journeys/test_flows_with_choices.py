"""Everything ends under each choice of the lifecycle."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import pytest

from contracts.lifecycle.table import CONDITIONS, DocumentMode
from contracts.profile import DEFAULT, Profile, parse
from scenarios.flows import FLOWS
from scenarios.load.aggregator import Aggregator
from scenarios.load.call import Answer, LoadRequest
from scenarios.load.journey import Journey, Share
from scenarios.load.shop import Shop
from scenarios.load.tenants import LoadTenant
from scenarios.targets.answers import Reading
from scenarios.targets.konnect import Credentials
from scenarios.targets.opening import open_target
from tests.conftest import NewTenant
from tests.support.flow_runs import assert_green, play
from tests.support.mock_client import Transport

T = TypeVar("T")

OTHER_LIFECYCLES = {
    name: next(value for value in values if value != getattr(DEFAULT, name))
    for name, values in CONDITIONS.items()
    if name in Profile.model_fields
}
"""Every switch of the lifecycle with its other value."""


@pytest.mark.parametrize("switch", OTHER_LIFECYCLES)
def test_every_flow_is_green_with_another_choice_of_the_lifecycle(switch: str) -> None:
    profile = {switch: OTHER_LIFECYCLES[switch]}
    assert_green(play(FLOWS, open_target("mock", options={"profile": profile})))


class Line:
    """A sender of load calls to the mock of a test."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def send(self, asked: LoadRequest, judge: Callable[[Answer], T]) -> T:
        reply = self._transport.send(asked.method, asked.path, (), asked.body or b"", asked.headers)
        return judge(Answer(reply.status, reply.body))


@pytest.mark.parametrize("mode", DocumentMode)
@pytest.mark.parametrize("switch", OTHER_LIFECYCLES)
def test_every_journey_under_load_ends_with_another_choice_of_the_lifecycle(
    new_tenant: NewTenant, switch: str, mode: DocumentMode
) -> None:
    profile = {switch: OTHER_LIFECYCLES[switch]}
    tenant = new_tenant(invoice_mode=mode, credit_note_mode=mode, profile=profile)
    users: Any = tenant.credentials()
    line, credentials = Line(tenant.transport), Credentials(**users)
    loaded = LoadTenant(tenant.name, mode, mode, ("STORE-1",), credentials, parse(profile))
    aggregator = Aggregator(line, credentials, Reading(loaded.profile))
    aggregator.log_in()
    journey = Journey(Shop(line, tenant.name), aggregator, loaded, "STORE-1", 2, returns=Share(100))
    assert journey.play() == 2
