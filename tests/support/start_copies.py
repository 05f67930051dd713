"""Starts copies of the packages: `python -m tests.support.start_copies FLOW FOLDER...`.

Each copy runs in a fork that has only the other distributions loaded. The program prints one JSON line per
folder: the first error of the start, or the exit status of the flow and the operations of the new document.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import sys
from typing import Any

import click
import flask  # noqa: F401 - loaded once, before the forks, like the following
import pydantic.json_schema
import pydantic.networks
import pydantic.type_adapter  # noqa: F401
import requests  # noqa: F401


def started(flow: str, folder: str) -> dict[str, Any]:
    """Start the mock from `folder`, run the flow, write the document."""
    sys.path.insert(0, folder)
    try:
        from contracts.openapi import building
        from mock_oms.app import create_app

        assert building.__file__.startswith(folder), building.__file__
        create_app()
        status = _run(flow, folder)
        building.write()
        document = json.loads((building.FOLDER / "konnect.openapi.json").read_bytes())
        return {"operations": building.routes(document), "status": status}
    except (ImportError, LookupError, NameError) as error:
        return {"error": f"{type(error).__name__}: {error}"}


def _run(flow: str, folder: str) -> int:
    from scenarios.cli.main import main

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        try:
            main(["run", flow, "--out", f"{folder}/run"], standalone_mode=False)
        except click.exceptions.Exit as finished:
            return finished.exit_code
        except SystemExit as finished:
            return int(finished.code or 0)
    return 0


def main(flow: str, folders: list[str]) -> None:
    """Print one line per folder, in order."""
    for folder in folders:
        child = os.fork()
        if not child:
            print(json.dumps(started(flow, folder)), flush=True)
            os._exit(0)
        os.waitpid(child, 0)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
