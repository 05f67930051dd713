"""A made-up touchpoint, "Return note", as edits of exactly six files."""

from __future__ import annotations

import shutil
from collections.abc import Collection
from pathlib import Path

from tests.support.server import ROOT

PACKAGES = ("contracts", "mock_oms", "scenarios")
FLOW = "PAS-R-98"
OPERATION = "add_return_note"

Edits = tuple[tuple[str, str], ...]
"""Texts, each inserted before an anchor; without an anchor at the end of the file."""

CONTRACT: Edits = (
    (
        "from contracts.konnect.shared import",
        """\
from contracts.konnect.shared import ShipmentId, Text
""",
    ),
    (
        "RETURN_REASONS = {",
        '''\
class ReturnNote(Request):
    """A note for one return."""

    orderId: ShipmentId
    note: Text


''',
    ),
    (
        "    ReturnOrder: Fields(",
        """\
    ReturnNote: Fields(documented("returns/post-return-note")),
""",
    ),
    (
        ")\n\n_OPERATIONS = (",
        """\
    Row("return_note", Problem.UNKNOWN, "RN404", "return not known", _NO_ERROR_TABLE).says(*UNKNOWN_RETURN),
    Row("return_note", Problem.WRONG_TYPE, "RN400", "a sale has no return note", _NO_ERROR_TABLE).says(
        "{order} is a sale; only a return has a note"
    ),
""",
    ),
    (
        ")\n\nGROUP = Group(",
        """\
    Operation(
        "add_return_note",
        "POST",
        "/oms/v3/shipment/return/note",
        "Add notes to returns",
        Reply.BULK,
        (
            Touchpoint(
                "return_note", "Return note", "add a note to a return", documented("returns/post-return-note")
            ),
        ),
        item=ReturnNote,
        writes=True,
        requests={"note": example("A note", [{"orderId": RETURN, "note": "box is damaged"}])},
        ready=(State.RETURN_INITIATED,),
        near=(State.HANDED_OVER,),
    ),
""",
    ),
)

REQUIREMENTS: Edits = (
    (
        ")\n\nCOMPLETION = in_order(",
        """\
    Cited(documented("returns/post-return-note"), "return_note").says(
        "PAS-QC-98: A note of a return shows in its `additionalInfo`."
    ),
""",
    ),
)

HANDLER: Edits = (
    (
        "from mock_oms import engine\n",
        """\
from dataclasses import replace

from contracts.konnect.returns import ReturnNote
""",
    ),
    (
        "",
        '''

@handles("add_return_note")
def add_return_note(call: Call) -> Answer:
    """Adds notes to returns."""
    return bulk.run(call, _note, lambda _: "return_note")


def _note(tx: Transaction, call: Call, order: ReturnNote) -> None:
    shipment = engine.visible(tx, order.orderId, call.caller.location)
    engine.check_journey(shipment, Event.ACCEPT_RETURN)
    tx.put(replace(shipment, reason=order.note))
''',
    ),
)

ACTION: Edits = (
    (
        "",
        '''

@dataclass(frozen=True, slots=True)
class AddReturnNote(KonnectAction):
    """POST return note."""

    on: str | Names = RETURN
    note: str = field(default="", kw_only=True)

    touchpoint = "return_note"
    writes = True


add_return_note = AddReturnNote
''',
    ),
)

SUITE: Edits = (
    (
        "",
        """

@perform.register
def _add_return_note(action: a.AddReturnNote, context: FlowContext) -> Outcome:
    body = [{"orderId": order_id, "note": action.note} for order_id in context.memory.of(action.names)]
    return bulk(context, action, "add_return_note", body)
""",
    ),
)

FLOW_STEPS: Edits = (
    (
        "",
        """
FLOWS = (
    *FLOWS,
    flow(
        "PAS-R-98",
        "A return with a note",
        sold("buys a shirt", 1),
        sent_back("takes it back"),
        aggregator(
            "adds a note to the return",
            add_return_note(note="box is damaged"),
            accepted(),
            shows(additionalInfo="box is damaged"),
        ).proving("PAS-QC-98"),
        aggregator(
            "adds a note to the sale", add_return_note("order", note="box is damaged"), refused("RN400")
        ),
    ),
)
""",
    ),
)

FILES: dict[str, Edits] = {
    "contracts/konnect/returns.py": CONTRACT,
    "contracts/requirements/returns.py": REQUIREMENTS,
    "mock_oms/web/konnect/returns.py": HANDLER,
    "scenarios/language/actions/returns.py": ACTION,
    "scenarios/players/suite/returns.py": SUITE,
    "scenarios/flows/returns/quality.py": FLOW_STEPS,
}
"""The files of the touchpoint, all of them hand-written."""


def copy_with_touchpoint(folder: Path, left_out: Collection[str] = ()) -> Path:
    """Copy the packages and add the touchpoint, except to files `left_out`."""
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package)  # with compiled files: times stay
    for name in FILES.keys() - set(left_out):
        path = folder / name
        path.write_text(edited(path.read_text(encoding="utf-8"), FILES[name]), encoding="utf-8")
    return folder


def edited(text: str, edits: Edits) -> str:
    """Return the edited text; raises ValueError unless each anchor occurs once."""
    for anchor, inserted in edits:
        if not anchor:
            text += inserted
        elif text.count(anchor) == 1:
            text = text.replace(anchor, inserted + anchor)
        else:
            raise ValueError(f"{anchor!r} stands {text.count(anchor)} times in the file")
    return text
