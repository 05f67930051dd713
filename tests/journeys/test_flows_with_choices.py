"""Everything ends under each choice of the lifecycle."""

from __future__ import annotations

import pytest

from contracts.lifecycle.table import CONDITIONS
from contracts.profile import DEFAULT, Profile
from scenarios.flows import FLOWS
from scenarios.targets.opening import open_target
from tests.support.flow_runs import assert_green, play

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
