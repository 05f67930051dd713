"""Flows with their exchanges, prepared for the template of the page."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime

from pydantic import JsonValue

from contracts.lifecycle.table import Actor
from scenarios.choices import Player
from scenarios.records import NOTEWORTHY, Check, Exchange, FlowView, RunView, Sending, StepView, Verdict
from scenarios.report.body_text import CALM_LENGTH_LIMIT, LENGTH_LIMIT, Clipped, Line, clip, side_by_side
from scenarios.report.curl import local, repeat
from scenarios.report.wording import span

_ROUTINE_HEADERS = frozenset(
    {"accept-encoding", "connection", "content-length", "date", "keep-alive", "server", "user-agent"}
)
"""Transport headers, which are left out."""
LANES = tuple(Actor)
"""The actors from left to right."""


@dataclass(frozen=True, slots=True)
class CheckPage:
    """A check; a noteworthy one has `expected` and `seen` lines."""

    check: Check
    expected: list[Line] = field(default_factory=list)
    seen: list[Line] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CallPage:
    """One exchange, or several equal ones in a row.

    `count` is the number of equal exchanges, `begun_at` the start of the first. `url` is without the target's
    own host. Transport headers are left out; run.jsonl has them all.
    """

    exchange: Exchange
    count: int
    begun_at: datetime
    url: str
    curl: str
    request_headers: dict[str, str]
    answer_headers: dict[str, str]
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
        return self.verdict in {Verdict.FAIL, Verdict.ERROR}

    @property
    def waits_for_somebody(self) -> bool:
        """Whether a person or the system under test plays the step."""
        return bool(self.view.changed and self.view.changed.player is not Player.SUITE)


@dataclass(frozen=True, slots=True)
class FlowPage:
    """A flow and its steps.

    `anchor` is unique in the page; `opened` flows are unfolded.
    """

    view: FlowView
    anchor: str
    opened: bool
    seconds: float | None
    steps: tuple[StepPage, ...]

    @property
    def own_requirements(self) -> tuple[str, ...]:
        """Requirements of the flow that no step names."""
        in_steps = {id for step in self.steps for id in step.view.planned.requirements}
        return tuple(id for id in self.view.planned.requirements if id not in in_steps)

    @property
    def needs_attention(self) -> bool:
        """Whether the flow is noteworthy or not finished."""
        return self.view.verdict is None or self.view.verdict in NOTEWORTHY


def flow_pages(view: RunView) -> tuple[FlowPage, ...]:
    """Build the pages of all flows, in planned order.

    The first flow of each root cause and interrupted flows are unfolded.
    """
    base_url = view.run.target.url if view.run else None
    taken: set[str] = set()
    examples = {cause.flows[0] for cause in view.causes}
    return tuple(
        _flow_page(
            flow,
            _anchor(flow.id, taken),
            opened=flow.id in examples or (flow.verdict is None and flow.started_at is not None),
            base_url=base_url,
        )
        for flow in view.flows.values()
    )


def step_anchor(flow_anchor: str, step: int | None) -> str:
    """Return the anchor of a step, or of the flow without one."""
    return flow_anchor if step is None else f"{flow_anchor}-step-{step}"


def _anchor(id: str, taken: set[str]) -> str:
    plain = "flow-" + (re.sub(r"[^A-Za-z0-9]+", "-", id).strip("-") or "unnamed")
    anchor, number = plain, 2
    while anchor in taken:
        anchor, number = f"{plain}-{number}", number + 1
    taken.add(anchor)
    return anchor


def _flow_page(flow: FlowView, anchor: str, *, opened: bool, base_url: str | None) -> FlowPage:
    steps = list(flow.steps.values())
    before: list[StepView | None] = [None, *steps]
    pages = tuple(
        _step_page(step, anchor, previous, step is not steps[-1], base_url)
        for previous, step in zip(before, steps, strict=False)
    )
    seconds = span(flow.started_at, flow.finished.at if flow.finished else None)
    return FlowPage(flow, anchor, opened, seconds, pages)


def _step_page(
    step: StepView, flow_anchor: str, previous: StepView | None, leads_to: bool, base_url: str | None
) -> StepPage:
    return StepPage(
        view=step,
        anchor=step_anchor(flow_anchor, step.planned.number),
        lane=LANES.index(step.planned.actor),
        came_from=LANES.index(previous.planned.actor) if previous else None,
        leads_to=leads_to,
        seconds=span(step.started_at, step.finished.at if step.finished else None),
        checks=tuple(map(_check_page, step.checks)),
        calls=tuple(_call_pages(step, base_url)),
        unanswered=step.unanswered,
    )


def _check_page(check: Check) -> CheckPage:
    if check.verdict not in NOTEWORTHY or (check.expected is None and check.seen is None):
        return CheckPage(check)
    return CheckPage(check, *side_by_side(check.expected, check.seen))


def _call_pages(step: StepView, base_url: str | None) -> Iterator[CallPage]:
    """Build a page per run of equal exchanges, as polling makes them."""
    limit = CALM_LENGTH_LIMIT if step.verdict is Verdict.PASS else LENGTH_LIMIT
    exchanges, first = step.exchanges, 0
    for end, exchange in enumerate(exchanges, start=1):
        if end < len(exchanges) and _alike(exchange, exchanges[end]):
            continue
        answer = exchange.answer
        yield CallPage(
            exchange=exchange,
            count=end - first,
            begun_at=exchanges[first].started_at,
            url=local(exchange.url, base_url),
            curl=repeat(exchange, base_url),
            request_headers=_interesting(exchange.request.headers),
            answer_headers=_interesting(answer.headers) if answer else {},
            request=_body(exchange.request.body, limit),
            answer=_body(answer.body, limit) if answer else None,
        )
        first = end


def _interesting(headers: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name.lower() not in _ROUTINE_HEADERS}


def _body(value: JsonValue, limit: int) -> Clipped | None:
    return None if value is None else clip(value, limit)


def _alike(one: Exchange, other: Exchange) -> bool:
    if one.key or other.key or (one.method, one.url, one.trouble) != (other.method, other.url, other.trouble):
        return False
    if one.answer is None or other.answer is None:
        return one.answer is other.answer
    return (one.answer.status, one.answer.body, one.answer.pdf) == (
        other.answer.status,
        other.answer.body,
        other.answer.pdf,
    )
