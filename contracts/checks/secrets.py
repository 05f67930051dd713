"""The check that no answer shows a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.checks.violations import CheckTerms, ObservedCall, Violation, violation
from contracts.evidence import assumed
from contracts.masking import Secrets, is_secret_name

_SHORTEST = 8
"""Shortest value that does not appear by chance."""
SECRET_ANSWERS = {"generate_token", "create_tenant"}
"""Calls whose answer is a secret: a token, or the credentials of a new tenant."""


def no_secret_is_shown(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """No answer shows a secret of the run or of its call."""
    read = json.dumps(seen.answer, ensure_ascii=False) if seen.answer is not None else ""
    said = seen.content + "\n".join(["", read, *seen.headers.values()]).encode("utf-8", "replace")
    for secret in sorted(_forbidden(seen, terms)):
        if Secrets([secret]).are_in(said):
            origin = assumed("no API returns a secret")
            shown = f"a secret of {len(secret)} characters"
            yield violation("no answer shows a secret", "no secret", shown, origin)
            return


def _forbidden(seen: ObservedCall, terms: CheckTerms) -> set[str]:
    carried = {value for name, value in seen.query if is_secret_name(name)}
    open_values = {value for name, value in seen.query if not is_secret_name(name)} | {seen.path}
    teller = seen.operation in SECRET_ANSWERS and seen.status < 300
    known = set() if teller else {*terms.secrets, seen.token}
    found = {value for value in carried | known if len(value) >= _SHORTEST}
    return {value for value in found if not any(value in shown for shown in open_values)}
