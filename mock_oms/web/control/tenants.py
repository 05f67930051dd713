"""Control calls that change tenants and their clocks."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from typing import Any

from contracts.control.defaults import DEFAULT_LOCATIONS, DEFAULT_TENANT
from contracts.control.models import LATEST, ClockRequest, Delay, NewTenant, TenantChange
from contracts.lifecycle.table import DocumentMode
from contracts.profile import Profile, ProfileError, parse
from mock_oms import engine
from mock_oms.domain.limits import PROFILE_BYTES_MAX
from mock_oms.domain.tenant import HELD, Clock, TenantSettings
from mock_oms.engine.provisioning import Login, TenantSpec
from mock_oms.store import Transaction
from mock_oms.store.errors import TenantExistsError, UnknownTenantError
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.control.call import ControlCall, handles_control
from mock_oms.web.rejections import refuse
from mock_oms.web.validation import wrong_field


@handles_control("tenants")
def tenants(call: ControlCall) -> Answer:
    """Lists all tenants."""
    shown = []
    for name in call.server.store.names():
        with suppress(UnknownTenantError), engine.ReadVisit(call.server.store, name) as tx:
            shown.append(_described(tx))  # one that was deleted meanwhile is left out
    return json_answer({"tenants": shown})


def _described(tx: Transaction) -> dict[str, Any]:
    settings = tx.settings
    return _settings(settings) | {
        "clock": {"now": tx.now.isoformat(), "frozen": settings.clock.frozen_at is not None},
        "shipments": tx.count(),
    }


def _settings(settings: TenantSettings) -> dict[str, Any]:
    return {
        "tenant": settings.tenant,
        "invoice_mode": settings.invoice_mode,
        "credit_note_mode": settings.credit_note_mode,
        "locations": [{"code": code} for code in settings.locations],
        "seed": settings.seed,
        "pace": {event: _pace_word(delay) for event, delay in settings.pace.items()},
        "profile": settings.profile.model_dump(mode="json"),
        "profile_digest": settings.profile.digest,
    }


def _pace_word(delay: float | None) -> object:
    if delay is HELD:
        return "held"
    return {"after_s": delay} if delay else "immediate"


@handles_control("create_tenant")
def create_tenant(call: ControlCall) -> Answer:
    """Creates a tenant and shows its credentials, which no later answer does."""
    body: NewTenant = call.body
    spec = TenantSpec(
        name=body.name,
        invoice_mode=body.invoice_mode or DocumentMode.AGGREGATOR,
        credit_note_mode=body.credit_note_mode or DocumentMode.AGGREGATOR,
        locations=_locations(body),
        seed=body.seed or 0,
        freeze_at=body.clock.freeze_at if body.clock else None,
        pace=_pace(body.pace or {}),
        profile=_profile(body.profile or {}, call.server.profile),
    )
    try:
        settings, logins = call.server.create_tenant(spec)
    except TenantExistsError:
        message = f"tenant {body.name!r} exists; choose another name, or leave it out"
        raise refuse(409, message, "tenant_exists", field="name") from None
    with engine.ReadVisit(call.server.store, settings.tenant) as tx:
        return json_answer(_described(tx) | _credentials(logins), 201)


def _locations(body: NewTenant) -> tuple[str, ...]:
    codes = tuple(body.locations or DEFAULT_LOCATIONS)
    for place, code in enumerate(codes):
        if code in codes[:place] or code == "company":
            expected = "codes that differ from each other and from 'company'"
            raise wrong_field("body", f"locations[{place}]", "unique", expected, code)
    return codes


def _credentials(logins: list[Login]) -> dict[str, Any]:
    company, *stores = logins
    return {
        "company": {"username": company.username, "password": company.password},
        "locations": [{"code": s.location, "username": s.username, "password": s.password} for s in stores],
    }


def _pace(given: Mapping[str, str | Delay]) -> dict[str, float | None]:
    return {
        name: delay.after_s if isinstance(delay, Delay) else _PACE_WORDS[delay]
        for name, delay in given.items()
    }


_PACE_WORDS: dict[str, float | None] = {"immediate": 0.0, "held": HELD}


def _profile(choices: Mapping[str, object], base: Profile) -> Profile:
    try:
        found = parse(choices, base)
    except ProfileError as error:
        raise refuse(400, f"body field profile: {error}", field="profile") from None
    size = len(found.model_dump_json().encode())
    if choices and size > PROFILE_BYTES_MAX:
        expected = f"at most {PROFILE_BYTES_MAX} bytes of JSON with all choices that were made before"
        raise wrong_field("body", "profile", "too_long", expected, f"{size} bytes")
    return found


@handles_control("tenant")
def tenant(call: ControlCall) -> Answer:
    """Shows a tenant's settings."""
    with engine.ReadVisit(call.server.store, call.tenant) as tx:
        return json_answer(_described(tx))


@handles_control("change_tenant")
def change_tenant(call: ControlCall) -> Answer:
    """Changes modes (for later orders), pace and profile (at once)."""
    body: TenantChange = call.body
    with engine.WriteVisit(call.server.store, call.tenant) as tx:
        tx.set_settings(_changed(tx.settings, body))
        engine.reschedule(tx)
        engine.settle(tx)
        return json_answer(_described(tx))


def _changed(settings: TenantSettings, body: TenantChange) -> TenantSettings:
    return replace(
        settings,
        invoice_mode=body.invoice_mode or settings.invoice_mode,
        credit_note_mode=body.credit_note_mode or settings.credit_note_mode,
        pace=settings.pace if body.pace is None else _pace(body.pace),
        profile=settings.profile if body.profile is None else _profile(body.profile, settings.profile),
    )


@handles_control("delete_tenant")
def delete_tenant(call: ControlCall) -> Answer:
    """Deletes a tenant with all its data; `default` is refused."""
    if call.tenant == DEFAULT_TENANT:
        message = "tenant default cannot be removed; POST .../reset empties it"
        raise refuse(409, message, "default_tenant", field="tenant")
    call.server.delete_tenant(call.tenant)
    return json_answer({"tenant": call.tenant, "deleted": True})


@handles_control("reset_tenant")
def reset_tenant(call: ControlCall) -> Answer:
    """Empties a tenant and restarts its seed; credentials and tokens stay valid."""
    with engine.WriteVisit(call.server.store, call.tenant) as tx:
        call.server.reset_tenant(tx)
        return json_answer(_described(tx))


@handles_control("move_clock")
def move_clock(call: ControlCall) -> Answer:
    """Moves a tenant's clock, and runs the automatic steps now due."""
    body: ClockRequest = call.body
    with engine.WriteVisit(call.server.store, call.tenant) as tx:
        tx.set_settings(replace(tx.settings, clock=_moved(tx, body)))
        engine.settle(tx)
        return json_answer({"now": tx.now.isoformat(), "frozen": tx.settings.clock.frozen_at is not None})


def _moved(tx: Transaction, body: ClockRequest) -> Clock:
    given = [name for name in ("advance_s", "freeze_at", "resume") if getattr(body, name) is not None]
    if len(given) != 1:
        expected = "exactly one of advance_s, freeze_at and resume"
        raise wrong_field("body", "", "one_of", expected, ", ".join(given) or "none")
    clock = tx.settings.clock
    if body.advance_s is not None:
        return _advanced(clock, body.advance_s)
    if body.freeze_at is None:
        return clock.resumed()
    if body.freeze_at < tx.now:
        expected = f"a time not before the tenant's now, {tx.now.isoformat()}"
        raise wrong_field("body", "freeze_at", "order", expected, body.freeze_at.isoformat())
    return clock.frozen(body.freeze_at)


def _advanced(clock: Clock, seconds: float) -> Clock:
    moved = clock.advanced(seconds)
    if moved.now() > LATEST:
        expected = f"a time not after {LATEST.isoformat()}"
        raise wrong_field("body", "advance_s", "range", expected, moved.now().isoformat())
    return moved


@handles_control("clear_journal")
def clear_journal(call: ControlCall) -> Answer:
    """Deletes all entries of a tenant's journal."""
    call.server.store.journal(call.tenant).clear()
    return json_answer({"tenant": call.tenant, "cleared": True})
