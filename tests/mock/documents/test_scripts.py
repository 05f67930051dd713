"""Tests of names in any script, printed and read."""

import re
from contextlib import closing
from dataclasses import replace
from io import BytesIO
from typing import Any

import pytest
from fontTools.ttLib import TTFont
from pypdf import PdfReader
from pypdf.generic import ByteStringObject, ContentStream, TextStringObject
from pypdfium2 import PdfDocument

from mock_oms.documents import render
from mock_oms.documents.layout.characters import typeset, width
from mock_oms.documents.model import Party, Size
from tests.support.sample_documents import INVOICE, LABEL, SHIRT, SIZES
from tests.tools.fonts import FONTS

NAMES = {
    "Devanagari": "राजेश कुमार श्रीवास्तव क्षत्रिय ज्ञानेन्द्र द्वितीय कीर्ति हिन्दी",
    "Tamil": "கிருஷ்ணமூர்த்தி சுப்பிரமணியன் பொன்னி கௌசல்யா",
    "Telugu": "శ్రీనివాస రావు వెంకటేశ్వర్లు కృష్ణ",
    "Kannada": "ಶ್ರೀನಿವಾಸ ಕೃಷ್ಣಮೂರ್ತಿ ಬೆಂಗಳೂರು ಕೊಡಗು",
    "Malayalam": "ശ്രീകുമാർ കൃഷ്ണൻ മലയാളം കൊച്ചി കൗസല്യ",
    "Bengali": "শ্রীজিৎ বন্দ্যোপাধ্যায় কৌশিক",
    "Gujarati": "નરેન્દ્ર પટેલ શ્રીમતી ક્ષિતિજ",
    "Gurmukhi": "ਗੁਰਪ੍ਰੀਤ ਸਿੰਘ ਕਿਰਨ",
    "Odia": "ନବୀନ ପଟ୍ଟନାୟକ ଶ୍ରୀ କୌଶଲ୍ୟା",
    "Urdu": "محمد عبداللہ خان ٹھیک ہے",
}
PLACES = {
    "in the middle": "House 12, محلہ شاہ عالم, Lahore 54000",
    "first": "محلہ شاہ House 12، لاہور",
    "several scripts": "Shri राजेश / கிருஷ்ணன் / محمد (Jr.)",
}
UNKNOWN = {
    "emoji": "\U0001f600 ok \u2600",
    "selected form": "\u2764\ufe0f love",
    "Chinese and Thai": "中文 日本語 ไทย",
    "Hebrew": "שלום עולם",
    "vowel sign alone": "\u093f x",
    "joiners": "क्\u200dष क्\u200cष",
    "combining": "e\u0301 o\u0308\u0304 \u1e0d\u0323",
    "composed and not": "\u0958 \u0915\u093c \u09cb \u09c7\u09be",
    "mathematical": "\U0001d400\U0001d427 x",
}
DIRECTIONS = re.compile("[\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def everywhere_read(name: str, size: Size) -> list[str]:
    """Return what pypdf and Chrome read of two papers for this buyer."""
    printed = [render([replace(paper, buyer=Party(name, ()))], size) for paper in (LABEL, INVOICE)]
    texts = [page.extract_text() for pdf in printed for page in PdfReader(BytesIO(pdf)).pages[:1]]
    for pdf in printed:
        with closing(PdfDocument(pdf)) as document:
            texts.append(document[0].get_textpage().get_text_range())
    return [" ".join(DIRECTIONS.sub("", text).split()) for text in texts]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", NAMES.values(), ids=NAMES)
def test_a_name_of_any_indian_script_is_read_as_it_was_given(name: str, size: Size) -> None:
    assert all(name in text for text in everywhere_read(name, size))


@pytest.mark.parametrize("name", (PLACES | UNKNOWN).values(), ids=PLACES | UNKNOWN)
def test_a_name_of_any_other_characters_is_read_by_pypdf_as_it_was_given(name: str) -> None:
    (page,) = PdfReader(BytesIO(render([replace(LABEL, buyer=Party(name, ()))], "A6"))).pages
    assert name in " ".join(page.extract_text().split())


def pictures_of(name: str) -> list[tuple[set[str], bytes]]:
    """Return fonts and glyphs of the pictures on this buyer's label."""
    (page,) = PdfReader(BytesIO(render([replace(LABEL, buyer=Party(name, ()))], "A6"))).pages
    resources: Any = page["/Resources"]
    patterns = [one.get_object() for one in resources.get("/Pattern", {}).values()]
    return [
        ({str(font["/BaseFont"]) for font in one["/Resources"]["/Font"].values()}, shown_by(one))
        for one in patterns
    ]


def shown_by(stream: Any) -> bytes:
    """Return the glyphs that a stream shows, two bytes each."""
    operations = ContentStream(stream, None).operations
    operands = [operands[0] for operands, operator in operations if operator in {b"Tj", b"TJ"}]
    strings = [each for one in operands for each in (one if isinstance(one, list) else [one])]
    return b"".join(
        each.original_bytes for each in strings if isinstance(each, ByteStringObject | TextStringObject)
    )


@pytest.mark.parametrize("script", NAMES)
def test_a_name_of_any_indian_script_is_printed_in_a_font_that_has_it(script: str) -> None:
    ((fonts, _),) = pictures_of(NAMES[script])
    family = {"Urdu": "NastaliqUrdu", "Odia": "SansOriya"}.get(script, f"Sans{script}")
    assert [name for name in fonts if family in name]


@pytest.mark.parametrize(
    ("text", "glyphs"), [("क्ष", 1), ("ज्ञ", 1), ("श्री", 2), ("கௌ", 3), ("ಕ್ಷ", 1), ("ക്ഷ", 1), ("ক্ষ", 1)]
)
def test_letters_join_as_their_script_joins_them(text: str, glyphs: int) -> None:
    ((_, shown),) = pictures_of(text)
    assert len(shown) == 2 * glyphs


SIMPLE = [
    chr(code) for code in range(0x20, 0x3000) if isinstance(typeset(chr(code)), str) and chr(code).strip()
]


@pytest.mark.parametrize("bold", [False, True])
def test_a_simple_character_is_one_glyph_and_no_wider_than_assumed(bold: bool) -> None:
    font = TTFont(FONTS / f"NotoSans-{'Bold' if bold else 'Regular'}.ttf")
    glyphs = [font.getBestCmap()[ord(char)] for char in SIMPLE]
    assert len(glyphs) == len(set(glyphs)) > 500
    assert [
        char
        for char, glyph in zip(SIMPLE, glyphs, strict=True)
        if font["hmtx"][glyph][0] > 1000 * width(char) + 1
    ] == []


def test_every_simple_character_is_read_as_it_was_given() -> None:
    words = ["".join(SIMPLE[at : at + 10]) for at in range(0, len(SIMPLE), 10)]
    lines = tuple(replace(SHIRT, title=word) for word in words)
    pages = PdfReader(BytesIO(render([replace(INVOICE, lines=lines)], "A4"))).pages
    text = " ".join(page.extract_text() for page in pages)
    assert [word for word in words if word not in text] == []
