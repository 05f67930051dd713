"""GET /aggregator/v1/token."""

from __future__ import annotations

from datetime import timedelta

from contracts.konnect.models import TokenQuery
from mock_oms.web.call import Answer, Call, json_answer
from mock_oms.web.rejections import CallRefusal, CallRefused


def generate_token(call: Call) -> Answer:
    """A token for a company's or a location's credentials; it lives on the tenant's clock."""
    query: TokenQuery = call.query
    directory = call.server.store.directory()
    user = directory.authenticate(query.username, query.password)
    if user is None:
        call.tenant = directory.tenant_of(query.username)
        if call.tenant:
            call.profile = call.world_of(call.tenant).profile
        raise CallRefused(CallRefusal(call.profile.bad_credentials_status, "username or password is wrong"))
    call.tenant = user.tenant
    world = call.world_of(user.tenant)
    call.profile = world.profile
    token = directory.open_session(user, world.clock.now() + timedelta(seconds=world.profile.token_ttl_s))
    return json_answer({world.profile.token_field: token, "status": world.profile.status_success})
