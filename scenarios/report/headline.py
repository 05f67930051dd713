"""The result of a run in one sentence, for all reports."""

from __future__ import annotations

from scenarios.records import Verdict
from scenarios.report.summary import Report
from scenarios.report.wording import plural


def headline(report: Report) -> str:
    """Summarize a run: `2 failures in 7 flows`, `All 7 flows passed`."""
    flows, counted = len(report.flows), report.totals
    if not flows:
        return "No flow was run"
    wrong = " and ".join(
        plural(counted[verdict], noun)
        for verdict, noun in ((Verdict.ERROR, "error"), (Verdict.FAIL, "failure"))
        if counted[verdict]
    )
    if not report.complete:
        so_far = f", {wrong} so far" if wrong else ""
        reason = report.message or "Interrupted"
        return f"{reason}: {report.unfinished:,} of {plural(flows, 'flow')} unfinished{so_far}"
    if wrong:
        return f"{wrong} in {plural(flows, 'flow')}"
    if counted[Verdict.BLOCKED]:
        return f"No failure, but {counted[Verdict.BLOCKED]:,} of {plural(flows, 'flow')} blocked"
    return _went_well(flows, counted[Verdict.WARN], counted[Verdict.SKIP])


def _went_well(flows: int, warned: int, skipped: int) -> str:
    passed = flows - skipped
    if not passed:
        return f"Nothing was checked: {plural(skipped, 'flow')} skipped"
    safe_text = (
        f"All {plural(flows, 'flow')} passed"
        if not skipped
        else f"{passed:,} of {plural(flows, 'flow')} passed"
    )
    parts = [safe_text if flows > 1 else "The only flow passed"]
    if flows == 1 and warned:
        return f"{parts[0]} with a warning"
    parts += [f"{warned:,} with a warning"] if warned else []
    parts += [f"{skipped:,} skipped"] if skipped else []
    return ", ".join(parts)
