"""Makes the fonts of printed documents: `python -m tests.tools.fonts FOLDER`.

FOLDER has the Noto fonts, as Debian's packages fonts-noto-core and fonts-noto-extra install them. What each
font is for, and where it comes from, is in `mock_oms/documents/fonts/README.md`.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import Glyph
from fontTools.ttLib.tables.otTables import GDEF, GlyphClassDef

import mock_oms.documents

FONTS = Path(mock_oms.documents.__file__).parent / "fonts"
LATIN = (
    range(0x20, 0x7F), range(0xA0, 0x180), range(0x218, 0x21C), range(0x1E00, 0x1F00), range(0x2010, 0x2028),
    range(0x2030, 0x203B), range(0x20A8, 0x20BA), (0x2116, 0x2122, 0x2212, 0x25A1, 0xFFFD),
)  # fmt: skip
INDIC = {
    "Devanagari": 0x900, "Bengali": 0x980, "Gurmukhi": 0xA00, "Gujarati": 0xA80, "Oriya": 0xB00,
    "Tamil": 0xB80, "Telugu": 0xC00, "Kannada": 0xC80, "Malayalam": 0xD00,
}  # fmt: skip
"""The first character of each script; a script has 128."""
URDU = (range(0x600, 0x700), range(0x750, 0x780))
SHARED = (0x20, 0xA0, 0x2D, 0x964, 0x965, 0x200C, 0x200D, 0x20B9, 0x25CC)
"""Characters that a word of any Indian script may have."""

PLAIN = (
    range(0x20, 0x7F), range(0xA0, 0x25CC), range(0x25CD, 0xD800), range(0xF900, 0x10000),
    range(0x11000, 0x11700), range(0x1D400, 0x1D800), range(0x1F000, 0x1FC00),
)  # fmt: skip
"""Characters of the font of the text layer. A font has 65,535 glyphs at most.

The dotted circle is left out, so that nothing draws it under a single mark."""
SEEN_BY_CHROME = 0xE00
"""Characters below this, thus of all Indian scripts, have a line without area as their glyph.

Chrome leaves out characters whose glyph has no width."""
IGNORABLE = (0x34F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x200C, 0x200D, 0x3164, 0xFFA0, *range(0xFE00, 0xFE10))
"""Characters that are left out unless a rule of the font replaces their glyph."""


def cut(source: Path, characters: Iterable[Iterable[int]]) -> None:
    """Write a font with these characters and all their rules."""
    font = TTFont(source, recalcTimestamp=False)
    options = Options(hinting=False, layout_features=["*"], notdef_outline=True, glyph_names=False)
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=[one for some in characters for one in some])
    subsetter.subset(font)
    font.save(FONTS / source.name)


def plain() -> None:
    """Write the font of the text layer, whose glyphs are empty."""
    characters = [one for some in PLAIN for one in some]
    twins = [f"twin{one:X}" for one in IGNORABLE]
    names = [".notdef", *(f"u{one:X}" for one in characters), *twins]
    builder = FontBuilder(1000, isTTF=True)
    builder.font.recalcTimestamp = False
    builder.setupHead(unitsPerEm=1000, created=0, modified=0)
    builder.setupGlyphOrder(names)
    builder.setupCharacterMap({one: f"u{one:X}" for one in characters})
    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.closePath()
    wide, empty = pen.glyph(), Glyph()
    builder.setupGlyf(
        {
            name: wide if one < SEEN_BY_CHROME else empty
            for name, one in zip(names, [0, *characters, *IGNORABLE], strict=True)
        }
    )
    builder.setupHorizontalMetrics(dict.fromkeys(names, (500, 0)))
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable(
        {"familyName": "Plain Characters", "styleName": "Regular", "psName": "PlainCharacters-Regular"}
    )
    builder.setupOS2(sTypoAscender=800, sTypoDescender=-200)
    builder.setupPost(keepGlyphNames=False)
    rules = "".join(f"sub u{one:X} by twin{one:X};" for one in IGNORABLE)
    builder.addOpenTypeFeatures(f"languagesystem DFLT dflt; feature ccmp {{ {rules} }} ccmp;")
    # Without classes, a mark is moved over the glyph before it.
    builder.font["GDEF"] = marks = newTable("GDEF")
    marks.table = GDEF()
    marks.table.Version = 0x00010000
    marks.table.GlyphClassDef = GlyphClassDef()
    marks.table.GlyphClassDef.classDefs = dict.fromkeys(names, 1)
    builder.save(FONTS / "PlainCharacters.ttf")


def main(folder: Path) -> None:
    """Write all fonts anew."""
    for weight in ("Regular", "Bold"):
        cut(folder / f"NotoSans-{weight}.ttf", LATIN)
        for script, first in INDIC.items():
            cut(folder / f"NotoSans{script}-{weight}.ttf", (range(first, first + 128), SHARED))
    cut(folder / "NotoNastaliqUrdu-Regular.ttf", (*URDU, SHARED))
    plain()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
