"""Elements of an HTML report, for the tests of the page."""

from __future__ import annotations

import base64
import gzip
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

from scenarios.records import Record, fold
from scenarios.report.page import render

VOID = {"meta", "link", "img", "input", "br", "wbr", "hr", "base"}


@dataclass
class Element:
    """An element of the page, with the text inside it."""

    name: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    text: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        """The text in one line."""
        return " ".join("".join(self.text).split())


class Page(HTMLParser):
    """A parser that collects elements and tags without an end."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self.unbalanced: list[str] = []
        self._open: list[Element] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        element = Element(tag, values, tuple(outer.name for outer in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(Element(tag, {name: value or "" for name, value in attrs}, ()))

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open.pop().name != tag:
            self.unbalanced.append(tag)

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text.append(data)

    def all(self, name: str, **attributes: str) -> list[Element]:
        """List elements with this name, these attributes and (among others) these classes."""
        return [
            element
            for element in self.elements
            if element.name == name
            and all(
                value in element.attributes.get(key.rstrip("_"), "").split()
                for key, value in attributes.items()
            )
        ]

    def by_id(self, id: str) -> Element:
        """The element with this id."""
        (found,) = [element for element in self.elements if element.attributes.get("id") == id]
        return found


PACKED = re.compile(
    r'<div class="inside packed">(?:(?!</article>).)*</div>\s*</details>\s*'
    r'<script type="application/octet-stream">([A-Za-z0-9+/=]+)</script>',
    re.DOTALL,
)


def unpacked(html: str) -> str:
    """The page after every flow was opened."""

    def inside(found: re.Match[str]) -> str:
        text = gzip.decompress(base64.b64decode(found[1])).decode("utf-8")
        return f'<div class="inside">{text}</div>\n</details>'

    return PACKED.sub(inside, html)


def page_of(records: list[Record]) -> Page:
    return Page(unpacked(render(fold(records))))
