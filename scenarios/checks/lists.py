"""Checks of lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from scenarios.checks.base import CheckContext, CheckResult, check, list_touchpoint
from scenarios.checks.states import acts_by_itself
from scenarios.language import expectations as e
from scenarios.language.actions import Caller, KonnectAction, ReadAllPages
from scenarios.language.statuses import Progress, progress
from scenarios.players.suite import perform
from scenarios.targets.answers import Shipment, UnreadableError
from scenarios.targets.konnect import PAGE_SIZE
from scenarios.targets.paging import PAGES_LIMIT
from scenarios.targets.polling import watch

COMPLETE = "lists each order that fits the filters"
ONCE = "lists each order once over all pages"
OF_STATUS = "lists only orders of the requested status"
AS_MANY = "lists as many orders as requested"
OTHER_FILTERS = {
    "orderingChannel": "lists only orders of the requested channel",
    "orderDateFrom": "lists only orders of the requested dates",
    "orderDateTo": "lists only orders of the requested dates",
}
"""Parameter -> the statement that a list breaks by ignoring it."""
OF_STORE = "lists only orders of the requested store"
TOO_FEW, TOO_MANY = "too few", "too many"


def _place(context: CheckContext) -> str:
    """Return the touchpoint of a list failure: shipment info or lists."""
    return context.touchpoint if context.touchpoint == "get_shipment_info" else "list"


def _broken_filter(context: CheckContext, leaked: set[str]) -> str:
    """Return the statement that orders break which should not be listed.

    An order shows its status and its channel; the store is what is left.
    """
    action, reading = context.step.action, context.flow.reading
    status = str(getattr(action, "status", ""))
    entries = [entry for entry in _list(context) if str(entry.get("id")) in leaked]
    if any(reading.word(entry) != status for entry in entries):
        return OF_STATUS
    asked = getattr(action, "query", {})
    return next((OTHER_FILTERS[name] for name in OTHER_FILTERS if name in asked), OF_STORE)


def _listed(context: CheckContext, filter_word: str) -> set[str]:
    """Return the ids under a filter, at the flow's stores."""
    flow = context.flow
    ids: set[str] = set()
    action = context.step.action
    own = isinstance(action, KonnectAction) and action.by is Caller.LOCATION
    for location in [None] if own else flow.locations:
        found = flow.konnect.listed(
            flow.reading.filter(filter_word),
            location,
            touchpoint=list_touchpoint(filter_word),
            by=Caller.LOCATION if own else Caller.COMPANY,
        )
        ids |= {str(entry.get("id")) for entry in found}
    return ids


@check.register
def _listed_under(expectation: e.ListedUnder, context: CheckContext) -> CheckResult:
    wanted = set(context.ids(expectation))
    pause, patience = context.flow.pause(), context.patience

    def look() -> set[str]:
        left = wanted
        for word in (expectation.word, *expectation.others):
            left = left - _listed(context, word) if left else left
        return {i for i in left if not _moved_on(context, i, expectation.word)}

    missing = watch(look, lambda left: not left, pause, patience)
    seen = f"not listed: {', '.join(sorted(missing))}" if missing else "listed"
    at = list_touchpoint(expectation.word)
    return CheckResult(not missing, "listed", seen, "list", TOO_FEW, expected_group=COMPLETE, at=at)


def _moved_on(context: CheckContext, order_id: str, word: str) -> bool:
    """Return whether the system has moved the shipment past `word`."""
    return (
        _got_there(context, order_id, word) and context.flow.reading.word(_shown(context, order_id)) != word
    )


def _got_there(context: CheckContext, order_id: str, word: str) -> bool:
    """Return whether the system has moved the shipment to `word`, or further."""
    if not acts_by_itself(context):
        return False
    return progress(context.flow.reading.word(_shown(context, order_id)), word) is Progress.THERE


def _shown(context: CheckContext, order_id: str) -> Shipment:
    return context.flow.look(order_id) or {}


@check.register
def _not_listed_under(expectation: e.NotListedUnder, context: CheckContext) -> CheckResult:
    ids = set(context.ids(expectation))

    def look() -> set[str]:
        found = ids & _listed(context, expectation.word)
        return {i for i in found if not _got_there(context, i, expectation.word)}

    leaked = watch(look, lambda still: not still, context.flow.pause(), context.patience)
    seen = f"listed: {', '.join(sorted(leaked))}" if leaked else "not listed"
    at = list_touchpoint(expectation.word)
    return CheckResult(not leaked, "not listed", seen, "list", TOO_MANY, expected_group=OF_STATUS, at=at)


def _list(context: CheckContext) -> list[Shipment]:
    if context.outcome.listed is None:
        status = context.outcome.replies[-1].status if context.outcome.replies else "none"
        raise UnreadableError(f"no list came (HTTP {status})")
    return context.outcome.listed


@check.register
def _only_listed(expectation: e.OnlyListed, context: CheckContext) -> CheckResult:
    memory = context.flow.memory
    ours = set(memory.everything())
    wanted = set(memory.of(expectation.names))
    seen = {str(entry.get("id")) for entry in _list(context)} & ours
    names = [sorted({memory.name_of(order_id) for order_id in ids}) for ids in (wanted, seen)]
    cause, rule = TOO_FEW, COMPLETE
    if leaked := seen - wanted:
        cause, rule = TOO_MANY, _broken_filter(context, leaked)
    return CheckResult(
        seen == wanted,
        names[0],
        names[1],
        _place(context),
        cause,
        expected_group=rule,
        by_movement=not leaked,
    )


@check.register
def _each_once(expectation: e.EachListedOnce, context: CheckContext) -> CheckResult:
    came = Counter(str(entry.get("id")) for entry in _list(context))
    asked = context.flow.memory.of(expectation.names)
    wrong = {i: came[i] for i in dict.fromkeys((*asked, *came)) if came[i] > 1 or came[i] < asked.count(i)}
    if too_long := _too_long(context):
        wrong = {i: count for i, count in wrong.items() if count}
    kinds = {TOO_FEW if count == 0 else TOO_MANY for count in wrong.values()}
    seen = {order_id: f"{count} times" for order_id, count in wrong.items()} or "each once"
    rule = COMPLETE if kinds == {TOO_FEW} else ONCE
    on_one_page = any(len(page) != len({str(entry.get("id")) for entry in page}) for page in _pages(context))
    return CheckResult(
        not wrong,
        "each once",
        seen,
        _place(context),
        " and ".join(sorted(kinds)),
        expected_group=rule,
        notes=too_long,
        by_movement=not on_one_page,
    )


def _too_long(context: CheckContext) -> tuple[str, ...]:
    """Return a note if the list was not read to its end."""
    if len(context.outcome.pages) < PAGES_LIMIT:
        return ()
    return (f"not judged: the list has more than {PAGES_LIMIT} pages",)


def _pages(context: CheckContext) -> list[list[Shipment]]:
    return context.outcome.pages or [_list(context)]


@check.register
def _all_in_status(expectation: e.AllInStatus, context: CheckContext) -> CheckResult:
    words = {str(entry.get("id")): context.flow.reading.word(entry) for entry in _list(context)}
    suspects = {order_id: word for order_id, word in words.items() if word not in expectation.words}
    foreign = sorted(set(suspects.values()))
    return CheckResult(
        not foreign,
        list(expectation.words),
        foreign or sorted(set(words.values())),
        _place(context),
        TOO_MANY,
        expected_group=OF_STATUS,
        suspects=frozenset(suspects),
    )


@check.register
def _list_holds(expectation: e.ListHolds, context: CheckContext) -> CheckResult:
    cap = getattr(context.flow.profile, expectation.at_most, None) if expectation.at_most else None
    wanted = expectation.count if cap is None else min(expectation.count, cap)
    seen = len(_list(context))
    cause = TOO_MANY if seen > wanted else TOO_FEW
    return CheckResult(seen == wanted, wanted, seen, _place(context), cause, expected_group=AS_MANY)


@check.register
def _pages_hold(expectation: e.PagesHold, context: CheckContext) -> CheckResult:
    sizes = [len(page) for page in context.outcome.pages]
    whole = all(size == expectation.count for size in sizes[:-1])
    passed = whole and bool(sizes) and sizes[-1] <= expectation.count
    return CheckResult(
        passed,
        f"pages of {expectation.count}",
        f"pages of {', '.join(map(str, sizes))}",
        group_key="" if passed else "other pages",
        by_movement=all(size <= expectation.count for size in sizes),
    )


@check.register
def _list_agrees(expectation: e.ListAgrees, context: CheckContext) -> CheckResult:
    listed = {str(entry.get("id")): entry for entry in _list(context)}
    for order_id in context.ids(expectation):
        if order_id not in listed:
            missing = CheckResult(False, "listed", "not listed", _place(context), TOO_FEW, by_movement=True)
            return replace(missing, expected_group=COMPLETE)
        by_id, entry = context.flow.look(order_id) or {}, listed[order_id]
        differing = sorted(name for name in by_id.keys() & entry.keys() if by_id[name] != entry[name])
        if differing or not by_id:
            wanted = {name: by_id[name] for name in differing}
            seen = {name: entry[name] for name in differing}
            return CheckResult(
                False, wanted, seen, group_key=f"other {', '.join(differing)}" if differing else ""
            )
    return CheckResult(True, "as by id", "as by id")


@check.register
def _same_in_larger_pages(expectation: e.SameInLargerPages, context: CheckContext) -> CheckResult:
    action = context.step.action
    listed = {str(entry.get("id")) for entry in _list(context)}
    wide = replace(action, page_size=PAGE_SIZE) if isinstance(action, ReadAllPages) else action
    if too_long := _too_long(context):
        return CheckResult(True, "the same orders", "too many pages", notes=too_long)
    outcome = perform(wide, context.flow)
    missing = {str(entry.get("id")) for entry in _list(replace(context, outcome=outcome))} - listed
    return CheckResult(
        not missing,
        "the same orders",
        f"not listed: {', '.join(sorted(missing))}" if missing else "the same orders",
        _place(context),
        TOO_FEW,
        expected_group=COMPLETE,
        suspects=frozenset(missing),
    )


@check.register
def _in_order(expectation: e.InOrder, context: CheckContext) -> CheckResult:
    dates = [str(entry.get("orderDate")) for entry in _list(context)]
    passed = dates == sorted(dates)
    return CheckResult(passed, "oldest first", "oldest first" if passed else "another order")
