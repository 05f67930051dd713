"""No answer tells a secret."""

from __future__ import annotations

import json
from collections.abc import Iterator

from contracts.checks.violations import CheckTerms, ObservedCall, Violation, violation
from contracts.evidence import assumed
from contracts.masking import is_secret_name, spellings

_SHORTEST = 8
"""Characters of a value that is told from chance."""
TELLERS = {"generate_token", "create_tenant"}
"""Calls whose answer is a secret: the token, the credentials of a new tenant. They tell it once."""


def no_secret_is_told(seen: ObservedCall, terms: CheckTerms) -> Iterator[Violation]:
    """Neither a secret of the run nor one that the call itself carried stands in the answer."""
    read = json.dumps(seen.told, ensure_ascii=False) if seen.told is not None else ""
    said = seen.content + "\n".join(["", read, *seen.headers.values()]).encode("utf-8", "replace")
    for secret in sorted(_forbidden(seen, terms)):
        if any(spelling.encode("utf-8", "replace") in said for spelling in spellings(secret)):
            origin = assumed("no API tells a secret back")
            shown = f"a secret of {len(secret)} characters"
            yield violation("no answer tells a secret", "no secret", shown, origin)
            return


def _forbidden(seen: ObservedCall, terms: CheckTerms) -> set[str]:
    carried = {value for name, value in seen.query if is_secret_name(name)}
    open_values = {value for name, value in seen.query if not is_secret_name(name)} | {seen.path}
    teller = seen.operation in TELLERS and seen.status < 300
    known = set() if teller else {*terms.secrets, seen.token}
    found = {value for value in carried | known if len(value) >= _SHORTEST}
    return {value for value in found if not any(value in shown for shown in open_values)}
