"""Tokens of a target's users, for generated calls."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from contracts.konnect.operations import operation
from scenarios.records.recorder import StepRecorder
from scenarios.targets.answers import Reading, UnreadableError
from scenarios.targets.http import Wire
from scenarios.targets.konnect import Credentials

_REFUSED = (400, 401, 403)


class CredentialsRefusedError(UnreadableError):
    """A user and password that the target refuses."""


@dataclass(slots=True)
class Tokens:
    """The tokens of a run, and all its secrets."""

    wire: Wire
    reading: Reading
    recorder: StepRecorder
    secrets: set[str] = field(default_factory=set)
    _users: dict[str, Credentials] = field(default_factory=dict, repr=False)
    _newer: dict[str, str] = field(default_factory=dict, repr=False)
    """First token of a user -> the one in use."""

    def fetch(self, user: Credentials) -> str:
        """Fetch a new token; raises `UnreadableError` if none comes."""
        row = operation("generate_token")
        query = {"username": user.username, "password": user.password}
        reply = self.wire.send(self.recorder, row.method, row.path, query=query, touchpoint=row.name)
        if reply.status in _REFUSED:
            raise CredentialsRefusedError(
                f"user name or password is refused (token call: HTTP {reply.status}). Check the variables "
                "that [credentials] of the target file names"
            )
        if reply.status != 200:
            raise UnreadableError(f"the token call was answered HTTP {reply.status}")
        token = self.reading.token(reply.body)
        self.hide(token, user.password)
        self._users[token] = user
        return token

    def current(self, token: str) -> str:
        """Return the newest token of a user; other texts stay."""
        return self._newer.get(token, token)

    def renew(self, token: str) -> str | None:
        """Replace a refused token; None for a text that is none."""
        user = self._users.get(token)
        if user is None:
            return None
        newer = self._newer[token] = self.fetch(user)
        return newer

    def hide(self, *secrets: str) -> None:
        """Mask secrets in all records, and expect them in no answer."""
        self.secrets.update(secret for secret in secrets if secret)
        hide: Callable[[str], None] = self.recorder.hide
        for secret in secrets:
            hide(secret)
