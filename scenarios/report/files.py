"""Writes all reports of a run into one folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scenarios.records import Masking, fold, read_records
from scenarios.report.build import build_report
from scenarios.report.summary import Report

if TYPE_CHECKING:
    from scenarios.load.results import Numbers


@dataclass(frozen=True, slots=True)
class ReportPaths:
    """Paths of the reports."""

    html: Path
    junit: Path
    json: Path


def write_all(run_jsonl_path: Path, out_dir: Path) -> ReportPaths:
    """Write `report.html`, `junit.xml` and `report.json` from a run.jsonl.

    The run may be interrupted. Raises `BrokenLogError` for an invalid file.
    """
    from scenarios.report.junit import junit
    from scenarios.report.page import render

    masking = Masking()
    view = fold(map(masking.record, read_records(run_jsonl_path)))
    report = build_report(view)
    return _write(out_dir, render(view), junit(report), report)


def write_load(numbers: Numbers, folder: Path, findings: Sequence[str] = ()) -> ReportPaths:
    """Write the numbers of a load run and all its reports."""
    from scenarios.load.results import FILE_NAME
    from scenarios.report.junit import junit
    from scenarios.report.load import headline, render
    from scenarios.report.load_results import load_report

    numbers.write(folder / FILE_NAME)
    report = load_report(numbers, findings)
    xml = junit(report, headline(numbers, findings))
    return _write(folder, render(numbers, findings), xml, report)


def _write(folder: Path, html: str, junit: bytes, report: Report) -> ReportPaths:
    folder.mkdir(parents=True, exist_ok=True)
    folder = folder.resolve()  # terminals open absolute paths by a click
    paths = ReportPaths(folder / "report.html", folder / "junit.xml", folder / "report.json")
    _replace(paths.html, html.encode("utf-8"))
    _replace(paths.junit, junit)
    _replace(paths.json, report.model_dump_json(by_alias=True, indent=2).encode("utf-8") + b"\n")
    return paths


def _replace(path: Path, content: bytes) -> None:
    """Replace a file by renaming: readers never see half a report."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
