"""Other versions and protocols, noise, and right requests that come in pieces."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from tests.tools.bad_input.kinds import kind
from tests.tools.bad_input.messages import SHIPMENT, Known, Plan, armed, harmless, post, reading

VERSIONS = (
    b"HTTP/2.0", b"HTTP/2", b"HTTP/3", b"HTTP/1.1x", b"http/1.1", b"HTTP/11.1", b"HTTP/", b"HTTP", b"FTP/1.1",
    b"HTTP/1.", b"HTTP/0.9", b"HTTP/9.9", b"HTTP/\xff.1",
)  # fmt: skip
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
SETTINGS_FRAME = b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
OTHER_PROTOCOLS = (
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\x05\x01\x00", b"EHLO localhost\r\n", b"SSH-2.0-x\r\n",
    b"*1\r\n$4\r\nPING\r\n", b"\x00\x00\x00\x08\x04\xd2\x16\x2f", b"\r\n\r\n\r\n", b"\n", b"\x00", b"<x/>",
)  # fmt: skip


@kind()
def version_unknown(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    return Plan("version_unknown", replace(message, version=rng.choice(VERSIONS)).wire(), armed=True)


@kind()
def version_1_0(rng: Random, known: Known) -> Plan:
    message = replace(harmless(rng, known), version=b"HTTP/1.0")
    extra = rng.choice([(), ((b"Connection", b"keep-alive"),), ((b"Connection", b"close"),)])
    return Plan("version_1_0", message.plus(*extra).wire(), 1)


@kind()
def version_0_9(rng: Random, known: Known) -> Plan:
    end = rng.choice([b"\r\n", b"\n", b"\r\n\r\n"])
    return Plan("version_0_9", rng.choice([b"GET ", b"POST "]) + reading(rng, known).target + end, cut=True)


@kind()
def http_2(rng: Random, known: Known) -> Plan:
    frames = rng.choice([b"", SETTINGS_FRAME, SETTINGS_FRAME * 20, rng.randbytes(40)])
    return Plan("http_2", PREFACE + frames)


@kind()
def upgrade(rng: Random, known: Known) -> Plan:
    """No answer but an ordinary one: nothing here speaks anything else."""
    wish = rng.choice([b"websocket", b"h2c", b"TLS/1.0", b"\xff", b"websocket, h2c"])
    headers = (
        (b"Connection", b"Upgrade, HTTP2-Settings"),
        (b"Upgrade", wish),
        (b"HTTP2-Settings", b"AAMAAABk"),
    )
    key = ((b"Sec-WebSocket-Key", b"dGhlIHNhbXBsZSBub25jZQ=="), (b"Sec-WebSocket-Version", b"13"))
    return Plan("upgrade", reading(rng, known).plus(*headers, *key).wire())


@kind()
def random_bytes(rng: Random, known: Known) -> Plan:
    return Plan("random_bytes", rng.randbytes(rng.choice([1, 2, 10, 100, 1000, 10_000])), cut=True)


@kind()
def other_protocol(rng: Random, known: Known) -> Plan:
    return Plan("other_protocol", rng.choice(OTHER_PROTOCOLS) + rng.randbytes(rng.randrange(30)), cut=True)


@kind()
def bytes_changed(rng: Random, known: Known) -> Plan:
    """A call that reads, with some bytes changed, added or taken away."""
    label = post(SHIPMENT + b"/labels", [{"orderId": known.order(rng, "bag_invoiced")[0]}])
    wire = bytearray(rng.choice([reading(rng, known), label]).wire())
    for _ in range(rng.randrange(1, 5)):
        at = rng.randrange(len(wire))
        wire[at : at + rng.randrange(3)] = rng.randbytes(rng.randrange(3))
    return Plan("bytes_changed", bytes(wire), cut=True)


@kind()
def line_ends(rng: Random, known: Known) -> Plan:
    message = harmless(rng, known)
    head = message.head().replace(b"\r\n", rng.choice([b"\n", b"\r", b"\r\r\n", b"\n\r", b"\r\n "]))
    return Plan("line_ends", rng.choice([b"", b"\r\n", b"\r\n\r\n", b"\n"]) + head + message.body, cut=True)


@kind()
def slowly(rng: Random, known: Known) -> Plan:
    return Plan("slowly", harmless(rng, known).wire(), 1, pieces=rng.randrange(2, 8))


@kind()
def slowly_and_cut(rng: Random, known: Known) -> Plan:
    wire = armed(rng, known).wire()
    return Plan(
        "slowly_and_cut",
        wire[: rng.randrange(1, len(wire))],
        armed=True,
        pieces=rng.randrange(2, 8),
        cut=True,
    )


@kind()
def compressed(rng: Random, known: Known) -> Plan:
    body = bytes.fromhex("1f8b0800000000000003") + rng.randbytes(60)
    coding = (b"Content-Encoding", rng.choice([b"gzip", b"br", b"zstd", b"deflate", b"x"]))
    message = post(SHIPMENT + b"/confirm", []).holding(body).plus(coding)
    return Plan("compressed", message.wire(), 1, armed=True)
