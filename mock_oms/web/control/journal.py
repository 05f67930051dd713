"""Control calls about the journal: read, filter, verify."""

from __future__ import annotations

from collections.abc import Sequence

from contracts.konnect.operations import touchpoints
from contracts.suggest import suggest
from mock_oms.domain.journal import ENTRIES_LIMIT, Dropped, Entry, Wanted, as_json
from mock_oms.web.answers import Answer, json_answer
from mock_oms.web.control.call import ControlCall, count_of, handles_control, whole_number
from mock_oms.web.rejections import refuse
from mock_oms.web.validation import wrong_field

NEAREST = 5
"""Entries that a failed verification shows."""
OUTCOMES = ("accepted", "refused")
JOURNAL_DEFAULT = 100
"""Journal entries in an answer when no limit is given."""


@handles_control("journal")
def journal(call: ControlCall) -> Answer:
    """Lists the calls of a tenant to touchpoints."""
    settings = call.server.store.settings(call.tenant)
    return _entries(call, call.tenant, (settings.profile.token_field,))


@handles_control("verify")
def verify(call: ControlCall) -> Answer:
    """Counts the calls that match, and refuses another number than expected.

    Dry runs and calls of the suite of flows do not count.
    """
    secret_names = (call.server.store.settings(call.tenant).profile.token_field,)
    wanted = _wanted(call, ENTRIES_LIMIT)
    least, most = _times(call)
    entries, dropped = call.server.store.journal(call.tenant).read(Wanted(2 * ENTRIES_LIMIT))
    own = [entry for entry in entries if not entry.dry_run and not entry.by_suite]
    after = [entry for entry in own if entry.number > wanted.after]
    count = sum(wanted.matches(entry) for entry in after)
    if least <= count <= most:
        return json_answer({"ok": True, "count": count, **_dropped(dropped)})
    near = [entry for entry in after if _is_near(wanted, entry)]
    shown = [as_json(entry, secret_names) for entry in near[-NEAREST:]]
    gone = dropped.writes if wanted.operation in _WRITES else sum(dropped)
    lost = f"; {gone} older calls were dropped from the journal and are not counted" if gone else ""
    message = f"expected {_range(least, most)}{_described(wanted)}, found {count}{lost}"
    raise refuse(409, message, "not_verified", count=count, **_dropped(dropped), nearest=shown)


def _times(call: ControlCall) -> tuple[int, int]:
    """Returns the least and the greatest number of calls."""
    given = {name: count_of(call, name) for name in ("times", "at_least", "at_most")}
    if given["times"] is not None:
        return given["times"], given["times"]
    least = given["at_least"]
    if least is None:
        least = 0 if given["at_most"] is not None else 1
    return least, ENTRIES_LIMIT if given["at_most"] is None else given["at_most"]


def _range(least: int, most: int) -> str:
    if least == most:
        return "1 call" if least == 1 else f"{least} calls"
    if most == ENTRIES_LIMIT:
        return f"at least {least} {'call' if least == 1 else 'calls'}"
    return f"{least} to {most} calls"


def _described(wanted: Wanted) -> str:
    """Returns the filters in words."""
    parts = (
        ("to ", wanted.operation),
        ("about order ", wanted.order),
        ("with outcome ", wanted.outcome),
        ("with code ", wanted.code),
        ("after number ", wanted.after),
    )
    return "".join(f" {words}{str(value)[:64]}" for words, value in parts if value)


def _is_near(wanted: Wanted, entry: Entry) -> bool:
    """Whether an entry is about the order, or of the operation."""
    order, operation = wanted.order, wanted.operation
    alike = [Wanted(1, order=order)] if order else []
    alike += [Wanted(1, operation=operation)] if operation else []
    return any(one.matches(entry) for one in alike or [Wanted(1)])


@handles_control("stray_journal")
def stray_journal(call: ControlCall) -> Answer:
    """Lists the calls that belong to no tenant."""
    return _entries(call, None, (call.server.profile.token_field,))


def _entries(call: ControlCall, tenant: str | None, secret_names: Sequence[str]) -> Answer:
    wanted = _wanted(call, whole_number(call, "limit", JOURNAL_DEFAULT, ENTRIES_LIMIT))
    entries, dropped = call.server.store.journal(tenant).read(wanted)
    shown = (as_json(entry, secret_names) for entry in entries)
    return json_answer({"entries": shown, **_dropped(dropped)})


def _dropped(dropped: Dropped) -> dict[str, int]:
    return {"dropped": sum(dropped), "dropped_writes": dropped.writes}


def _wanted(call: ControlCall, limit: int) -> Wanted:
    """Reads the filters of a journal from the query."""
    query = call.query
    operation, outcome = query.get("operation"), query.get("outcome")
    if operation is not None and operation not in _OPERATIONS:
        near = suggest(operation, _OPERATIONS)
        expected = f"a touchpoint or an operation{near or ': ' + ', '.join(_OPERATIONS)}"
        raise wrong_field("query", "operation", "enum", expected, operation[:60])
    if outcome is not None and outcome not in OUTCOMES:
        raise wrong_field("query", "outcome", "enum", " or ".join(OUTCOMES), outcome[:60])
    after = count_of(call, "after") or 0
    return Wanted(limit, query.get("order"), operation, outcome, query.get("code"), after)


_OPERATIONS = tuple(dict.fromkeys(name for row, use in touchpoints() for name in (use.name, row.name)))
_WRITES = {name for row, use in touchpoints() if row.method != "GET" for name in (use.name, row.name)}
