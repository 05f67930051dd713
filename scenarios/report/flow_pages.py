"""Flows with their exchanges, prepared for the template of the page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime

from pydantic import JsonValue

from contracts.lifecycle.table import Actor
from scenarios.choices import Player
from scenarios.records import (
    GENERATED,
    NOTEWORTHY,
    Check,
    Exchange,
    FlowView,
    RunView,
    Sending,
    StepView,
    Verdict,
)
from scenarios.report.body_text import CALM_LENGTH_LIMIT, LENGTH_LIMIT, Clipped, Line, clip, side_by_side
from scenarios.report.curl import before_repeating, local, repeat
from scenarios.report.folding import folded, repeated
from scenarios.report.wording import span

_ROUTINE_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "date", "keep-alive", "server", "user-agent"}
)
"""Transport headers, which are left out."""
_CODE = re.compile(r"\b[A-Z]{1,3}\d{3}\b")
"""A code of a refusal, such as `IN453`."""
TENANTS_PATH = "/_control/tenants"
_FAILED = (Verdict.FAIL, Verdict.ERROR)
LANES = tuple(Actor)
"""The actors from left to right."""
EXAMPLES_MAX = 10
"""Root causes whose first flow is unfolded, with all its calls readable without a script."""


@dataclass(frozen=True, slots=True)
class _Shared:
    """Facts of the run that all calls share."""

    base_url: str | None
    usual: dict[str, str]
    own_tenant: bool = False
    generated: bool = False


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A check; a noteworthy one has `expected` and `seen` lines."""

    check: Check
    expected: list[Line] = field(default_factory=list)
    seen: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CallPage:
    """One exchange, or several equal ones in a row.

    `repeated` says how often and how long, `begun_at` is the start of the first. `url` is without the
    target's own host. Transport headers are left out, `usual_headers` counts those that all answers share.
    """

    exchange: Exchange
    count: int
    repeated: str
    opened: bool
    begun_at: datetime
    url: str
    curl: str
    before_repeating: str
    request_headers: dict[str, str]
    answer_headers: dict[str, str]
    usual_headers: int
    request: Clipped | None
    answer: Clipped | None


@dataclass(frozen=True, slots=True)
class StepPage:
    """A step.

    `lane` and `came_from` are positions in `LANES`; `came_from` is that of the step before.
    """

    view: StepView
    anchor: str
    lane: int
    came_from: int | None
    leads_to: bool
    seconds: float | None
    checks: tuple[CheckPage, ...]
    calls: tuple[CallPage, ...]
    unanswered: tuple[Sending, ...]

    @property
    def verdict(self) -> Verdict | None:
        """None if the step is not finished."""
        return self.view.verdict

    @property
    def opened(self) -> bool:
        """Whether the page shows the step's evidence unfolded."""
        return self.verdict in _FAILED

    @property
    def noteworthy(self) -> bool:
        """Whether the step is noteworthy and no other step explains it."""
        end = self.view.finished
        return self.verdict in NOTEWORTHY and not (end and end.blocked_by)

    @property
    def waits_for_somebody(self) -> bool:
        """Whether a person or the system under test plays the step."""
        return bool(self.view.changed and self.view.changed.player is not Player.SUITE)


@dataclass(frozen=True, slots=True)
class FlowPage:
    """A flow and its steps.

    `anchor` is unique in the page. `opened` flows are unfolded; the calls of all others are packed.
    """

    view: FlowView
    anchor: str
    opened: bool
    seconds: float | None
    steps: tuple[StepPage, ...]

    @property
    def touchpoints(self) -> tuple[str, ...]:
        """Touchpoints that the flow called, sorted."""
        return tuple(sorted({e.touchpoint for e in _exchanges(self.view) if e.touchpoint}))

    @property
    def found_by(self) -> str:
        """Id, title, order ids, refusal codes and touchpoints, for the search."""
        words = [*self.view.orders.values(), *_codes(self.view), *self.touchpoints]
        return " ".join([self.view.id, self.view.planned.title, *dict.fromkeys(words)])

    @property
    def own_requirements(self) -> tuple[str, ...]:
        """Requirements of the flow that no step names."""
        in_steps = {id for step in self.steps for id in step.view.planned.requirements}
        return tuple(id for id in self.view.planned.requirements if id not in in_steps)

    @property
    def in_short(self) -> tuple[StepPage, ...]:
        """The noteworthy steps, each with its noteworthy checks and without calls."""
        return tuple(
            replace(step, checks=tuple(c for c in step.checks if c.check.verdict in NOTEWORTHY), calls=())
            for step in self.steps
            if step.noteworthy
        )

    @property
    def needs_attention(self) -> bool:
        """Whether the flow is noteworthy or not finished."""
        return self.view.verdict is None or self.view.verdict in NOTEWORTHY


def flow_pages(view: RunView, usual: dict[str, str]) -> tuple[FlowPage, ...]:
    """Build the pages of all flows, in planned order.

    The first flow of each of the worst root causes and interrupted flows are unfolded. `usual` headers are
    not repeated.
    """
    shared = _Shared(view.run.target.url if view.run else None, usual)
    anchors = flow_anchors(view.flows)
    examples = {cause.flows[0] for cause in view.causes[:EXAMPLES_MAX]}
    return tuple(
        _flow_page(
            flow,
            anchors[flow.id],
            opened=flow.id in examples or (flow.verdict is None and flow.started_at is not None),
            shared=shared,
        )
        for flow in view.flows.values()
    )


def usual_headers(view: RunView) -> dict[str, str]:
    """Return the headers that all answers share; empty for one answer."""
    answers = [e.answer for flow in view.flows.values() for e in _exchanges(flow) if e.answer]
    if len(answers) < 2:
        return {}
    shared = set.intersection(*(set(answer.headers.items()) for answer in answers))
    return {
        name: value for name, value in _interesting(answers[0].headers).items() if (name, value) in shared
    }


def _exchanges(flow: FlowView) -> Iterator[Exchange]:
    return (exchange for step in flow.steps.values() for exchange in step.exchanges)


def _codes(flow: FlowView) -> list[str]:
    """Return the refusal codes of a flow's checks and refused calls."""
    checked = [check.sentence for step in flow.steps.values() for check in step.checks]
    bodies = [e.answer.body for e in _exchanges(flow) if e.answer]
    refused = [body["errors"] for body in bodies if isinstance(body, dict) and "errors" in body]
    return sorted(set(_CODE.findall(" ".join(map(str, [*checked, *refused])))))


def step_anchor(flow_anchor: str, step: int | None) -> str:
    """Return the anchor of a step, or of the flow without one."""
    return flow_anchor if step is None else f"{flow_anchor}-step-{step}"


def flow_anchors(ids: Iterable[str]) -> dict[str, str]:
    """Return the unique anchor of each flow, by its id."""
    found: dict[str, str] = {}
    taken: set[str] = set()
    for id in ids:
        plain = "flow-" + (re.sub(r"[^A-Za-z0-9]+", "-", id).strip("-") or "unnamed")
        anchor, number = plain, 2
        while anchor in taken:
            anchor, number = f"{plain}-{number}", number + 1
        taken.add(anchor)
        found[id] = anchor
    return found


def _flow_page(flow: FlowView, anchor: str, *, opened: bool, shared: _Shared) -> FlowPage:
    steps = list(flow.steps.values())
    own_tenant = any(e.method == "POST" and e.url.endswith(TENANTS_PATH) for e in _exchanges(flow))
    shared = replace(shared, own_tenant=own_tenant, generated=flow.planned.journey == GENERATED)
    before: list[StepView | None] = [None, *steps]
    pages = tuple(
        _step_page(step, anchor, previous, step is not steps[-1], shared)
        for previous, step in zip(before, steps, strict=False)
    )
    return FlowPage(flow, anchor, opened, flow.seconds, pages)


def _step_page(
    step: StepView,
    flow_anchor: str,
    previous: StepView | None,
    leads_to: bool,
    shared: _Shared,
) -> StepPage:
    return StepPage(
        view=step,
        anchor=step_anchor(flow_anchor, step.planned.number),
        lane=LANES.index(step.planned.actor),
        came_from=LANES.index(previous.planned.actor) if previous else None,
        leads_to=leads_to,
        seconds=None
        if shared.generated
        else span(step.started_at, step.finished.at if step.finished else None),
        checks=tuple(map(_check_page, step.checks)),
        calls=tuple(_call_pages(step, shared)),
        unanswered=step.unanswered,
    )


def _check_page(check: Check) -> CheckPage:
    if check.verdict not in NOTEWORTHY or (check.expected is None and check.seen is None):
        return CheckPage(check)
    return CheckPage(check, *side_by_side(check.expected, check.seen))


def _call_pages(step: StepView, shared: _Shared) -> Iterator[CallPage]:
    """Build a page per call; repeated calls share one."""
    limit = CALM_LENGTH_LIMIT if step.verdict is Verdict.PASS else LENGTH_LIMIT
    opened = _acted_and_judged(step) if step.verdict in _FAILED else ()
    for equal in folded(step.exchanges):
        exchange = equal[-1]
        answer, command = exchange.answer, repeat(exchange, shared.base_url)
        headers = _interesting(answer.headers) if answer else {}
        own = {name: value for name, value in headers.items() if shared.usual.get(name) != value}
        yield CallPage(
            exchange=exchange,
            count=len(equal),
            repeated=repeated(equal),
            opened=any(exchange is one for one in opened),
            begun_at=equal[0].started_at,
            url=local(exchange.url, shared.base_url),
            curl=command,
            before_repeating=before_repeating(command, shared.base_url, shared.own_tenant),
            request_headers=_interesting(exchange.request.headers),
            answer_headers=own,
            usual_headers=len(headers) - len(own),
            request=_body(exchange.request.body, limit),
            answer=_body(answer.body, limit) if answer else None,
        )


def _acted_and_judged(step: StepView) -> tuple[Exchange, ...]:
    """Return the last write and the last call of a step."""
    return (*[e for e in step.exchanges if e.key][-1:], *step.exchanges[-1:])


def _interesting(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _ROUTINE_HEADERS}


def _body(value: JsonValue, limit: int) -> Clipped | None:
    return None if value is None else clip(value, limit)
