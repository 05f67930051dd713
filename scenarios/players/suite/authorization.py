"""The suite as aggregator: group authorization."""

from __future__ import annotations

from scenarios.language import actions as a
from scenarios.players.suite.outcome import Outcome, perform
from scenarios.session.context import FlowContext


@perform.register
def _get_token(action: a.GetToken, context: FlowContext) -> Outcome:
    return Outcome([context.konnect.ask_token(action.by, action.password, action.without)])
