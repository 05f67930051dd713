"""The page of a realistic run."""

from __future__ import annotations

import pytest

from scenarios.records import fold
from scenarios.report.page import render
from tests.support.report_page import Page, unpacked
from tests.support.report_sample import realistic_run


@pytest.fixture(scope="module")
def html() -> str:
    return render(fold(realistic_run()))


@pytest.fixture(scope="module")
def page(html: str) -> Page:
    return Page(unpacked(html))
