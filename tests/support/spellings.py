"""A secret in every spelling of clients, servers and logs."""

from __future__ import annotations

import base64
import html
import json
from urllib.parse import quote, quote_plus, unquote

CANARY = "Zk7-q+W=b d?ä%3Dcanary/9\\"
"""A secret with the characters that spellings write differently."""


def spellings(secret: str) -> dict[str, str]:
    """Return the spellings by name."""
    raw, half = secret.encode(), secret.replace("-", "\\u002d")
    every = "".join(f"\\u{ord(letter):04x}" for letter in secret)
    hexed = "".join(f"%{byte:02x}" for byte in raw)
    basic = base64.b64encode(b"user:" + raw).decode()
    wide = {order: secret.encode(f"utf-16-{order}") for order in ("le", "be")}
    long = base64.b64encode(b"a key: " * 9 + raw + b" and more" * 9)
    found = {
        "plain": secret,
        "JSON": json.dumps(secret)[1:-1],
        "JSON, Unicode": json.dumps(secret, ensure_ascii=False)[1:-1],
        "JSON, lower": every,
        "JSON, upper": every.upper().replace("\\U", "\\u"),
        "JSON in JSON": json.dumps(json.dumps(every)[1:-1])[1:-1],
        "URL": quote(secret),
        "URL, all": quote(secret, safe=""),
        "URL, lower": hexed,
        "URL, upper": hexed.upper(),
        "URL, plus": quote_plus(secret),
        "URL twice": quote(quote(secret, safe=""), safe=""),
        "URL thrice": quote(quote(hexed)),
        "JSON in a URL": quote(every),
        "URL in JSON": json.dumps(quote(every))[1:-1],
        "HTML": html.escape(secret),
        "HTML, numbers": "".join(f"&#{ord(letter)};" for letter in secret),
        "HTML, names": secret.replace("=", "&equals;").replace("+", "&plus;").replace("ä", "&auml;"),
        "hex": raw.hex(),
        "hex, upper": raw.hex().upper(),
        "Python, text": repr(secret + "'\"")[1:-4],
        "Python, bytes": repr(raw)[2:-1],
        "Python, long": "".join(f"\\U{ord(letter):08x}" for letter in secret),
        "C, hex": "".join(f"\\x{byte:02x}" for byte in raw),
        "C, octal": "".join(f"\\{byte:03o}" for byte in raw),
        "JavaScript": "".join(f"\\u{{{ord(letter):x}}}" for letter in secret),
        "URL, Unicode": "".join(f"%u{ord(letter):04x}" for letter in secret),
        "base64": base64.b64encode(raw).decode(),
        "base64, no padding": base64.b64encode(raw).decode().rstrip("="),
        "base64, URL": base64.urlsafe_b64encode(raw).decode(),
        "base64 in a URL": quote(base64.b64encode(raw).decode(), safe=""),
        "Basic": f"Basic {basic}",
        "Basic, no padding": basic.rstrip("="),
        **{f"base64 from {n}": base64.b64encode(b"u" * n + raw + b"!").decode() for n in (1, 2, 3)},
        **{f"base64 twice from {n}": _twice(b"u" * n + raw + b"!", n) for n in range(3)},
        "base64 twice, URL": base64.urlsafe_b64encode(base64.urlsafe_b64encode(raw)).decode(),
        "Basic in base64": base64.b64encode(f"Basic {basic}".encode()).decode(),
        **{f"base64 in lines of {n}": _lines(long, n, "\n") for n in (64, 76)},
        "base64 in lines, CRLF": _lines(long, 76, "\r\n"),
        "base64 in lines, indented": _lines(long, 76, "\n    "),
        "base64 in lines, JSON": json.dumps(_lines(long, 76, "\r\n"))[1:-1],
        "base64 in lines, URL": quote(_lines(long, 76, "\n"), safe=""),
        **{f"UTF-16 {order}, Python": repr(text)[2:-1] for order, text in wide.items()},
        **{f"UTF-16 {order}, JSON": json.dumps(text.decode("latin-1"))[1:-1] for order, text in wide.items()},
        **{f"UTF-16 {order}, URL": quote(text) for order, text in wide.items()},
        **{f"UTF-16 {order}, C": "".join(f"\\{byte:03o}" for byte in text) for order, text in wide.items()},
        **{f"UTF-16 {order}, base64": base64.b64encode(text).decode() for order, text in wide.items()},
        **{f"UTF-16 {order}, hex": text.hex() for order, text in wide.items()},
    }
    return found | ({"JSON, half": half} if half != secret and "\\" not in secret else {})


def _twice(raw: bytes, before: int) -> str:
    return base64.b64encode(b"=" * before + base64.b64encode(raw) + b".").decode()


def _lines(text: bytes, columns: int, end: str) -> str:
    return end.join(text.decode()[start : start + columns] for start in range(0, len(text), columns))


def shows(text: str, secret: str) -> bool:
    """Whether a text shows a secret, also after it was unescaped."""
    texts = {text, unquote(text), unquote(unquote(text)), html.unescape(text), text.replace("\\\\", "\\")}
    return any(spelling in one for spelling in spellings(secret).values() for one in texts)
