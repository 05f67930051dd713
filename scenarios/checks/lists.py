"""Checks of lists."""

from __future__ import annotations

from collections import Counter

from scenarios.checks.base import CheckContext, CheckResult, check, list_touchpoint
from scenarios.checks.states import acts_by_itself
from scenarios.language import expectations as e
from scenarios.language.actions import Caller, KonnectAction
from scenarios.language.statuses import Progress, progress
from scenarios.targets.answers import Shipment, UnreadableError
from scenarios.targets.polling import watch

HOLDS = "holds what it should"
"""What all expectations about who is in a list are about: a miss of any has one cause."""
TOO_FEW, TOO_MANY = "too few", "too many"


def _place(scene: CheckContext) -> str:
    """Where the trouble with a list is: in the light view, or in lists of whole shipments of any kind."""
    return scene.touchpoint if scene.touchpoint == "get_shipment_info" else "list"


def _listed(scene: CheckContext, filter_word: str) -> set[str]:
    """Ids under a filter, at the stores of the flow."""
    stage = scene.stage
    ids: set[str] = set()
    action = scene.step.action
    own = isinstance(action, KonnectAction) and action.by is Caller.LOCATION
    for location in [None] if own else stage.locations:
        found = stage.konnect.listed(
            stage.reading.filter(filter_word),
            location,
            touchpoint=list_touchpoint(filter_word),
            by=Caller.LOCATION if own else Caller.COMPANY,
        )
        ids |= {str(entry.get("id")) for entry in found}
    return ids


@check.register
def _listed_under(expectation: e.ListedUnder, scene: CheckContext) -> CheckResult:
    wanted = set(scene.ids(expectation))
    pause, patience = scene.stage.pause(), scene.stage.patience

    def look() -> set[str]:
        left = wanted - _listed(scene, expectation.word)
        return {i for i in left if not _moved_on(scene, i, expectation.word)}

    missing = watch(look, lambda left: not left, pause, patience)
    seen = f"not listed: {', '.join(sorted(missing))}" if missing else "listed"
    return CheckResult(not missing, "listed", seen, "list", TOO_FEW, about=HOLDS)


def _moved_on(scene: CheckContext, order_id: str, word: str) -> bool:
    """Whether a system that acts by itself has taken the shipment further before anybody looked."""
    return _got_there(scene, order_id, word) and scene.stage.reading.word(_shown(scene, order_id)) != word


def _got_there(scene: CheckContext, order_id: str, word: str) -> bool:
    """Whether a system that acts by itself has taken the shipment to `word`, or further."""
    if not acts_by_itself(scene):
        return False
    return progress(scene.stage.reading.word(_shown(scene, order_id)), word) is Progress.THERE


def _shown(scene: CheckContext, order_id: str) -> Shipment:
    return scene.stage.look(order_id) or {}


@check.register
def _not_listed_under(expectation: e.NotListedUnder, scene: CheckContext) -> CheckResult:
    found = set(scene.ids(expectation)) & _listed(scene, expectation.word)
    leaked = {i for i in found if not _got_there(scene, i, expectation.word)}
    seen = f"listed: {', '.join(sorted(leaked))}" if leaked else "not listed"
    return CheckResult(not leaked, "not listed", seen, "list", TOO_MANY, about=HOLDS)


def _list(scene: CheckContext) -> list[Shipment]:
    if scene.deed.listed is None:
        status = scene.deed.replies[-1].status if scene.deed.replies else "none"
        raise UnreadableError(f"no list came (HTTP {status})")
    return scene.deed.listed


@check.register
def _only_listed(expectation: e.OnlyListed, scene: CheckContext) -> CheckResult:
    story = scene.stage.story
    ours = set(story.everything())
    wanted = set(story.of(expectation.names))
    seen = {str(entry.get("id")) for entry in _list(scene)} & ours
    names = [sorted({story.name_of(order_id) for order_id in ids}) for ids in (wanted, seen)]
    cause = TOO_MANY if seen - wanted else TOO_FEW
    return CheckResult(seen == wanted, names[0], names[1], _place(scene), cause, about=HOLDS)


@check.register
def _each_once(expectation: e.EachListedOnce, scene: CheckContext) -> CheckResult:
    came = Counter(str(entry.get("id")) for entry in _list(scene))
    wrong = {
        order_id: came[order_id]
        for order_id in scene.stage.story.of(expectation.names)
        if came[order_id] != 1
    }
    kinds = {TOO_FEW if count == 0 else TOO_MANY for count in wrong.values()}
    seen = {order_id: f"{count} times" for order_id, count in wrong.items()} or "each once"
    return CheckResult(not wrong, "each once", seen, _place(scene), " and ".join(sorted(kinds)), about=HOLDS)


@check.register
def _all_in_status(expectation: e.AllInStatus, scene: CheckContext) -> CheckResult:
    words = {scene.stage.reading.word(entry) for entry in _list(scene)}
    foreign = sorted(words - set(expectation.words))
    return CheckResult(not foreign, list(expectation.words), foreign or sorted(words))


@check.register
def _list_holds(expectation: e.ListHolds, scene: CheckContext) -> CheckResult:
    cap = getattr(scene.stage.profile, expectation.at_most, None) if expectation.at_most else None
    wanted = expectation.count if cap is None else min(expectation.count, cap)
    seen = len(_list(scene))
    cause = TOO_MANY if seen > wanted else TOO_FEW
    return CheckResult(seen == wanted, wanted, seen, _place(scene), cause, about=HOLDS)


@check.register
def _pages_hold(expectation: e.PagesHold, scene: CheckContext) -> CheckResult:
    sizes = [len(page) for page in scene.deed.pages]
    whole = all(size == expectation.count for size in sizes[:-1])
    met = whole and bool(sizes) and sizes[-1] < expectation.count
    return CheckResult(
        met, f"pages of {expectation.count}", f"pages of {sizes}", cause="" if met else "other pages"
    )


@check.register
def _list_agrees(expectation: e.ListAgrees, scene: CheckContext) -> CheckResult:
    listed = {str(entry.get("id")): entry for entry in _list(scene)}
    for order_id in scene.ids(expectation):
        if order_id not in listed:
            return CheckResult(False, "listed", "not listed", _place(scene), TOO_FEW, about=HOLDS)
        by_id, entry = scene.stage.look(order_id) or {}, listed[order_id]
        differing = sorted(name for name in by_id.keys() & entry.keys() if by_id[name] != entry[name])
        if differing or not by_id:
            wanted = {name: by_id[name] for name in differing}
            seen = {name: entry[name] for name in differing}
            return CheckResult(
                False, wanted, seen, cause=f"other {', '.join(differing)}" if differing else ""
            )
    return CheckResult(True, "as by id", "as by id")


@check.register
def _in_order(expectation: e.InOrder, scene: CheckContext) -> CheckResult:
    dates = [str(entry.get("orderDate")) for entry in _list(scene)]
    met = dates == sorted(dates)
    return CheckResult(met, "oldest first", "oldest first" if met else "another order")
