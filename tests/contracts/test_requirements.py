"""The requirements: stable unique ids, some for every touchpoint."""

from __future__ import annotations

import re

import pytest

from contracts import problems
from contracts.evidence import Evidence
from contracts.konnect import operations
from contracts.requirements import REQUIREMENTS, Requirement, requirement, requirements_of

AREAS = {
    "PAS-ORD", "PAS-CNF", "PAS-CAN", "PAS-TRK", "PAS-INV", "PAS-DOC", "PAS-HND", "PAS-RET", "PAS-QC",
    "PAS-CRN", "PAS-CMP", "API-AUTH", "API-LST", "API-BLK", "API-ERR",
}  # fmt: skip
TOUCHPOINTS = [use.name for _, use in operations.touchpoints()]


def test_ids_are_unique() -> None:
    ids = [row.id for row in REQUIREMENTS]

    assert len(ids) == len(set(ids))


def test_ids_belong_to_the_known_areas_and_each_area_has_some() -> None:
    assert {row.area for row in REQUIREMENTS} == AREAS


@pytest.mark.parametrize("area", sorted(AREAS - {"API-ERR"}))
def test_the_statements_of_an_area_are_numbered_upwards(area: str) -> None:
    numbers = [row.id.removeprefix(f"{area}-") for row in REQUIREMENTS if row.area == area]

    assert all(re.fullmatch(r"\d{2}", number) for number in numbers)
    assert numbers == sorted(numbers)


@pytest.mark.parametrize("touchpoint", TOUCHPOINTS)
def test_every_touchpoint_has_a_documented_statement(touchpoint: str) -> None:
    grades = {row.source.evidence for row in requirements_of(touchpoint)}

    assert Evidence.DOCUMENTED in grades


@pytest.mark.parametrize("row", REQUIREMENTS, ids=lambda row: row.id)
def test_a_statement_is_a_sentence_with_a_page_or_a_reason(row: Requirement) -> None:
    assert row.text[0] in "`'" or row.text[0].isupper()
    assert row.text.endswith(".")
    assert row.source.url or row.source.note or row.source.page in {"summaries", "integrations"}
    assert row.touchpoint is None or row.touchpoint in TOUCHPOINTS


def test_what_is_graded_documented_has_an_address() -> None:
    graded = [row for row in REQUIREMENTS if row.source.evidence is Evidence.DOCUMENTED]

    assert graded
    assert all(row.source.url.startswith("https://") for row in graded)


def test_every_documented_error_code_is_a_statement() -> None:
    documented = [row for row in problems.ROWS if row.origin.evidence is Evidence.DOCUMENTED]
    stated = [row for row in REQUIREMENTS if row.area == "API-ERR"]

    assert len(stated) == len(documented)
    for row, statement in zip(documented, stated, strict=True):
        assert statement.id.startswith(f"API-ERR-{row.touchpoint}-{row.code}")
        assert statement.touchpoint == row.touchpoint
        assert row.meaning in statement.text


def test_a_code_with_two_meanings_has_two_statements() -> None:
    assert requirement("API-ERR-update_invoice-IN400").text != (
        requirement("API-ERR-update_invoice-IN400-unknown_item").text
    )


def test_a_statement_is_found_by_its_id() -> None:
    assert requirement("PAS-CNF-01").touchpoint == "confirm"
    with pytest.raises(KeyError):
        requirement("PAS-CNF-99")


@pytest.mark.parametrize(
    ("id", "grade"),
    [
        ("PAS-ORD-02", "documented"),
        ("PAS-INV-01", "documented"),
        ("PAS-INV-02", "documented"),
        ("PAS-HND-01", "documented"),
        ("PAS-HND-04", "legacy"),
        ("PAS-RET-06", "platform"),
        ("PAS-RET-12", "assumed"),
        ("PAS-CRN-02", "documented"),
        ("PAS-CMP-01", "documented"),
        ("PAS-CMP-03", "assumed"),
        ("API-AUTH-03", "legacy"),
        ("API-AUTH-05", "assumed"),
        ("API-LST-12", "documented"),
        ("API-LST-25", "documented"),
        ("API-LST-26", "documented"),
        ("API-BLK-01", "documented"),
        ("API-BLK-07", "assumed"),
        ("API-BLK-08", "assumed"),
    ],
)
def test_a_statement_has_the_grade_of_what_was_read(id: str, grade: str) -> None:
    assert requirement(id).source.evidence == grade
