"""How sure we are of what schemathesis' own checks assert, when they are held against a real OMS."""

from __future__ import annotations

from contracts.evidence import Source, assumed, documented

_JSON_OR_PDF = documented("api-reference", "JSON in and out; PDFs where the page says so")
_UNSAID = assumed("the HTTP status of refusals is never stated")
_STRICTER = assumed("limits that no page gives are the mock's own")

GRADES: dict[str, Source] = {
    "not_a_server_error": documented("api-reference", "a server that breaks is wrong whatever was sent"),
    "ignored_auth": documented("authorization", "every call but the token's needs a token"),
    "content_type_conformance": _JSON_OR_PDF,
    "status_code_conformance": _UNSAID,
    "missing_required_header": _UNSAID,
    "unsupported_method": _UNSAID,
    "allow_header_conformance": _UNSAID,
    "positive_data_acceptance": _STRICTER,
    "negative_data_rejection": _STRICTER,
}
"""Name of a check -> the statement behind it; a check that is not named asserts something documented."""
EVERYBODY = documented("api-reference")


def grade(check: str, status: int) -> Source:
    """The statement behind a stock check's failure on an answer with this status."""
    if check == "content_type_conformance" and status >= 400:
        return _UNSAID
    return GRADES.get(check, EVERYBODY)
