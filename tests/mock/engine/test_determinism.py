"""With a frozen clock two worlds with one seed answer the same bytes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from mock_oms.app import create_app
from tests.conftest import NewWorld
from tests.support.mock_client import InProcess, Reply, World
from tests.support.mock_client import new_world as make_world

AUTOMATIC = {"invoice_mode": "fynd", "credit_note_mode": "fynd", "pace": {"*": {"after_s": 5}}}


@dataclass
class Recorder:
    """A transport that keeps every answer, without the tenant's name and secrets."""

    inner: Any
    seen: list[bytes] = field(default_factory=list)
    secrets: list[str] = field(default_factory=list)

    def send(self, *args: Any, **more: Any) -> Reply:
        """One call, kept."""
        reply: Reply = self.inner.send(*args, **more)
        self.seen.append(b"%d " % reply.status + reply.body)
        return reply

    def told(self, world: World) -> list[bytes]:
        """All answers; what must differ is blanked out."""
        words = [world.name, *world.tokens.values(), world.facts["company"]["password"]]
        words += [place["password"] for place in world.facts["locations"]]
        return [_blanked(body, words) for body in self.seen]


def _blanked(body: bytes, words: list[str]) -> bytes:
    for word in words:
        body = body.replace(word.encode(), b"*")
    return body


def journey(world: World) -> None:
    """A day in a shop: every touchpoint, good and bad."""
    orders = world.place_many(4)
    for order in orders:
        world.get({"orderId": order})
    world.post("confirm", [{"orderId": order} for order in [*orders, "1"]])
    world.post("cancel", [{"orderId": orders[0]}])
    world.control("POST", "/clock", {"advance_s": 30})
    world.get({"orderStatus": "PROCESSING", "locationCode": "STORE-1"})
    world.post("invoice", [{"orderId": order} for order in orders])
    world.post("labels", [{"orderId": order} for order in orders])
    for order in orders[1:]:
        world.hand_over(order)
        back = world.start_return(order)
        world.accept_return(back)
    world.control("POST", "/clock", {"advance_s": 30})
    world.get({"orderStatus": "RETURN_COMPLETED"}, "STORE-1")
    world.get({"orderStatus": "RETURN_COMPLETED"}, path="/info")
    for back in world.listed("RETURN_COMPLETED"):
        world.post("invoice", [{"orderId": back}])
    world.control("GET", "/shipments")
    world.control("GET", "/stock")


def played(new_world: NewWorld, **settings: Any) -> list[bytes]:
    world = new_world(**AUTOMATIC, **settings)
    recorder = Recorder(world.transport)
    world.transport = recorder
    journey(world)
    return recorder.told(world)


def test_one_seed_gives_the_same_bytes(new_world: NewWorld) -> None:
    assert played(new_world, seed=42) == played(new_world, seed=42)


def test_another_seed_gives_other_orders(new_world: NewWorld) -> None:
    assert played(new_world, seed=1) != played(new_world, seed=2)


def test_two_servers_give_the_same_bytes() -> None:
    def fresh() -> Iterator[list[bytes]]:
        for _ in range(2):
            app = create_app({"seed": 5})
            app.testing = True
            recorder = Recorder(InProcess(app))
            world = make_world(recorder, **AUTOMATIC, seed=9)
            journey(world)
            yield recorder.told(world)

    first, second = fresh()
    assert first == second


def test_a_reset_world_begins_again_with_the_same_bytes(new_world: NewWorld) -> None:
    world = new_world(**AUTOMATIC, seed=3)
    recorder = Recorder(world.transport)
    world.transport = recorder
    journey(world)
    first = recorder.told(world)
    world.control("POST", "/reset")
    recorder.seen.clear()
    journey(world)
    again = recorder.told(world)
    assert again == [body for body in first if b"accessToken" not in body]


def test_a_reset_keeps_credentials_tokens_and_settings_and_nothing_else(new_world: NewWorld) -> None:
    world = new_world(pace={"*": "held"}, seed=11)
    fresh = world.snapshot()
    order = world.place(state="bag_invoiced")
    world.control("PUT", "/stock", {"stock": [{"location": "STORE-1", "sku": "NEW", "on_hand": 1}]})
    world.advance(60)
    token = world.token()
    answer = world.control("POST", "/reset")
    assert (answer["shipments"], answer["clock"]["now"]) == (0, "2026-01-05T10:00:00+00:00")
    assert world.snapshot() == fresh
    assert world.control("GET", "/journal") == {"entries": [], "dropped": 0}
    assert world.token() == token
    assert world.get({"orderId": order}).json == []
    assert world.new_token("STORE-2")


def test_ids_are_never_given_twice(new_world: NewWorld) -> None:
    world = new_world()
    orders = [*world.place_many(1000), *world.place_many(1000)]
    assert len(set(orders)) == 2000
    assert all(len(order) == 20 and order.isdigit() for order in orders)
