"""Where a request ends: lengths, chunks, several requests on one connection."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.tools.bad_input.kinds import HEAVY, kind
from tests.tools.bad_input.messages import (
    SHIPMENT,
    Known,
    Message,
    Plan,
    armed,
    get,
    harmless,
    refused,
)

LENGTHS = (
    b"-1", b"-5", b"abc", b"1e3", b"0x10", b"", b"5 5", b"5,6", b"1.5", b"\xb2", b"\xd9\xa3", b"1_0", b"\x00",
    b"9223372036854775807", b"9223372036854775808", b"18446744073709551615", b"18446744073709551616",
    b"9" * 40, b"9" * 5000,
)  # fmt: skip
SIZES = (
    b"zz", b"-1", b"", b"0x5", b"5 5", b"FFFFFFFFFFFFFFFF", b"FFFFFFFFFFFFFFFF1", b"7FFFFFFFFFFFFFFF", b" ",
    b"\x00", b"\xff", b"1e3", b"+5", b"g", b"5" * 300,
)  # fmt: skip
CODINGS = (b"gzip", b"identity", b"xchunked", b"chunked, gzip", b"", b"\x0bchunked", b"chunked\x00", b"\xff")


def chunk(data: bytes, size: bytes | None = None) -> bytes:
    """One chunk, with its size as given or as it is."""
    return (b"%x" % len(data) if size is None else size) + b"\r\n" + data + b"\r\n"


@kind()
def truncated(rng: Random, known: Known) -> Plan:
    wire = armed(rng, known).wire()
    return Plan("truncated", wire[: rng.randrange(1, len(wire))], armed=True, cut=True)


@kind()
def length_too_small(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    wire = message.measured(b"%d" % rng.randrange(1, len(message.body))).wire()
    return Plan("length_too_small", wire, armed=True)


@kind()
def length_too_large(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    more = rng.choice([1, 2, 7, 1000, 1024 * 1024 - len(message.body), 1024 * 1024, 2**31, 2**32, 2**62])
    return Plan(
        "length_too_large", message.measured(b"%d" % (len(message.body) + more)).wire(), armed=True, cut=True
    )


@kind()
def length_no_number(rng: Random, known: Known) -> Plan:
    return Plan("length_no_number", armed(rng, known).measured(rng.choice(LENGTHS)).wire(), armed=True)


@kind()
def lengths_two(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    first, second = rng.sample([0, 1, len(message.body) // 2, len(message.body) + 9], 2)
    both = message.measured(b"%d" % first).plus((b"Content-Length", b"%d" % second))
    return Plan("lengths_two", both.wire(), armed=True)


@kind()
def length_missing(rng: Random, known: Known) -> Plan:
    return Plan("length_missing", armed(rng, known).minus(b"content-length").wire(), armed=True)


@kind()
def chunks_right(rng: Random, known: Known) -> Plan:
    """Nothing wrong with these: sizes of one byte, extensions, trailers."""
    message = refused(rng, known)
    step = rng.choice([1, 3, 1000])
    parts = [message.body[at : at + step] for at in range(0, len(message.body), step)]
    extension = rng.choice([b"", b";a=b", b';a="q;\\""', b";" + b"x" * 100])
    body = b"".join(chunk(part, b"%x" % len(part) + extension) for part in parts)
    trailers = rng.choice([b"", b"x-after: 1\r\n", b"Content-Length: 5\r\n"])
    return Plan("chunks_right", message.chunked(body + b"0\r\n" + trailers + b"\r\n").wire(), 1)


@kind()
def chunk_size_wrong(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    cut = rng.randrange(len(message.body))
    body = chunk(message.body[:cut]) if cut else b""
    body += chunk(message.body[cut:], rng.choice(SIZES)) + b"0\r\n\r\n"
    return Plan("chunk_size_wrong", message.chunked(body).wire(), armed=True, cut=True)


@kind()
def chunks_without_end(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    body = chunk(message.body) + rng.choice([b"", b"0", b"0\r\n", b"0\r\nx-after: 1\r\n", b"1\r\n"])
    return Plan("chunks_without_end", message.chunked(body).wire(), armed=True, cut=True)


@kind()
def chunk_borders_wrong(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    size = len(message.body)
    body = rng.choice(
        [
            b"%x\r\n%s0\r\n\r\n" % (size, message.body),
            b"%x\r\n%s\r\n0\r\n\r\n" % (size - 3, message.body),
            b"%x\r\n%s\r\n0\r\n\r\n" % (size + 3, message.body),
            b"%x\r%s\r0\r\r" % (size, message.body),
            b"\r\n" + chunk(message.body) + b"0\r\n\r\n",
        ]
    )
    return Plan("chunk_borders_wrong", message.chunked(body).wire(), armed=True, cut=True)


@kind(HEAVY)
def chunk_extras_huge(rng: Random, known: Known) -> Plan:
    message = refused(rng, known)
    size = b"%x" % len(message.body)
    body = rng.choice(
        [
            size + b";" + b"x" * 100_000 + b"\r\n" + message.body + b"\r\n0\r\n\r\n",
            chunk(message.body) + b"0\r\n" + b"x-after: 1\r\n" * 20_000 + b"\r\n",
            chunk(message.body) + b"0\r\nx-after: " + b"1" * 1_000_000 + b"\r\n\r\n",
            b"1;x\r\n \r\n" * 60_000 + chunk(message.body) + b"0\r\n\r\n",
        ]
    )
    return Plan("chunk_extras_huge", message.chunked(body).wire(), cut=True)


@kind(HEAVY)
def chunks_too_many_bytes(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    padded = message.body + b" " * (1024 * 1024 + 1 - len(message.body) + rng.choice([0, 1, 70_000]))
    step = rng.choice([4096, 65_536, 2**21])
    parts = [chunk(padded[at : at + step]) for at in range(0, len(padded), step)]
    return Plan("chunks_too_many_bytes", message.chunked(b"".join(parts) + b"0\r\n\r\n").wire(), armed=True)


@kind()
def length_and_chunks(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    length = rng.choice([b"0", b"3", b"5", b"%d" % (len(message.body) // 2), b"99999"])
    both = message.chunked(message.body).plus((b"Content-Length", length))
    return Plan("length_and_chunks", both.wire(), armed=True)


@kind()
def length_and_right_chunks(rng: Random, known: Known) -> Plan:
    message = refused(rng, known)
    both = message.chunked(chunk(message.body) + b"0\r\n\r\n")
    length = (b"Content-Length", rng.choice([b"0", b"5", b"%d" % len(message.body), b"99999", b"x"]))
    first = rng.random() < 0.5
    both = replace(both, headers=(length, *both.headers)) if first else both.plus(length)
    return Plan("length_and_right_chunks", both.wire())


@kind()
def coding_unknown(rng: Random, known: Known) -> Plan:
    message = armed(rng, known).minus(b"content-length")
    return Plan(
        "coding_unknown",
        message.plus((b"Transfer-Encoding", rng.choice(CODINGS))).wire(),
        armed=True,
        cut=True,
    )


@kind()
def expect_continue(rng: Random, known: Known) -> Plan:
    message = refused(rng, known).plus((b"Expect", b"100-continue"))
    return Plan("expect_continue", message.wire(), 1)


@kind()
def expect_and_nothing(rng: Random, known: Known) -> Plan:
    wish = rng.choice([b"100-continue", b"200-ok", b"\xff", b"100-continue, x"])
    return Plan("expect_and_nothing", armed(rng, known).plus((b"Expect", wish)).head(), armed=True, cut=True)


@kind()
def good_after_bad(rng: Random, known: Known) -> Plan:
    """Send a refused call, then a good one on the same connection."""
    broken = armed(rng, known)
    body = broken.body[: rng.randrange(1, len(broken.body))]
    bad = rng.choice([broken.holding(body), broken.minus(b"content-type").holding(broken.body + b"x"),
                      broken.minus(b"x-access-token").holding(body), _nowhere(rng, broken)])  # fmt: skip
    return Plan("good_after_bad", bad.wire() + good(known).wire(), 2, last=200)


def _nowhere(rng: Random, message: Message) -> Message:
    target = rng.choice([b"/", b"/oms/v3/shipment/confirm/", b"/nowhere", b"/_control/nowhere", b"//"])
    return replace(message, target=target)


def good(known: Known) -> Message:
    """Return a call that is always answered with 200."""
    order, _ = known.orders["placed"][0]
    return get(SHIPMENT + b"/info?orderId=" + order.encode())


def by_a_stranger(number: int) -> Message:
    """Return a call with a made-up token.

    Its text is long enough to hold the token in base64.
    """
    return get(SHIPMENT + b"/info?orderId=" + b"9a" * 50, f"{number:08}-0000-4000-9000-000000000000")


@kind()
def many_at_once(rng: Random, known: Known) -> Plan:
    calls = [harmless(rng, known) for _ in range(rng.randrange(2, 20))]
    wire = b"".join(call.wire() for call in [*calls, good(known)])
    return Plan("many_at_once", wire, len(calls) + 1, last=200)


@kind()
def garbage_after_good(rng: Random, known: Known) -> Plan:
    garbage = rng.choice([rng.randbytes(rng.randrange(1, 200)), b"\x16\x03\x01\x02\x00", b"\x00" * 5000])
    return Plan("garbage_after_good", good(known).wire() + garbage, cut=True)


@kind()
def random_body(rng: Random, known: Known) -> Plan:
    return Plan("random_body", armed(rng, known).holding(rng.randbytes(rng.randrange(1, 300))).wire(), 1)
