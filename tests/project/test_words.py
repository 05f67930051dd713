"""Tests of the word check of `make lint`."""

import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CHECK = runpy.run_path(str(ROOT / ".ci/words.py"))
HITS_OF: Callable[[Path], list[tuple[int, str]]] = CHECK["hits_of"]
MAIN: Callable[[list[str]], int] = CHECK["main"]


def _lines(folder: Path, name: str, text: str) -> list[int]:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return [line for line, _ in HITS_OF(path)]


@pytest.mark.parametrize(
    "text",
    [
        '"""Tells the caller."""',
        'NAME = 1\n"""Whatever it is."""',
        "NAME = 1  # what came of it",
        'raise ValueError("a server of its own is needed")',
        'raise ValueError(f"{1} comes to be {2}")',
    ],
)
def test_a_word_of_the_list_is_found_in_docstrings_comments_and_messages(tmp_path: Path, text: str) -> None:
    assert _lines(tmp_path, "module.py", text) == [text.count("\n") + 1]


@pytest.mark.parametrize(
    "text", ['"""Sends `told` on."""', "told = 1", 'NAMES = {"told": "world"}', '"""Retold in Wherever."""']
)
def test_names_and_code_may_be_spelt_as_they_are(tmp_path: Path, text: str) -> None:
    assert _lines(tmp_path, "module.py", text) == []


def test_the_first_line_of_a_docstring_has_at_most_twelve_words(tmp_path: Path) -> None:
    twelve = " ".join(["word"] * 12)
    assert _lines(tmp_path, "module.py", f'"""{twelve}."""') == []
    assert _lines(tmp_path, "module.py", f'\nclass A:\n    """{twelve} more."""') == [3]
    assert _lines(tmp_path, "module.py", f'"""{twelve}.\n\n{twelve} {twelve}."""') == []


def test_a_page_is_read_apart_from_its_code(tmp_path: Path) -> None:
    assert _lines(tmp_path, "page.md", "One.\n```\ntold\n```\nWhat is told.\n`told`\n") == [5]


@pytest.mark.parametrize(("text", "status"), [('"""Returns a name."""', 0), ('"""Tells a name."""', 1)])
def test_one_hit_in_any_file_fails_the_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, status: int
) -> None:
    path = tmp_path / "module.py"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setitem(MAIN.__globals__, "ROOT", tmp_path)
    monkeypatch.setitem(MAIN.__globals__, "_files", lambda _: [path])
    assert MAIN([]) == status
