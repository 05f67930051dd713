"""The lines of `run.jsonl`: one frozen model per type of record, told apart by `type`.

The file is the only evidence of a run: every report and `resume` are made from it. A record is written
when it becomes true and is never changed afterwards.
"""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter

from contracts.evidence import Evidence
from contracts.lifecycle.table import Actor
from scenarios.choices import Grade, Player
from scenarios.records.values import Value
from scenarios.records.verdicts import Verdict

SCHEMA_VERSION = 1

FlowId = Annotated[str, Field(min_length=1, examples=["PAS-S-01[invoice=fynd]"])]
StepNumber = Annotated[int, Field(ge=1)]
Modes = Annotated[dict[str, str], Field(examples=[{"invoice_mode": "fynd"}])]


class Part(BaseModel):
    """Base of everything that stands in a record: frozen, without unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


def _now() -> datetime:
    return datetime.now(UTC)


class Line(Part):
    """Base of the records; `at` is when the record was made."""

    type: str
    at: AwareDatetime = Field(default_factory=_now)


class StepStatus(StrEnum):
    """Where a step is; its verdict is another thing."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"


class PlannedStep(Part):
    """A step as its flow states it; `together` with the step before it when both begin at once."""

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
    """The target of a run. `url` has no credentials; None for the mock in the same process."""

    name: str
    url: str | None = None


class Run(Line):
    """First line: what is going to be run, against what.

    `version` is that of mock-oms; `versions` holds others worth knowing, by name (python, the target's own).
    `profile_digest` is that of the behaviour profile through which the target is read. `modes` are the
    document modes asked for.
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
    flows: tuple[PlannedFlow, ...] = ()


class Resumed(Line):
    """The run was taken up again after it had been cut off; unfinished steps begin anew."""

    type: Literal["resumed"] = "resumed"
    version: str


class FlowStarted(Line):
    """A flow begins."""

    type: Literal["flow_started"] = "flow_started"
    flow: FlowId


class FlowLine(Line):
    """Base of what happens inside a flow."""

    flow: FlowId
    step: StepNumber


class StepChanged(FlowLine):
    """A step's status.

    `instruction` is what a person is told, `watched_for` the effect that ends the wait, `deadline` when the
    wait is given up.
    """

    type: Literal["step"] = "step"
    status: StepStatus
    player: Player = Player.SUITE
    instruction: str | None = None
    watched_for: str | None = None
    deadline: AwareDatetime | None = None


class Sending(FlowLine):
    """A write that is about to be sent.

    `key` ties the exchange to it: a key without an exchange is a write of which we do not know whether it
    arrived.
    """

    type: Literal["sending"] = "sending"
    key: str
    method: str
    path: str
    order_ids: tuple[str, ...] = ()


class Pdf(Part):
    """A PDF that was answered: its length, its digest and the beginning of its text, never its bytes."""

    size_bytes: int
    sha256: str
    text: str = ""


class Asked(Part):
    """What was sent: headers and JSON body."""

    headers: dict[str, str] = {}
    body: Value = None


class Answered(Part):
    """What came back. `body` is the JSON value, or the text when it is not JSON; a PDF stands in `pdf`."""

    status: int
    headers: dict[str, str] = {}
    body: Value = None
    pdf: Pdf | None = None


class Exchange(FlowLine):
    """One HTTP call.

    `answer` is None when none came; `trouble` then says why, without URL or credentials. `key` is that of the
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
    """One expectation and what became of it.

    `sentence` says what is expected in words, `evidence` and `source` (an address) where the statement comes
    from, `cause` is a key that failures of one cause share, `notes` say which of the possible shapes the
    target showed.
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


class Note(Line):
    """Something worth knowing about the target or the run; `about` names what (a profile field, a shape)."""

    type: Literal["note"] = "note"
    text: str
    about: str = ""
    flow: FlowId | None = None
    step: StepNumber | None = None


class OrderKnown(Line):
    """The flow's name for a shipment (`sale`, `return`) and its id at the target."""

    type: Literal["order"] = "order"
    flow: FlowId
    name: str
    order_id: str
    step: StepNumber | None = None


class HumanAnswer(FlowLine):
    """A person answered a question of a step: which order, or some words."""

    type: Literal["answer"] = "answer"
    order_id: str | None = None
    text: str = ""


class StepFinished(FlowLine):
    """A step's verdict.

    `blocked_by` is the step that made this one meaningless; `cause` is a key that troubles of one cause
    share.
    """

    type: Literal["step_finished"] = "step_finished"
    verdict: Verdict
    message: str = ""
    blocked_by: StepNumber | None = None
    cause: str | None = None


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
    | FlowStarted
    | StepChanged
    | Sending
    | Exchange
    | Check
    | Note
    | OrderKnown
    | HumanAnswer
    | StepFinished
    | FlowFinished
    | RunFinished
)
RECORD: TypeAdapter[Record] = TypeAdapter(Annotated[Record, Field(discriminator="type")])
"""Reads one line, whatever its type."""
