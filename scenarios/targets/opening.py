"""Opens targets: the mock, or the OMS of a target file."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from contracts.control.defaults import DEFAULT_TENANT
from contracts.lifecycle.table import Actor, DocumentMode
from contracts.profile import Profile, ProfileError, load
from contracts.suggest import suggest_or_list
from scenarios.choices import CASTABLE, MOCK_WORD, Grade, Player
from scenarios.errors import UsageError
from scenarios.language import flow
from scenarios.language.actions import Caller
from scenarios.targets.file import TargetFile, read_target_file
from scenarios.targets.http import Pacer, Wire
from scenarios.targets.in_process import IN_PROCESS_URL, AppImportError, in_process_session, load_app
from scenarios.targets.konnect import Credentials, Tokens
from scenarios.targets.polling import Patience
from scenarios.targets.sessions import open_session

MOCK = "app:mock_oms.app:create_app"
CONTROL_KEY_VARIABLE = "MOCK_OMS_CONTROL_KEY"
USER_VARIABLES = ("OMS_COMPANY_USER", "OMS_COMPANY_PASSWORD")
"""Credentials of a tenant on the command line, except the default one."""
_FYND_DOMAINS = ("fynd.com", "gofynd.com", "fyndx1.de")
_SANDBOX_MARK = "uat"
"""Part of each sandbox's host name."""

TENANT_PATIENCE = Patience(poll_every_s=1, give_up_after_s=120)
"""For tenants with a clock that we advance: seconds of that clock."""
SYSTEM_PATIENCE = Patience(poll_every_s=0.5, give_up_after_s=60)
"""For a system under test: seconds of the real clock."""
PERSON_PATIENCE = Patience(poll_every_s=1, give_up_after_s=1800)
"""For people who play on a mock: seconds of the real clock. A target file has its own."""

_ALL_ABILITIES = frozenset(flow.ABILITIES) - {flow.FAULTS}
_CONTROLLED = {flow.TENANTS, flow.MODE_SWITCH, flow.CLOCK, flow.STOCK, flow.FAULTS}


@dataclass(frozen=True, slots=True)
class Target:
    """Address, transport, patience and abilities of a target.

    `profile` None: any shape is read. `controlled`: it has a control plane. `described`: it has a target
    file. `ours`: it runs in this process.
    """

    name: str
    wire: Wire = field(repr=False)
    controlled: bool
    described: bool = False
    ours: bool = False
    url: str | None = None
    abilities: frozenset[str] = frozenset()
    locations: tuple[str, ...] = ("STORE-1", "STORE-2")
    ordering_channel: str = "FYND-STORE"
    skus: tuple[str, ...] = ()
    modes: Mapping[str, DocumentMode] = field(default_factory=dict)
    profile: Profile | None = None
    credentials: Mapping[Caller, Credentials] = field(default_factory=dict, repr=False)
    cast: Mapping[Actor, Player] = field(default_factory=dict)
    person_command: tuple[str, ...] = ()
    patience: Patience = TENANT_PATIENCE
    grade: Grade = Grade.STRICT
    tenant: str = ""
    control_key: str = field(default="", repr=False)
    tokens: Tokens = field(default_factory=Tokens, repr=False)

    @property
    def label(self) -> str:
        """Name and address for messages."""
        return f"{self.name} at {self.url}" if self.url else self.name

    def secrets(self) -> tuple[str, ...]:
        """Return all secrets; store codes and the tenant are public."""
        found = [c.password for c in self.credentials.values()]
        found += [c.username for c in self.credentials.values()] if self.described else []
        return tuple(
            secret
            for secret in (*found, self.control_key)
            if secret not in ("", self.tenant, *self.locations)
        )


def open_target(
    name: str,
    *,
    cast: Mapping[Actor, Player] | None = None,
    tenant: str = "",
    allow_production: bool = False,
    options: Mapping[str, object] | None = None,
) -> Target:
    """Open the target of `--target`; `cast` overrides its own cast; raises `UsageError`."""
    if name == MOCK_WORD or name.startswith("app:"):
        target = _app_target(MOCK if name == MOCK_WORD else name, options or {})
    elif "://" in name:
        target = _url_target(name, tenant, allow_production)
    elif name.endswith(".toml"):
        target = _file_target(Path(name), allow_production)
    else:
        right = (MOCK_WORD, "app:module:factory", "http://host:port", "FILE.toml")
        raise UsageError(f"{name!r} is not a target{suggest_or_list(name, right)}")
    return _recast(target, cast or {}, tenant)


def refuse_production(url: str, allowed: bool) -> None:
    """Refuse a production host of Fynd, unless `allowed`; raises `UsageError`."""
    host = (urlsplit(url).hostname or "").lower()
    ours = any(host == domain or host.endswith("." + domain) for domain in _FYND_DOMAINS)
    if ours and _SANDBOX_MARK not in host and not allowed:
        raise UsageError(
            f"{host} looks like production: flows place and cancel orders there. "
            "Sandboxes have 'uat' in their name; use --allow-production to run anyway"
        )


def _app_target(import_string: str, options: Mapping[str, object]) -> Target:
    try:
        app = load_app(import_string.removeprefix("app:"), options)
    except AppImportError as error:
        raise UsageError(str(error)) from None
    wire = Wire(IN_PROCESS_URL, lambda: in_process_session(app), Pacer())
    return Target(
        name="the mock in this process",
        wire=wire,
        controlled=True,
        ours=True,
        abilities=_ALL_ABILITIES,
        cast=dict.fromkeys(CASTABLE, Player.SUITE),
    )


def _url_target(url: str, tenant: str, allow_production: bool) -> Target:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise UsageError("a URL target is http://host:port without user and password")
    refuse_production(url, allow_production)
    return Target(
        name="the mock",
        url=url.rstrip("/"),
        wire=Wire(url.rstrip("/"), partial(open_session, url), Pacer()),
        controlled=True,
        abilities=_ALL_ABILITIES,
        cast=dict.fromkeys(CASTABLE, Player.SUITE),
        tenant=tenant,
        control_key=os.environ.get(CONTROL_KEY_VARIABLE, ""),
    )


def _file_target(path: Path, allow_production: bool) -> Target:
    file = read_target_file(path)
    refuse_production(file.target.url, allow_production)
    abilities = frozenset(file.target.abilities)
    url = file.target.url.rstrip("/")
    pacer = Pacer(file.pace.requests_per_s_max, file.pace.writes_max)
    return Target(
        name=path.stem,
        url=url,
        wire=Wire(url, partial(open_session, url), pacer),
        controlled=bool(abilities & _CONTROLLED),
        described=True,
        abilities=abilities | ({flow.SECOND_LOCATION} if len(file.target.locations) > 1 else set()),
        locations=file.target.locations,
        ordering_channel=file.target.ordering_channel,
        skus=file.target.skus,
        modes={
            flow.INVOICE: file.target.invoice_mode,
            flow.CREDIT_NOTE: file.target.credit_note_mode,
        },
        profile=_profile(path, file),
        credentials=_credentials(file, os.environ),
        cast={actor: getattr(file.cast, actor.value) for actor in CASTABLE},
        person_command=_command(path, file.person.command),
        patience=Patience(file.patience.poll_every_s, file.patience.give_up_after_s),
        grade=Grade.EVIDENCE,
        control_key=os.environ.get(CONTROL_KEY_VARIABLE, ""),
    )


def _profile(path: Path, file: TargetFile) -> Profile | None:
    if file.target.profile is None:
        return None
    try:
        return load(path.parent / file.target.profile)
    except ProfileError as error:
        raise UsageError(f"{path.name}: {error}") from None


def _command(path: Path, command: tuple[str, ...]) -> tuple[str, ...]:
    """Resolve the person's command relative to the target file."""
    if command and "/" in command[0]:
        return (str((path.parent / command[0]).resolve()), *command[1:])
    return command


def _credentials(file: TargetFile, environment: Mapping[str, str]) -> dict[Caller, Credentials]:
    named = {Caller.COMPANY: file.credentials.company, Caller.OTHER_COMPANY: file.credentials.other_company}
    places = (Caller.LOCATION, Caller.OTHER_LOCATION)
    for caller, code in zip(places, file.target.locations, strict=False):
        named[caller] = file.credentials.locations.get(code)
    found = {}
    missing = []
    for caller, names in named.items():
        if names is None:
            continue
        values = [environment.get(name, "") for name in (names.username, names.password)]
        missing += [n for n, v in zip((names.username, names.password), values, strict=True) if not v]
        found[caller] = Credentials(values[0], values[1], (names.username, names.password))
    if missing:
        raise UsageError(f"these environment variables are not set: {', '.join(sorted(set(missing)))}")
    if Caller.COMPANY not in found and Caller.LOCATION not in found:
        raise UsageError("[credentials] names neither the company nor the first location")
    users = [known.username for known in found.values()]
    twice = [known for known in found.values() if users.count(known.username) > 1]
    if twice:
        raise UsageError(
            f"{' and '.join(known.variables[0] for known in twice)} hold the same user; "
            "company and each store have a different one"
        )
    return found


def _recast(target: Target, cast: Mapping[Actor, Player], tenant: str) -> Target:
    full = {**target.cast, **cast}
    for actor, player in full.items():
        if actor is not Actor.AGGREGATOR and player is Player.SUITE and not target.controlled:
            raise UsageError(f"{actor}: only a person can play the {actor}: the target has no control plane")
        if actor is not Actor.AGGREGATOR and player is Player.SYSTEM:
            raise UsageError(f"{actor}=system: only the aggregator can be a system under test")
    system = full.get(Actor.AGGREGATOR) is Player.SYSTEM
    if system and (target.url is None or not target.controlled):
        raise UsageError("aggregator=system needs a mock that the system can reach: --target URL")
    if tenant and not system:
        raise UsageError("--tenant is for aggregator=system; otherwise each flow has its own tenant")
    if Player.PERSON in full.values() and not target.described:
        target = replace(target, patience=PERSON_PATIENCE)
    if not system:
        return replace(target, cast=full)
    name = tenant or DEFAULT_TENANT
    return replace(
        target, cast=full, tenant=name, patience=SYSTEM_PATIENCE, credentials=_tenant_credentials(name)
    )


def _tenant_credentials(tenant: str) -> dict[Caller, Credentials]:
    values = [os.environ.get(name, "") for name in USER_VARIABLES]
    if all(values):
        return {Caller.COMPANY: Credentials(values[0], values[1])}
    if tenant == DEFAULT_TENANT:
        return {Caller.COMPANY: Credentials(DEFAULT_TENANT, DEFAULT_TENANT)}
    return {}
