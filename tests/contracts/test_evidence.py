"""Sources cite a page by its short name or its path."""

from __future__ import annotations

import pytest

from contracts.evidence import API_PAGES, PAGES, documented
from contracts.konnect.operations import touchpoints


def test_a_page_is_cited_by_its_path() -> None:
    assert (
        documented("returns/post-credit-note").url
        == PAGES["credit-note"]
        == API_PAGES + "returns/post-credit-note"
    )


@pytest.mark.parametrize(
    "page", ["credit_note", "returns", "returns/", "Returns/post", "https://example.com/x", ""]
)
def test_an_unknown_name_that_is_no_path_is_refused(page: str) -> None:
    with pytest.raises(ValueError, match="expected a path like returns/post-credit-note, or one of"):
        documented(page)


def test_every_touchpoint_has_the_address_of_its_page() -> None:
    assert all(use.origin.url.startswith("https://") for _, use in touchpoints())
