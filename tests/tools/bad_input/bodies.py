"""Wrong bodies of requests that are framed as they should be."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from random import Random

from tests.tools.bad_input.kinds import HEAVY, kind
from tests.tools.bad_input.messages import SHIPMENT, Known, Message, Plan, armed, post

LIMIT = 1024 * 1024
NUMBERS = (
    "1e999999", "-1e999999", "1e-999999", "NaN", "Infinity", "-Infinity", "-0", "0.1", "1e1", "01", "+1",
    "1.", ".5",
    "0x1", "1_0", "9" * 400, "-" + "9" * 400, "1" + "0" * 4300, "2e308", "1E400", "9223372036854775808",
    "-1", "true",
    "1e5", "1.0000000000000000000000000000001", "''", "1 2", "0e0",
)  # fmt: skip
TEXTS = (
    '"\\ud800"', '"\\udc00\\ud800"', '"\\u0000"', '"\\uffff"', '"a\nb"', '"\\x41"', '"\\u12"', '"\\"',
    "'a'", '"',
    '"\\u202e"', '"\x7f"', '"%s"' % ("x" * 70_000), '"%n%s"', '"../../etc/passwd"', '"\' OR 1=1 --"',
    '"{{7*7}}"',
    '"\\ud83d\\ude00"', '"é"', "null", "[]", "{}", "false", '""', '" "', '["1"]', '{"orderId": "1"}',
)  # fmt: skip
RAW = (
    b"", b" ", b"{", b"[", b"]", b"[{]", b"[{}", b"nul", b"[1,]", b"[,]", b"\xff\xfe[]", b"\x00", b"[]]",
    b"[] []",
    b"[{}]", b"[null]", b"{}", b"[[]]", b"// x\n[]", b"/* */[]", b"[{'orderId': '1'}]", b"undefined",
    b"[{orderId: 1}]",
    b"a=b&c=d", b"--x\r\nContent-Disposition: form-data\r\n\r\n1\r\n--x--", b"<orders/>", b"orders: []",
    b"\x1f\x8b\x08",
    b'[{"orderId":"\xff"}]', b'[{"orderId":"\xc3("}]', b'[{"\xff":"1"}]', b'[{"orderId":"\xed\xa0\x80"}]',
    b'[{"orderId":"\xf4\x90\x80\x80"}]', b'[{"orderId":"\xc0\x80"}]', b"\xef\xbb\xbf", b"\x80\x03]q\x00.",
    b"\r\n\r\n",
)  # fmt: skip
CODECS = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le")
FIELDS = (
    "orderId", "orderItems", "orderItemId", "quantity", "reasonCode", "invoiceNumber", "invoiceType",
    "packages", "int",
    "invoiceDate", "stock", "location", "sku", "on_hand", "advance_s", "freeze_at", "resume", "name",
    "profile", "pace",
    "clock", "seed", "locations", "items", "count", "state", "customer", "", "\x00", "é", "__class__",
    "x" * 300,
)  # fmt: skip
CLOCK, STOCK, TENANT, ORDERS = (
    (b"POST", b"/clock"),
    (b"PUT", b"/stock"),
    (b"PATCH", b""),
    (b"POST", b"/orders"),
)
NUMBERED = (
    (CLOCK, '{"advance_s": %s}'), (CLOCK, '{"freeze_at": %s}'), (CLOCK, '{"resume": %s}'),
    (STOCK, '{"stock": [{"location": "STORE-1", "sku": "MUG-STN-350", "on_hand": %s}]}'),
    (STOCK, '{"stock": [{"location": "STORE-1", "sku": "NEW-1", "on_hand": 1, "price": %s}]}'),
    (TENANT, '{"profile": {"sla_s": %s}}'), (TENANT, '{"pace": {"*": {"after_s": %s}}}'),
    (TENANT, '{"pace": {"*": %s}}'), (TENANT, '{"profile": {"page_size_max": %s}}'),
    (ORDERS, '{"count": %s}'), (ORDERS, '{"items": [{"sku": "MUG-STN-350", "quantity": %s}]}'),
)  # fmt: skip
WORDED = (
    (CLOCK, '{"freeze_at": %s}'), (CLOCK, '{"resume": %s}'), (STOCK, '{"stock": %s}'),
    (STOCK, '{"stock": [{"location": "STORE-1", "sku": %s, "on_hand": 1}]}'),
    (STOCK, '{"stock": [{"location": "STORE-1", "sku": "NEW-2", "on_hand": 1, "title": %s}]}'),
    (TENANT, '{"invoice_mode": %s}'), (TENANT, '{"profile": %s}'), (TENANT, '{"profile": {"date_zone": %s}}'),
    (TENANT, '{"pace": {%s: "held"}}'), (ORDERS, '{"location": %s}'), (ORDERS, '{"state": %s}'),
    (ORDERS, '{"customer": {"name": %s}}'), (ORDERS, '{"ordering_channel": %s}'), (ORDERS, '{"items": %s}'),
)  # fmt: skip


def bulk(rng: Random) -> bytes:
    """The path of a call that takes many orders."""
    return SHIPMENT + rng.choice(
        [b"/confirm", b"/cancel", b"/invoiceUpdate", b"/invoice", b"/labels", b"/return"]
    )


def anywhere(rng: Random, known: Known) -> Message:
    """Return a call with a body, to be replaced."""
    below = b"/_control/tenants/%s" % known.still.encode()
    places = [(b"PUT", below + b"/stock"), (b"POST", below + b"/clock"), (b"PATCH", below)]
    if rng.random() < 0.75:
        return post(bulk(rng), [])
    method, target = rng.choice(places)
    return post(target, {}, None, method)


def plan(name: str, message: Message, body: bytes, *, answers: int | None = 1, harmful: bool = True) -> Plan:
    """One call with this body."""
    return Plan(name, message.holding(body).wire(), answers, armed=harmful)


@kind()
def body_no_json(rng: Random, known: Known) -> Plan:
    message = post(bulk(rng), [])
    return plan("body_no_json", message, rng.choice(RAW))


@kind()
def body_cut(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    return plan("body_cut", message, message.body[: rng.randrange(1, len(message.body))])


@kind()
def body_in_another_coding(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    body = message.body.decode().encode(rng.choice(CODECS))
    return plan("body_in_another_coding", message, body)


@kind()
def body_with_a_mark(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    mark = rng.choice(
        [codecs.BOM_UTF8 * 2, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, codecs.BOM_UTF32_BE, b"\x00"]
    )
    return plan("body_with_a_mark", message, mark + message.body)


@kind()
def body_with_a_wrong_byte(rng: Random, known: Known) -> Plan:
    """A byte that no UTF-8 has, anywhere."""
    message = armed(rng, known)
    at = rng.randrange(len(message.body))
    wrong = bytes([rng.choice([0xFF, 0xFE, 0xC0, 0xC1, 0xF5, 0x00, 0x1F])])
    return plan("body_with_a_wrong_byte", message, message.body[:at] + wrong + message.body[at:])


@kind()
def body_with_more_after_it(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    more = rng.choice([b"x", b"]", b"}", b",", b"\x00", b"[]", b"0", message.body, b"\xff"])
    return plan("body_with_more_after_it", message, message.body + more)


@kind()
def number_odd(rng: Random, known: Known) -> Plan:
    """Send invalid or huge numbers for an order in a final state."""
    order, item = known.order(rng, "handed_over_to_customer")
    place, more = rng.choice([(b"/confirm", ""), (b"/cancel", ', "reasonCode": "6"'), (b"/return", "")])
    piece = f'{{"orderItemId": "{item}", "quantity": {rng.choice(NUMBERS)}{more}}}'
    body = f'[{{"orderId": "{order}", "orderItems": [{piece}]}}]'
    return plan("number_odd", post(SHIPMENT + place, []), body.encode(), harmful=False)


def _spare(known: Known, place: tuple[bytes, bytes]) -> Message:
    method, target = place
    return post(b"/_control/tenants/%s" % known.spare.encode() + target, {}, None, method)


@kind()
def control_number_odd(rng: Random, known: Known) -> Plan:
    place, form = rng.choice(NUMBERED)
    body = form % rng.choice([number for number in NUMBERS if number != "1e5"])
    return plan("control_number_odd", _spare(known, place), body.encode(), harmful=False)


@kind()
def text_odd(rng: Random, known: Known) -> Plan:
    order, _ = known.order(rng, "handed_over_to_customer")
    first, second, third = (rng.choice([f'"{order}"', '"sale"', *TEXTS]) for _ in range(3))
    more = f', "invoiceNumber": {second}, "invoiceType": {third}'
    place, more = rng.choice([(bulk(rng), ""), (SHIPMENT + b"/invoiceUpdate", more)])
    body = f'[{{"orderId": {first}{more}}}]'
    return plan("text_odd", post(place, []), body.encode(), harmful=False)


@kind()
def control_text_odd(rng: Random, known: Known) -> Plan:
    place, form = rng.choice(WORDED)
    return plan("control_text_odd", _spare(known, place), (form % rng.choice(TEXTS)).encode(), harmful=False)


@kind(HEAVY)
def deep(rng: Random, known: Known) -> Plan:
    depth = rng.choice([100, 128, 200, 256, 1000, 5000, 100_000])
    opened, closed = rng.choice([(b"[", b"]"), (b'{"a":', b"}"), (b'[{"orderItems":', b"}]")])
    body = opened * depth + rng.choice([b"1", b"", b"[]"]) + closed * rng.choice([depth, 0, depth + 1])
    wrapped = rng.choice([body, b'[{"orderId": "1", "x": ' + body + b"}]", b'{"profile": ' + body + b"}"])
    return plan("deep", anywhere(rng, known), wrapped)


@kind(HEAVY)
def digits(rng: Random, known: Known) -> Plan:
    """Send numbers of 100,000 digits: slow parsers need quadratic time."""
    number = rng.choice(["", "-", "0.", "1e", "1."]) + "9" * rng.choice([5000, 100_000, 1_000_000])
    body = rng.choice(
        [
            '[{"orderId": %s}]', '[{"orderId": "1", "orderItems": [{"orderItemId": "1", "quantity": %s}]}]',
            "%s",
            '{"advance_s": %s}', '{"stock": [{"location": "STORE-1", "sku": "x", "on_hand": %s}]}',
            '{"seed": %s}',
        ]
    )  # fmt: skip
    message = _on_spare(anywhere(rng, known), known)
    return plan("digits", message, (body % number).encode(), harmful=False)


@kind()
def names_doubled(rng: Random, known: Known) -> Plan:
    order, _ = known.order(rng, "handed_over_to_customer")
    one = f'"orderId": "{order}"'
    body = f"[{{{', '.join([one] * rng.randrange(2, 50))}}}]"
    return plan("names_doubled", post(bulk(rng), []), body.encode(), harmful=False)


@kind(HEAVY)
def elements_many(rng: Random, known: Known) -> Plan:
    """Send more than the 20 elements allowed: the whole call is refused."""
    order, _ = known.order(rng, "placed")
    one = json.dumps({"orderId": order})
    count = rng.choice([21, 22, 100, 1000, 20_000, 100_000])
    each = one if count < 20_000 else rng.choice(["{}", "1", "[]", '"x"', "null"])
    body = f"[{', '.join([each] * count)}]"
    return plan("elements_many", post(SHIPMENT + b"/confirm", []), body.encode())


@kind()
def elements_twenty(rng: Random, known: Known) -> Plan:
    order, _ = known.order(rng, "handed_over_to_customer")
    message = post(SHIPMENT + b"/confirm", [{"orderId": order}] * 20)
    return Plan("elements_twenty", message.wire(), 1, last=200)


@kind(HEAVY)
def inner_elements_many(rng: Random, known: Known) -> Plan:
    """Send an order with very many items, up to the size limit."""
    order, item = known.order(rng, "placed")
    each: str = rng.choice(["{}", "1", "[]", '{"x": 1}', json.dumps({"orderItemId": item, "quantity": 0})])
    count = rng.choice([100, 1000, 20_000, (LIMIT - 200) // (len(each) + 1)])
    body = f'[{{"orderId": "{order}", "orderItems": [{",".join([each] * count)}]}}]'
    return plan("inner_elements_many", post(bulk(rng), []), body.encode()[:LIMIT])


@kind(HEAVY)
def names_many(rng: Random, known: Known) -> Plan:
    count = rng.choice([51, 1000, 20_000, 60_000])
    order, _ = known.order(rng, "placed")
    unknown = ", ".join(f'"order{n:06}": 1' for n in range(count))
    body = rng.choice([f'[{{"orderId": "{order}", {unknown}}}]', f"{{{unknown}}}"])
    return plan("names_many", anywhere(rng, known), body.encode()[:LIMIT])


@kind(HEAVY)
def name_huge(rng: Random, known: Known) -> Plan:
    order, _ = known.order(rng, "placed")
    name = rng.choice(["x", "orderId", "é", "\\u0041", "😀"]) * rng.choice([1000, 40_000, 100_000])
    body = f'[{{"orderId": "{order}", "{name}": 1}}]'
    return plan("name_huge", anywhere(rng, known), body.encode()[: LIMIT - 1])


@kind(HEAVY)
def body_at_the_limit(rng: Random, known: Known) -> Plan:
    """Exactly as long as a body may be."""
    order, _ = known.order(rng, "handed_over_to_customer")
    message = post(SHIPMENT + b"/confirm", [{"orderId": order}])
    room = LIMIT - len(message.body)
    return Plan("body_at_the_limit", message.holding(message.body + b" " * room).wire(), 1, last=200)


@kind(HEAVY)
def body_over_the_limit(rng: Random, known: Known) -> Plan:
    message = armed(rng, known)
    room = LIMIT - len(message.body) + rng.choice([1, 1, 1, 2, 70_000, 3_000_000])
    return plan("body_over_the_limit", message, message.body + b" " * room, answers=None)


@kind()
def tree(rng: Random, known: Known) -> Plan:
    """JSON of any form that uses the names of our fields."""
    value = _tree(rng, 4)
    message = anywhere(rng, known)
    value = value if message.target.startswith(b"/_control") else [value]
    return plan("tree", _on_spare(message, known), json.dumps(value).encode(), harmful=False)


def _on_spare(message: Message, known: Known) -> Message:
    target = message.target.replace(known.still.encode(), known.spare.encode())
    return Message(message.method, target, message.headers)


_LEAVES: tuple[Callable[[Random], object], ...] = (
    lambda rng: rng.choice([None, True, False, 0, 1, -1, 2**63, 2**64, 1e308, 0.5, -0.0]),
    lambda rng: rng.choice(["", "1", "sale", "STORE-1", "x" * 300, "\x00", "\U0010ffff", "2025-01-01"]),
    lambda rng: rng.randrange(-(10**20), 10**20),
)


def _tree(rng: Random, depth: int) -> object:
    if not depth or rng.random() < 0.3:
        return rng.choice(_LEAVES)(rng)
    if rng.random() < 0.3:
        return [_tree(rng, depth - 1) for _ in range(rng.randrange(4))]
    return {rng.choice(FIELDS): _tree(rng, depth - 1) for _ in range(rng.randrange(5))}
