"""Control calls about tenants and their time."""

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
from mock_oms.domain.tenant import HELD, Clock, TenantSettings
from mock_oms.engine.limits import PROFILE_BYTES_MAX
from mock_oms.store import Transaction
from mock_oms.store.errors import TenantExistsError, UnknownTenantError
from mock_oms.web.call import Answer, json_answer
from mock_oms.web.control import provisioning as making
from mock_oms.web.control.call import ControlCall, ControlRefusedError
from mock_oms.web.control.provisioning import Login, TenantSpec
from mock_oms.web.rejections import FieldError
from mock_oms.web.validation import refusal


def tenants(asked: ControlCall) -> Answer:
    """All tenants."""
    shown = []
    for name in asked.server.store.names():
        with suppress(UnknownTenantError), engine.ReadVisit(asked.server.store, name) as tx:
            shown.append(_described(tx))  # one that is removed meanwhile is left out
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


def create_tenant(asked: ControlCall) -> Answer:
    """A tenant of one's own, with credentials that are shown only now."""
    body: NewTenant = asked.body
    wish = TenantSpec(
        name=body.name,
        invoice_mode=body.invoice_mode or DocumentMode.AGGREGATOR,
        credit_note_mode=body.credit_note_mode or DocumentMode.AGGREGATOR,
        locations=_locations(body),
        seed=body.seed or 0,
        freeze_at=body.clock.freeze_at if body.clock else None,
        pace=_pace(body.pace or {}),
        profile=_profile(body.profile or {}, asked.server.profile),
    )
    try:
        settings, logins = making.create(asked.server, wish)
    except TenantExistsError:
        message = f"tenant {body.name!r} exists; choose another name, or leave it out"
        raise ControlRefusedError(409, "tenant_exists", message, field="name") from None
    with engine.ReadVisit(asked.server.store, settings.tenant) as tx:
        return json_answer(_described(tx) | _credentials(logins), 201)


def _locations(body: NewTenant) -> tuple[str, ...]:
    codes = tuple(body.locations or DEFAULT_LOCATIONS)
    for place, code in enumerate(codes):
        if code in codes[:place] or code == "company":
            expected = "codes that differ from each other and from 'company'"
            raise refusal([FieldError(f"locations[{place}]", "unique", expected, code)], "body", 400)
    return codes


def _credentials(logins: list[Login]) -> dict[str, Any]:
    company, *stores = logins
    return {
        "company": {"username": company.username, "password": company.password},
        "locations": [{"code": s.location, "username": s.username, "password": s.password} for s in stores],
    }


def _pace(given: Mapping[str, str | Delay]) -> dict[str, float | None]:
    return {
        name: delay.after_s if isinstance(delay, Delay) else _SPOKEN[delay] for name, delay in given.items()
    }


_SPOKEN: dict[str, float | None] = {"immediate": 0.0, "held": HELD}


def _profile(choices: Mapping[str, object], base: Profile) -> Profile:
    try:
        found = parse(choices, base)
    except ProfileError as error:
        raise ControlRefusedError(
            400, "bad_request", f"body field profile: {error}", field="profile"
        ) from None
    size = len(found.model_dump_json().encode())
    if choices and size > PROFILE_BYTES_MAX:
        expected = f"at most {PROFILE_BYTES_MAX} bytes of JSON with all choices that were made before"
        raise refusal([FieldError("profile", "too_long", expected, f"{size} bytes")], "body", 400)
    return found


def tenant(asked: ControlCall) -> Answer:
    """A tenant's settings."""
    with engine.ReadVisit(asked.server.store, asked.tenant) as tx:
        return json_answer(_described(tx))


def change_tenant(asked: ControlCall) -> Answer:
    """Changes modes (for later orders), pace and profile (at once)."""
    body: TenantChange = asked.body
    with engine.WriteVisit(asked.server.store, asked.tenant) as tx:
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


def delete_tenant(asked: ControlCall) -> Answer:
    """Removes a tenant with everything in it; `default` stays."""
    if asked.tenant == DEFAULT_TENANT:
        message = "tenant default cannot be removed; POST .../reset empties it"
        raise ControlRefusedError(409, "default_tenant", message, field="tenant")
    making.delete(asked.server, asked.tenant)
    return json_answer({"tenant": asked.tenant, "deleted": True})


def reset_tenant(asked: ControlCall) -> Answer:
    """Empties a tenant; credentials and tokens stay, the seed restarts."""
    with engine.WriteVisit(asked.server.store, asked.tenant) as tx:
        making.reset(tx)
        return json_answer(_described(tx))


def move_clock(asked: ControlCall) -> Answer:
    """Moves, stops or resumes the tenant's time, and takes the steps that fall due."""
    body: ClockRequest = asked.body
    with engine.WriteVisit(asked.server.store, asked.tenant) as tx:
        tx.set_settings(replace(tx.settings, clock=_moved(tx, body)))
        engine.settle(tx)
        return json_answer({"now": tx.now.isoformat(), "frozen": tx.settings.clock.frozen_at is not None})


def _moved(tx: Transaction, body: ClockRequest) -> Clock:
    given = [name for name in ("advance_s", "freeze_at", "resume") if getattr(body, name) is not None]
    if len(given) != 1:
        expected = "exactly one of advance_s, freeze_at and resume"
        raise refusal([FieldError("", "one_of", expected, ", ".join(given) or "none")], "body", 400)
    clock = tx.settings.clock
    if body.advance_s is not None:
        return _advanced(clock, body.advance_s)
    if body.freeze_at is None:
        return clock.resumed()
    if body.freeze_at < tx.now:
        expected = f"a time not before the tenant's now, {tx.now.isoformat()}"
        raise refusal([FieldError("freeze_at", "order", expected, body.freeze_at.isoformat())], "body", 400)
    return clock.frozen(body.freeze_at)


def _advanced(clock: Clock, seconds: float) -> Clock:
    moved = clock.advanced(seconds)
    if moved.now() > LATEST:
        expected = f"a time not after {LATEST.isoformat()}"
        raise refusal([FieldError("advance_s", "range", expected, moved.now().isoformat())], "body", 400)
    return moved


def clear_journal(asked: ControlCall) -> Answer:
    """Forgets the calls so far."""
    asked.server.store.journal(asked.tenant).clear()
    return json_answer({"tenant": asked.tenant, "cleared": True})
