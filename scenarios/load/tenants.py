"""Tenants of a load run: created and removed, or an existing one."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import product

from contracts.control.defaults import DEFAULT_TENANT
from contracts.control.models import ANY_EVENT
from contracts.lifecycle.queries import resting
from contracts.lifecycle.table import CONDITIONS, PICK_AT_STORE, DocumentMode, State
from contracts.profile import Profile, ProfileError, parse
from scenarios.errors import UsageError
from scenarios.records.recorder import StepRecorder
from scenarios.targets.control import Control, ControlRefusedError
from scenarios.targets.http import Pacer, TargetLostError, Wire
from scenarios.targets.konnect import Credentials
from scenarios.targets.opening import CONTROL_KEY_VARIABLE, USER_VARIABLES, refuse_production
from scenarios.targets.sessions import open_session

MODE_PAIRS = tuple(product(DocumentMode, DocumentMode))
"""Invoice mode and credit-note mode, in the order of `--mode-weights`."""


class NoTenantError(UsageError):
    """A load run with a wrong set-up."""


class UnusableTargetError(Exception):
    """A target whose answers cannot be used."""


@dataclass(frozen=True, slots=True)
class LoadTenant:
    """A tenant of a load run. `ours`: it is removed afterwards."""

    name: str
    invoice: DocumentMode
    credit_note: DocumentMode
    locations: tuple[str, ...]
    credentials: Credentials | None
    profile: Profile
    weight: int = 1
    ours: bool = True
    frozen: bool = False

    def resting(self, state: State) -> State:
        """Return the state after all automatic steps from `state`."""
        return resting(state, conditions(self.profile, self.invoice, self.credit_note))


def conditions(profile: Profile, invoice: DocumentMode, credit_note: DocumentMode) -> dict[str, object]:
    """Return the conditions of the lifecycle table."""
    switches = {name: getattr(profile, name) for name in CONDITIONS if name in Profile.model_fields}
    modes = {"invoice_mode": invoice, "credit_note_mode": credit_note}
    return {"order_type": PICK_AT_STORE, **modes, **switches}


@dataclass(frozen=True, slots=True)
class LoadTenants:
    """The control plane of the target; these calls are not measured."""

    url: str
    key: str = field(default_factory=lambda: os.environ.get(CONTROL_KEY_VARIABLE, ""), repr=False)

    def control(self, tenant: str = "") -> Control:
        """Return the control plane of one tenant."""
        wire = Wire(self.url, partial(open_session, self.url), Pacer())
        return Control(wire, StepRecorder(lambda _record: None, "load", 1), tenant, self.key)

    def make(self, weights: Sequence[int], shops: int) -> list[LoadTenant]:
        """Create a tenant for each mode pair with a weight.

        Raises `NoTenantError` or `UnusableTargetError`.
        """
        made: list[LoadTenant] = []
        try:
            for (invoice, credit_note), weight in zip(MODE_PAIRS, weights, strict=True):
                if weight:
                    made.append(self._new(invoice, credit_note, shops, weight))
        except (ControlRefusedError, TargetLostError, ProfileError) as error:
            self.remove(made)
            raise self._unusable(error) from None
        return made

    def _new(self, invoice: DocumentMode, credit_note: DocumentMode, shops: int, weight: int) -> LoadTenant:
        codes = [f"SHOP-{number:03d}" for number in range(1, shops + 1)]
        body = {
            "invoice_mode": invoice,
            "credit_note_mode": credit_note,
            "locations": codes,
            "pace": {ANY_EVENT: "immediate"},  # journeys do not wait for automatic steps
        }
        shown = self.control().call("create_tenant", body=body)
        company = Credentials(shown["company"]["username"], shown["company"]["password"])
        return LoadTenant(
            shown["tenant"], invoice, credit_note, tuple(codes), company, parse(shown["profile"]), weight
        )

    def open(self, tenant: str) -> LoadTenant:
        """Open an existing tenant; raises `NoTenantError` or `UnusableTargetError`."""
        try:
            shown = self.control(tenant).call("tenant")
            return LoadTenant(
                tenant,
                DocumentMode(shown["invoice_mode"]),
                DocumentMode(shown["credit_note_mode"]),
                tuple(str(location["code"]) for location in shown["locations"]),
                _credentials_of(tenant),
                parse(shown["profile"]),
                ours=False,
                frozen=bool(shown["clock"]["frozen"]),
            )
        except (ControlRefusedError, TargetLostError, ProfileError) as error:
            raise self._unusable(error) from None

    def remove(self, tenants: Sequence[LoadTenant]) -> list[str]:
        """Remove the created tenants; list those that remain, with the reason.

        After a call without an answer no other is made.
        """
        left, lost = list[str](), ""
        for tenant in tenants:
            try:
                if tenant.ours and not lost:
                    self.control(tenant.name).call("delete_tenant")
            except ControlRefusedError as error:
                left.append(f"{tenant.name} ({error})")
            except TargetLostError as error:
                lost = str(error)
            if tenant.ours and lost:
                left.append(f"{tenant.name} ({lost})")
        return left

    def _unusable(self, error: Exception) -> NoTenantError | UnusableTargetError:
        """Return what a refusal means: wrong set-up or unusable target."""
        if isinstance(error, ControlRefusedError) and error.status == 401:
            return NoTenantError(
                f"the control plane at {self.url} requires a key: set {CONTROL_KEY_VARIABLE}"
            )
        if isinstance(error, ControlRefusedError) and error.status == 404 and not error.error:
            return NoTenantError(f"{self.url} has no control plane: load needs a mock that plays the shop")
        if isinstance(error, ControlRefusedError) and error.status == 404:
            return NoTenantError(f"{self.url}: {error}")
        return UnusableTargetError(f"The target cannot be used: {error}")


def refuse_real(url: str) -> None:
    """Refuse a production host of Fynd; raises `NoTenantError`."""
    try:
        refuse_production(url, allowed=False)
    except UsageError:
        raise NoTenantError(f"{url} looks like production of Fynd: load is for mocks only") from None


def _credentials_of(tenant: str) -> Credentials | None:
    values = [os.environ.get(name, "") for name in USER_VARIABLES]
    if all(values):
        return Credentials(values[0], values[1])
    return Credentials(tenant, tenant) if tenant == DEFAULT_TENANT else None
