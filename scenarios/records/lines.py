"""The lines of `run.jsonl`: one frozen model per `type` of record.

The file is the only evidence of a run: reports and `resume` read it. Records are never changed.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter

from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from scenarios.choices import Aspect, Grade, Player
from scenarios.records.values import Value
from scenarios.records.verdicts import Verdict

SCHEMA_VERSION = 1

FlowId = Annotated[str, Field(min_length=1, examples=["PAS-S-01[invoice=fynd]"])]
StepNumber = Annotated[int, Field(ge=1)]
GENERATED = "contract"
"""Journey of the flows whose calls are generated, and take turns."""
Modes = Annotated[dict[str, str], Field(examples=[{"invoice_mode": "fynd"}])]


class Part(BaseModel):
    """Base of all parts of a record: frozen, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


def _now() -> datetime:
    return datetime.now(UTC)


class Line(Part):
    """Base of the records; `at` is the time of the record."""

    type: str
    at: AwareDatetime = Field(default_factory=_now)


class StepStatus(StrEnum):
    """Status of a step; its verdict is separate."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class PlannedStep(Part):
    """A step of a flow; `together` with the step before it."""

    number: StepNumber
    actor: Actor
    says: str
    requirements: tuple[str, ...] = ()
    together: bool = False


class PlannedFlow(Part):
    """A flow in one variant.

    `journey` groups flows (sale, returns, refusals, reading); `skip` is the reason why it does not run on
    this target.
    """

    id: FlowId
    title: str
    journey: str
    requirements: tuple[str, ...] = ()
    modes: Modes = {}
    steps: tuple[PlannedStep, ...] = ()
    skip: str | None = None


class TargetSeen(Part):
    """The target of a run.

    `url` has no credentials; it is None for the mock in the same process.
    """

    name: str
    url: str | None = None


class Price(Part):
    """The price of a run: flows to play, writes, tasks for people.

    The minutes are estimates: of people who do the tasks by hand, and of waiting for calls and for the OMS.
    """

    flows: int
    writes: int
    tasks: int = 0
    people_minutes: float = 0
    waiting_minutes: float = 0


class Run(Line):
    """First line: the planned flows and their target.

    `version` is that of mock-oms; `versions` holds other versions by name. `profile_digest` is that of the
    target's behaviour profile. `modes` are the document modes of the command line.
    """

    type: Literal["run"] = "run"
    schema_version: Literal[1] = Field(default=1, alias="schema")
    run: str
    started_at: AwareDatetime
    version: str
    versions: dict[str, str] = {}
    target: TargetSeen
    profile_digest: str | None = None
    modes: Modes = {}
    cast: dict[Actor, Player] = {}
    grade: Grade = Grade.STRICT
    seed: int | None = None
    price: Price | None = None
    flows: tuple[PlannedFlow, ...] = ()


class Resumed(Line):
    """The run continues: unfinished steps restart.

    So do those that lacked writes or a person.
    """

    type: Literal["resumed"] = "resumed"
    version: str
    price: Price | None = None


class TenantFound(Line):
    """The tenant that the run works in, with its settings before.

    The run restores these settings at its end.
    """

    type: Literal["tenant"] = "tenant"
    tenant: str
    settings: dict[str, JsonValue]


class Interrupted(Line):
    """The run was interrupted; the unfinished flows can be resumed."""

    type: Literal["interrupted"] = "interrupted"
    reason: str


class FlowStarted(Line):
    """A flow starts."""

    type: Literal["flow_started"] = "flow_started"
    flow: FlowId


class FlowLine(Line):
    """Base of records inside a flow."""

    flow: FlowId
    step: StepNumber


class StepChanged(FlowLine):
    """A step's status.

    `instruction` is the task of a person, `watched_for` the effect that ends the wait, `deadline` the end of
    the wait.
    """

    type: Literal["step"] = "step"
    status: StepStatus
    player: Player = Player.SUITE
    instruction: str | None = None
    watched_for: str | None = None
    deadline: AwareDatetime | None = None


class Sending(FlowLine):
    """A write that is about to be sent.

    `key` links it to its exchange. Without an exchange it is unknown whether the write arrived.
    """

    type: Literal["sending"] = "sending"
    key: str
    method: str
    path: str
    order_ids: tuple[str, ...] = ()


class Pdf(Part):
    """An answered PDF: length, digest and start of its text."""

    size_bytes: int
    sha256: str
    text: str = ""


class Asked(Part):
    """The sent headers and JSON body."""

    headers: dict[str, str] = {}
    body: Value = None


class Answered(Part):
    """The received answer.

    `body` is the JSON value, or the text if it is not JSON; a PDF is described in `pdf`.
    """

    status: int
    headers: dict[str, str] = {}
    body: Value = None
    pdf: Pdf | None = None


class Exchange(FlowLine):
    """One HTTP call.

    `answer` is None if none came; `trouble` then says why, without URL or credentials. `key` is that of the
    `sending` record before a write; `touchpoint` names the documented use.
    """

    type: Literal["exchange"] = "exchange"
    method: str
    url: str
    request: Asked = Asked()
    answer: Answered | None = None
    trouble: str | None = None
    started_at: AwareDatetime
    elapsed_ms: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    key: str | None = None
    touchpoint: str | None = None


class Check(FlowLine):
    """One expectation and its result.

    `sentence` describes the expectation, `evidence` and `source` (an address) its origin, `cause` is the key
    of its root cause, `notes` describe the shape that the target used. `rule` is the broken statement without
    its subject, `call` the touchpoint that broke it. `beside`: seen in the same answer as the check before;
    neither explains the other.
    """

    type: Literal["check"] = "check"
    sentence: str
    verdict: Verdict
    evidence: Evidence = Evidence.DOCUMENTED
    source: str = ""
    requirements: tuple[str, ...] = ()
    expected: Value = None
    seen: Value = None
    cause: str | None = None
    notes: tuple[str, ...] = ()
    rule: str = ""
    call: str = ""
    beside: bool = False
    aspect: Aspect = Aspect.EFFECT


class Met(Part):
    """The target's value at a point that no page settles.

    `field`: the point is a field of the profile, and `expected` its value there, or by default. `differs`: a
    known profile says otherwise.
    """

    value: Value = None
    field: bool = False
    expected: Value = None
    differs: bool = False


class Note(Line):
    """A fact about the target or the run; `about` names its subject.

    `met` is the value at an open point, which `about` then names.
    """

    type: Literal["note"] = "note"
    text: str
    about: str = ""
    met: Met | None = None
    flow: FlowId | None = None
    step: StepNumber | None = None


class Reach(Line):
    """How far the generated calls to one touchpoint came.

    `reached` calls were seen by its handler, `taken` of the `orders` in them were accepted, `codes` counts
    the refusals by code. For a read, `taken` are calls.
    """

    type: Literal["reach"] = "reach"
    touchpoint: str
    calls: int
    reached: int
    orders: int
    taken: int
    codes: dict[str, int] = {}


class OrderKnown(Line):
    """The flow's name of a shipment (`sale`, `return`) and its id."""

    type: Literal["order"] = "order"
    flow: FlowId
    name: str
    order_id: str
    step: StepNumber | None = None


class HumanAnswer(FlowLine):
    """A person's answer to a question: an order id, or text."""

    type: Literal["answer"] = "answer"
    order_id: str | None = None
    text: str = ""


class StepFinished(FlowLine):
    """A step's verdict.

    `blocked_by` is the failed step that blocks this one; `cause` is the key of its root cause. `again`: it
    lacked writes or a person, and `resume` takes it up.
    """

    type: Literal["step_finished"] = "step_finished"
    verdict: Verdict
    message: str = ""
    blocked_by: StepNumber | None = None
    cause: str | None = None
    again: bool = False


class FlowFinished(Line):
    """A flow's verdict: the worst of its steps."""

    type: Literal["flow_finished"] = "flow_finished"
    flow: FlowId
    verdict: Verdict
    message: str = ""


class RunFinished(Line):
    """Last line. `totals` counts flows by verdict."""

    type: Literal["run_finished"] = "run_finished"
    verdict: Verdict
    exit_status: int
    totals: dict[Verdict, int] = {}
    message: str = ""


Record = (
    Run
    | Resumed
    | TenantFound
    | Interrupted
    | FlowStarted
    | StepChanged
    | Sending
    | Exchange
    | Check
    | Note
    | Reach
    | OrderKnown
    | HumanAnswer
    | StepFinished
    | FlowFinished
    | RunFinished
)
RECORD: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="type")])
"""Reads a line of any type."""
