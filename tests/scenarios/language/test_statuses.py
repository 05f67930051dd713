"""Progress of a status: there, not yet, or never."""

from __future__ import annotations

import pytest

from contracts.vocabulary import WORDS
from scenarios.language import statuses
from scenarios.language.statuses import Progress, progress


@pytest.mark.parametrize(
    ("seen", "wanted", "found"),
    [
        ("CONFIRMED", "CONFIRMED", Progress.THERE),
        ("DELIVERED", "CONFIRMED", Progress.THERE),
        ("CREATED", "CONFIRMED", Progress.NOT_YET),
        ("CANCELLED", "CONFIRMED", Progress.NEVER),
        ("RETURN_COMPLETED", "CREDIT_NOTE_GENERATED", Progress.THERE),
        ("RETURN_PROCESSING", "RETURN_ACCEPTED", Progress.NOT_YET),
        ("DELIVERED", "RETURN_ACCEPTED", Progress.NEVER),
        ("RETURN_REJECTED", "RETURN_ACCEPTED", Progress.NEVER),
        ("PROCESSING", "CANCELLED", Progress.NOT_YET),
        ("CANCELLED", "CANCELLED", Progress.THERE),
        ("RETURN_ACCEPTED", "RETURN_REJECTED", Progress.NOT_YET),
    ],
)
def test_a_later_word_counts_and_a_word_off_the_path_ends_the_wait(
    seen: str, wanted: str, found: Progress
) -> None:
    assert progress(seen, wanted) is found


def test_every_word_of_the_contract_has_a_place_and_a_grade() -> None:
    known = {*statuses.SALE_PATH, *statuses.RETURN_PATH, *statuses.SIDE_EXITS}
    assert {row.word for row in WORDS if row.word} <= known
    assert known <= set(statuses.GRADES)
