"""Writes all reports of a run into one folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from scenarios.records import Masking, fold, read_records
from scenarios.report.build import build_report


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
    out_dir.mkdir(parents=True, exist_ok=True)
    paths = ReportPaths(out_dir / "report.html", out_dir / "junit.xml", out_dir / "report.json")
    _replace(paths.html, render(view).encode("utf-8"))
    _replace(paths.junit, junit(report))
    _replace(paths.json, report.model_dump_json(by_alias=True, indent=2).encode("utf-8") + b"\n")
    return paths


def _replace(path: Path, content: bytes) -> None:
    """Replace a file by renaming: readers never see half a report."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
