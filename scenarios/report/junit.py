"""`junit.xml` for CI servers: a suite per journey, a case per flow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from xml.etree import ElementTree

from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite

from contracts.plain_text import visible
from scenarios.records import NOTEWORTHY, Verdict
from scenarios.report.body_text import clip
from scenarios.report.flow_pages import flow_anchors, step_anchor
from scenarios.report.headline import headline
from scenarios.report.summary import CheckSummary, FlowSummary, Report, StepSummary
from scenarios.report.wording import at_calls, graded, plural, word

SUITE_PREFIX = "scenarios"
_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
_PLACED = (Verdict.FAIL, Verdict.ERROR, Verdict.WARN)
Causes = Mapping[tuple[str, int | None], list[str]]
"""Flow and step -> lines about its root causes."""
VALUE_LIMIT = 2_000
"""Characters of an expected or actual value."""


def junit(report: Report, result: str = "") -> bytes:
    """Convert a report to JUnit XML, one element a line.

    `result` is the result of the run in one sentence, by default its headline. A run that did not end, or
    without a flow, is one more error.
    Errors, blocked and unfinished flows are errors; a warning passes, with its text on system-out. The name
    of a case is the id of its flow, so that a new title does not begin a new history.
    """
    xml = JUnitXml("oms-scenarios")
    anchors = flow_anchors(flow.id for flow in report.flows)
    causes = _causes_by_step(report)
    for journey in dict.fromkeys(flow.journey for flow in report.flows):
        xml.add_testsuite(_suite(journey, report, anchors, causes))
    if (report.message and not report.complete) or not report.flows:
        xml.add_testsuite(_no_result(result or headline(report), interrupted=not report.complete))
    xml.update_statistics()  # type: ignore[no-untyped-call]  # junitparser leaves it unannotated
    body: bytes = xml.tostring()  # type: ignore[no-untyped-call]  # as above
    root = ElementTree.fromstring(body)  # noqa: S314 - made in the line above
    ElementTree.indent(root)
    lines: bytes = ElementTree.tostring(root, encoding="utf-8")
    return _DECLARATION + lines + b"\n"


def _causes_by_step(report: Report) -> Causes:
    """Return lines about the root causes of each step."""
    found: dict[tuple[str, int | None], list[str]] = {}
    for cause in report.causes:
        facts = (at_calls(cause.calls), graded(cause.grades) if cause.grades else "")
        text = "; ".join(filter(None, (cause.sentence, *facts, f"in {plural(len(cause.flows), 'flow')}")))
        for place in cause.places:
            line = f"{'follows from' if place.follows else 'root cause'}: {text}"
            lines = found.setdefault((place.flow, place.step), [])
            lines += [line] if line not in lines else []
    return found


def _suite(journey: str, report: Report, anchors: Mapping[str, str], causes: Causes) -> TestSuite:
    suite = TestSuite(visible(journey))
    if report.started_at:
        suite.timestamp = report.started_at.strftime("%Y-%m-%dT%H:%M:%S")
    for name, value in _properties(report).items():
        suite.add_property(visible(name), visible(value))
    for flow in report.flows:
        if flow.journey == journey:
            suite.add_testcase(_case(flow, anchors[flow.id], causes))
    return suite


def _no_result(reason: str, *, interrupted: bool) -> TestSuite:
    """Build a suite with one error: why the run has no result."""
    suite = TestSuite("run")
    case = TestCase("run", SUITE_PREFIX, 0)
    case.result = [Error(visible(reason), "interrupted" if interrupted else "empty")]
    suite.add_testcase(case)
    return suite


def _properties(report: Report) -> dict[str, str]:
    known = {
        "run": report.run,
        "target": report.target.name,
        "url": report.target.url,
        "version": report.version,
        "profile": report.profile_digest,
        "grade": report.grade,
        "seed": report.seed,
        **report.modes,
    }
    return {name: str(value) for name, value in known.items() if value is not None}


def _case(flow: FlowSummary, anchor: str, causes: Causes) -> TestCase:
    case = TestCase(visible(flow.id), f"{SUITE_PREFIX}.{visible(flow.journey)}", flow.duration_s or 0)
    message = visible(flow.message or word(flow.verdict))
    case.system_out = visible(flow.title)
    match flow.verdict:
        case Verdict.PASS:
            return case
        case Verdict.SKIP:
            case.result = [Skipped(message)]
        case Verdict.WARN:
            case.system_out = _account(flow, anchor, causes)
        case Verdict.FAIL:
            case.result = [_with_account(Failure(message, "fail"), flow, anchor, causes)]
        case Verdict.BLOCKED | Verdict.ERROR | None:
            error = Error(message, flow.verdict or "unfinished")
            case.result = [_with_account(error, flow, anchor, causes)]
    return case


def _with_account(result: Failure | Error, flow: FlowSummary, anchor: str, causes: Causes) -> Failure | Error:
    result.text = _account(flow, anchor, causes)
    return result


def _account(flow: FlowSummary, anchor: str, causes: Causes) -> str:
    """List the steps, with values and causes of failures."""
    lines = [
        line
        for step in flow.steps
        for line in _step_lines(step, anchor, causes.get((flow.id, step.number), []))
    ]
    return visible("\n".join([flow.title, *lines]))


def _step_lines(step: StepSummary, anchor: str, causes: Iterable[str]) -> list[str]:
    lines = [f"{step.number}. {step.actor} {step.says}: {word(step.verdict)}"]
    if step.message:
        lines.append(f"   {step.message}")
    for check in step.checks:
        if check.verdict in NOTEWORTHY:
            lines += _check_lines(check)
    lines += [f"   {cause}" for cause in causes]
    if step.verdict in _PLACED:
        requirements = dict.fromkeys(
            [*step.requirements, *(id for c in step.checks for id in c.requirements)]
        )
        lines += [f"   requirements: {', '.join(requirements)}"] if requirements else []
        lines.append(f"   report: report.html#{step_anchor(anchor, step.number)}")
    return lines


def _check_lines(check: CheckSummary) -> list[str]:
    lines = [f"   {word(check.verdict)}: {check.sentence} ({check.evidence})"]
    for name, value in (("expected", check.expected), ("actual", check.seen)):
        if value is not None:
            cut = clip(value, VALUE_LIMIT)
            rest = f" … {cut.left_out:,} more characters" if cut.left_out else ""
            lines.append(f"   {name}: {cut.text}{rest}")
    return lines
