"""Builds the report of a load run: a flow per call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import timedelta

from contracts.evidence import Evidence
from scenarios.interruption import INTERRUPTED_EXIT_STATUS
from scenarios.load.results import Numbers, Row
from scenarios.records import TargetSeen, Verdict, worst
from scenarios.records.version import version
from scenarios.report.load import NO_CALL, headline, milliseconds
from scenarios.report.summary import CauseSummary, Coverage, FlowSummary, PlaceSummary, Report
from scenarios.report.wording import plural

CALLS, SYSTEM, FINDINGS = "calls", "system under test", "findings"
"""The journeys of the report."""


def load_status(numbers: Numbers, findings: Sequence[str] = ()) -> int:
    """Return the exit status of a load run."""
    if numbers.interrupted:
        return INTERRUPTED_EXIT_STATUS
    return 1 if numbers.failed or findings or not numbers.total.calls else 0


def load_report(numbers: Numbers, findings: Sequence[str] = ()) -> Report:
    """Build the report.

    In an interrupted run, what did not fail is unfinished.
    """
    flows = tuple(_flows(numbers, findings))
    verdicts = [flow.verdict for flow in flows if flow.verdict]
    ended = numbers.started_at + timedelta(seconds=numbers.duration_s)
    verdict = worst(verdicts) if verdicts else Verdict.ERROR
    return Report(
        run=numbers.title,
        started_at=numbers.started_at,
        finished_at=None if numbers.interrupted else ended,
        duration_s=numbers.duration_s,
        complete=not numbers.interrupted,
        version=version(),
        target=TargetSeen(name=numbers.target, url=numbers.target if "://" in numbers.target else None),
        verdict=None if numbers.interrupted else verdict,
        exit_status=load_status(numbers, findings),
        message=numbers.interrupted or ("" if numbers.total.calls else NO_CALL),
        totals={verdict: verdicts.count(verdict) for verdict in Verdict},
        unfinished=len(flows) - len(verdicts),
        leaned_on=dict.fromkeys(Evidence, 0),
        causes=tuple(_causes(numbers, findings)),
        coverage=Coverage(documented=0, covered=0),
        notes=(headline(numbers, findings),),
        flows=flows,
    )


def _flows(numbers: Numbers, findings: Sequence[str]) -> Iterator[FlowSummary]:
    for journey, rows in ((CALLS, numbers.calls), (SYSTEM, numbers.system)):
        yield from (_flow(row, journey, numbers) for row in rows)
    for number, finding in enumerate(findings, start=1):
        yield FlowSummary(
            id=f"finding {number}", title=finding, journey=FINDINGS, verdict=Verdict.FAIL, message=finding
        )


def _flow(row: Row, journey: str, numbers: Numbers) -> FlowSummary:
    failures = [f"{one.times:,} x {one.message}" for one in numbers.failures if one.name == row.name]
    message = f"{plural(row.failures, 'failure')} in {plural(row.calls, 'call')}: {'; '.join(failures)}"
    verdict = Verdict.FAIL if row.failures else None if numbers.interrupted else Verdict.PASS
    return FlowSummary(
        id=row.name,
        title=f"{plural(row.calls, 'call')}, {_times(row)}",
        journey=journey,
        verdict=verdict,
        message=message if row.failures else "",
    )


def _times(row: Row) -> str:
    named = (("half", row.p50_ms), ("95 %", row.p95_ms), ("99 %", row.p99_ms))
    return ", ".join(f"{share} within {milliseconds(value)}" for share, value in named)


def _causes(numbers: Numbers, findings: Sequence[str]) -> Iterator[CauseSummary]:
    found = [
        (one.message, one.name, f"{one.times:,} x {one.name}: {one.message}") for one in numbers.failures
    ]
    found += [(text, f"finding {number}", text) for number, text in enumerate(findings, start=1)]
    for key, flow, sentence in found:
        yield CauseSummary(
            key=f"{flow} | {key}",
            verdict=Verdict.FAIL,
            sentence=sentence,
            flows=(flow,),
            places=(PlaceSummary(flow=flow, step=None, sentence=sentence),),
        )
