"""The state machine: rules for events, time, settings and repeated calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from contracts.lifecycle.queries import journeys_of
from contracts.lifecycle.table import (
    ABOUT_ITEMS,
    BACKWARD,
    CANCELLED_STATES,
    CONDITIONS,
    TABLE,
    Actor,
    DocumentMode,
    Event,
    Journey,
)
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
"""Shipments of one tenant; all fit on one page of every list."""
BATCH_LIMIT = 4
"""Orders in one call of the machine; other tests check the documented limit."""

CALLS = {
    Event.CONFIRM: "confirm",
    Event.CANCEL: "cancel",
    Event.CANCEL_ITEMS: "cancel",
    Event.REASSIGN: "cancel",
    Event.PUSH_INVOICE: "push",
    Event.PUSH_CREDIT_NOTE: "push",
    Event.ACCEPT_RETURN: "accept_return",
}
"""Events of the aggregator -> their bulk call."""

ACTORS = {row.event: row.actor for row in TABLE if row.source is not None}
"""Every event of an existing shipment -> its actor."""
SWITCHES = tuple(name for name, values in CONDITIONS.items() if set(values) == {False, True})
AUTOMATIC = tuple(event for event, actor in ACTORS.items() if actor is Actor.OMS)
ENDINGS = {row.event for row in TABLE if row.target in CANCELLED_STATES}
FURTHER = {
    journey: tuple(e for e in reversed(ACTORS) if e not in ENDINGS | BACKWARD and journey in journeys_of(e))
    for journey in Journey
}
"""Events of a sale or a return without endings and ways back, the latest first.

Hypothesis often draws the first.
"""


Act = Callable[[Player, Sequence[Choice], Caller], None]


def _bulk_act(event: Event) -> Act:
    """Makes a bulk call whose first order is for `event`."""
    call = CALLS[event]
    others = [other for other in CALLS if CALLS[other] == call]

    def act(player: Player, choices: Sequence[Choice], who: Caller) -> None:
        events = [event, *(others[choice.which % len(others)] for choice in choices[1:])]
        orders = [order(player.model, choice, events[place], place) for place, choice in enumerate(choices)]
        player.bulk(call, orders, token(who, chosen(player.model, choices[0], event)))

    return act


def _control_act(event: Event) -> Act:
    """Fires the event by the control plane."""

    def act(player: Player, choices: Sequence[Choice], _who: Caller) -> None:
        for choice in choices[:1] if event in ENDINGS else choices:
            record = chosen(player.model, choice, event)
            if record is not None:
                player.fire(record, event, pieces(record, choice) if event in ABOUT_ITEMS else ())

    return act


ACTS: dict[Event, Act] = {
    event: _bulk_act(event) if actor is Actor.AGGREGATOR else _control_act(event)
    for event, actor in ACTORS.items()
}
"""The act of every event; an event of the aggregator without a call fails the import."""

Reached = Counter[tuple[str, str, bool]]

TURNS = st.integers(0, 40)
"""Index into the possible events or shipments."""
# Most choices are valid: a machine whose calls are all refused reaches few states.
_TARGETS = st.sampled_from([Target.READY] * 3 + [Target.ANY] * 5 + [Target.UNKNOWN])
_WHOLES = st.sampled_from([Portion.UNNAMED] * 10 + [Portion.ALL] * 3 + list(Portion))
_PARTS = st.sampled_from([Portion.ONE_PIECE] * 3 + [Portion.FIRST_ITEM, Portion.UNNAMED] + list(Portion))
_NUMBERS = st.sampled_from([Number.FRESH] * 5 + list(Number))
_REASONS = st.sampled_from(["", "", "", "tag_missing", "9", "no such reason"])
_KINDS = st.sampled_from(["", "", "", "", "", "sale", "return", "SALE"])
CHOICES = st.builds(
    Choice,
    target=_TARGETS,
    which=TURNS,
    whole=_WHOLES,
    part=_PARTS,
    reason=_REASONS,
    number=_NUMBERS,
    kind=_KINDS,
)
FITTING_CHOICES = st.builds(
    Choice, which=TURNS, whole=_WHOLES, part=_PARTS, number=_NUMBERS, damaged=st.booleans()
)
"""Choices of shipments for which the table allows the event."""
FITTING_BATCHES = st.lists(FITTING_CHOICES, min_size=1, max_size=BATCH_LIMIT)
BATCHES = st.lists(CHOICES, max_size=BATCH_LIMIT - 1)
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
"""Tenants with ample stock, and tenants with little stock and the stock guard on."""


class LifecycleMachine(RuleBasedStateMachine):
    """The state machine; `machine_for` sets `driver`.

    Events have no separate rules: hypothesis leaves out some rules in every example, so a chain of seven
    events would rarely be complete.
    """

    driver: ClassVar[Driver]
    reached: ClassVar[Reached]
    steps: ClassVar[Counter[str]]

    def __init__(self) -> None:
        super().__init__()
        self.player: Player | None = None
        self.broken = False

    @property
    def tenant(self) -> Player:
        """The player of the opened tenant."""
        if self.player is None:
            raise LookupError("no tenant was opened yet")
        return self.player

    @initialize(setting=SETTINGS, baskets=_BASKETS)
    def open(self, setting: Setting, baskets: list[Basket]) -> None:
        """Opens a tenant and places the first orders."""
        self.player = Player(self.driver, setting, self.reached)
        self._buy(baskets)

    @precondition(lambda self: self.player and len(self.player.model.records) < SHIPMENTS_LIMIT)
    @rule(baskets=_BASKETS)
    def place(self, baskets: list[Basket]) -> None:
        """Places orders."""
        self._buy(baskets)

    def _buy(self, baskets: list[Basket]) -> None:
        for location, lines in baskets:
            self.tenant.place(location, lines)

    @rule(turn=TURNS, choices=FITTING_BATCHES, who=FITTING_CALLERS)
    def sale_goes_on(self, turn: int, choices: list[Choice], who: Caller) -> None:
        """Fires an event of sales."""
        self._happens(FURTHER[Journey.SALE], turn, choices, who)

    @rule(turn=TURNS, choices=FITTING_BATCHES, who=FITTING_CALLERS)
    def return_goes_on(self, turn: int, choices: list[Choice], who: Caller) -> None:
        """Fires an event of returns, or else of sales."""
        for journey in (Journey.RETURN, Journey.SALE):
            if self._happens(FURTHER[journey], turn, choices, who):
                return

    @rule(turn=TURNS, first=FITTING_CHOICES, rest=BATCHES, who=CALLERS)
    def happens(self, turn: int, first: Choice, rest: list[Choice], who: Caller) -> None:
        """Fires any event that the table allows, endings included."""
        self._happens(tuple(ACTORS), turn, [first, *rest], who)

    def _happens(self, events: Sequence[Event], turn: int, choices: Sequence[Choice], who: Caller) -> bool:
        """Fires one possible event; each event in each state is equally likely."""
        first, model = choices[0], self.tenant.model
        ready = dict.fromkeys(
            (event, record.state) for event in events for record in candidates(model, first, event)
        )
        if ready:
            event, state = list(ready)[turn % len(ready)]
            places = [n for n, record in enumerate(candidates(model, first, event)) if record.state == state]
            first = replace(first, which=places[first.which % len(places)])
            ACTS[event](self.tenant, [first, *choices[1:]], who)
        return bool(ready)

    @rule(
        event=st.sampled_from(list(CALLS)),
        choices=st.lists(CHOICES, min_size=1, max_size=BATCH_LIMIT),
        who=CALLERS,
    )
    def asked(self, event: Event, choices: list[Choice], who: Caller) -> None:
        """Makes any bulk call of the aggregator."""
        ACTS[event](self.tenant, choices, who)

    @precondition(lambda self: self.player and self.player.last)
    @rule()
    def sent_again(self) -> None:
        """Repeats the last bulk call."""
        if self.tenant.last:
            self.tenant.bulk(*self.tenant.last)

    @precondition(lambda self: self.player and self.player.model.records)
    @rule(event=st.sampled_from(list(Event)), turn=TURNS)
    def out_of_turn(self, event: Event, turn: int) -> None:
        """Fires any event on any shipment, even events of the aggregator."""
        records = list(self.tenant.model.records.values())
        self.tenant.fire(records[turn % len(records)], event)

    @rule(seconds=st.sampled_from([0, 1, 9, 10, 90, 100, 4000]), change=CHANGES)
    def meanwhile(self, seconds: int, change: dict[str, Any]) -> None:
        """Changes modes and pace, and moves the clock."""
        if change:
            self.tenant.change(**change)
        if seconds:
            self.tenant.advance(seconds)

    @precondition(lambda self: self.player and self.player.setting.stock_guard)
    @rule(location=st.sampled_from(LOCATIONS), sku=st.sampled_from(sorted(PRICES)), pieces=st.integers(1, 4))
    def delivered(self, location: str, sku: str, pieces: int) -> None:
        """Adds pieces to the stock of a store."""
        self.tenant.deliver(location, sku, pieces)

    @invariant()
    def everything_holds(self) -> None:
        """Compares tenant and model."""
        if self.player is not None and not self.broken:
            self._check(everything=False)

    def _check(self, *, everything: bool) -> None:
        self.broken = True  # until the check passes: a broken tenant is not checked again
        self.tenant.check(everything=everything)
        self.broken = False
        self.steps["steps"] += 1

    def teardown(self) -> None:
        """Checks everything at the end."""
        if self.player is None:
            return
        try:
            if not self.broken:
                self._check(everything=True)
        finally:
            self.player.close()


def machine_for(driver: Driver) -> type[LifecycleMachine]:
    """Returns a machine for `driver`; it counts the reached transitions."""
    return type("Machine", (LifecycleMachine,), {"driver": driver, "reached": Counter(), "steps": Counter()})
