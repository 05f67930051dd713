"""Grades of the checks of schemathesis, for runs against a real OMS."""

from __future__ import annotations

from contracts.evidence import Source, assumed, documented

_JSON_OR_PDF = documented("api-reference", "JSON in and out; PDFs where the page says so")
_UNSAID = assumed("the HTTP status of refusals is never stated")
_STRICTER = assumed("limits that no page gives are the mock's own")

GRADES: dict[str, Source] = {
    "not_a_server_error": documented("api-reference", "no request may break the server"),
    "ignored_auth": documented("authorization", "every call but the token's needs a token"),
    "content_type_conformance": _JSON_OR_PDF,
    "status_code_conformance": _UNSAID,
    "missing_required_header": _UNSAID,
    "unsupported_method": _UNSAID,
    "allow_header_conformance": _UNSAID,
    "positive_data_acceptance": _STRICTER,
    "negative_data_rejection": _STRICTER,
}
"""Name of a check -> its statement. Statements of other checks are documented."""
ALL_CALLS = documented("api-reference")


def grade(check: str, status: int) -> Source:
    """Returns the statement behind a failed check of schemathesis."""
    if check == "content_type_conformance" and status >= 400:
        return _UNSAID
    return GRADES.get(check, ALL_CALLS)
