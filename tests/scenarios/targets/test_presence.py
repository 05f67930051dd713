"""The look whether a target answers names the reason."""

from __future__ import annotations

import pytest
import requests

from scenarios.targets.presence import absence, gone
from scenarios.targets.sessions import open_session
from tests.support.hostile_server import BROKEN, hostile_server

URL = "https://oms.test"
_WRAPPED = "HTTPSConnectionPool(host='oms.test', port=443): Max retries exceeded (Caused by SSLError({}))"
EXPIRED = "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)"
SELF_SIGNED = (
    "[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed certificate (_ssl.c:992)"
)
OTHER_PORT = "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)"


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("closed at once", "the connection was closed"),
        ("mail server", "what came is no HTTP"),
        ("TLS alert", "what came is no HTTP"),
        ("two lengths", "InvalidHeader"),
        ("closed in the body", ""),
    ],
)
def test_an_answer_that_is_none_is_named(kind: str, reason: str) -> None:
    with hostile_server(BROKEN[kind]) as url:
        assert absence(open_session(url), url) == reason


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        (EXPIRED, "certificate has expired"),
        (SELF_SIGNED, "self-signed certificate"),
        (OTHER_PORT, "wrong version number"),
        ("EOF occurred", "handshake failed"),
    ],
)
def test_a_refused_certificate_is_named_with_what_to_do(text: str, reason: str) -> None:
    class Session(requests.Session):
        def send(self, *_: object, **__: object) -> requests.Response:
            raise requests.exceptions.SSLError(_WRAPPED.format(f"SSLCertVerificationError(1, '{text}')"))

    found = absence(Session(), URL)
    assert found == f"no TLS connection: {reason}"
    told = str(gone(URL, found))
    assert told.startswith(f"{URL} is not safe to use: no TLS connection: {reason}. Renew the certificate")
