"""GET /aggregator/v1/token."""

from __future__ import annotations

from datetime import timedelta

from contracts.control.defaults import DEFAULT_TENANT
from contracts.konnect.authorization import TokenQuery
from mock_oms.domain.users import new_token
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.call import Call
from mock_oms.web.konnect.registry import handles
from mock_oms.web.rejections import CallRefusal, CallRefusedError


@handles("generate_token")
def generate_token(call: Call) -> Answer:
    """Returns a token for credentials of a company or a location.

    It expires by the tenant's clock.
    """
    query: TokenQuery = call.query
    directory = call.server.store.directory()
    user = directory.authenticate(query.username, query.password)
    if user is None:
        call.tenant = directory.tenant_of(query.username)
        settings = call.settings_of(call.tenant or DEFAULT_TENANT)  # as much work for an unknown name
        if call.tenant:
            call.profile = settings.profile
        raise CallRefusedError(
            CallRefusal(call.profile.bad_credentials_status, "username or password is wrong")
        )
    call.tenant = user.tenant
    settings = call.settings_of(user.tenant)
    call.profile = settings.profile
    ends = settings.clock.now() + timedelta(seconds=settings.profile.token_ttl_s)
    token = new_token() if call.dry_run else directory.open_session(user, ends)
    return json_answer({settings.profile.token_field: token, "status": settings.profile.status_success})
