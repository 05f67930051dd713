"""Fresh databases for tests, copied from a template that has the tables."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from itertools import count
from pathlib import Path

import pytest

from mock_oms.store.opening import MEMORY, open_store
from tests.support.postgres import NoPostgresError, Postgres, running

KINDS = (MEMORY, "sqlite", "postgresql")
"""Every kind of store."""
SQL_KINDS = KINDS[1:]


class Databases:
    """Fresh databases; the PostgreSQL server starts at the first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._numbers = count(1)
        self._open = ExitStack()

    def close(self) -> None:
        """Stop the server."""
        self._open.close()

    @contextmanager
    def fresh(self, kind: str) -> Iterator[str]:
        """Yield the address of an empty store."""
        if kind == MEMORY:
            yield MEMORY
        elif kind == "sqlite":
            file = self.new_file()
            shutil.copyfile(self._template_file, file)
            yield f"sqlite:///{file}"
        else:
            name = self.postgres.create(self._template_database)
            try:
                yield self.postgres.url(name)
            finally:
                self.postgres.drop(name)

    @contextmanager
    def empty(self, kind: str) -> Iterator[str]:
        """Yield the address of a database without tables (SQLite: a missing file)."""
        if kind == "sqlite":
            yield f"sqlite:///{self.new_file()}"
            return
        name = self.postgres.create()
        try:
            yield self.postgres.url(name)
        finally:
            self.postgres.drop(name)

    def new_file(self) -> Path:
        """Path of a file that is not there."""
        return self._folder / f"{next(self._numbers)}.db"

    @cached_property
    def postgres(self) -> Postgres:
        """The server; the test is skipped where none can be had."""
        try:
            return self._open.enter_context(running())
        except NoPostgresError as reason:
            pytest.skip(f"POSTGRESQL IS NOT TESTED: {reason}")

    @cached_property
    def _template_file(self) -> Path:
        file = self.new_file()
        open_store(f"sqlite:///{file}").close()
        return file

    @cached_property
    def _template_database(self) -> str:
        name = self.postgres.create()
        open_store(self.postgres.url(name)).close()
        return name
