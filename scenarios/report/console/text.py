"""Text for a terminal: what others wrote is shown as it is, never obeyed."""

from __future__ import annotations

from rich.text import Text

from scenarios.records import Verdict
from scenarios.report.wording import visible, word

STYLES = {
    Verdict.PASS: "green",
    Verdict.SKIP: "dim",
    Verdict.WARN: "yellow",
    Verdict.BLOCKED: "cyan",
    Verdict.FAIL: "bold red",
    Verdict.ERROR: "bold magenta",
    None: "bold cyan",
}
"""Colour of a verdict; its word always stands beside it."""
_WIDTH = 9


def safe_text(text: str, style: str = "none") -> Text:
    """`text` without commands to the terminal, and not read as rich markup."""
    return Text(visible(text), style=style)


def tagged(verdict: Verdict | None, text: str) -> Text:
    """`text` behind the verdict's word."""
    line = Text(f"{word(verdict):{_WIDTH}}", style=STYLES[verdict])
    line.append_text(safe_text(text))
    return line
