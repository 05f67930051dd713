"""JSON Schemas of run.jsonl and report.json, generated from the models.

`python -m scenarios.report.schemas` writes them; `--check` compares the checked-in files.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from scenarios.records import RECORD
from scenarios.report.summary import Report

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PACKAGE = Path(__file__).parent
RUN_SCHEMA = _PACKAGE.parent / "run.schema.json"
REPORT_SCHEMA = _PACKAGE / "report.schema.json"


def run_schema() -> dict[str, Any]:
    """Return the schema of one line of run.jsonl."""
    header = {"title": "One line of run.jsonl", "description": "The record of a scenario run, one line each."}
    return {"$schema": _DIALECT, **RECORD.json_schema(mode="serialization"), **header}


def report_schema() -> dict[str, Any]:
    """Return the schema of report.json."""
    return {"$schema": _DIALECT, **Report.model_json_schema(mode="serialization")}


def texts() -> dict[Path, str]:
    """Return the files of the schemas and their contents."""
    made = {RUN_SCHEMA: run_schema(), REPORT_SCHEMA: report_schema()}
    return {path: json.dumps(schema, indent=2, ensure_ascii=False) + "\n" for path, schema in made.items()}


def main(arguments: list[str]) -> int:
    """Write the schemas, or compare them with `--check`; return the status."""
    stale = [path for path, text in texts().items() if not path.exists() or path.read_text("utf-8") != text]
    for path in stale:
        print(f"{path.name} {'is out of date' if '--check' in arguments else 'written'}")
        if "--check" not in arguments:
            path.write_text(texts()[path], encoding="utf-8")
    return 1 if stale and "--check" in arguments else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
