"""Actions of group authorization: fetch a token."""

from __future__ import annotations

from dataclasses import dataclass, field

from scenarios.language.actions.base import Caller, KonnectAction, Names


@dataclass(frozen=True, slots=True)
class GetToken(KonnectAction):
    """GET token with the credentials of `by`.

    `password` replaces the right one, `without` names a parameter to leave out.
    """

    on: str | Names = ()
    password: str | None = field(default=None, kw_only=True)
    without: str = field(default="", kw_only=True)

    touchpoint = "generate_token"


def get_token(by: Caller = Caller.COMPANY, *, password: str | None = None, without: str = "") -> GetToken:
    """Fetch a token; `password` is another password, `without` an omitted parameter."""
    return GetToken(by=by, password=password, without=without)
