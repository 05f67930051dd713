"""Suggestions for mistyped words in error messages."""

from __future__ import annotations

from collections.abc import Iterable

COMPARED_MAX = 100
"""Characters of a word that are compared; comparing costs time quadratic in the length."""
CUTOFF = 0.6
"""Least similarity of a suggestion, from 0 to 1; a less similar word would be an absurd guess."""
LISTED_MAX = 20


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the most similar known word, or None where none is similar.

    Upper and lower case count as equal.
    """
    import difflib  # only errors need it

    folded = {each.casefold(): each for each in known}
    near = difflib.get_close_matches(word[:COMPARED_MAX].casefold(), folded, 1, CUTOFF)
    return folded[near[0]] if near else None


def suggest(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'run'?`, or nothing without a similar word."""
    near = nearest(word, known)
    return "" if near is None else f"; did you mean {str(near)!r}?"


def suggest_or_list(word: str, known: Iterable[str]) -> str:
    """Return a suggestion, or list the known words where none is similar.

    The list reads `; expected list, run or wait`. Of more than `LISTED_MAX` words the first are listed, with
    the number of all.
    """
    words = tuple(map(str, known))
    return suggest(word, words) or f"; expected {listed(words)}"


def listed(words: Iterable[str]) -> str:
    """Join words for a message: `list, run or wait`."""
    every = tuple(words)
    if len(every) > LISTED_MAX:
        return f"one of {', '.join(every[:LISTED_MAX])}, ... ({len(every)} in all)"
    return " or ".join(filter(None, (", ".join(every[:-1]), *every[-1:])))
