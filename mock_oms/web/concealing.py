"""Keeps secrets of a request out of refusals, logs and journal.

A client may repeat its token, a password or the control key anywhere: in a path, a parameter, a body.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from contracts.control.calls import KEY_HEADER
from contracts.konnect.operations import TOKEN_HEADER
from contracts.masking import CACHED_MAX, Secrets, is_secret_name
from mock_oms.web.answers import JSON, Answer
from mock_oms.web.call import parameters
from mock_oms.web.request import Request


def secrets_of(
    request: Request, control_key: str | None, pairs: Sequence[tuple[str, str]] | None = None
) -> Secrets:
    """Returns the secrets of a request, and the control key.

    A password that is also the user name is public, as that of tenant `default`. `pairs` are the parameters,
    where they are parsed already.
    """
    headers = request.headers
    if pairs is None:
        pairs = parameters(request.query)
    token, key = headers.get(TOKEN_HEADER, ""), headers.get(KEY_HEADER, "")
    named: Sequence[str] = ()
    if pairs:
        public = dict(pairs).get("username")
        named = [value for name, value in pairs if is_secret_name(name) and value != public]
    if not named and len(token) + len(key) <= CACHED_MAX:
        return _cached(token, key, control_key or "")
    return Secrets([token, key, control_key or "", *named])


@lru_cache(maxsize=1024)
def _cached(*secrets: str) -> Secrets:
    return Secrets(secrets)


def concealed(answer: Answer, request: Request, control_key: str | None) -> Answer:
    """Masks the secrets of a request in the answer that refuses it."""
    if answer.media != JSON:
        return answer
    secrets = secrets_of(request, control_key)
    return answer._replace(body=secrets.mask_bytes(answer.body)) if secrets.are_in(answer.body) else answer
