"""Invented runs for report tests: every verdict, hostile texts, long bodies, interruption."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from contracts.evidence import PAGES, Evidence
from contracts.lifecycle.table import Actor
from scenarios.choices import Grade, Player
from scenarios.records import (
    Answered,
    Asked,
    Check,
    Exchange,
    FlowFinished,
    FlowStarted,
    HumanAnswer,
    Note,
    OrderKnown,
    Pdf,
    PlannedFlow,
    PlannedStep,
    Record,
    Run,
    RunFinished,
    RunLog,
    Sending,
    StepChanged,
    StepFinished,
    StepStatus,
    TargetSeen,
    Verdict,
)

START = datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)
MARKUP = "<script>alert(document.domain)</script><img src=x onerror=alert(1)>"
CDATA_END = "]]>"
EMOJI = "👩🏽‍🔧🛍️"
RIGHT_TO_LEFT = "قميص أزرق"
OVERRIDE = "\u202egpj.exe"
HOSTILE = f"{MARKUP} {CDATA_END} {EMOJI} {RIGHT_TO_LEFT} {OVERRIDE} {{{{ 7*7 }}}} \x1b[31mred\x00 \ufffe end"
LONG = "0123456789abcdef" * 6_400
"""A body of 100 kB."""
CUSTOMER, STORE, AGGREGATOR, OMS = Actor.CUSTOMER, Actor.STORE, Actor.AGGREGATOR, Actor.OMS
SHAPE = "bulk-answer-http-status"
"""The cause that several flows of the sample share."""


class Story:
    """A run built record by record, with a separate clock."""

    def __init__(self) -> None:
        self.records: list[Record] = []
        self._seconds = count()

    @property
    def now(self) -> datetime:
        """A moment later than all before."""
        return START + timedelta(milliseconds=137 * next(self._seconds))

    def add(self, kind: type[Any], **values: Any) -> None:
        """One more record."""
        self.records.append(kind(at=self.now, **values))

    def call(self, flow: str, step: int, method: str, url: str, **values: Any) -> None:
        """An HTTP call; a write is announced first."""
        key = f"{flow}/{step}/{len(self.records)}" if method == "POST" else None
        if key:
            ids = ("17325478963214785621",)
            self.add(Sending, flow=flow, step=step, key=key, method=method, path=url, order_ids=ids)
        headers = {"x-access-token": "***", "Content-Type": "application/json", "Accept": "application/json"}
        request = Asked(headers=headers, body=values.pop("sent", None))
        answer = Answered(
            status=values.pop("status", 200), headers={"content-type": "application/json"}, **values
        )
        self.add(
            Exchange,
            flow=flow,
            step=step,
            method=method,
            url=url,
            request=request,
            answer=answer,
            started_at=self.now,
            elapsed_ms=11.8,
            key=key,
        )

    def begin(self, flow: str, step: int, **values: Any) -> None:
        """A step starts."""
        self.add(StepChanged, flow=flow, step=step, status=StepStatus.RUNNING, **values)

    def end(self, flow: str, step: int, verdict: Verdict = Verdict.PASS, **values: Any) -> None:
        """A step comes to its verdict."""
        self.add(StepFinished, flow=flow, step=step, verdict=verdict, **values)

    def check(self, flow: str, step: int, sentence: str, **values: Any) -> None:
        """Something is checked."""
        given = {"source": PAGES["confirm"], "verdict": Verdict.PASS} | values
        self.add(Check, flow=flow, step=step, sentence=sentence, **given)


Told = tuple[Actor, str, tuple[str, ...]]


def planned(id: str, title: str, steps: list[Told], **values: Any) -> PlannedFlow:
    """A flow with its steps numbered from 1."""
    rows = tuple(
        PlannedStep(number=number, actor=actor, says=says, requirements=proves)
        for number, (actor, says, proves) in enumerate(steps, start=1)
    )
    return PlannedFlow(id=id, title=title, steps=rows, **values)


SALE_STEPS: list[Told] = [
    (CUSTOMER, "buys two shirts at the till", ("PAS-ORD-01",)),
    (AGGREGATOR, "sees the new order among the created ones", ("PAS-ORD-03",)),
    (AGGREGATOR, "confirms the order", ("PAS-CNF-01", "PAS-CNF-02")),
    (OMS, "issues the invoice", ("PAS-INV-01",)),
    (AGGREGATOR, "fetches the customer's invoice", ("PAS-INV-02",)),
    (STORE, "hands the order over to the customer", ("PAS-HND-01",)),
]
RETURN_STEPS: list[Told] = [
    (CUSTOMER, "buys a shirt and takes it home", ("PAS-ORD-01",)),
    (STORE, "starts the return in Store OS", ("PAS-RET-01",)),
    (AGGREGATOR, "accepts the return after quality control", ("PAS-RET-02",)),
    (AGGREGATOR, "pushes the credit note", ("PAS-CRN-01",)),
    (OMS, "completes the return", ("PAS-RET-09",)),
]
SHIPMENT: dict[str, Any] = {
    "id": "17325478963214785621",
    "orderStatus": "CONFIRMED",
    "orderType": "PickAtStore",
    "customer": {"name": HOSTILE, "city": "Bengaluru"},
    "orderItems": [{"orderItemId": "4411", "sku": "SHIRT-BLU-M", "quantity": 2, "price": 1299.0}],
}
ORDER_ONLY = {"orderId": SHIPMENT["id"]}
BY_ID = f"/oms/v3/shipment?orderId={SHIPMENT['id']}"
BULK: dict[str, Any] = {
    "payloadCount": 1,
    "successCount": 1,
    "failedCount": 0,
    "status": "SUCCESS",
    "errors": [],
}


def plan() -> tuple[PlannedFlow, ...]:
    """The flows of the realistic run."""
    fynd = {"invoice_mode": "fynd", "credit_note_mode": "aggregator"}
    pushed = {"invoice_mode": "aggregator", "credit_note_mode": "aggregator"}
    return (
        planned("PAS-S-01[invoice=fynd]", "A sale, invoiced by Fynd", SALE_STEPS, journey="sale", modes=fynd),
        planned("PAS-S-02", f"A sale to {HOSTILE}", SALE_STEPS, journey="sale", modes=pushed),
        planned("PAS-R-01", "A return at the counter", RETURN_STEPS, journey="returns", modes=pushed),
        planned("PAS-R-02", "A return that nobody brings", RETURN_STEPS, journey="returns", modes=pushed),
        planned("PAS-X-01", "A cancelled order stays so", SALE_STEPS[:3], journey="refusals", modes=fynd),
        planned(
            "PAS-X-02",
            "Stock runs out",
            SALE_STEPS[:2],
            journey="refusals",
            skip="needs the ability stock, which the target file does not list",
        ),
        planned("PAS-G-01", "Paging through a long list", SALE_STEPS[:2], journey="reading", modes=fynd),
    )


def first_line(*flows: PlannedFlow, **values: Any) -> Run:
    """The run record of these flows."""
    made: dict[str, Any] = {
        "at": START,
        "run": "2026-03-14T09-26-53Z-7f3a",
        "started_at": START,
        "version": "0.1.0",
        "versions": {"python": "3.11.9"},
        "target": TargetSeen(name="sandbox", url="https://konnect.example"),
        "profile_digest": "b6f1c2a94e70",
        "modes": {"invoice_mode": "both", "credit_note_mode": "aggregator"},
        "cast": {CUSTOMER: Player.PERSON, STORE: Player.PERSON, AGGREGATOR: Player.SUITE},
        "grade": Grade.EVIDENCE,
        "seed": 20260314,
        "flows": flows,
    }
    return Run(**(made | values))


def one_sale(**values: object) -> Story:
    """A run of one started flow; `values` go to its first line."""
    story = Story()
    story.records.append(first_line(planned("PAS-S-01", "A sale", SALE_STEPS, journey="sale"), **values))
    story.add(FlowStarted, flow="PAS-S-01")
    return story


def realistic_run(*, cut_off: bool = False) -> list[Record]:
    """Return a run with every verdict; `cut_off` ends it within a flow."""
    story = Story()
    story.records.append(first_line(*plan()))
    story.add(Note, text="The target answers lists wrapped in `orders`.", about="list_shape")
    _passing_sale(story, "PAS-S-01[invoice=fynd]")
    _failing_sale(story, "PAS-S-02")
    _warned_return(story, "PAS-R-01")
    if cut_off:
        story.add(FlowStarted, flow="PAS-R-02")
        story.begin("PAS-R-02", 1)
        return story.records
    _blocked_return(story, "PAS-R-02")
    _failing_refusal(story, "PAS-X-01")
    _broken_reading(story, "PAS-G-01")
    totals = dict.fromkeys(Verdict, 1) | {Verdict.FAIL: 2}
    story.add(RunFinished, verdict=Verdict.ERROR, exit_status=3, totals=totals)
    return story.records


def _passing_sale(story: Story, flow: str) -> None:
    story.add(FlowStarted, flow=flow)
    for number, step in enumerate(SALE_STEPS, start=1):
        story.begin(flow, number)
        if number == 1:
            story.add(OrderKnown, flow=flow, name="order", order_id=SHIPMENT["id"])
        if number == 5:
            text = f"TAX INVOICE\nShipment {SHIPMENT['id']}\n{HOSTILE}"
            pdf = Pdf(size_bytes=18_233, sha256="ab" * 32, text=text)
            story.call(flow, number, "POST", "/oms/v3/shipment/invoice", sent=[ORDER_ONLY], pdf=pdf)
        elif step[0] is AGGREGATOR:
            for _ in range(4 if number == 2 else 1):
                story.call(flow, number, "GET", BY_ID, body=[SHIPMENT])
            story.check(flow, number, "the order is CONFIRMED or later", requirements=step[2])
        story.end(flow, number)
    story.add(FlowFinished, flow=flow, verdict=Verdict.PASS)


def _failing_sale(story: Story, flow: str) -> None:
    story.add(FlowStarted, flow=flow)
    story.begin(
        flow,
        1,
        player=Player.PERSON,
        instruction=f"At store BLR-01, sell two SHIRT-BLU-M to {HOSTILE}",
        watched_for="one new order of BLR-01 with two SHIRT-BLU-M",
        deadline=START + timedelta(minutes=15),
    )
    story.add(HumanAnswer, flow=flow, step=1, order_id=SHIPMENT["id"])
    story.end(flow, 1)
    story.begin(flow, 2)
    story.add(
        Exchange,
        flow=flow,
        step=2,
        method="GET",
        url="/oms/v3/shipment?orderStatus=CREATED&locationCode=BLR-01",
        request=Asked(headers={"x-access-token": "***"}),
        answer=Answered(
            status=200, headers={"x-hostile": HOSTILE}, body={"orders": [SHIPMENT], "filler": LONG}
        ),
        started_at=story.now,
        elapsed_ms=1_843.2,
    )
    story.check(
        flow, 2, f"the list holds the order of {HOSTILE}", notes=("the list came wrapped in `orders`",)
    )
    story.end(flow, 2)
    story.begin(flow, 3)
    refused = {**BULK, "successCount": 0, "failedCount": 1, "status": "FAILED", "errors": [{"code": "O400"}]}
    order = [{"orderId": SHIPMENT["id"], "orderItems": [{"orderItemId": "it's", "quantity": 2}]}]
    story.call(flow, 3, "POST", "/oms/v3/shipment/confirm", sent=order, body=refused, status=400)
    story.check(
        flow,
        3,
        "a bulk call is answered with 200",
        verdict=Verdict.FAIL,
        expected={"status": 200, "body": BULK},
        seen={"status": 400, "body": refused},
        requirements=("PAS-CNF-01",),
        cause=SHAPE,
    )
    story.end(flow, 3, Verdict.FAIL, message="the confirmation was answered with 400 O400", cause=SHAPE)
    for number in range(4, len(SALE_STEPS) + 1):
        story.end(flow, number, Verdict.BLOCKED, message="blocked by step 3", blocked_by=3)
    story.add(FlowFinished, flow=flow, verdict=Verdict.FAIL)


def _warned_return(story: Story, flow: str) -> None:
    story.add(FlowStarted, flow=flow)
    for number, _ in enumerate(RETURN_STEPS, start=1):
        story.begin(flow, number)
        story.call(flow, number, "GET", "/oms/v3/shipment/info?orderId=1")
        if number == 3:
            story.check(
                flow,
                number,
                "an accepted return is listed under RETURN_ACCEPTED",
                verdict=Verdict.WARN,
                evidence=Evidence.LEGACY,
                expected="RETURN_ACCEPTED",
                seen="RETURN_QC_DONE",
                requirements=("PAS-RET-02",),
            )
        story.end(flow, number, Verdict.WARN if number == 3 else Verdict.PASS)
    story.add(
        FlowFinished, flow=flow, verdict=Verdict.WARN, message="one statement that is not certain was missed"
    )


def _blocked_return(story: Story, flow: str) -> None:
    story.add(FlowStarted, flow=flow)
    story.begin(flow, 1)
    story.end(flow, 1)
    story.begin(flow, 2, player=Player.PERSON, instruction="Start the return of order 17… in Store OS")
    story.end(flow, 2, Verdict.BLOCKED, message="nobody started the return within 15 min")
    for number in (3, 4, 5):
        story.end(flow, number, Verdict.BLOCKED, message="blocked by step 2", blocked_by=2)
    story.add(FlowFinished, flow=flow, verdict=Verdict.BLOCKED)


def _failing_refusal(story: Story, flow: str) -> None:
    story.add(FlowStarted, flow=flow)
    story.begin(flow, 1)
    story.end(flow, 1)
    story.begin(flow, 2)
    story.end(flow, 2)
    story.begin(flow, 3)
    story.call(flow, 3, "POST", "/oms/v3/shipment/confirm", body=BULK, status=400)
    story.check(
        flow, 3, "a bulk call is answered with 200", verdict=Verdict.FAIL, expected=200, seen=400, cause=SHAPE
    )
    story.end(flow, 3, Verdict.FAIL, message="answered with 400", cause=SHAPE)
    story.add(FlowFinished, flow=flow, verdict=Verdict.FAIL)


def _broken_reading(story: Story, flow: str) -> None:
    story.add(FlowStarted, flow=flow)
    story.begin(flow, 1)
    story.add(
        Exchange,
        flow=flow,
        step=1,
        method="GET",
        url="https://konnect.example/aggregator/v1/token?username=***&password=***",
        trouble="connection refused",
        started_at=story.now,
        elapsed_ms=3.1,
    )
    story.end(flow, 1, Verdict.ERROR, message="the target could not be reached: connection refused")
    story.end(flow, 2, Verdict.BLOCKED, message="blocked by step 1", blocked_by=1)
    story.add(FlowFinished, flow=flow, verdict=Verdict.ERROR)


REFUSALS = (
    ("O400", "confirm"),
    ("O422", "confirm"),
    ("IN400", "update_invoice"),
    ("IN401", "update_invoice"),
    ("IN403", "update_invoice"),
    ("IN453", "update_invoice"),
    ("L403", "labels"),
    ("CN403", "cancel"),
    ("CN403", "cancel"),
)
"""Code and call of each flow of `refused_with_success`."""


def refused_with_success() -> list[Record]:
    """Return a run with one cause at four calls.

    Two of its nine places are assumed; one failure follows.
    """
    flows = [
        planned(f"PAS-X-0{number}", "A refusal", SALE_STEPS[:4], journey="refusals")
        for number, _ in enumerate(REFUSALS, start=1)
    ]
    story = Story()
    story.records.append(first_line(*flows))
    for flow, (code, call) in zip(flows, REFUSALS, strict=True):
        story.add(FlowStarted, flow=flow.id)
        story.check(
            flow.id,
            3,
            f"order is refused with {code} and unchanged",
            verdict=Verdict.FAIL,
            evidence=Evidence.ASSUMED if code == "CN403" else Evidence.DOCUMENTED,
            rule="status is not SUCCESS when an order failed",
            call=call,
            cause="bulk answer | status is not SUCCESS when an order failed | otherwise",
            expected="FAILED",
            seen="SUCCESS",
        )
        story.end(flow.id, 3, Verdict.FAIL)
    story.check(flows[0].id, 4, "is late", verdict=Verdict.FAIL, cause="late", rule="is late")
    story.end(flows[0].id, 4, Verdict.FAIL)
    for flow in flows:
        story.add(FlowFinished, flow=flow.id, verdict=Verdict.FAIL)
    return story.records


def many_flows(number: int) -> Iterator[Record]:
    """A run of `number` flows that all pass."""
    flows = [planned(f"PAS-S-{n:03}", "A sale", SALE_STEPS, journey="sale") for n in range(number)]
    story = Story()
    story.records.append(first_line(*flows))
    for flow in flows:
        _passing_sale(story, flow.id)
    story.add(RunFinished, verdict=Verdict.PASS, exit_status=0, totals={Verdict.PASS: number})
    yield from story.records


def written(records: list[Record], folder: Path) -> Path:
    """`records` in a run.jsonl in `folder`."""
    path = folder / "run.jsonl"
    with RunLog(path) as log:
        for record in records:
            log.write(record)
    return path
