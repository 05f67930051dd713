"""Looks whether a target answers at all."""

from __future__ import annotations

import re

import requests
from urllib3.util import Timeout

from contracts.konnect.operations import OPERATIONS
from scenarios.interruption import StoppedError
from scenarios.targets.control import ControlRefusedError
from scenarios.targets.http import why_none
from scenarios.targets.opening import Target

LOOK_TIMEOUT = Timeout(connect=5, total=15)
"""In seconds, of connecting and of the whole look."""
_PATH = next(row.path for row in OPERATIONS if row.method == "GET" and row.name == "get_shipments")
"""Read without a token: it changes nothing, and any answer counts."""
CONTROL_PATH = "/_control/health"
_TLS_REASON = re.compile(r"(?:verify failed: |\[SSL[^]]*\] (?!certificate verify))(.+?) \(_ssl")
_UNSAFE = "no TLS connection: "
_TLS_HINT = ". Renew the certificate, name its authority in REQUESTS_CA_BUNDLE, or correct the url"
_SYSTEM_REASON = re.compile(r"\[Errno -?\d+\] ([A-Za-z ]+)")


TOO_SLOW = "no answer in time"
"""The reason of `absence` that a busy target may have too."""
_GONE = "Nothing answers at "
_HINT = ". Start it: mock-oms serve"


def with_hint(reason: str, target: Target) -> str:
    """Add to the reason how to start an absent mock."""
    return reason + _HINT if reason.startswith(_GONE) and not target.described else reason


class TargetGoneError(StoppedError):
    """Nothing answers at the target's address; the message says why."""


def require_answer(target: Target) -> None:
    """Raise `TargetGoneError` if nothing answers; a target in this process always does."""
    if target.url is None:
        return
    path = CONTROL_PATH if target.controlled else _PATH
    reason = absence(target.wire.session, target.url + path)
    if reason:
        raise gone(target.url, reason)


def gone(url: str, reason: str) -> TargetGoneError:
    """Build the error for an address at which nothing answers."""
    if reason.startswith(_UNSAFE):
        return TargetGoneError(f"{url} is not safe to use: {reason}{_TLS_HINT}")
    return TargetGoneError(f"{_GONE}{url} ({reason})")


def unusable(error: Exception) -> StoppedError:
    """Build the error for a target that refuses the run's own calls."""
    if isinstance(error, ControlRefusedError) and error.status in (401, 403):
        return StoppedError(
            f"Wrong configuration, no fault of the target: the control plane refused the key ({error})"
        )
    return StoppedError(f"The target cannot be used: {error}")


def absence(session: requests.Session, url: str) -> str:
    """Return why nothing answers at an address; empty if anything does."""
    try:
        request = session.prepare_request(requests.Request("GET", url))
        # requests passes the timeout on to urllib3, which knows a total
        session.send(request, timeout=LOOK_TIMEOUT, allow_redirects=False, stream=True).close()  # type: ignore[arg-type]
    except requests.Timeout:
        return TOO_SLOW
    except requests.exceptions.SSLError as error:
        tls = _TLS_REASON.search(str(error))
        return _UNSAFE + (tls.group(1) if tls else "handshake failed")
    except (requests.RequestException, OSError) as error:
        found = _SYSTEM_REASON.search(str(error))
        return found.group(1).lower() if found else why_none(error)
    return ""
