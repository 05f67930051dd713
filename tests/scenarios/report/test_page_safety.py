"""Text of the target cannot become part of the HTML report."""

from __future__ import annotations

import base64
import hashlib
import re
from itertools import pairwise

import pytest

from scenarios.records import (
    TargetSeen,
    Verdict,
)
from scenarios.report.page import TEMPLATES
from scenarios.report.wording import WORDS
from tests.support.report_page import Page, page_of, unpacked
from tests.support.report_sample import (
    EMOJI,
    MARKUP,
    RIGHT_TO_LEFT,
    first_line,
    one_sale,
    planned,
)


def test_the_page_is_well_formed(page: Page) -> None:
    assert page.unbalanced == []


def test_text_of_the_target_is_shown_and_is_never_markup(html: str, page: Page) -> None:
    assert MARKUP not in unpacked(html)
    assert MARKUP in page.by_id("flow-PAS-S-02").said
    assert EMOJI in html
    assert RIGHT_TO_LEFT in html
    assert "{{ 7*7 }}" in html


def test_the_only_script_and_style_are_our_own(page: Page) -> None:
    (script,), (style,) = page.all("script"), page.all("style")
    assert "".join(script.text) == (TEMPLATES / "report.js").read_text().strip()
    assert "".join(style.text) == (TEMPLATES / "report.css").read_text().strip()


def test_no_element_has_a_handler_or_a_style_of_its_own(page: Page) -> None:
    names = {name for element in page.elements for name in element.attributes}
    assert not {name for name in names if name.startswith("on") or name in {"style", "srcdoc"}}


def test_the_policy_lets_only_our_own_style_and_script_work(page: Page) -> None:
    (policy,) = [m for m in page.all("meta") if m.attributes.get("http-equiv") == "Content-Security-Policy"]
    for name in ("style", "script"):
        text = "".join(page.all(name)[0].text)
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy.attributes["content"]
    assert policy.attributes["content"].startswith("default-src 'none'; ")


def test_the_page_loads_nothing_from_elsewhere(html: str, page: Page) -> None:
    assert not [
        element for element in page.elements if {"src", "srcset", "data", "poster"} & set(element.attributes)
    ]
    assert "@import" not in html
    assert "url(" not in html
    assert page.all("link") == []


def test_a_source_that_is_no_web_address_is_not_a_link() -> None:
    told = one_sale()
    told.check("PAS-S-01", 1, "s", source="javascript:alert(1)")
    assert not [a for a in page_of(told.records).all("a") if a.attributes["href"].startswith("javascript")]


def test_every_link_within_the_page_arrives(page: Page) -> None:
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    targets = {a.attributes["href"][1:] for a in page.all("a") if a.attributes["href"].startswith("#")}
    pictures = {use.attributes["href"][1:] for use in page.all("use")}
    assert len(ids) == len(set(ids))
    assert targets | pictures <= set(ids)
    assert {"causes", "overview", "requirements", "flows"} <= targets


def test_flows_whose_ids_differ_only_in_signs_have_anchors_of_their_own() -> None:
    flows = [planned(id, "A sale", [], journey="sale") for id in ("A[b]", "A(b)", "---", "***")]
    page = page_of([first_line(*flows)])
    assert len({article.attributes["id"] for article in page.all("article")}) == 4


def test_each_verdict_is_told_by_word_and_by_shape(page: Page) -> None:
    for tag in page.all("span", class_="tag"):
        assert tag.said in {*WORDS.values(), "unfinished"}
    shapes = {symbol.attributes["id"] for symbol in page.all("symbol")}
    assert shapes == {f"g-{verdict}" for verdict in [*Verdict, "unfinished"]}


def test_pictures_are_hidden_from_readers_who_hear_the_page(page: Page) -> None:
    assert all(svg.attributes.get("aria-hidden") == "true" for svg in page.all("svg"))


def test_headings_do_not_skip_a_level(page: Page) -> None:
    levels = [int(element.name[1]) for element in page.elements if re.fullmatch(r"h[1-6]", element.name)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below - above <= 1 for above, below in pairwise(levels))


def test_the_page_has_its_landmarks_and_its_language(page: Page) -> None:
    assert page.all("html")[0].attributes["lang"] == "en"
    for name in ("header", "nav", "main", "footer"):
        assert len(page.all(name)) == 1


def test_every_fold_has_something_to_click_on(page: Page) -> None:
    assert len(page.all("details")) == len(page.all("summary"))


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def themes() -> list[dict[str, str]]:
    css = (TEMPLATES / "report.css").read_text()
    light, dark = (
        dict(re.findall(r"--([a-z]+): (#[0-9a-f]{6})", block))
        for block in re.findall(r":root \{([^}]*)\}", css)[:2]
    )
    return [light, light | dark]


@pytest.mark.parametrize("theme", themes(), ids=["light", "dark"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "well"])
def test_text_is_legible_in_both_themes(theme: dict[str, str], ground: str) -> None:
    for name in ("ink", "soft", "link", *Verdict, "unfinished"):
        assert contrast(theme[str(name)], theme[ground]) >= 4.5, name
    assert contrast(theme["ink"], theme["mark"]) >= 4.5


def test_a_target_s_name_is_escaped_in_the_title() -> None:
    page = page_of([first_line(target=TargetSeen(name="</title><script>x</script>"))])
    assert len(page.all("script")) == 1
