"""Safe text for a terminal: control characters and markup have no effect."""

from __future__ import annotations

from rich.text import Text

from contracts.plain_text import visible
from scenarios.records import Verdict
from scenarios.report.wording import word

STYLES = {
    Verdict.PASS: "green",
    Verdict.SKIP: "dim",
    Verdict.WARN: "yellow",
    Verdict.BLOCKED: "cyan",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    None: "bold cyan",
}
"""Colours of the verdicts; the word is always shown too."""
_WIDTH = 9


def safe_text(text: str, style: str = "none") -> Text:
    """Build a text without terminal control and rich markup."""
    return Text(visible(text), style=style)


def tagged(verdict: Verdict | None, text: str) -> Text:
    """Build a text behind the word of a verdict."""
    line = Text(f"{word(verdict):{_WIDTH}}", style=STYLES[verdict])
    line.append_text(safe_text(text))
    return line
