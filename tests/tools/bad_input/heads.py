"""Wrong first lines and headers."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from contracts.konnect.operations import TOKEN_HEADER
from tests.tools.bad_input.kinds import HEAVY, kind
from tests.tools.bad_input.messages import (
    SHIPMENT,
    STILL_TOKEN,
    STORE_TOKEN,
    Known,
    Message,
    Plan,
    armed,
    get,
    harmless,
    reading,
    refused,
)  # fmt: skip

METHODS = (
    b"post", b"Post", b"POSTS", b"GE", b"", b" ", b"\x00", b"P\x00ST", b"\xff\xfe", b"P(ST", b"X" * 1000,
    b"M-SEARCH",
    b"DELETE", b"PATCH", b"PROPFIND", b"BREW", b"\xd0\x9f", b"POST\t", b"\"", b"A" * 70_000,
)  # fmt: skip
TARGETS = (
    b"", b"*", b"?", b"#", b"//", b"///", b"/..", b"/../../etc/passwd", b"/%2e%2e/%2e%2e/etc/passwd", b"/%00",
    b"/%", b"/%zz", b"/%c0%af", b"/%ff%fe", b"/%ed%a0%80", b"/\xff\xfe", b"/\xd0\x9f", b"/a b", b"/\x00",
    b"/\x7f",
    b"/\\", b"/;x=1", b"/.", b"/%2F", b"/oms/v3/shipment%2Finfo", b"/oms/v3//shipment", b"/OMS/V3/SHIPMENT",
    b"http://localhost/oms/v3/shipment", b"http://other.example/_control/health", b"localhost:80", b"oms",
    b"http://[::1", b"http://\xff/", b"/oms/v3/shipment/", b"/_control", b"/_control/",
    b"/_control/tenants/%00",
    b"/_control/tenants/%ff", b"/_control/tenants/default/shipments/%0a", b"/_control/tenants/..%2f..",
    b"/_control/tenants//shipments", b"/_control/tenants/{tenant}", b"/$%7Bjndi%7D", b"/<script>", b"/'--",
)  # fmt: skip
VALUES = (
    b"", b"%", b"%zz", b"%00", b"%ff", b"%c3%28", b"%ed%a0%80", b"%f4%90%80%80", b"\xff", b"\xc3\xa9", b"+",
    b"%2B",
    b"1&orderId=2", b"=", b"==&&==", b"NaN", b"1e999999", b"9" * 5000, b"-1", b"%d9%a3", b"0", b"'",
    b"%0d%0aX: y",
    b"31-02-2025", b"2025-13-45", b"0000-00-00", b"9999-12-31", b"99-99-9999", b"[]", b"{}", b"null",
    b"\xe2\x80\xae",
    b"10000-01-01", b"%F0%9F%98%80" * 40, b"2025-01-01T25:61:61", b"18446744073709551616", b"0x10", b"1.0",
)  # fmt: skip
NAMES = (
    b"orderId", b"orderStatus", b"locationCode", b"pageNumber", b"pageSize", b"orderDateFrom", b"orderDateTo",
    b"orderingChannel", b"username", b"password", b"limit", b"cursor", b"state", b"location", b"", b"%00",
    b"\xff",
    b"orderId[]", b"x" * 3000,
)  # fmt: skip
QUERIED = (
    SHIPMENT, SHIPMENT + b"/info", b"/aggregator/v1/token", b"/_control/tenants/%s/shipments",
    b"/_control/tenants/%s/journal", b"/_control/journal", b"/_control/tenants/%s/stock", b"/openapi.json",
)  # fmt: skip
LINES = (
    b"no colon", b": no name", b"sp ace: x", b"x : y", b"x:", b"x\x00: y", b"x: \x00", b"x: a\x00b",
    b"\xff\xfe: y",
    b"x: \xff\xfe", b"x: \x01\x02\x7f", b"x: a\rb", b"x: a\nb", b" folded", b"\tfolded", b"x: a\r\n b",
    b"x: a\r\n\tb",
    b"(x): y", b"x\xc3\xa9: y", b"x: \xed\xa0\x80", b"x: " + b" " * 5000 + b"y", b"{}: {}", b":", b"\x0b: x",
)  # fmt: skip
SPECIAL = (
    (b"Host", (b"", b"\xff", b"a b", b"a,b", b"[::1", b"localhost:99999", b"x" * 5000, b"//", b"@", b"%00")),
    (b"Content-Type", (
        b"", b"application/json; charset=utf-16", b"application/json;", b"application/json; charset=\xff",
        b"APPLICATION/JSON",
        b"text/plain", b"multipart/form-data", b"multipart/form-data; boundary=",
        b"application/x-www-form-urlencoded",
        b"application/json, text/plain", b";", b"/", b"\xff", b"application/json; charset=\"", b"x" * 5000,
    )),
    (b"Connection", (b"close", b"keep-alive, close", b"Upgrade", b"\xff", b"x-access-token", b"",
        b"close, close")),
    (b"Accept", (b"", b"text/html;q=x", b"*/*;q=-1", b"\xff", b",,,", b"a/b;" * 500)),
    (b"Accept-Encoding", (b"gzip;q=x", b"*;q=0", b"\xff", b"identity;q=0")),
    (b"Cookie", (b"=", b";;;", b"a=\xff", b"x" * 5000, b"a=\"")),
    (b"Range", (b"bytes=5-1", b"bytes=-99999999999999999999", b"x")),
    (b"If-None-Match", (b"*", b"\"", b"W/")),
    (b"Authorization", (b"Basic \xff", b"Basic !!!", b"Bearer", b"", b"Digest a=b,,=")),
    (b"X-Forwarded-For", (b"\xff", b"1.2.3.4, ::1", b"")),
    (b"X-HTTP-Method-Override", (b"DELETE", b"\xff")),
    (b"x-control-key", (b"", b"\xff", b"\xc3\xa9", b"x" * 5000)),
)  # fmt: skip
TOKENS = (
    b"", b" ", b"\xff\xfe", b"\xc3\xa9", b"x" * 100_000, b"null", b"Bearer " + STILL_TOKEN.encode(), b"'",
    b"\x01",
    STILL_TOKEN.encode()[:-1], STILL_TOKEN.encode() + b"x", STILL_TOKEN.encode() + b"x",
    STILL_TOKEN.encode() + b", " + STILL_TOKEN.encode(),
    b"\xed\xa0\x80", b"0" * 36, STILL_TOKEN.encode() + b"\xa0", b"{}", b"%00",
)  # fmt: skip


@kind()
def method_unknown(rng: Random, known: Known) -> Plan:
    method = rng.choice(METHODS) if rng.random() < 0.8 else rng.randbytes(rng.randrange(1, 8))
    return Plan("method_unknown", replace(armed(rng, known), method=method).wire(), armed=True)


@kind()
def method_for_no_body(rng: Random, known: Known) -> Plan:
    method = rng.choice([b"HEAD", b"OPTIONS", b"TRACE", b"DELETE", b"PUT", b"PATCH", b"CONNECT"])
    target = rng.choice([reading(rng, known).target, SHIPMENT + b"/confirm", b"*", b"/"])
    safe = b"HEAD" if b"_control/tenants" in target else method
    return Plan("method_for_no_body", replace(get(target), method=safe).wire(), methods=(safe.decode(),))


@kind()
def target_odd(rng: Random, known: Known) -> Plan:
    message = replace(rng.choice([harmless(rng, known), get(b"/")]), target=rng.choice(TARGETS))
    return Plan("target_odd", message.wire())


@kind()
def target_of_noise(rng: Random, known: Known) -> Plan:
    alphabet = b"/%.?&=;#\\0aF\xff\xc3\x28+-_~:@"
    noise = bytes(rng.choices(alphabet, k=rng.randrange(1, 60)))
    start = rng.choice([b"/", SHIPMENT + b"/", b"/_control/", b"/_control/tenants/", SHIPMENT + b"?"])
    return Plan("target_of_noise", replace(harmless(rng, known), method=b"GET", target=start + noise).wire())


@kind(HEAVY)
def target_long(rng: Random, known: Known) -> Plan:
    size = rng.choice([2000, 8000, 8192, 65_500, 65_536, 400_000, 1_000_000])
    start = rng.choice(
        [b"/", SHIPMENT + b"/", SHIPMENT + b"?orderId=", SHIPMENT + b"?", b"/_control/tenants/"]
    )
    filling = rng.choice([b"x", b"/", b"%41", b"a=b&", b"%ff", b"../", b"&", b"\xff"])
    target = start + (filling * (size // len(filling) + 1))[:size]
    return Plan("target_long", get(target).wire())


@kind()
def query_odd(rng: Random, known: Known) -> Plan:
    where = rng.choice(QUERIED)
    where = where % known.still.encode() if b"%s" in where else where
    pairs = [rng.choice(NAMES) + b"=" + rng.choice(VALUES) for _ in range(rng.randrange(1, 5))]
    return Plan("query_odd", get(where + b"?" + rng.choice([b"&", b";", b"&&"]).join(pairs)).wire())


@kind(HEAVY)
def headers_many(rng: Random, known: Known) -> Plan:
    count = rng.choice([50, 90, 99, 100, 101, 128, 256, 1000, 10_000])
    name = rng.choice([b"x-%d", b"x", TOKEN_HEADER.encode(), b"cookie", b"host"])
    extra = tuple((name % n if b"%d" in name else name, b"%d" % n) for n in range(count))
    return Plan("headers_many", reading(rng, known).plus(*extra).wire())


@kind(HEAVY)
def header_huge(rng: Random, known: Known) -> Plan:
    size = rng.choice([8192, 16_384, 65_536, 400_000, 1024 * 1024])
    name, value = rng.choice([(b"x", b"y" * size), (b"x" * size, b"y"), (b"cookie", b"a=b;" * (size // 4))])
    return Plan("header_huge", harmless(rng, known).plus((name, value)).wire())


@kind()
def header_line_odd(rng: Random, known: Known) -> Plan:
    """Lines that are no header, before, between and after the others."""
    message = harmless(rng, known)
    lines = message.head().removesuffix(b"\r\n\r\n").split(b"\r\n")
    lines.insert(rng.randrange(1, len(lines) + 1), rng.choice(LINES))
    return Plan("header_line_odd", b"\r\n".join([*lines, b"", b""]) + message.body)


@kind()
def header_special(rng: Random, known: Known) -> Plan:
    name, values = rng.choice(SPECIAL)
    message = harmless(rng, known)
    message = message.minus(name.lower()) if rng.random() < 0.5 else message
    return Plan("header_special", message.plus((name, rng.choice(values))).wire())


@kind()
def header_doubled(rng: Random, known: Known) -> Plan:
    message = harmless(rng, known)
    name, value = rng.choice(message.headers)
    spelled = rng.choice([name, name.upper(), name.lower()])
    return Plan("header_doubled", message.plus((spelled, value)).wire())


@kind()
def header_missing(rng: Random, known: Known) -> Plan:
    message = refused(rng, known) if rng.random() < 0.5 else reading(rng, known)
    name, _ = rng.choice(message.headers)
    return Plan("header_missing", message.minus(name.lower()).wire())


@kind()
def token_wrong(rng: Random, known: Known) -> Plan:
    """Calls that would change an order, with anything but its company's token."""
    message = _touchpoint(rng, known).minus(TOKEN_HEADER.encode())
    value = rng.choice(TOKENS) if rng.random() < 0.8 else rng.randbytes(rng.randrange(40))
    return Plan("token_wrong", message.plus((TOKEN_HEADER.encode(), value)).wire(), armed=True)


@kind()
def tokens_two(rng: Random, known: Known) -> Plan:
    message = harmless(rng, known).plus(
        (TOKEN_HEADER.encode(), rng.choice([STORE_TOKEN.encode(), b"x", b""]))
    )
    return Plan("tokens_two", message.wire())


def _touchpoint(rng: Random, known: Known) -> Message:
    while (message := armed(rng, known)).target.startswith(b"/_control"):
        pass
    return message
