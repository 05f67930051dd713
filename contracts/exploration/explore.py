"""Runs schemathesis: it generates calls from a document and checks every answer.

Calls go through a WSGI callable. Only one exploration can run at a time: hooks and checks of schemathesis are
process-wide, and are removed at the end.
"""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import schemathesis
from schemathesis.checks import CHECKS, CheckContext
from schemathesis.cli.commands.run.warnings import WarningCollector
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import Status, events, from_schema
from schemathesis.hooks import HookContext, unregister

from contracts.checks.answers import CHECKS as CHECKS_OF_CALLS
from contracts.checks.exploration import (
    NUMBER_HEADER,
    PHASES,
    Ended,
    Event,
    Miss,
    Options,
    PhaseEnded,
    Trouble,
)
from contracts.checks.schemathesis_grades import grade
from contracts.checks.shape import SHAPE
from contracts.checks.violations import ObservedCall, Violation
from contracts.exploration.reach import AnyCase, WsgiApp, operation_names, reached, seen_of

REJECTIONS = [*map(str, (400, 401, 403, 404, 405, 406, 409, 413, 414, 415, 422, 428, 429)), "5xx"]
"""Statuses that refuse invalid data: those of schemathesis, and 413 and 414 for too long values."""
ACCEPTANCES = ["2xx", "3xx", "401", "403", "404", "409", "429", "5xx"]
"""Statuses that do not refuse valid data: those of schemathesis."""
Json = Mapping[str, Any]
CheckCall = Callable[[ObservedCall, AnyCase], list[Violation]]
_BUSY = threading.Lock()


@dataclass(frozen=True)
class Explained:
    """An expected failure: its class, words of its message, the reason."""

    failure: str
    words: str
    reason: str


@dataclass(frozen=True)
class Exploration:
    """The document, the callable and the checks of an exploration.

    `checks` are our checks by name; `before` may complete every generated call before it is sent; `token` is
    sent in `header` (None: no token); `explained` are expected failures; `check_stop` raises
    KeyboardInterrupt in a run that stops.
    """

    document: dict[str, Any]
    app: WsgiApp
    options: Options
    checks: Mapping[str, CheckCall] = field(default_factory=dict)
    before: Callable[[AnyCase, str], None] = lambda _case, _phase: None
    token: Callable[[], str] | None = None
    header: str = ""
    explained: tuple[Explained, ...] = ()
    check_stop: Callable[[], None] = lambda: None


OWN = {check.__name__: " ".join((check.__doc__ or "").split()).rstrip(".") for check in CHECKS_OF_CALLS} | {
    SHAPE: "The answer has the shape that the document gives it"
}
"""Our checks of the touchpoints: name -> sentence."""


class _Unmet(Failure):
    """One of our checks found violations."""

    kind_title = "Not as the contract says"

    def __init__(self, operation: str, name: str, violations: list[Violation]) -> None:
        message = "; ".join(f"{f.says}: expected {f.expected}, seen {f.seen}" for f in violations)
        super().__init__(operation=operation, title=name, message=message)
        self.violations = violations

    @property
    def _unique_key(self) -> str:
        return "; ".join(sorted({one.says for one in self.violations}))


def explore(exploration: Exploration) -> Iterator[Event]:
    """Runs the exploration; yields results and errors as they occur.

    Raises KeyboardInterrupt when interrupted: schemathesis itself only ends the phase.
    """
    config = _config(exploration.options)
    with _BUSY, _installed(exploration):
        schema = reached(exploration.document, exploration.app, config)
        if exploration.token:
            schema.auth()(_provider(exploration.token, exploration.header))
        collector = WarningCollector(schema.config)
        with closing(from_schema(schema).execute().generator) as stream:
            for event in stream:
                exploration.check_stop()
                if isinstance(event, events.Interrupted):
                    raise KeyboardInterrupt
                yield from _events(event, schema, collector)
        exploration.check_stop()
        for kind, labels in collector.data.as_labels().items():
            yield from (Trouble(kind, str(label), f"{kind} at {label}") for label in labels)


def _config(options: Options) -> SchemathesisConfig:
    phases: dict[str, Any] = {name: {"enabled": name in options.phases} for name in PHASES}
    if not options.methods:
        phases["coverage"]["unexpected-methods"] = []
    if not options.learn:
        for name in ("examples", "fuzzing"):
            phases[name]["extra-data-sources"] = {"responses": False}
    accepted = [*ACCEPTANCES, *map(str, sorted(options.accepted))]
    return SchemathesisConfig.from_dict(
        {
            "seed": options.seed,
            "workers": 1,
            "continue-on-failure": True,
            "generation": {"max-examples": options.examples, "database": "none", "no-shrink": True},
            "phases": phases,
            "checks": {
                "negative_data_rejection": {"expected-statuses": REJECTIONS},
                "positive_data_acceptance": {"expected-statuses": accepted},
                **{name: {"enabled": False} for name in sorted(options.off)},
            },
        }
    )


def _provider(token: Callable[[], str], header: str) -> type:
    """Returns an authentication provider; checks treat its tokens as not generated."""

    class Provider:
        """An authentication provider that gives every call a token."""

        def get(self, _case: AnyCase, _context: object) -> str:
            """Returns the token."""
            return token()

        def set(self, case: AnyCase, data: str, _context: object) -> None:
            """Sets the token of a call."""
            case.headers[header] = data

    return Provider


@contextmanager
def _installed(exploration: Exploration) -> Iterator[None]:
    """Registers our checks and hooks with schemathesis inside the block."""
    names = operation_names(exploration.document)

    def before_call(context: HookContext, case: AnyCase, kwargs: dict[str, Any]) -> None:
        exploration.before(case, case.meta.phase.name.value if case.meta else "")

    def filter_failure(context: HookContext, failure: Failure, case: AnyCase, response: Response) -> bool:
        return not any(
            type(failure).__name__ == known.failure and known.words in failure.message
            for known in exploration.explained
        )

    for name, check in exploration.checks.items():
        CHECKS.register(_as_check(name, check, names))
    schemathesis.hook(before_call)
    schemathesis.hook(filter_failure)
    try:
        yield
    finally:
        unregister(before_call)
        unregister(filter_failure)
        for name in exploration.checks:
            CHECKS.unregister(name)


def _as_check(name: str, check: CheckCall, names: Mapping[str, str]) -> Any:
    def run(_context: CheckContext, response: Response, case: AnyCase) -> None:
        found = check(seen_of(case, response, names), case)
        if found:
            raise _Unmet(case.operation.label, name, found)

    run.__name__ = name
    return run


def _events(event: Any, schema: Any, collector: WarningCollector) -> Iterator[Event]:
    names = operation_names(schema.raw_schema)
    match event:
        case events.ScenarioFinished():
            finder: Any = SimpleNamespace(find_operation=schema.find_operation_by_label)
            collector.on_scenario_finished(finder, event)
            yield _ended(event, names)
        case events.PhaseFinished():
            yield PhaseEnded(event.phase.name.value)
        case events.SchemaAnalysisWarnings():
            collector.on_schema_warnings(event)
        case events.NonFatalError():
            yield Trouble("error", event.label, f"{type(event.value).__name__}: {event.value}")
        case events.FatalError():
            yield Trouble("error", "schemathesis", f"{type(event.exception).__name__}: {event.exception}")


def _ended(event: events.ScenarioFinished, names: Mapping[str, str]) -> Ended:
    calls: Counter[str] = Counter()
    passed: Counter[tuple[str, str]] = Counter()
    misses: list[Miss] = []
    for case_id, node in event.recorder.cases.items():
        calls[names[node.value.operation.label]] += case_id in event.recorder.interactions
    for case_id, checked in event.recorder.checks.items():
        case = event.recorder.cases[case_id].value
        for one in checked:
            if one.failure_info is None:
                passed[names[case.operation.label], one.name] += 1
            else:
                misses.append(_miss(event, case_id, one, names))
    whole = event.status is not Status.INTERRUPTED
    operation = names.get(event.label or "", "") if whole else ""
    return Ended(event.phase.value, tuple(_numbers(event)), calls, passed, tuple(misses), operation)


def _numbers(event: events.ScenarioFinished) -> Iterator[str]:
    for interaction in event.recorder.interactions.values():
        if interaction.response is not None:
            yield from interaction.response.headers.get(NUMBER_HEADER, ())


def _miss(event: events.ScenarioFinished, case_id: str, one: Any, names: Mapping[str, str]) -> Miss:
    failure: Failure = one.failure_info.failure
    about = failure.case_id or case_id
    case, interaction = event.recorder.cases[about].value, event.recorder.interactions[about]
    if interaction.response is None:
        raise LookupError(f"{one.name} failed without an answer")
    seen = seen_of(case, interaction.response, names)
    if isinstance(failure, _Unmet):
        worst = min(failure.violations, key=lambda found: found.evidence.rank)
        return Miss(one.name, worst, seen, one.failure_info.code_sample)
    origin = grade(one.name, seen.status)
    says = f"{failure.title}: {' '.join(failure.message.split())}"[:400]
    return Miss(
        one.name, Violation(one.name, says, f"HTTP {seen.status}", origin.evidence, origin.url), seen, ""
    )
