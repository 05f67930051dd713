"""The machine itself: one rule per event of the table, and rules for time, modes and repeated calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.lifecycle.queries import journeys_of
from contracts.lifecycle.table import CANCELLED_STATES, CONDITIONS, TABLE, Actor, DocumentMode, Event, Journey
from contracts.machine.choices import (
    Caller,
    Choice,
    Number,
    Portion,
    Target,
    candidates,
    chosen,
    order,
    pieces,
    token,
)
from contracts.machine.driver import LOCATIONS, PRICES, Driver, Setting
from contracts.machine.moves import Player

SHIPMENTS_LIMIT = 16
"""Shipments from which on no more orders are placed; all still fit on one page of every list."""
BATCH_LIMIT = 4
"""Most orders in one call of the machine; the documented limit is the shape's business, not the machine's."""

CALLS = {
    Event.CONFIRM: "confirm",
    Event.CANCEL: "cancel",
    Event.CANCEL_ITEMS: "cancel",
    Event.PUSH_INVOICE: "push",
    Event.PUSH_CREDIT_NOTE: "push",
    Event.ACCEPT_RETURN: "accept_return",
}
"""Events of the aggregator -> the bulk call that makes them happen."""
ABOUT_ITEMS = (Event.CANCEL_BY_CUSTOMER, Event.CANCEL_ITEMS_BY_CUSTOMER, Event.START_RETURN)
"""Events of the control plane that take items."""

ACTORS = {row.event: row.actor for row in TABLE if row.source is not None}
"""Every event that can happen to a shipment -> whose it is."""
SWITCHES = tuple(name for name, values in CONDITIONS.items() if set(values) == {False, True})
AUTOMATIC = tuple(event for event, actor in ACTORS.items() if actor is Actor.OMS)
ENDINGS = {row.event for row in TABLE if row.target in CANCELLED_STATES}
FURTHER = {
    journey: tuple(e for e in reversed(ACTORS) if e not in ENDINGS and journey in journeys_of(e))
    for journey in Journey
}
"""Events that take a sale, or a return, further; the latest first, for what is drawn is often the first."""


Act = Callable[[Player, Sequence[Choice], Caller], None]


def _bulk_act(event: Event) -> Act:
    """The aggregator's: a batch led by an order for `event`; the rest is for any event of the same call."""
    call = CALLS[event]
    others = [other for other in CALLS if CALLS[other] == call]

    def act(play: Player, aims: Sequence[Choice], who: Caller) -> None:
        events = [event, *(others[aim.which % len(others)] for aim in aims[1:])]
        orders = [order(play.model, aim, events[place], place) for place, aim in enumerate(aims)]
        play.bulk(call, orders, token(who, chosen(play.model, aims[0], event)))

    return act


def _control_act(event: Event) -> Act:
    """The control plane plays everybody else."""

    def act(play: Player, aims: Sequence[Choice], _who: Caller) -> None:
        for aim in aims[:1] if event in ENDINGS else aims:
            record = chosen(play.model, aim, event)
            if record is not None:
                play.fire(record, event, pieces(record, aim) if event in ABOUT_ITEMS else ())

    return act


ACTS: dict[Event, Act] = {
    event: _bulk_act(event) if actor is Actor.AGGREGATOR else _control_act(event)
    for event, actor in ACTORS.items()
}
"""How every event of the table is made to happen; one of the aggregator's without a call stops the import."""

Reached = Counter[tuple[str, str, bool]]

TURNS = st.integers(0, 40)
"""Picks among what is possible at that moment."""
# Mostly what is right: a machine that is always refused gets nowhere.
_TARGETS = st.sampled_from([Target.READY] * 3 + [Target.ANY] * 5 + [Target.UNKNOWN])
_WHOLES = st.sampled_from([Portion.UNNAMED] * 10 + [Portion.ALL] * 3 + list(Portion))
_PARTS = st.sampled_from([Portion.ONE_PIECE] * 3 + [Portion.FIRST_ITEM, Portion.UNNAMED] + list(Portion))
_NUMBERS = st.sampled_from([Number.FRESH] * 5 + list(Number))
_REASONS = st.sampled_from(["", "", "", "tag_missing", "9", "no such reason"])
_KINDS = st.sampled_from(["", "", "", "", "", "sale", "return", "SALE"])
AIMS = st.builds(
    Choice,
    target=_TARGETS,
    which=TURNS,
    whole=_WHOLES,
    part=_PARTS,
    reason=_REASONS,
    number=_NUMBERS,
    kind=_KINDS,
)
FITTING_AIMS = st.builds(
    Choice, which=TURNS, whole=_WHOLES, part=_PARTS, number=_NUMBERS, damaged=st.booleans()
)
"""About a shipment that the table lets the event happen to."""
FITTING_BATCHES = st.lists(FITTING_AIMS, min_size=1, max_size=BATCH_LIMIT)
BATCHES = st.lists(AIMS, max_size=BATCH_LIMIT - 1)
CALLERS = st.sampled_from([Caller.COMPANY] * 3 + list(Caller))
FITTING_CALLERS = st.sampled_from([Caller.COMPANY, Caller.OWN_STORE])
Basket = tuple[str, list[tuple[str, int]]]
_LINES = st.lists(st.tuples(st.sampled_from(sorted(PRICES)), st.integers(1, 3)), min_size=1, max_size=3)
_BASKETS = st.lists(st.tuples(st.sampled_from(LOCATIONS), _LINES), min_size=1, max_size=3)
_PACE = st.sampled_from(["immediate", "held", {"after_s": 10}, {"after_s": 100}])
PACES = st.dictionaries(st.sampled_from(["*", *AUTOMATIC]), _PACE, max_size=2)
MODES = st.sampled_from(list(map(str, DocumentMode)))
CHANGES: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {}, optional={"invoice_mode": MODES, "credit_note_mode": MODES, "pace": PACES}
)
_AMPLE = st.builds(
    Setting,
    invoice_mode=MODES,
    credit_note_mode=MODES,
    switches=st.fixed_dictionaries(dict.fromkeys(SWITCHES, st.booleans())),
    pace=PACES,
    seed=st.integers(0, 1000),
    stock_guard=st.just(False),
)
_SCARCE = st.builds(
    Setting,
    switches=st.fixed_dictionaries(dict.fromkeys(SWITCHES, st.booleans())),
    stock_guard=st.just(True),
    on_hand=st.sampled_from([20, 10, 30, 6, 0]),
)
SETTINGS = st.one_of(_AMPLE, _AMPLE, _SCARCE)
"""Tenants where stock is no matter, and tenants where there is little of it and the guard is on."""


class LifecycleMachine(RuleBasedStateMachine):
    """Plays in a tenant; `driver` is set by `machine_for`.

    The events are not rules of their own: hypothesis leaves out some rules in every example, and a chain of
    seven events would hardly ever be whole.
    """

    driver: ClassVar[Driver]
    reached: ClassVar[Reached]
    steps: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.play: Player | None = None
        self.broken = False

    @property
    def tenant(self) -> Player:
        """The tenant under way."""
        if self.play is None:
            raise LookupError("no tenant was opened yet")
        return self.play

    @initialize(setting=SETTINGS, baskets=_BASKETS)
    def open(self, setting: Setting, baskets: list[Basket]) -> None:
        """A tenant of its own, and the first customers."""
        self.play = Player(self.driver, setting, self.reached)
        self._buy(baskets)

    @precondition(lambda self: self.play and len(self.play.model.records) < SHIPMENTS_LIMIT)
    @rule(baskets=_BASKETS)
    def place(self, baskets: list[Basket]) -> None:
        """Customers buy."""
        self._buy(baskets)

    def _buy(self, baskets: list[Basket]) -> None:
        for location, lines in baskets:
            self.tenant.place(location, lines)

    @rule(turn=TURNS, aims=FITTING_BATCHES, who=FITTING_CALLERS)
    def sale_goes_on(self, turn: int, aims: list[Choice], who: Caller) -> None:
        """Something happens that takes sales further, whoever makes it happen."""
        self._happens(FURTHER[Journey.SALE], turn, aims, who)

    @rule(turn=TURNS, aims=FITTING_BATCHES, who=FITTING_CALLERS)
    def return_goes_on(self, turn: int, aims: list[Choice], who: Caller) -> None:
        """Something happens that takes returns further, or sales while there is no return to take further."""
        for journey in (Journey.RETURN, Journey.SALE):
            if self._happens(FURTHER[journey], turn, aims, who):
                return

    @rule(turn=TURNS, first=FITTING_AIMS, rest=BATCHES, who=CALLERS)
    def happens(self, turn: int, first: Choice, rest: list[Choice], who: Caller) -> None:
        """Something happens that the table lets happen, endings included."""
        self._happens(tuple(ACTORS), turn, [first, *rest], who)

    def _happens(self, events: Sequence[Event], turn: int, aims: Sequence[Choice], who: Caller) -> bool:
        ready = [event for event in events if candidates(self.tenant.model, aims[0], event)]
        if ready:
            ACTS[ready[turn % len(ready)]](self.tenant, aims, who)
        return bool(ready)

    @rule(
        event=st.sampled_from(list(CALLS)), aims=st.lists(AIMS, min_size=1, max_size=BATCH_LIMIT), who=CALLERS
    )
    def asked(self, event: Event, aims: list[Choice], who: Caller) -> None:
        """The aggregator asks for anything, at any time."""
        ACTS[event](self.tenant, aims, who)

    @precondition(lambda self: self.play and self.play.last)
    @rule()
    def sent_again(self) -> None:
        """The last bulk call comes a second time."""
        if self.tenant.last:
            self.tenant.bulk(*self.tenant.last)

    @precondition(lambda self: self.play and self.play.model.records)
    @rule(event=st.sampled_from(list(Event)), turn=TURNS)
    def out_of_turn(self, event: Event, turn: int) -> None:
        """The control plane is asked for any event on any shipment, also for those that are not its own."""
        records = list(self.tenant.model.records.values())
        self.tenant.fire(records[turn % len(records)], event)

    @rule(seconds=st.sampled_from([0, 1, 9, 10, 90, 100, 4000]), change=CHANGES)
    def meanwhile(self, seconds: int, change: dict[str, Any]) -> None:
        """Time passes; later orders have other modes, automatic steps another pace."""
        if change:
            self.tenant.change(**change)
        if seconds:
            self.tenant.advance(seconds)

    @precondition(lambda self: self.play and self.play.setting.stock_guard)
    @rule(location=st.sampled_from(LOCATIONS), sku=st.sampled_from(sorted(PRICES)), pieces=st.integers(1, 4))
    def delivered(self, location: str, sku: str, pieces: int) -> None:
        """More pieces come to a store."""
        self.tenant.deliver(location, sku, pieces)

    @invariant()
    def everything_holds(self) -> None:
        """Tenant and model are the same."""
        if self.play is not None and not self.broken:
            self._check(everything=False)

    def _check(self, *, everything: bool) -> None:
        self.broken = True  # until it proves whole: a broken tenant is not looked at again
        self.tenant.check(everything=everything)
        self.broken = False
        self.steps["steps"] += 1

    def teardown(self) -> None:
        """At the end everything is looked at, whatever the driver costs."""
        if self.play is None:
            return
        try:
            if not self.broken:
                self._check(everything=True)
        finally:
            self.play.close()


def machine_for(driver: Driver) -> type[LifecycleMachine]:
    """A machine that drives an OMS through `driver`; it counts what it reached."""
    return type("Machine", (LifecycleMachine,), {"driver": driver, "reached": Counter(), "steps": Counter()})
