"""The HTML report: one file; text of the target cannot become markup."""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from contracts.evidence import Evidence
from contracts.plain_text import visible
from scenarios.records import GENERATED, RunView, Verdict
from scenarios.report import wording
from scenarios.report.body_text import side_by_side
from scenarios.report.build import build_report
from scenarios.report.flow_pages import LANES, FlowPage, flow_pages, step_anchor, usual_headers
from scenarios.report.headline import headline
from scenarios.report.summary import Report, RequirementSummary

TEMPLATES = Path(__file__).parent / "templates"


def render(view: RunView) -> str:
    """Render the report of a run as HTML."""
    usual = usual_headers(view)
    report, flows = build_report(view), flow_pages(view, usual)
    generated = bool(report.flows) and all(flow.journey == GENERATED for flow in report.flows)
    anchors = {flow.view.id: flow.anchor for flow in flows}
    style, script = asset("report.css"), asset("report.js")
    return (
        environment()
        .get_template("report.html.jinja")
        .render(
            report=report,
            flows=flows,
            journeys=_by_journey(flows),
            touchpoints=sorted({name for flow in flows for name in flow.touchpoints}),
            usual_headers=usual,
            areas=_by_area(report.requirements),
            anchors=anchors,
            headline=headline(report),
            generated=generated,
            kicker="Contract report" if generated else "Pick-At-Store scenario report",
            facts=_facts(report),
            shares=_shares(report),
            compare=side_by_side,
            checks=_checks(report),
            style=style,
            script=script,
            policy=policy(style, script),
        )
    )


def _facts(report: Report) -> list[tuple[str, str]]:
    """List the known facts of the run."""
    rows = (
        ("Run", report.run),
        ("Started", wording.moment(report.started_at) if report.started_at else ""),
        ("Took", wording.duration(report.duration_s) if report.duration_s is not None else ""),
        ("Exit status", "" if report.exit_status is None else str(report.exit_status)),
        ("mock-oms", report.version),
        *((name.capitalize(), version) for name, version in report.versions.items()),
        *((name.replace("_", " ").capitalize(), mode) for name, mode in report.modes.items()),
        ("Cast", ", ".join(f"{actor}: {player}" for actor, player in report.cast.items())),
        ("Grade", report.grade or ""),
        ("Profile", report.profile_digest or ""),
        ("Seed", "" if report.seed is None else str(report.seed)),
        ("Planned", wording.price(report.price) if report.price else ""),
        ("Resumed", wording.plural(report.resumed, "time") if report.resumed else ""),
    )
    return [row for row in rows if row[1]]


_GRADES = {
    Evidence.DOCUMENTED: "rest on documented text",
    Evidence.PLATFORM: "on other Fynd material",
    Evidence.LEGACY: "on older code",
    Evidence.ASSUMED: "on our assumptions",
}


def _checks(report: Report) -> str:
    """Describe the passed checks: their number, and the share of each grade."""
    passed = sum(report.leaned_on.values())
    if not passed:
        return "No check passed."
    shares = [f"{100 * report.leaned_on[grade] / passed:.0f} % {text}" for grade, text in _GRADES.items()]
    return f"{wording.plural(passed, 'check')} passed: {', '.join(shares)}."


def _shares(report: Report) -> list[tuple[Verdict | None, int]]:
    """Return flows by verdict, worst first; None counts the unfinished."""
    worst_first = sorted(Verdict, key=lambda verdict: -verdict.rank)
    return [(None, report.unfinished), *((verdict, report.totals[verdict]) for verdict in worst_first)]


def environment() -> Environment:
    """Create the template environment: autoescape, strict names, visible control characters."""
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters |= {
        "word": wording.word,
        "plural": wording.plural,
        "duration": wording.duration,
        "share": wording.share,
        "graded": wording.graded,
        "moment": wording.moment,
        "prose": _prose,
        "text": _text,
        "flow_id": _flow_id,
        "pack": _pack,
    }
    made.globals |= {"LANES": LANES, "Verdict": Verdict, "step_anchor": step_anchor}
    return made


def _finalize(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _prose(text: str) -> Markup:
    """Format a text; parts in backticks become code."""
    code, plain = Markup("<code>{}</code>"), Markup("{}")
    parts = text.split("`")
    unpaired = len(parts) % 2 == 0
    if unpaired:
        return plain.format(visible(text))
    return Markup().join(
        (code if place % 2 else plain).format(visible(part)) for place, part in enumerate(parts)
    )


def _text(text: str) -> Markup:
    """Escape a text for an element; quotes stay, for size."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return Markup(safe)  # noqa: S704 - escaped in the line above


def _pack(html: str) -> Markup:
    """Compress HTML for a data block; `report.js` unpacks it."""
    packed = gzip.compress(html.encode("utf-8"), compresslevel=9, mtime=0)
    return Markup(base64.b64encode(packed).decode("ascii"))  # noqa: S704 - base64 has no markup


def _flow_id(id: str) -> Markup:
    """Allow line breaks in a flow's id only between its modes."""
    name, bracket, modes = visible(id).partition("[")
    parts = [part for part in f"{bracket}{modes}".replace(",", ",\0").split("\0") if part]
    kept = [Markup('<span class="keep">{}</span>').format(part) for part in [name, *parts]]
    return Markup("<wbr>").join(kept)


def asset(name: str) -> Markup:
    """Read one of our own files as safe markup."""
    return Markup((TEMPLATES / name).read_text(encoding="utf-8").strip())  # noqa: S704 - not from outside


def policy(style: str, script: str) -> str:
    """Build a Content-Security-Policy that allows only our style and script."""
    return (
        f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; "
        "base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _by_journey(flows: Iterable[FlowPage]) -> dict[str, list[FlowPage]]:
    journeys: dict[str, list[FlowPage]] = {}
    for flow in flows:
        journeys.setdefault(flow.view.planned.journey, []).append(flow)
    return journeys


def _by_area(requirements: Iterable[RequirementSummary]) -> dict[str, list[RequirementSummary]]:
    """Group requirements by the words before their number or code."""
    return {area: list(rows) for area, rows in groupby(requirements, key=lambda row: _area(row.id))}


def _area(id: str) -> str:
    words = id.split("-")
    return "-".join(words[:3] if words[:2] == ["API", "ERR"] else words[:-1])
