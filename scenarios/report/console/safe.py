"""The console of all tables and lines with colours."""

from __future__ import annotations

import io
import sys
from collections.abc import Iterable
from typing import Any, TextIO

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from contracts.plain_text import Output, visible


class SafeConsole(Console):
    """A rich console that shows foreign text without its control characters.

    Colours and cursor moves of rich pass; text is never read as markup.
    """

    def __init__(self, stream: TextIO | None = None, **values: Any) -> None:
        stream = stream or sys.stdout
        file: Any = stream
        if isinstance(stream, Output):
            file = stream.unescaped
        elif isinstance(stream, io.TextIOWrapper):
            file = Output(stream, str)
        super().__init__(file=file, highlight=False, markup=False, emoji=False, **values)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Render with invisible characters escaped."""
        for segment in super().render(renderable, options):
            yield segment if segment.control else Segment(visible(segment.text), segment.style)
