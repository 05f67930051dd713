"""QR codes, drawn as lines."""

import re
from math import isqrt
from typing import Any

import zxingcpp

_RUNS = re.compile(rb"\x00+|\xff+")


def qr_svg(content: str) -> str:
    """Return a QR code as SVG.

    It is empty for no text and for one that is too long. The code has no border: leave four modules of white
    around it.
    """
    if not content:
        return ""
    try:
        code = zxingcpp.create_barcode(
            content.encode("utf-8", "replace").decode(), zxingcpp.BarcodeFormat.QRCode, ec_level="L"
        )
    except ValueError:
        return ""
    image: Any = code.to_image(add_quiet_zones=False)  # typed without its buffer
    cells = bytes(memoryview(image))
    side = isqrt(len(cells))
    strokes: list[str] = []
    for y in range(side):
        strokes.append(f"M0 {y}.5")
        runs = _RUNS.findall(cells, y * side, (y + 1) * side)
        strokes += [f"m{len(run)} 0" if run[0] else f"h{len(run)}" for run in runs]
    # Rows overlap a little, or viewers show white lines between them.
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">'
        f'<path stroke="#000" stroke-width="1.03" d="{"".join(strokes)}"/></svg>'
    )
