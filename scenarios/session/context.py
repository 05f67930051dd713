"""The context of one flow: tenant, stores, clients, clock and memory."""

from __future__ import annotations

import json
import random
import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from contracts.lifecycle.table import Actor
from contracts.masking import MASK
from contracts.profile import DEFAULT, Profile, ProfileError, parse
from scenarios.choices import Player
from scenarios.language import flow
from scenarios.language.actions import Caller, Place
from scenarios.language.flow import Case
from scenarios.records.recorder import StepRecorder
from scenarios.session.memory import FlowMemory
from scenarios.session.quiet import Quiet
from scenarios.targets.answers import Reading, Shipment
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.http import TargetLostError
from scenarios.targets.konnect import Credentials, Konnect, Tokens
from scenarios.targets.opening import Target
from scenarios.targets.polling import Patience, Pause, RealPause, TenantPause
from scenarios.targets.presence import TargetGoneError

SECOND_STORE = ("STORE-1", "STORE-2")


@dataclass(frozen=True, slots=True)
class FlowContext:
    """All that a step needs.

    `moves_clock`: waiting advances the tenant's clock. `numbers` generates document numbers. `tenants` were
    created for this flow.
    """

    target: Target
    case: Case
    konnect: Konnect
    control: Control | None
    recorder: StepRecorder
    locations: tuple[str, ...]
    memory: FlowMemory
    moves_clock: bool
    numbers: random.Random
    tenants: tuple[str, ...] = ()
    products: list[str] = field(default_factory=list)
    quiet: Quiet = field(default_factory=Quiet)

    def at(self, recorder: StepRecorder) -> FlowContext:
        """Return this context, recording into another step."""
        control = self.control.at(recorder) if self.control else None
        return replace(self, recorder=recorder, konnect=self.konnect.at(recorder), control=control)

    @property
    def reading(self) -> Reading:
        """The reader of answers."""
        return self.konnect.reading

    @property
    def profile(self) -> Profile | None:
        """The target's profile, if it is known."""
        return self.konnect.reading.profile

    @property
    def patience(self) -> Patience:
        """The target's patience."""
        return self.target.patience

    def player(self, actor: Actor) -> Player:
        """Return the player of an actor."""
        return self.target.cast.get(actor, Player.SUITE)

    def pause(self) -> Pause:
        """Return how to wait between two polls."""
        return TenantPause(self.advance) if self.moves_clock else RealPause()

    def advance(self, seconds: float) -> None:
        """Advance the tenant's clock, and discard all tokens."""
        self.shop.advance(seconds)
        for caller in (Caller.COMPANY, Caller.LOCATION, Caller.OTHER_LOCATION, Caller.OTHER_COMPANY):
            self.konnect.forget(caller)

    @property
    def shop(self) -> Control:
        """The control plane, for the suite as shop."""
        if self.control is None:
            raise LookupError("this target has no control plane")
        return self.control

    def location(self, place: Place = Place.FIRST) -> str:
        """Return the code of a store, at least of the first."""
        return self.locations[min(1 if place is Place.SECOND else 0, len(self.locations) - 1)]

    def look(self, order_id: str) -> Shipment | None:
        """Read and remember a shipment; raises `UnreadableError`."""
        found = self._read(order_id)
        if found is not None:
            self.memory.remember(order_id, found)
        return found

    def _read(self, order_id: str) -> Shipment | None:
        """Read through Konnect.

        With a system under test, read through the control plane, so that the journal holds only the system's
        calls.
        """
        if self.control is not None and self.player(Actor.AGGREGATOR) is Player.SYSTEM:
            return self.control.shipment(order_id)
        return self.konnect.order(order_id)

    def known(self, order_id: str) -> Shipment | None:
        """Return the remembered shipment; read an unknown one."""
        return self.memory.shipments.get(order_id) or self.look(order_id)

    def fresh_number(self, prefix: str) -> str:
        """Generate an unused document number."""
        return f"{prefix}-{self.numbers.getrandbits(40):010X}"

    def skus(self, count: int) -> list[str]:
        """Return up to `count` products of the store."""
        if not self.products and self.target.skus:
            self.products.extend(self.target.skus)
        if not self.products and self.control is not None:
            levels = self.control.call("stock")["stock"]
            here = [level["sku"] for level in levels if level["location"] == self.location()]
            self.products.extend(dict.fromkeys(here))
        return self.products[:count]

    def today(self) -> datetime:
        """Return the target's time, else the local one."""
        if self.control is not None:
            return datetime.fromisoformat(str(self.control.call("clock")["now"]).replace("Z", "+00:00"))
        return datetime.now(UTC)


def read_profile(target: Target, recorder: StepRecorder) -> Profile | None:
    """Return the profile of a target, or None if it is unknown.

    It comes from the target file or the control plane. Raises `ControlRefusedError` for one that is wrong.
    """
    if target.profile is not None or not target.controlled:
        return target.profile
    control = Control(target.wire, recorder, api_key=target.control_key)
    known = {n: v for n, v in control.call("profile")["values"].items() if n in Profile.model_fields}
    try:
        return parse(known, DEFAULT)
    except ProfileError as error:
        raise ControlRefusedError(200, "", f"the profile of the control plane is wrong: {error}") from None


SETTINGS = ("invoice_mode", "credit_note_mode", "pace", "profile")
"""Settings of a tenant that a run remembers and restores."""


def read_settings(target: Target) -> dict[str, Any]:
    """Return the settings of the system's tenant; raises `TargetGoneError`."""
    try:
        shown = _mute_control(target).call("tenant")
        return {name: shown[name] for name in SETTINGS}
    except (TargetLostError, ControlRefusedError) as error:
        raise TargetGoneError(f"The settings of tenant {target.tenant} cannot be read: {error}") from None


def restore_settings(target: Target, settings: Mapping[str, Any]) -> str:
    """Restore the settings of the system's tenant; return the problem, if any."""
    control = _mute_control(target)
    try:
        shown = control.call("tenant")
        known = {name: value for name, value in settings.items() if MASK not in json.dumps(value)}
        changed = {name: value for name, value in known.items() if shown[name] != value}
        if changed:
            control.call("change_tenant", body=changed)
    except (TargetLostError, ControlRefusedError) as error:
        modes = ", ".join(f"{name}={settings[name]}" for name in SETTINGS[:2])
        return f"the settings of tenant {target.tenant} could not be restored ({error}); they were: {modes}"
    return ""


def _mute_control(target: Target) -> Control:
    recorder = StepRecorder(lambda _record: None, "run", 1)
    return Control(target.wire, recorder, target.tenant, target.control_key)


def open_context(
    target: Target,
    case: Case,
    recorder: StepRecorder,
    reading: Reading,
    seed: int | None,
    *,
    quiet: Quiet | None = None,
) -> FlowContext:
    """Create the context of a case, with its own tenant if possible.

    Flows that share orders share `quiet`.
    """
    control = Control(target.wire, recorder, target.tenant, target.control_key) if target.controlled else None
    system = target.cast.get(Actor.AGGREGATOR) is Player.SYSTEM
    own = control is not None and not system and flow.TENANTS in target.abilities
    credentials = dict(target.credentials)
    locations = target.locations
    tenants: tuple[str, ...] = ()
    if control is not None and own:
        control, credentials, locations, tenants = _make_tenants(control, case, recorder, target, seed)
    elif control is not None and system:
        locations = _take_tenant(control, case)
    konnect = Konnect(target.wire, credentials, reading, recorder, Tokens() if own else target.tokens)
    numbers = random.Random(secrets.token_hex(8) if seed is None else f"{seed}/{case.id}")
    moves = own and flow.CLOCK in target.abilities and Player.PERSON not in target.cast.values()
    return FlowContext(
        target,
        case,
        konnect,
        control,
        recorder,
        locations,
        FlowMemory(),
        moves,
        numbers,
        tenants,
        quiet=Quiet() if own or quiet is None else quiet,
    )


def remove_tenants(context: FlowContext) -> None:
    """Remove the tenants of a context, without records.

    A server has a limit of tenants. Failures are ignored: the flow is over.
    """
    mute = replace(context.recorder, emit=lambda _record: None)
    for tenant in context.tenants:
        with suppress(TargetLostError, ControlRefusedError):
            context.shop.at(mute).of(tenant).call("delete_tenant")


def _modes(case: Case) -> dict[str, Any]:
    return {
        "invoice_mode": str(case.modes[flow.INVOICE]),
        "credit_note_mode": str(case.modes[flow.CREDIT_NOTE]),
    }


def _make_tenants(
    control: Control, case: Case, recorder: StepRecorder, target: Target, seed: int | None
) -> tuple[Control, dict[Caller, Credentials], tuple[str, ...], tuple[str, ...]]:
    body = {**_modes(case), "locations": list(target.locations)}
    body |= {} if seed is None else {"seed": seed}
    made = control.call("create_tenant", body=body)
    credentials = _credentials(made, (Caller.COMPANY, Caller.LOCATION, Caller.OTHER_LOCATION))
    tenants = [str(made["tenant"])]
    if flow.SECOND_COMPANY in case.flow.abilities:
        other = control.call("create_tenant", body=_modes(case))
        tenants.append(str(other["tenant"]))
        credentials |= _credentials(other, (Caller.OTHER_COMPANY,))
    for known in credentials.values():
        recorder.hide(known.password)
    locations = tuple(str(place["code"]) for place in made["locations"])
    return control.of(tenants[0]), credentials, locations, tuple(tenants)


def _credentials(made: Mapping[str, Any], callers: tuple[Caller, ...]) -> dict[Caller, Credentials]:
    users = [made["company"], *made["locations"]]
    return {
        caller: Credentials(str(user["username"]), str(user["password"]))
        for caller, user in zip(callers, users, strict=False)
    }


def _take_tenant(control: Control, case: Case) -> tuple[str, ...]:
    """Set the modes of the system's tenant; return its store codes."""
    shown = control.call("change_tenant", body=_modes(case))
    codes = [place["code"] if isinstance(place, dict) else place for place in shown["locations"]]
    return tuple(map(str, codes))
