"""Defects in the codes of refusals."""

from __future__ import annotations

from mock_oms.domain.journal import Outcome
from mock_oms.mutants.hooks import outcomes
from mock_oms.mutants.patch import Apply, Kind, Mutant


def _answers(touchpoint: str, right: str, wrong: str) -> Apply:
    """The touchpoint answers `wrong` where `right` belongs."""

    def change(told: Outcome) -> Outcome:
        meant = (told.touchpoint, told.code) == (touchpoint, right)
        return told._replace(code=wrong) if meant else told

    return outcomes(change)


def _mutant(name: str, touchpoint: str, right: str, wrong: str, when: str) -> Mutant:
    says = f"{when} is answered {wrong} instead of {right}"
    return Mutant(name, says, Kind.CODE, _answers(touchpoint, right, wrong))


MUTANTS: tuple[Mutant, ...] = (
    _mutant(
        "confirm-unknown-as-cancelled", "confirm", "O422", "O400", "confirming an order not of the store"
    ),
    _mutant("confirm-cancelled-as-unknown", "confirm", "O400", "O422", "confirming a cancelled order"),
    _mutant("invoice-unknown-as-type", "update_invoice", "IN400", "IN422", "invoicing an unknown order"),
    _mutant(
        "invoice-cancelled-as-unknown", "update_invoice", "IN401", "IN400", "invoicing a cancelled order"
    ),
    _mutant("invoice-too-early-as-twice", "update_invoice", "IN403", "IN453", "invoicing before confirming"),
    _mutant("invoiced-twice-as-too-early", "update_invoice", "IN453", "IN403", "invoicing a second time"),
    _mutant("invoice-type-as-unknown", "update_invoice", "IN422", "IN400", "a document of the wrong type"),
    _mutant("print-too-early-as-unknown", "invoice", "IN403", "IN400", "fetching an invoice not yet issued"),
    _mutant("print-unknown-as-too-early", "invoice", "IN400", "IN403", "fetching an unknown order's invoice"),
    _mutant(
        "label-too-early-as-unknown", "labels", "L403", "L400", "fetching the label of an order too early"
    ),
    _mutant("label-unknown-as-too-early", "labels", "L400", "L403", "fetching the label of an unknown order"),
)
