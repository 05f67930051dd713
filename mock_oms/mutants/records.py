"""Defects in what is kept of what was sent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from contracts.lifecycle.table import Journey
from mock_oms.domain.shipment import Shipment
from mock_oms.domain.tenant import TenantSettings
from mock_oms.engine.command import Move
from mock_oms.mutants.hooks import effect, shown
from mock_oms.mutants.patch import Apply, Kind, Mutant


def _pushed_without(name: str) -> Apply:
    """A field of pushed documents is not kept."""

    def change(right: Callable[[Move], None], move: Move) -> None:
        pushed = move.command.document
        if pushed is not None:
            lost: dict[str, Any] = {name: None}
            move.command = replace(move.command, document=replace(pushed, **lost))
        right(move)

    return effect("record_document", change)


def _serials_lost(right: Callable[[Move], None], move: Move) -> None:
    items = tuple(replace(pick, serials=()) for pick in move.command.items)
    move.command = replace(move.command, items=items)
    right(move)


def _same_number(right: Callable[[Move], None], move: Move) -> None:
    """Every issued document gets the first number of its series."""
    right(move)
    document = move.shipment.document
    if document is not None:
        number = document.number.split("-")[0] + "-000001"
        move.shipment = replace(move.shipment, document=replace(document, number=number))


def _number_lost(body: dict[str, Any], value: Shipment, _settings: TenantSettings) -> dict[str, Any]:
    sale = value.journey is Journey.SALE
    return {**body, "marketplaceInvoiceNumber": None, "documents": []} if sale else body


def _credit_note_number_lost(
    body: dict[str, Any], value: Shipment, settings: TenantSettings
) -> dict[str, Any]:
    key = settings.profile.credit_note_number_key
    return {**body, key: None, "documents": []} if value.journey is Journey.RETURN else body


def _other_number(body: dict[str, Any], _value: Shipment, _settings: TenantSettings) -> dict[str, Any]:
    """The first character of the number is dropped."""
    number = body.get("marketplaceInvoiceNumber")
    return {**body, "marketplaceInvoiceNumber": number[1:]} if number else body


def _mutant(name: str, says: str, apply: Apply) -> Mutant:
    return Mutant(name, says, Kind.RECORD, apply)


MUTANTS: tuple[Mutant, ...] = (
    _mutant("invoice-number-lost", "an invoiced order shows no invoice number", shown(_number_lost)),
    _mutant("document-number-cut", "document numbers lose their first character", shown(_other_number)),
    _mutant(
        "credit-note-number-lost",
        "a return never shows its credit-note number",
        shown(_credit_note_number_lost),
    ),
    _mutant("imei-lost", "IMEIs of a pushed invoice are not kept", effect("record_document", _serials_lost)),
    _mutant("irn-lost", "the IRN of a pushed e-invoice is not kept", _pushed_without("irn")),
    _mutant(
        "ack-lost",
        "the acknowledgement number of a pushed e-invoice is not kept",
        _pushed_without("ack_number"),
    ),
    _mutant(
        "issued-number-repeats",
        "all documents that the OMS issues have the same number",
        effect("issue_document", _same_number),
    ),
)
