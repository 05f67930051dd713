"""Client of the mock's control plane."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from pydantic import ValidationError

from contracts.control.calls import CALLS, KEY_HEADER, Call
from contracts.masking import mask_text
from scenarios.records.recorder import StepRecorder
from scenarios.targets.http import Reply, Wire

_CALLS = {call.name: call for call in CALLS}


class ControlRefusedError(Exception):
    """A refusal of the control plane.

    `status` is the HTTP status, `error` its stable word, `allowed` the possible events. An answer of another
    shape is a refusal without a word.
    """

    def __init__(self, status: int, error: str, message: str, allowed: tuple[str, ...] = ()) -> None:
        super().__init__(f"{error}: {message}" if error else message)
        self.status = status
        self.error = error
        self.allowed = allowed


@dataclass(frozen=True, slots=True)
class Control:
    """The control plane of one mock, for one step and tenant."""

    wire: Wire
    recorder: StepRecorder
    tenant: str = ""
    api_key: str = field(default="", repr=False)

    def at(self, recorder: StepRecorder) -> Control:
        """Return this client, recording into another step."""
        return replace(self, recorder=recorder)

    def of(self, tenant: str) -> Control:
        """Return this client for another tenant."""
        return replace(self, tenant=tenant)

    def call(
        self,
        name: str,
        *,
        body: Mapping[str, Any] | None = None,
        query: Mapping[str, Any] | None = None,
        key: str | None = None,
        **places: str,
    ) -> dict[str, Any]:
        """Call by a name of `contracts.control.calls`; return the body; raises `ControlRefusedError`."""
        row = _CALLS[name]
        path = row.path.format(**{"tenant": self.tenant, **places})
        headers = {KEY_HEADER: self.api_key} if self.api_key else {}
        sent = body if row.body else None
        reply = self.wire.send(
            self.recorder, row.method, path, query=query, headers=headers, body=sent, key=key
        )
        return _good(reply, row, path, self.api_key)

    def place(self, body: Mapping[str, Any], key: str | None = None) -> list[dict[str, Any]]:
        """Place orders; return the shipments."""
        return list(self.call("place_orders", body=body, key=key)["shipments"])

    def fire(
        self, shipment: str, event: str, body: Mapping[str, Any], key: str | None = None
    ) -> dict[str, Any]:
        """Fire an event; return the shipment, or the opened return."""
        return self.call("fire_event", body=body, key=key, shipment=shipment, event=event)

    def shipment(self, shipment: str) -> dict[str, Any]:
        """Return a shipment with its state and trail."""
        return self.call("shipment", shipment=shipment)

    def journal(self, shipment: str) -> list[dict[str, Any]]:
        """Return the calls about a shipment, oldest first."""
        return list(self.call("journal", query={"order": shipment})["entries"])

    def advance(self, seconds: float) -> None:
        """Advance the tenant's clock."""
        self.call("move_clock", body={"advance_s": seconds})


def _good(reply: Reply, row: Call, path: str, key: str) -> dict[str, Any]:
    """Return the body of a success; a refusal repeats no key."""
    body: dict[str, Any] = reply.body if isinstance(reply.body, dict) else {}
    if reply.status != row.success:
        error, message, allowed = body.get("error"), body.get("message"), body.get("allowed")
        known = isinstance(error, str) and isinstance(message, str)
        raise ControlRefusedError(
            reply.status,
            mask_text(str(error), [key]) if known else "",
            mask_text(str(message), [key])
            if known
            else f"{row.method} {path} was answered HTTP {reply.status} instead of {row.success}",
            tuple(map(str, allowed)) if isinstance(allowed, list) else (),
        )
    try:
        row.answer.model_validate(body)
    except ValidationError as error:
        place = ".".join(map(str, error.errors()[0]["loc"]))
        raise ControlRefusedError(
            reply.status,
            "",
            f"the answer to {row.method} {path} is not a mock's: {place} is missing or wrong",
        ) from None
    return body
