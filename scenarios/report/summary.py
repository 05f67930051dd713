"""The models of `report.json`, which all reports use.

Exchanges stay in `run.jsonl`.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from scenarios.choices import Grade, Player
from scenarios.records.lines import Modes, Part, Price, TargetSeen
from scenarios.records.values import Value
from scenarios.records.verdicts import Verdict

REPORT_SCHEMA_VERSION = 1


class PlaceSummary(Part):
    """Place of a failure; `step` is None for the whole flow.

    `follows`: a consequence in the same flow, to which the sentence of the cause does not apply.
    """

    flow: str
    step: int | None
    sentence: str
    evidence: Evidence | None = None
    follows: bool = False


class CallSummary(Part):
    """A touchpoint that a cause is about.

    Method and path are empty for an act of the shop.
    """

    touchpoint: str
    method: str = ""
    path: str = ""


class CauseSummary(Part):
    """A root cause.

    `sentence` holds for all places that do not follow, and `grades` counts them by the evidence of what was
    broken; `evidence` and `source` are set if they are the same for all. `expected` and `seen` come from the
    first place.
    """

    key: str
    verdict: Verdict
    sentence: str
    calls: tuple[CallSummary, ...] = ()
    flows: tuple[str, ...]
    places: tuple[PlaceSummary, ...]
    expected: Value = None
    seen: Value = None
    source: str = ""
    evidence: Evidence | None = None
    grades: dict[Evidence, int] = Field(default_factory=dict)


class RequirementSummary(Part):
    """A statement of the documentation that the run touched.

    `text`, `evidence` and `source` are None or empty for an id that this version does not know. `verdict` is
    the worst decision about it, `blocked` or `skip` if there is none, None if the run did not get there.
    """

    id: str
    text: str = ""
    evidence: Evidence | None = None
    source: str = ""
    verdict: Verdict | None = None
    flows: tuple[str, ...] = ()


class CheckSummary(Part):
    """One expectation and its result."""

    sentence: str
    verdict: Verdict
    evidence: Evidence
    source: str = ""
    requirements: tuple[str, ...] = ()
    expected: Value = None
    seen: Value = None
    cause: str | None = None
    notes: tuple[str, ...] = ()


class StepSummary(Part):
    """One step; `exchanges` counts its HTTP calls.

    `verdict` is None if it is not finished.
    """

    number: int
    actor: Actor
    player: Player | None = None
    says: str
    requirements: tuple[str, ...] = ()
    verdict: Verdict | None = None
    message: str = ""
    blocked_by: int | None = None
    duration_s: float | None = None
    exchanges: int = 0
    checks: tuple[CheckSummary, ...] = ()


class FlowSummary(Part):
    """One flow in one variant; `orders` maps its names to ids."""

    id: str
    title: str
    journey: str
    modes: Modes = Field(default_factory=dict)
    requirements: tuple[str, ...] = ()
    verdict: Verdict | None = None
    message: str = ""
    started_at: AwareDatetime | None = None
    duration_s: float | None = None
    orders: dict[str, str] = Field(default_factory=dict)
    steps: tuple[StepSummary, ...] = ()


class Coverage(Part):
    """Number of documented statements that the run covered."""

    documented: int
    covered: int
    uncovered: tuple[str, ...] = ()


class ReachSummary(Part):
    """How far the generated calls to one touchpoint came."""

    touchpoint: str
    calls: int
    reached: int
    orders: int
    taken: int
    codes: dict[str, int] = Field(default_factory=dict)


class PointSummary(Part):
    """The target's value at an open point, with its first place.

    `field`: the point is a field of the profile. `expected` is its value there, or by default.
    """

    point: str
    says: str
    value: Value = None
    field: bool = False
    expected: Value = None
    differs: bool = False
    flow: str | None = None
    step: int | None = None


class Report(Part):
    """The result of a run.

    `complete` is False for an interrupted run; `verdict` is None then, and `exit_status` if the run was
    killed. `totals` counts finished flows by verdict, `unfinished` the others. `leaned_on` counts the passed
    checks by the evidence of their statement.
    """

    schema_version: Literal[1] = Field(default=1, alias="schema")
    run: str
    started_at: AwareDatetime | None
    finished_at: AwareDatetime | None
    duration_s: float | None
    complete: bool
    resumed: int = 0
    version: str
    versions: dict[str, str] = Field(default_factory=dict)
    target: TargetSeen
    profile_digest: str | None = None
    modes: Modes = Field(default_factory=dict)
    cast: dict[Actor, Player] = Field(default_factory=dict)
    grade: Grade | None = None
    seed: int | None = None
    verdict: Verdict | None
    exit_status: int | None
    message: str = ""
    totals: dict[Verdict, int]
    unfinished: int
    leaned_on: dict[Evidence, int]
    causes: tuple[CauseSummary, ...] = ()
    requirements: tuple[RequirementSummary, ...] = ()
    coverage: Coverage
    reach: tuple[ReachSummary, ...] = ()
    notes: tuple[str, ...] = ()
    points: tuple[PointSummary, ...] = ()
    price: Price | None = None
    flows: tuple[FlowSummary, ...] = ()
